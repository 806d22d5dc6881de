#include "mapping/language/parse_line.h"

namespace haven {
namespace {

using Kind = Token::Kind;

constexpr int numbers_max = 1'000;  // of "A1..6"

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

// `end`: the column behind the last bracket.
bool parse_predicates(Cursor& in, ast::Step& step, int& end) {
    while (in.take_if(Kind::open_square)) {
        auto key =
            in.is(Kind::dot) ? ast::Word{".", in.take().span} : in.text("a name to compare").value_or(ast::Word{});
        if (key.text.empty()) { return false; }
        if (!in.take_if(Kind::equals)) {
            in.problem("expected = between a name and the value that it must have");
            return false;
        }
        auto value = in.text("a value to compare with");
        if (!value) { return false; }
        if (!in.is(Kind::close_square)) {
            in.problem("expected ]");
            return false;
        }
        end = in.take().span.column + 1;
        step.predicates.push_back({key, *value});
    }
    return true;
}

// "Person[@role=VICTIM]@id": an attribute right behind a bracket.
bool continues_with_attribute(const Cursor& in, int end) {
    return in.is(Kind::word) && in.peek()->text.starts_with('@') && in.peek()->span.column == end;
}

// "Person@id" is the attribute id of Person: two steps.
void add_step(ast::PartnerPath& path, ast::Step step) {
    const auto at = step.name.text.find('@');
    if (at == std::string::npos || at == 0) {
        path.steps.push_back(std::move(step));
        return;
    }
    ast::Step attribute{step.name, std::move(step.predicates)};
    attribute.name.text = step.name.text.substr(at);
    step.name.text.resize(at);
    step.predicates.clear();
    path.steps.push_back(std::move(step));
    path.steps.push_back(std::move(attribute));
}

std::optional<ast::Conversion> parse_conversion(Cursor& in) {
    ast::Conversion conversion;
    const auto& name = in.take();
    conversion.name = {std::string(name.text), name.span};
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
        if (in.take_word("required")) {
            line.required = true;
        } else if (in.take_word("default")) {
            line.fallback = in.text("what an absent value means");
            if (!line.fallback) { return false; }
        } else if (word.text == "text" || word.text == "number" || word.text == "boolean") {
            line.json_kind = ast::Word{std::string(word.text), word.span};
            in.take();
        } else {
            auto conversion = parse_conversion(in);
            if (!conversion) { return false; }
            line.conversions.push_back(std::move(*conversion));
        }
    }
    return true;
}

// "Child1..6" or "1..8" or "Child1..6_".
std::optional<ast::Numbered> parse_numbered(std::string_view word) {
    const auto dots = word.find("..");
    if (dots == word.npos) { return std::nullopt; }
    auto first = dots;
    while (first > 0 && is_digit(word[first - 1])) { --first; }
    auto last = dots + 2;
    while (last < word.size() && is_digit(word[last])) { ++last; }
    const auto from = whole_number(word.substr(first, dots - first));
    const auto to = whole_number(word.substr(dots + 2, last - dots - 2));
    if (!from || !to || *from < 1 || *to < *from) { return std::nullopt; }
    return ast::Numbered{std::string(word.substr(0, first)), *from, *to, std::string(word.substr(last))};
}

// "A1..2000" would make a slot for each number, in each line of it.
bool few_enough(Cursor& in, const ast::Numbered& numbered, const ast::Span& span) {
    if (numbered.to - numbered.from < numbers_max) { return true; }
    in.problem(span, "at most 1000 numbered columns");
    return false;
}

// "Mobile, Home": what stands behind the first name. How many there are, the length of a line bounds.
bool parse_named(Cursor& in, ast::Each& each) {
    const auto& first = each.partner.steps;
    if (first.size() != 1 || !first[0].predicates.empty() || each.separator) {
        in.problem(each.partner.span, "columns that differ in a name have one name each: each Mobile, Home");
        return false;
    }
    each.numbered = ast::Numbered{{}, 1, 1, {}, {first[0].name.text}};
    while (in.take_if(Kind::comma)) {
        auto name = in.text("what another column begins with");
        if (!name) { return false; }
        each.partner.span.width = name->span.column + name->span.width - each.partner.span.column;
        each.numbered->names.push_back(name->text);
        ++each.numbered->to;
    }
    return true;
}

bool parse_separator(Cursor& in, ast::Each& each) {
    if (!in.is_word("list")) { return true; }
    const auto list = parse_conversion(in);
    if (!list) { return false; }
    if (list->arguments.size() != 1 || list->arguments[0].text.empty()) {
        in.problem(list->name.span, "expected list(SEPARATOR)");
        return false;
    }
    each.separator = list->arguments[0];
    return true;
}

}  // namespace

