#include "mapping/language/parse.h"

#include <algorithm>

#include "mapping/language/parse_line.h"

namespace haven {
namespace {

using Kind = Token::Kind;

constexpr std::size_t map_lines_max = 20'000;
constexpr int each_depth_max = 8;
constexpr std::size_t problems_max = 50;  // told of one file: what is no map has one in each line

/// The whole file: knows the heading, the tables and which `each` a line belongs to by its indent.
class MapParser {
public:
    MapParser(std::string_view text, std::string_view file) : file_(file), scanned_(scan_map(text, file, problems_)) {
        if (lines_.size() > map_lines_max) {
            problems_.push_back({std::string(file_), 0, 0, 1, "a map has at most 20000 lines"});
            lines_.resize(map_lines_max);
        }
    }

    ParsedMap run() {
        // A line that is too long may have been any.
        lacks_a_basis_ =
            std::any_of(problems_.begin(), problems_.end(), [](const Problem& p) { return p.column == 0; });
        while (at_ < lines_.size()) {
            const auto& line = lines_[at_];
            if (line.tokens[0].kind == Kind::word && heading(line)) { continue; }
            body(map_.body, 0, 0);
            in_body_ = true;
        }
        require_heading();
        settle_problems();
        return {std::move(map_), std::move(problems_), lacks_a_basis_};
    }

    tl::expected<std::vector<ast::CodeTable>, Problems> tables() {
        while (at_ < lines_.size()) {
            if (is_word(lines_[at_], "code") && !is_mapping_line(lines_[at_])) {
                code_table();
                continue;
            }
            const auto& line = lines_[at_++];
            cursor(line).problem("expected a table: code NAME");
            pass_below(line);
        }
        settle_problems();
        if (!problems_.empty()) { return tl::unexpected(std::move(problems_)); }
        return std::move(map_.tables);
    }

private:
    Cursor cursor(const ScannedLine& line) { return {line, file_, problems_}; }

    static bool is_word(const ScannedLine& line, std::string_view text) {
        return line.tokens[0].kind == Kind::word && line.tokens[0].text == text;
    }
    // The arrow of a field, or the word ignore or hold: whichever a line of the body has first.
    static const Token* verb(const ScannedLine& line) {
        const auto found = std::find_if(line.tokens.begin(), line.tokens.end(), [](const Token& t) {
            return t.kind == Kind::arrow || (t.kind == Kind::word && (t.text == "ignore" || t.text == "hold"));
        });
        return found == line.tokens.end() ? nullptr : &*found;
    }
    static bool is_mapping_line(const ScannedLine& line) { return verb(line) != nullptr; }

    // What is indented below a line that could not be read: nobody knows what it belongs to.
    void pass_below(const ScannedLine& line) {
        while (at_ < lines_.size() && lines_[at_].indent > line.indent) { ++at_; }
    }

    // In order, and of each line the one that was seen first: the others may only follow from it.
    void settle_problems() {
        std::stable_sort(problems_.begin(), problems_.end(),
                         [](const Problem& a, const Problem& b) { return a.line < b.line; });
        const auto same_line = [](const Problem& a, const Problem& b) {
            return a.line == b.line && a.column > 0 && b.column > 0;
        };
        problems_.erase(std::unique(problems_.begin(), problems_.end(), same_line), problems_.end());
        if (problems_.size() <= problems_max) { return; }
        const auto more = problems_.size() - problems_max;
        problems_.resize(problems_max);
        problems_.push_back({std::string(file_), 0, 0, 1, std::to_string(more) + " more lines cannot be read"});
        lacks_a_basis_ = true;
    }

    // A word that begins a heading line; false where the line is part of the body.
    bool heading(const ScannedLine& line) {
        if (is_mapping_line(line) || is_word(line, "each")) { return false; }
        const auto before = problems_.size();
        const auto first = at_;
        bool is_known = true;
        if (line.tokens[0].text == "code") {
            code_table();
        } else {
            ++at_;
            auto in = cursor(line);
            is_known = heading_word(in);
            if (is_known) { in.expect_end(); }
        }
        if (!is_known) {
            cursor(line).problem(
                "expected a heading (map, dialect, record, ...) or a line with <->, ->, <-, ignore or hold");
            pass_below(line);
        }
        // Behind the heading, with nothing below it, a line of no kind is one of the body that lacks its arrow.
        const bool is_of_body = !is_known && in_body_ && at_ == first + 1;
        lacks_a_basis_ = lacks_a_basis_ || (problems_.size() > before && !is_of_body);
        return true;
    }

    bool heading_word(Cursor& in) {
        const auto word = in.take().text;
        if (word == "map") {
            name_and_version(in, map_.name, map_.version, "the map's name");
        } else if (word == "record") {
            name_and_version(in, map_.record, map_.canonical_version, "a record type");
        } else if (word == "dialect") {
            dialect(in);
        } else if (word == "codes") {
            code_list(in);
        } else if (word == "column") {
            column(in);
        } else if (word == "namespace") {
            auto prefix = in.text("a prefix, or default");
            auto uri = prefix ? in.unbroken("a namespace") : std::nullopt;
            if (uri) { map_.namespaces.push_back({*prefix, *uri}); }
        } else if (word == "split") {
            auto& where = in.take_word("victim") ? map_.split_victim : map_.split;
            where = parse_path(in);
        } else if (word == "count") {
            map_.count = parse_path(in);
        } else if (word == "follow") {
            follow(in);
        } else {
            return false;
        }
        return true;
    }

    void name_and_version(Cursor& in, ast::Word& name, int& version, std::string_view what) {
        auto text = in.unbroken(what);
        if (!text) { return; }
        name = *text;
        version = in.number("a version: a whole number").value_or(0);
    }

