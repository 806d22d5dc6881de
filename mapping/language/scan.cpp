#include "mapping/language/scan.h"

#include <algorithm>
#include <array>

namespace haven {
namespace {

constexpr std::size_t line_chars_max = 2'000;

bool is_space(char c) {
    return c == ' ' || c == '\t' || c == '\r';
}

// What a word may end with, by its byte; most bytes end none.
constexpr auto may_end = [] {
    std::array<bool, 256> out{};
    for (const unsigned char c : std::string_view(" \t\r.<-,=()[]\"")) { out.at(c) = true; }
    return out;
}();

class LineScanner {
public:
    LineScanner(std::string_view file, ScannedMap& map, Problems& problems)
        : file_(file), map_(map), problems_(problems) {}

    /// The tokens, until the next line is scanned.
    const std::vector<Token>& scan(std::string_view line, int number) {
        line_ = line;
        number_ = number;
        at_ = 0;
        tokens_.clear();
        while (skip_space()) {
            if (starts_comment()) { break; }
            const auto before = tokens_.size();
            next();
            if (tokens_.size() > before) { tokens_.back().touches_next = at_ < line_.size() && !is_space(line_[at_]); }
        }
        return tokens_;
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
        const auto goes_on = [&](unsigned char c) {
            return !may_end.at(c) || (!is_space(line_[end]) && !ends_word(end));
        };
        while (end < line_.size() && goes_on(line_[end])) { ++end; }
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
        std::string said;
        std::size_t end = at_ + 1;
        while (end < line_.size() && line_[end] != '"') {
            if (line_[end] == '\\' && end + 1 < line_.size()) { ++end; }
            said += line_[end++];
        }
        if (end >= line_.size()) {
            problems_.push_back({std::string(file_), number_, static_cast<int>(at_ + 1), 1, "this quote never closes"});
            at_ = line_.size();
            return;
        }
        const auto between = line_.substr(at_ + 1, end - at_ - 1);
        const auto text = said == between ? between : map_.unquoted.emplace_back(std::move(said));
        tokens_.push_back({Token::Kind::quoted, text, span(end + 1 - at_)});
        at_ = end + 1;
    }

    void push(Token::Kind kind, std::size_t width) {
        tokens_.push_back({kind, line_.substr(at_, width), span(width)});
        at_ += width;
    }

    ast::Span span(std::size_t width) const { return {number_, static_cast<int>(at_ + 1), static_cast<int>(width)}; }

    std::string_view file_;
    ScannedMap& map_;
    Problems& problems_;
    std::string_view line_;
    int number_ = 0;
    std::size_t at_ = 0;
    std::vector<Token> tokens_;
};

}  // namespace

ScannedMap scan_map(std::string_view text, std::string_view file, Problems& problems) {
    ScannedMap map;
    LineScanner scanner(file, map, problems);
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
        const auto& tokens = scanner.scan(line, number);
        if (tokens.empty()) { continue; }
        const auto indent = static_cast<int>(std::min(line.find_first_not_of(' '), line.size()));
        map.lines.push_back({number, indent, tokens});
    }
    return map;
}

}  // namespace haven
