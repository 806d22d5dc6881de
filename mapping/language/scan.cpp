#include "mapping/language/scan.h"

#include <algorithm>

namespace haven {
namespace {

constexpr std::size_t line_chars_max = 2'000;
constexpr std::size_t tokens_usual = 12;  // of a line: room for so many is made at once

bool is_space(char c) {
    return c == ' ' || c == '\t' || c == '\r';
}

class LineScanner {
public:
    LineScanner(std::string_view line, int number, std::string_view file, Problems& problems)
        : line_(line), number_(number), file_(file), problems_(problems) {}

    std::vector<Token> run() {
        if (skip_space() && !starts_comment()) { tokens_.reserve(tokens_usual); }
        while (skip_space()) {
            if (starts_comment()) { break; }
            const auto before = tokens_.size();
            next();
            if (tokens_.size() > before) { tokens_.back().touches_next = at_ < line_.size() && !is_space(line_[at_]); }
        }
        return std::move(tokens_);
    }

private:
    bool skip_space() {
        while (at_ < line_.size() && is_space(line_[at_])) { ++at_; }
        return at_ < line_.size();
    }

    bool starts_comment() const {
        const bool before = at_ == 0 || is_space(line_[at_ - 1]);
        const bool after = at_ + 1 >= line_.size() || is_space(line_[at_ + 1]);
        return line_[at_] == '#' && before && after;
    }

    void next() {
        const auto rest = line_.substr(at_);
        for (std::string_view arrow : {"<->", "->", "<-"}) {
            if (rest.starts_with(arrow)) { return push(Token::Kind::arrow, arrow.size()); }
        }
        switch (rest[0]) {
            case ',': return push(Token::Kind::comma, 1);
            case '=': return push(Token::Kind::equals, 1);
            case '(': return arguments();
            case ')': return push(Token::Kind::close, 1);
            case '[': return push(Token::Kind::open_square, 1);
            case ']': return push(Token::Kind::close_square, 1);
            case '.':
                if (!rest.starts_with("..")) { return push(Token::Kind::dot, 1); }
                return word();
            case '"': return quoted();
            default: return word();
        }
    }

    void word() {
        std::size_t end = at_;
        while (end < line_.size() && !is_space(line_[end]) && !ends_word(end)) { ++end; }
        push(Token::Kind::word, std::max<std::size_t>(end - at_, 1));
    }

    // What stands in brackets is taken as it is: "dd/MM/yyyy HH:mm" needs no quotes.
    void arguments() {
        push(Token::Kind::open, 1);
        while (skip_space() && line_[at_] != ')') {
            if (line_[at_] == ',') {
                push(Token::Kind::comma, 1);
            } else if (line_[at_] == '"') {
                quoted();
            } else {
                auto end = std::min(line_.find_first_of(",)", at_), line_.size());
                while (end > at_ + 1 && is_space(line_[end - 1])) { --end; }
                push(Token::Kind::quoted, end - at_);
            }
        }
    }

    // ".." is part of a word ("Child1..6"); a single dot parts two steps of a path.
    bool ends_word(std::size_t at) const {
        const auto rest = line_.substr(at);
        switch (rest[0]) {
            case '.': return !rest.starts_with("..") && (at == 0 || line_[at - 1] != '.');
            case '<': return rest.starts_with("<-");
            case '-': return rest.starts_with("->");
            case ',':
            case '=':
            case '(':
            case ')':
            case '[':
            case ']':
            case '"': return true;
            default: return false;
        }
    }

    void quoted() {
        std::string text;
        std::size_t end = at_ + 1;
        while (end < line_.size() && line_[end] != '"') {
            if (line_[end] == '\\' && end + 1 < line_.size()) { ++end; }
            text += line_[end++];
        }
        if (end >= line_.size()) {
            problems_.push_back({std::string(file_), number_, static_cast<int>(at_ + 1), 1, "this quote never closes"});
            at_ = line_.size();
            return;
        }
        tokens_.push_back({Token::Kind::quoted, std::move(text), span(end + 1 - at_)});
        at_ = end + 1;
    }

    void push(Token::Kind kind, std::size_t width) {
        tokens_.push_back({kind, std::string(line_.substr(at_, width)), span(width)});
        at_ += width;
    }

    ast::Span span(std::size_t width) const { return {number_, static_cast<int>(at_ + 1), static_cast<int>(width)}; }

    std::string_view line_;
    int number_;
    std::string_view file_;
    Problems& problems_;
    std::size_t at_ = 0;
    std::vector<Token> tokens_;
};

}  // namespace

std::vector<ScannedLine> scan_map(std::string_view text, std::string_view file, Problems& problems) {
    std::vector<ScannedLine> lines;
    int number = 0;
    while (!text.empty()) {
        const auto end = std::min(text.find('\n'), text.size());
        const auto line = text.substr(0, end);
        text.remove_prefix(std::min(end + 1, text.size()));
        ++number;
        if (line.size() > line_chars_max) {
            problems.push_back({std::string(file), number, 0, 1, "a line is at most 2000 characters long"});
            continue;
        }
        auto tokens = LineScanner(line, number, file, problems).run();
        if (tokens.empty()) { continue; }
        const auto indent = static_cast<int>(std::min(line.find_first_not_of(' '), line.size()));
        lines.push_back({number, indent, std::move(tokens)});
    }
    return lines;
}

}  // namespace haven
