#include <algorithm>

#include "mapping/check/compile.h"

namespace haven {
namespace {

using program::Frame;
using program::Index;
using program::Line;
using program::Step;
using program::Written;

bool is_number(const FieldType& type) {
    return type.kind == ValueKind::integer || type.kind == ValueKind::decimal || type.kind == ValueKind::uprn;
}

// "@name" under an each over columns in names: the name that tells them apart.
bool names_columns(const ast::FieldLine& line, const ast::Each* columns) {
    if (columns == nullptr || columns->numbered->names.empty() || line.partner.size() != 1) { return false; }
    const auto& steps = line.partner[0].steps;
    return steps.size() == 1 && steps[0].name.text == "@name";
}

}  // namespace

void MapCompiler::field_line(const ast::FieldLine& line, Frame& into) {
    Line made;
    made.at = line.canonical.text.empty() ? line.span : line.canonical.span;
    made.arrow = narrowed(into.arrow, line.arrow, line.span);
    made.required = line.required;
    if (line.constant) { made.constant = line.constant->text; }
    if (line.required && line.fallback) { problem(line.fallback->span, "a required field has no default"); }
    if (!line.canonical.text.empty()) { canonical_side(line, into, made); }
    const bool of_name = names_columns(line, columns_of_);
    if (!line.partner.empty() && !of_name) { partner_side(line, into, made); }
    if (line.constant) {
        constant(line, made);
    } else if (made.field) {
        conversions(line, made);
    }
    const bool has_place = line.partner.size() == 1 && !of_name && !into.is_numbered();
    if (made.field && has_place) { known_codes(line, made.arrow); }
    if (of_name) { name_line(line, made); }
    made.spelling = spelling(made);
    if (made.arrow != ast::Arrow::in && first_outward_.line == 0) { first_outward_ = line.span; }
    into.order.emplace_back(false, static_cast<Index>(into.lines.size()));
    into.lines.push_back(std::move(made));
}

// What the map says itself has been checked above.
program::Spelling MapCompiler::spelling(const Line& made) const {
    const bool says_itself = made.constant || !made.by_column.empty();
    const bool makes_it =
        made.field && !made.chain.empty() && made.chain.back()->makes_only(*catalogue_->field(*made.field).type);
    return says_itself || makes_it ? program::Spelling::canonical : program::Spelling::to_check;
}

// A line goes no way that the each around it does not go.
ast::Arrow MapCompiler::narrowed(ast::Arrow around, ast::Arrow line, const ast::Span& span) {
    if (around == ast::Arrow::both || around == line) { return line; }
    if (line != ast::Arrow::both) {
        problem(span, around == ast::Arrow::in ? "the each above only reads; use -> or <->"
                                               : "the each above only writes; use <- or <->");
    }
    return around;
}

void MapCompiler::constant(const ast::FieldLine& line, Line& made) {
    if (!line.conversions.empty()) { problem(line.conversions[0].name.span, "a constant takes no conversion"); }
    if (line.fallback) { problem(line.fallback->span, "a constant takes no default"); }
    if (line.partner.size() > 1) { problem(line.partner[1].span, "a constant stands in one field"); }
    if (!line.canonical.text.empty() && line.arrow != ast::Arrow::in) {
        problem(line.constant->span, "a constant of the canonical side is only read; use ->");
    }
    if (line.canonical.text.empty() && line.json_kind) {
        const auto& kind = line.json_kind->text;
        made.written = kind == "number" ? Written::number : kind == "boolean" ? Written::boolean : Written::text;
    }
}

void MapCompiler::canonical_side(const ast::FieldLine& line, Frame& into, Line& made) {
    const auto& type = catalogue_->record_type(made_->record_type_);
    const auto field = catalogue_->find(line.canonical.text);
    if (!field || !type.fields.has(*field)) {
        std::vector<std::string_view> paths;
        type.fields.each([&](FieldNumber f) { paths.push_back(catalogue_->field(f).path.text()); });
        return problem(line.canonical.span, "no field " + line.canonical.text + " in " + std::string(type.name.text()) +
                                                suggesting(nearest_word(line.canonical.text, paths)));
    }
    const auto& info = catalogue_->field(*field);
    if (info.group != into.group) {
        const auto group = catalogue_->group(info.group).path.text();
        return problem(line.canonical.span, group.empty()
                                                ? line.canonical.text + " does not repeat; it belongs outside this each"
                                                : line.canonical.text + " repeats with " + std::string(group) +
                                                      "; it belongs under: each ... " + std::string(group));
    }
    made.field = *field;
    json_kind(line, info, made);
    if (made.arrow != ast::Arrow::out) { made_->writes_.add(*field); }
    if (made.arrow != ast::Arrow::in) { made_->reads_.add(*field); }
    const auto check_value = [&](const ast::Word& word) {
        if (auto fits = info.type->check(word.text); !fits) {
            problem(word.span, line.canonical.text + ": " + fits.error().reason.text());
        }
    };
    if (line.constant) { check_value(*line.constant); }
    if (!line.fallback) { return; }
    check_value(*line.fallback);
    made.fallback = line.fallback->text;
    if (made.arrow == ast::Arrow::out) {
        problem(line.fallback->span, "default speaks of what comes in; this line only writes");
    }
}

// How JSON writes the value: as the canonical type says, unless a word says otherwise.
void MapCompiler::json_kind(const ast::FieldLine& line, const FieldInfo& info, Line& made) {
    const bool number = info.type->kind == ValueKind::integer || info.type->kind == ValueKind::decimal;
    made.written = number ? Written::number : Written::text;
    if (!line.json_kind) { return; }
    const auto& word = *line.json_kind;
    if (word.text == "text") {
        made.written = Written::text;
    } else if (word.text == "number") {
        made.written = Written::number;
        if (!is_number(*info.type) && line.conversions.empty()) {
            problem(word.span, line.canonical.text + " is no number");
        }
    } else {
        made.written = Written::boolean;
        if (!info.type->code_index("yes") || !info.type->code_index("no")) {
            problem(word.span, "boolean needs a canonical field of yes and no");
        }
        if (!line.conversions.empty()) { problem(line.conversions[0].name.span, "boolean takes no conversion"); }
    }
}

void MapCompiler::partner_side(const ast::FieldLine& line, Frame& into, Line& made) {
    for (const auto& path : line.partner) {
        std::vector<Step> to;
        if (into.is_numbered() && path.steps.size() > 1) {
            problem(path.span, "under numbered columns a line has one name");
        }
        if (!into.is_numbered()) {  // the columns of a numbered frame belong to the frame around it
            to = steps(path);
            holds_text(path);
            if (is_rows() && into.group != root_group && !to.empty()) {
                problem(path.span, "one cell holds one text; write . for it");
            }
            auto& place = into.matches[match(into, to)];
            place.slots.push_back(into.slot_count);
            if (made.arrow != ast::Arrow::in) { writes_once(place, path.span); }
            if (line.constant && places_) { known_value(there_, *line.constant, joined(around_, spelled(path))); }
        }
        made.slots.push_back(into.slot_count++);
        made.paths.push_back(std::move(to));
    }
    made.shown = full_name(line.partner.front(), into);
}

Name MapCompiler::full_name(const ast::PartnerPath& path, const Frame& in) const {
    if (!in.is_numbered()) { return Name::declare(joined(around_, spelled(path))); }
    auto word = path.steps.empty() ? std::string{} : path.steps[0].name.text;
    auto marks = std::count(word.begin(), word.end(), '#');
    for (auto each = columns_around_.rbegin(); each != columns_around_.rend(); ++each) {
        if (marks-- > 0) { continue; }
        const auto& columns = *(*each)->numbered;
        word.insert(0, columns.names.empty() ? stem(columns) : "(" + stem(columns) + ")");
    }
    return Name::declare(word);
}

void MapCompiler::conversions(const ast::FieldLine& line, Line& made) {
    std::size_t parts = line.partner.size();
    for (std::size_t i = 0; i < line.conversions.size(); ++i) {
        const auto& conversion = line.conversions[i];
        ConversionRequest request{.name = conversion.name.text,
                                  .arguments = {},
                                  .parts = parts,
                                  .field = catalogue_->field(*made.field).type,
                                  .is_last = i + 1 == line.conversions.size(),
                                  .arrow = made.arrow,
                                  .fallback = line.fallback ? line.fallback->text : std::string_view{}};
        for (const auto& argument : conversion.arguments) { request.arguments.emplace_back(argument.text); }
        if (conversion.name.text == "code" && !conversion.arguments.empty()) {
            const auto table = tables_.find(conversion.arguments[0].text);
            if (table != tables_.end()) {
                request.table = table->second;
            } else {
                for (const auto& [name, rows] : tables_) { request.tables.emplace_back(name); }
            }
        }
        auto step = make_conversion(request);
        if (!step) {
            parts = 1;
            problem(conversion.name.span, step.error());
            continue;
        }
        if (parts > 1 && (*step)->parts() != parts) { break; }  // it would read the first and drop the others
        parts = 1;
        if (!(*step)->has_inverse() && made.arrow != ast::Arrow::in) {
            problem(conversion.name.span, conversion.name.text + " cannot be undone; use ->");
        }
        made.chain.push_back(std::move(*step));
    }
    if (parts > 1) { problem(line.partner[1].span, "several partner fields need a conversion that joins them"); }
}

void MapCompiler::ignore_line(const ast::IgnoreLine& line, Frame& into) {
    if (line.reason.text.empty()) { problem(line.reason.span, "say why, between the quotes"); }
    if (line.holds) { return hold_line(line); }
    is_ignored_ = true;
    auto& place = into.matches[match(into, steps(line.partner))];
    is_ignored_ = false;
    const bool below =
        std::any_of(place.by_name.begin(), place.by_name.end(), [](const auto& v) { return !v.empty(); });
    if (!place.slots.empty() || !place.frames.empty() || below) {
        problem(line.partner.span, below ? "a field below this one is mapped; ignore what stands beside it"
                                         : "this field is mapped above; it cannot be ignored too");
    }
    place.ignored = true;
}

}  // namespace haven
