#include "mapping/language/parse.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "mapping/language/scan.h"

namespace haven {
namespace {

using Kind = Token::Kind;

constexpr std::size_t map_lines_max = 20'000;
constexpr int each_depth_max = 8;

std::optional<int> number_of(std::string_view text) {
    int n = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), n);
    if (error != std::errc{} || end != text.data() + text.size() || n < 0) { return std::nullopt; }
    return n;
}

std::optional<ast::Arrow> arrow_of(const Token& token) {
    if (token.kind == Kind::equals) { return ast::Arrow::both; }
    if (token.kind != Kind::arrow) { return std::nullopt; }
    if (token.text == "<->") { return ast::Arrow::both; }
    return token.text == "->" ? ast::Arrow::in : ast::Arrow::out;
}

/// The tokens of one line, taken from the left.
class Cursor {
public:
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

    /// A word or a quoted text.
    std::optional<ast::Word> text(std::string_view what) {
        if (is(Kind::word) || is(Kind::quoted)) {
            const auto& token = take();
            return ast::Word{token.text, token.span};
        }
        problem("expected " + std::string(what));
        return std::nullopt;
    }

    void problem(std::string message) {
        const auto span = at_end() ? end_span() : peek()->span;
        problems_.push_back({std::string(file_), line_.number, span.column, span.width, std::move(message)});
    }

    /// Says so if anything is left.
    void expect_end() {
        if (!at_end()) { problem("expected the end of the line"); }
    }

    ast::Span start_span() const { return line_.tokens.front().span; }

private:
    ast::Span end_span() const {
        const auto& last = line_.tokens.back().span;
        return {line_.number, last.column + last.width, 1};
    }

    const ScannedLine& line_;
    std::string_view file_;
    Problems& problems_;
    std::size_t at_ = 0;
};

std::optional<ast::PartnerPath> parse_path(Cursor& in) {
    ast::PartnerPath path;
    path.span = in.at_end() ? in.start_span() : in.peek()->span;
    if (in.take_if(Kind::dot)) { return path; }
    do {
        auto name = in.text("a field of the partner");
        if (!name) { return std::nullopt; }
        ast::Step step{*name, {}};
        while (in.take_if(Kind::open_square)) {
            auto key = in.is(Kind::dot) ? ast::Word{".", in.take().span} : in.text("a name to compare");
            if (!key || !in.take_if(Kind::equals)) {
                in.problem("expected [name=value]");
                return std::nullopt;
            }
            auto value = in.text("a value to compare with");
            if (!value || !in.take_if(Kind::close_square)) {
                in.problem("expected ]");
                return std::nullopt;
            }
            step.predicates.push_back({*key, *value});
        }
        // "Person@id" is the attribute id of Person: two steps.
        const auto at = step.name.text.find('@');
        if (at != std::string::npos && at > 0 && step.predicates.empty()) {
            auto attribute = step;
            attribute.name.text = step.name.text.substr(at);
            step.name.text.resize(at);
            path.steps.push_back(std::move(step));
            path.steps.push_back(std::move(attribute));
        } else {
            path.steps.push_back(std::move(step));
        }
    } while (in.take_if(Kind::dot));
    return path;
}

std::optional<ast::Conversion> parse_conversion(Cursor& in) {
    ast::Conversion conversion;
    const auto& name = in.take();
    conversion.name = {name.text, name.span};
    if (!in.take_if(Kind::open)) { return conversion; }
    while (!in.is(Kind::close)) {
        auto argument = in.text("an argument or )");
        if (!argument) { return std::nullopt; }
        conversion.arguments.push_back(*argument);
        if (!in.take_if(Kind::comma) && !in.is(Kind::close)) {
            in.problem("expected , or )");
            return std::nullopt;
        }
    }
    in.take();
    return conversion;
}

bool parse_words(Cursor& in, ast::FieldLine& line) {
    while (!in.at_end()) {
        if (!in.is(Kind::word)) {
            in.problem("expected a conversion, required, default, text, number or boolean");
            return false;
        }
        const auto& word = *in.peek();
        if (word.text == "required") {
            in.take();
            line.required = true;
        } else if (word.text == "default") {
            in.take();
            auto value = in.text("what an absent value means");
            if (!value) { return false; }
            line.fallback = *value;
        } else if (word.text == "text" || word.text == "number" || word.text == "boolean") {
            line.json_kind = ast::Word{word.text, word.span};
            in.take();
        } else {
            auto conversion = parse_conversion(in);
            if (!conversion) { return false; }
            line.conversions.push_back(std::move(*conversion));
        }
    }
    return true;
}