    void dialect(Cursor& in) {
        auto format = in.text("csv, json, xml or fixed");
        if (!format) { return; }
        map_.format = *format;
        while (!in.at_end()) {
            auto option = in.text("an option");
            auto value = option ? in.text("the option's value") : std::nullopt;
            if (!value) { return; }
            if (!map_.options.emplace(option->text, ast::Option{option->span, *value}).second) {
                in.problem(option->span, "the dialect line says " + option->text + " twice");
            }
        }
    }

    void code_list(Cursor& in) {
        auto name = in.text("a code list");
        if (!name) { return; }
        const int year = in.at_end() ? 0 : in.number("a year").value_or(0);
        map_.code_lists.push_back({*name, year});
    }

    void column(Cursor& in) {
        auto name = in.text("a column's name");
        if (!name) { return; }
        ast::Column made{.name = *name};
        if (in.take_word("optional")) {
            made.optional = true;
        } else if (!in.at_end()) {
            made.start_span = in.peek()->span;
            made.start = in.number("the number of the column, or where it starts, from 1");
            if (!made.start) { return; }
            if (in.is(Kind::quoted)) {
                const auto& heading = in.take();
                made.heading = ast::Word{std::string(heading.text), heading.span};
            } else if (!in.at_end()) {
                made.length = in.number("how many characters it has, or its heading in quotes");
                if (!made.length) { return; }
            }
        }
        map_.columns.push_back(made);
    }

    void follow(Cursor& in) {
        auto from = parse_path(in);
        if (!from) { return; }
        if (!in.take_word("to")) { return in.problem("expected to: follow A@ref to B@id"); }
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
        const auto first = at_;
        for (; at_ < lines_.size() && lines_[at_].indent > indent; ++at_) {
            auto row = cursor(lines_[at_]);
            auto partner = row.text("the partner's code");
            if (!partner) { continue; }
            auto arrow = std::optional(ast::Arrow::both);
            if (!row.take_if(Kind::equals)) {
                if (!row.is(Kind::arrow)) {
                    row.problem("expected = , -> or <- between two codes");
                    continue;
                }
                arrow = row.arrow();
            }
            auto canonical = row.text("the canonical code");
            if (!canonical) { continue; }
            row.expect_end();
            table.rows.push_back({*partner, *arrow, *canonical});
        }
        if (at_ == first) { in.problem(table.name.span, "the table has no lines"); }
        map_.tables.push_back(std::move(table));
    }

    // One line of the body, and with an `each` all lines that are indented below it.
    void body(ast::Each& into, int indent, int depth) {
        const auto& line = lines_[at_];
        if (line.indent > indent) {
            cursor(line).problem("this line is indented, but no each or code stands above it");
            while (at_ < lines_.size() && lines_[at_].indent > indent) { ++at_; }
            return;
        }
        if (line.indent < indent) { cursor(line).problem("this line is indented less than the lines beside it"); }
        if (is_word(line, "each")) { return each(into, depth); }
        ++at_;
        auto in = cursor(line);
        const auto* word = verb(line);
        const auto before = problems_.size();
        if (word != nullptr && word->kind == Kind::word) {
            for (auto& ignored : parse_ignore(in).value_or(std::vector<ast::IgnoreLine>{})) {
                into.ignores.push_back(std::move(ignored));
            }
        } else if (auto field = parse_field(in)) {
            into.fields.push_back(std::move(*field));
        }
        if (problems_.size() > before) { pass_below(line); }
    }

    void each(ast::Each& into, int depth) {
        const auto own_indent = lines_[at_].indent;
        auto in = cursor(lines_[at_]);
        ++at_;
        auto made = parse_each(in);
        const bool too_deep = depth + 1 > each_depth_max;
        if (too_deep) { in.problem(in.start_span(), "each is nested at most 8 deep"); }
        ast::Each below = made ? std::move(*made) : ast::Each{};
        if (at_ >= lines_.size() || lines_[at_].indent <= own_indent) {
            return in.problem(in.start_span(), "no line stands below this each");
        }
        const auto indent = lines_[at_].indent;
        while (at_ < lines_.size() && lines_[at_].indent > own_indent) {
            if (too_deep) {
                ++at_;
            } else {
                body(below, indent, depth + 1);
            }
        }
        if (!made || too_deep) { return; }
        into.nested.push_back(std::move(below));
    }

    // A line that could not be read may be the one that is missing.
    void require_heading() {
        if (lacks_a_basis_) { return; }
        const auto require = [&](bool there, const char* message) {
            lacks_a_basis_ = lacks_a_basis_ || !there;
            if (!there) { problems_.push_back({std::string(file_), 1, 0, 1, message}); }
        };
        require(!map_.name.text.empty(), "expected a line: map NAME VERSION");
        require(!map_.format.text.empty(), "expected a line: dialect csv, json, xml or fixed");
        require(!map_.record.text.empty(), "expected a line: record RECORD-TYPE CANONICAL-VERSION");
    }

    std::string_view file_;
    Problems problems_;
    ScannedMap scanned_;
    std::vector<ScannedLine>& lines_ = scanned_.lines;
    std::size_t at_ = 0;
    bool in_body_ = false;  // a line of it was read
    bool lacks_a_basis_ = false;
    ast::Map map_;
};

}  // namespace

ParsedMap parse_map(std::string_view text, std::string_view file) {
    return MapParser(text, file).run();
}

tl::expected<std::vector<ast::CodeTable>, Problems> parse_code_list(std::string_view text, std::string_view file) {
    return MapParser(text, file).tables();
}

}  // namespace haven
