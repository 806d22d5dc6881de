#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "mapping/language/scan.h"

namespace haven {

/// The tokens of one line of a map, taken from the left.
class Cursor {
public:
    using Kind = Token::Kind;

    /// All three must outlive it.
    Cursor(const ScannedLine& line, std::string_view file, Problems& problems)
        : line_(line), file_(file), problems_(problems) {}

    const Token* peek() const { return at_ < line_.tokens.size() ? &line_.tokens[at_] : nullptr; }
    bool at_end() const { return peek() == nullptr; }
    bool is(Kind kind) const { return peek() != nullptr && peek()->kind == kind; }
    bool is_word(std::string_view text) const { return is(Kind::word) && peek()->text == text; }
    const Token& take() { return line_.tokens[at_++]; }

    bool take_if(Kind kind) {
        const bool there = is(kind);
        at_ += there ? 1 : 0;
        return there;
    }
    bool take_word(std::string_view text) {
        const bool there = is_word(text);
        at_ += there ? 1 : 0;
        return there;
    }

    /// A word or a quoted text. Where there is none, says that `what` was expected.
    std::optional<ast::Word> text(std::string_view what);
    /// Everything up to the next space: "http://council.example/schema/1.0".
    std::optional<ast::Word> unbroken(std::string_view what);
    /// A whole number from 0.
    std::optional<int> number(std::string_view what);
    /// "<->", "->" or "<-".
    std::optional<ast::Arrow> arrow();

    void problem(std::string message);
    void problem(const ast::Span& span, std::string message);
    /// Says so if anything is left of a line that is right so far.
    void expect_end();

    ast::Span start_span() const { return line_.tokens.front().span; }

private:
    const ScannedLine& line_;
    std::string_view file_;
    Problems& problems_;
    std::size_t at_ = 0;
};

/// A whole number from 0, or nothing.
std::optional<int> whole_number(std::string_view text);

}  // namespace haven