std::optional<ast::FieldLine> parse_field(Cursor& in) {
    ast::FieldLine line;
    line.span = in.start_span();
    if (in.is_word("constant")) {
        in.take();
        line.constant = in.text("the constant");
        if (!line.constant) { return std::nullopt; }
    } else {
        do {
            auto path = parse_path(in);
            if (!path) { return std::nullopt; }
            line.partner.push_back(std::move(*path));
        } while (in.take_if(Kind::comma));
    }
    const auto arrow = in.at_end() ? std::nullopt : arrow_of(*in.peek());
    if (!arrow || in.is(Kind::equals)) {
        in.problem("expected <->, -> or <-");
        return std::nullopt;
    }
    line.arrow = *arrow;
    in.take();
    if (in.is_word("constant") && !line.constant) {
        in.take();
        line.constant = in.text("the constant");
        if (!line.constant) { return std::nullopt; }
    } else {
        auto canonical = in.text("a canonical path");
        if (!canonical) { return std::nullopt; }
        line.canonical = *canonical;
    }
    if (!parse_words(in, line)) { return std::nullopt; }
    return line;
}

// "Child1..6" or "1..8" or "Child1..6_".
std::optional<ast::Numbered> parse_numbered(const std::string& word) {
    const auto dots = word.find("..");
    if (dots == std::string::npos) { return std::nullopt; }
    auto first = dots;
    while (first > 0 && std::isdigit(static_cast<unsigned char>(word[first - 1])) != 0) { --first; }
    auto last = dots + 2;
    while (last < word.size() && std::isdigit(static_cast<unsigned char>(word[last])) != 0) { ++last; }
    const auto from = number_of(std::string_view(word).substr(first, dots - first));
    const auto to = number_of(std::string_view(word).substr(dots + 2, last - dots - 2));
    if (!from || !to || *to < *from) { return std::nullopt; }
    return ast::Numbered{word.substr(0, first), *from, *to, word.substr(last)};
}

std::optional<ast::Each> parse_each(Cursor& in) {
    ast::Each each;
    each.span = in.start_span();
    in.take();
    if (in.is(Kind::word)) { each.numbered = parse_numbered(in.peek()->text); }
    if (each.numbered) {
        each.partner.span = in.take().span;
    } else {
        auto path = parse_path(in);
        if (!path) { return std::nullopt; }
        each.partner = std::move(*path);
        if (in.is_word("list")) {
            auto list = parse_conversion(in);
            if (!list) { return std::nullopt; }
            if (list->arguments.size() != 1) {
                in.problem("expected list(SEPARATOR)");
                return std::nullopt;
            }
            each.separator = list->arguments[0];
        }
    }
    const auto arrow = in.at_end() ? std::nullopt : arrow_of(*in.peek());
    if (!arrow || in.is(Kind::equals)) {
        in.problem("expected <->, -> or <-");
        return std::nullopt;
    }
    each.arrow = *arrow;
    in.take();
    auto group = in.text("a canonical group that repeats");
    if (!group) { return std::nullopt; }
    each.group = *group;
    in.expect_end();
    return each;
}

/// The whole file: knows the heading, the tables and which `each` a line belongs to by its indent.
class MapParser {
public:
    MapParser(std::string_view text, std::string_view file) : file_(file) {
        lines_ = scan_map(text, file, problems_);
        if (lines_.size() > map_lines_max) {
            problems_.push_back({std::string(file_), 0, 0, 1, "a map has at most 20000 lines"});
            lines_.resize(map_lines_max);
        }
    }

    tl::expected<ast::Map, Problems> run() {
        while (at_ < lines_.size()) {
            const auto& line = lines_[at_];
            if (line.tokens[0].kind == Kind::word && heading(line)) { continue; }
            body(map_.body, 0, 0);
        }
        require_heading();
        if (!problems_.empty()) { return tl::unexpected(std::move(problems_)); }
        return std::move(map_);
    }

private:
    Cursor cursor(const ScannedLine& line) { return {line, file_, problems_}; }

    static bool is_mapping_line(const ScannedLine& line) {
        return std::any_of(line.tokens.begin(), line.tokens.end(), [](const Token& t) {
            return t.kind == Kind::arrow || (t.kind == Kind::word && t.text == "ignore");
        });
    }

    // A word that begins a heading line; false where the line is part of the body.
    bool heading(const ScannedLine& line) {
        const auto& word = line.tokens[0].text;
        if (word == "code" && !is_mapping_line(line)) {
            code_table();
            return true;
        }
        if (is_mapping_line(line)) { return false; }
        auto in = cursor(line);
        in.take();
        ++at_;
        if (word == "map") {
            name_and_version(in, map_.name, map_.version, "the map's name");
        } else if (word == "record") {
            name_and_version(in, map_.record, map_.canonical_version, "a record type");
        } else if (word == "dialect") {
            dialect(in);
        } else if (word == "codes") {
            if (auto file = in.text("a code list")) { map_.code_files.push_back(*file); }
        } else if (word == "namespace") {
            auto prefix = in.text("a prefix");
            auto uri = prefix ? in.text("a namespace") : std::nullopt;
            if (uri) { map_.namespaces.push_back({*prefix, *uri}); }
        } else if (word == "split") {
            auto& where = in.is_word("victim") ? (in.take(), map_.split_victim) : map_.split;
            where = parse_path(in);
        } else if (word == "count") {
            map_.count = parse_path(in);
        } else if (word == "follow") {
            follow(in);
        } else {
            cursor(line).problem("expected a heading (map, dialect, record, ...) or a line with <->, -> or <-");
            return true;
        }
        in.expect_end();
        return true;
    }