std::optional<ast::PartnerPath> parse_path(Cursor& in) {
    ast::PartnerPath path;
    path.span = in.at_end() ? in.start_span() : in.peek()->span;
    if (in.take_if(Kind::dot)) { return path; }
    int end = 0;  // the column behind the step before
    do {
        auto name = in.text("a field of the partner");
        if (!name) { return std::nullopt; }
        path.span.width = name->span.column + name->span.width - path.span.column;
        ast::Step step{*name, {}};
        if (!parse_predicates(in, step, end)) { return std::nullopt; }
        add_step(path, std::move(step));
    } while (in.take_if(Kind::dot) || continues_with_attribute(in, end));
    return path;
}

std::optional<ast::FieldLine> parse_field(Cursor& in) {
    ast::FieldLine line;
    line.span = in.start_span();
    if (in.take_word("constant")) {
        line.constant = in.text("the constant");
        if (!line.constant) { return std::nullopt; }
    } else {
        do {
            auto path = parse_path(in);
            if (!path) { return std::nullopt; }
            line.partner.push_back(std::move(*path));
        } while (in.take_if(Kind::comma));
    }
    const auto arrow = in.arrow();
    if (!arrow) { return std::nullopt; }
    line.arrow = *arrow;
    if (!line.constant && in.take_word("constant")) {
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

std::optional<ast::Each> parse_each(Cursor& in) {
    ast::Each each;
    each.span = in.start_span();
    in.take();
    if (in.is(Kind::word)) { each.numbered = parse_numbered(in.peek()->text); }
    if (each.numbered) {
        each.partner.span = in.take().span;
        if (!few_enough(in, *each.numbered, each.partner.span)) { return std::nullopt; }
    } else {
        auto path = parse_path(in);
        if (!path || !parse_separator(in, each)) { return std::nullopt; }
        each.partner = std::move(*path);
        if (in.is(Kind::comma) && !parse_named(in, each)) { return std::nullopt; }
    }
    const auto arrow = in.arrow();
    if (!arrow) { return std::nullopt; }
    each.arrow = *arrow;
    auto group = in.text("a canonical group that repeats");
    if (!group) { return std::nullopt; }
    each.group = *group;
    in.expect_end();
    return each;
}

std::optional<std::vector<ast::IgnoreLine>> parse_ignore(Cursor& in) {
    std::vector<ast::IgnoreLine> lines;
    const auto numbered = in.is(Kind::word) ? parse_numbered(in.peek()->text) : std::nullopt;
    if (numbered) {
        const auto span = in.take().span;
        if (!few_enough(in, *numbered, span)) { return std::nullopt; }
        for (int n = numbered->from; n <= numbered->to; ++n) {
            const ast::Word name{numbered->prefix + std::to_string(n) + numbered->suffix, span};
            lines.push_back({{{{name, {}}}, span}, {}});
        }
    } else {
        auto path = parse_path(in);
        if (!path) { return std::nullopt; }
        lines.push_back({std::move(*path), {}});
    }
    const bool holds = in.take_word("hold");
    if (!holds && !in.take_word("ignore")) {
        in.problem("expected FIELD ignore \"why\"");
        return std::nullopt;
    }
    auto reason =
        in.text(holds ? "why a record with this field is held, in quotes" : "why the field is ignored, in quotes");
    if (!reason) { return std::nullopt; }
    in.expect_end();
    for (auto& line : lines) {
        line.reason = *reason;
        line.holds = holds;
    }
    return lines;
}

}  // namespace haven
