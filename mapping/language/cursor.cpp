#include "mapping/language/cursor.h"

#include <charconv>

namespace haven {

std::optional<int> whole_number(std::string_view text) {
    int n = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), n);
    if (error != std::errc{} || end != text.data() + text.size() || n < 0) { return std::nullopt; }
    return n;
}

std::optional<ast::Word> Cursor::text(std::string_view what) {
    if (is(Kind::word) || is(Kind::quoted)) {
        const auto& token = take();
        return ast::Word{std::string(token.text), token.span};
    }
    problem("expected " + std::string(what));
    return std::nullopt;
}

std::optional<ast::Word> Cursor::unbroken(std::string_view what) {
    auto word = text(what);
    while (word && !at_end() && line_.tokens[at_ - 1].touches_next) {
        const auto& more = take();
        word->text += more.text;
        word->span.width += more.span.width;
    }
    return word;
}

std::optional<int> Cursor::number(std::string_view what) {
    const auto span = at_end() ? ast::Span{} : peek()->span;
    const auto word = text(what);
    if (!word) { return std::nullopt; }
    const auto n = whole_number(word->text);
    if (!n) { problem(span, "expected " + std::string(what)); }
    return n;
}

std::optional<ast::Arrow> Cursor::arrow() {
    if (!is(Kind::arrow)) {
        problem("expected <->, -> or <-");
        return std::nullopt;
    }
    const auto text = take().text;
    if (text == "<->") { return ast::Arrow::both; }
    return text == "->" ? ast::Arrow::in : ast::Arrow::out;
}

void Cursor::problem(std::string message) {
    const auto& last = line_.tokens.back().span;
    problem(at_end() ? ast::Span{line_.number, last.column + last.width, 1} : peek()->span, std::move(message));
}

void Cursor::problem(const ast::Span& span, std::string message) {
    problems_.push_back({std::string(file_), line_.number, span.column, span.width, std::move(message)});
}

// Behind what was refused already, the rest of the line says nothing new.
void Cursor::expect_end() {
    const bool refused = !problems_.empty() && problems_.back().line == line_.number;
    if (!at_end() && !refused) { problem("expected the end of the line"); }
}

}  // namespace haven