    void name_and_version(Cursor& in, ast::Word& name, int& version, std::string_view what) {
        auto text = in.text(what);
        if (!text) { return; }
        name = *text;
        // "northshire.incident" is one name: a dot without spaces joins.
        while (in.take_if(Kind::dot)) {
            auto more = in.text(what);
            if (!more) { return; }
            name.text += "." + more->text;
            name.span.width += 1 + more->span.width;
        }
        auto digits = in.text("a version");
        const auto n = digits ? number_of(digits->text) : std::nullopt;
        if (!n) {
            in.problem("expected a version: a whole number");
            return;
        }
        version = *n;
    }

    void dialect(Cursor& in) {
        auto format = in.text("csv, json, xml or fixed");
        if (!format) { return; }
        map_.format = *format;
        while (!in.at_end()) {
            auto option = in.text("an option");
            auto value = option ? in.text("the option's value") : std::nullopt;
            if (!value) { return; }
            map_.options[option->text] = *value;
        }
    }

    void follow(Cursor& in) {
        auto from = parse_path(in);
        if (!from || !in.is_word("to")) {
            in.problem("expected follow A@ref to B@id");
            return;
        }
        in.take();
        auto to = parse_path(in);
        if (to) { map_.follows.push_back({std::move(*from), std::move(*to)}); }
    }

    void code_table() {
        auto in = cursor(lines_[at_]);
        const auto indent = lines_[at_].indent;
        in.take();
        ++at_;
        ast::CodeTable table;
        auto name = in.text("the table's name");
        if (name) { table.name = *name; }
        in.expect_end();
        for (; at_ < lines_.size() && lines_[at_].indent > indent; ++at_) {
            auto row = cursor(lines_[at_]);
            auto partner = row.text("the partner's code");
            const auto arrow = !partner || row.at_end() ? std::nullopt : arrow_of(*row.peek());
            if (!arrow) {
                row.problem("expected = , -> or <- between two codes");
                continue;
            }
            row.take();
            auto canonical = row.text("the canonical code");
            if (!canonical) { continue; }
            row.expect_end();
            table.rows.push_back({*partner, *arrow, *canonical});
        }
        map_.tables.push_back(std::move(table));
    }

    // One line of the body, and with an `each` all lines that are indented below it.
    void body(ast::Each& into, int indent, int depth) {
        const auto& line = lines_[at_];
        if (line.indent > indent) {
            auto in = cursor(line);
            in.problem("this line is indented, but no each or code stands above it");
        }
        if (line.tokens[0].kind == Kind::word && line.tokens[0].text == "each") { return each(into, depth); }
        auto in = cursor(line);
        ++at_;
        const auto ignore = std::find_if(line.tokens.begin(), line.tokens.end(), [](const Token& t) {
            return t.kind == Kind::arrow || (t.kind == Kind::word && t.text == "ignore");
        });
        if (ignore != line.tokens.end() && ignore->kind == Kind::word) {
            this->ignore(in, into);
        } else if (auto field = parse_field(in)) {
            into.fields.push_back(std::move(*field));
        }
    }

    void ignore(Cursor& in, ast::Each& into) {
        auto path = parse_path(in);
        if (!path || !in.is_word("ignore")) {
            in.problem("expected FIELD ignore \"why\"");
            return;
        }
        in.take();
        auto reason = in.text("why the field is ignored, in quotes");
        if (!reason) { return; }
        in.expect_end();
        into.ignores.push_back({std::move(*path), *reason});
    }

    void each(ast::Each& into, int depth) {
        const auto own_indent = lines_[at_].indent;
        auto in = cursor(lines_[at_]);
        ++at_;
        auto made = parse_each(in);
        if (depth + 1 > each_depth_max) { in.problem("each is nested at most 8 deep"); }
        ast::Each below = made ? std::move(*made) : ast::Each{};
        if (at_ < lines_.size() && lines_[at_].indent > own_indent) {
            const auto indent = lines_[at_].indent;
            while (at_ < lines_.size() && lines_[at_].indent > own_indent) { body(below, indent, depth + 1); }
        }
        if (made) { into.nested.push_back(std::move(below)); }
    }

    void require_heading() {
        const auto require = [&](bool there, const char* message) {
            if (!there) { problems_.push_back({std::string(file_), 1, 0, 1, message}); }
        };
        require(!map_.name.text.empty(), "expected a line: map NAME VERSION");
        require(!map_.format.text.empty(), "expected a line: dialect csv, json, xml or fixed");
        require(!map_.record.text.empty(), "expected a line: record RECORD-TYPE CANONICAL-VERSION");
    }

    std::string_view file_;
    Problems problems_;
    std::vector<ScannedLine> lines_;
    std::size_t at_ = 0;
    ast::Map map_;
};

}  // namespace

tl::expected<ast::Map, Problems> parse_map(std::string_view text, std::string_view file) {
    return MapParser(text, file).run();
}

}  // namespace haven
