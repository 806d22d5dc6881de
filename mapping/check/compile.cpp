#include "mapping/check/compile.h"

#include <algorithm>

#include "core/base/encoding.h"
#include "core/catalogue/value.h"
#include "core/seal/sha256.h"
#include "mapping/language/parse.h"

namespace haven {
namespace {

using program::Frame;
using program::Index;
using program::Line;
using program::Match;
using program::nothing;
using program::Step;

constexpr std::array<std::pair<std::string_view, CsvSeparator>, 4> separators{{{",", CsvSeparator::comma},
                                                                               {";", CsvSeparator::semicolon},
                                                                               {"tab", CsvSeparator::tab},
                                                                               {"|", CsvSeparator::pipe}}};
constexpr std::array<std::pair<std::string_view, Encoding>, 3> encodings{
    {{"utf-8", Encoding::utf8}, {"cp1252", Encoding::windows_1252}, {"latin-1", Encoding::latin_1}}};

std::string spelled(const ast::PartnerPath& path) {
    if (path.steps.empty()) { return "."; }
    std::string out;
    for (const auto& step : path.steps) {
        if (!out.empty() && !step.name.text.starts_with('@')) { out += "."; }
        out += step.name.text;
    }
    return out;
}

std::string did_you_mean(std::string_view near) {
    return near.empty() ? std::string{} : "; did you mean " + std::string(near) + "?";
}

}  // namespace

MapCompiler::MapCompiler(const ast::Map& ast, std::string_view file, const std::shared_ptr<const Catalogue>& catalogue)
    : ast_(ast), file_(file), catalogue_(catalogue), made_(new Map()) {}

tl::expected<std::shared_ptr<const Map>, Problems> MapCompiler::run(std::string_view text) {
    heading();
    if (!problems_.empty()) { return tl::unexpected(std::move(problems_)); }
    tables();
    made_->frame_ = frame(ast_.body, root_group, nullptr);
    made_->digest_ = *Digest16::from(sha256(text).view().substr(0, Digest16::size));
    if (!problems_.empty()) {
        std::stable_sort(problems_.begin(), problems_.end(), [](const Problem& a, const Problem& b) {
            return std::tie(a.line, a.column) < std::tie(b.line, b.column);
        });
        return tl::unexpected(std::move(problems_));
    }
    return std::shared_ptr<const Map>(std::move(made_));
}

void MapCompiler::heading() {
    made_->name_ = Name::declare(ast_.name.text);
    made_->version_ = ast_.version;
    made_->catalogue_ = catalogue_;
    if (ast_.format.text == "csv") {
        made_->format_ = Format::csv;
    } else if (ast_.format.text == "json") {
        made_->format_ = Format::json;
    } else if (ast_.format.text == "xml") {
        made_->format_ = Format::xml;
    } else if (ast_.format.text == "fixed") {
        made_->format_ = Format::fixed;
    } else {
        problem(ast_.format.span, "a dialect is csv, json, xml or fixed");
    }
    for (const auto& space : ast_.namespaces) { made_->namespaces_.emplace_back(space.prefix.text, space.uri.text); }
    if (ast_.canonical_version != catalogue_->version()) {
        problem(ast_.record.span, "the map is for version " + std::to_string(ast_.canonical_version) +
                                      " of the canonical schema, which is version " +
                                      std::to_string(catalogue_->version()));
    }
    const auto type = catalogue_->find_record_type(ast_.record.text);
    if (!type) {
        std::vector<std::string_view> names;
        for (std::uint16_t i = 0; i < catalogue_->record_type_count(); ++i) {
            names.push_back(catalogue_->record_type({i}).name.text());
        }
        problem(ast_.record.span,
                "no record type " + ast_.record.text + did_you_mean(nearest_word(ast_.record.text, names)));
        return;
    }
    made_->record_type_ = *type;
    if (ast_.split) {
        for (const auto& step : ast_.split->steps) { made_->split_.push_back(name(step.name)); }
    }
    dialect_options();
    made_->json_.record_path = made_->split_;
    const auto as_of = catalogue_->find("report/as-of");
    if (as_of && catalogue_->record_type(*type).fields.has(*as_of)) { made_->as_of_ = as_of; }
}

// What the dialect line may say beside the format, and how each is taken.
void MapCompiler::dialect_options() {
    const auto number = [&](const ast::Word& value, int most) {
        const auto n = parse_integer(value.text);
        if (!n || *n < 0 || *n > most) { problem(value.span, "expected a number from 0 to " + std::to_string(most)); }
        return static_cast<int>(n.value_or(0));
    };
    for (const auto& [option, value] : ast_.options) {
        const bool csv = made_->format_ == Format::csv;
        if (csv && option == "separator") {
            made_->csv_.separator = one_of(value, separators);
        } else if (csv && option == "encoding") {
            made_->csv_.encoding = one_of(value, encodings);
        } else if (csv && option == "header") {
            made_->csv_.header_rows = number(value, CsvShape::header_rows_max);
        } else if (csv && option == "names") {
            made_->csv_.names_row = number(value, CsvShape::header_rows_max);
        } else if (made_->format_ == Format::json && option == "lines") {
            made_->json_.lines = value.text == "yes";
        } else if (made_->format_ == Format::xml && option == "root") {
            made_->root_ = name(value);
        } else {
            problem(value.span, "a " + ast_.format.text + " dialect has no option " + option);
        }
    }
}

template <class T, std::size_t N>
T MapCompiler::one_of(const ast::Word& value, const std::array<std::pair<std::string_view, T>, N>& choices) {
    std::vector<std::string_view> names;
    for (const auto& [name, choice] : choices) {
        if (name == value.text) { return choice; }
        names.push_back(name);
    }
    std::string expected;
    for (const auto name : names) { expected += (expected.empty() ? "" : ", ") + std::string(name); }
    problem(value.span, "expected one of " + expected);
    return choices[0].second;
}

void MapCompiler::tables() {
    for (const auto& table : ast_.tables) {
        CodeRows rows;
        for (const auto& row : table.rows) { rows.rows.push_back({row.partner.text, row.arrow, row.canonical.text}); }
        if (!tables_.emplace(table.name.text, std::move(rows)).second) {
            problem(table.name.span, "two tables are called " + table.name.text);
        }
    }
}

Frame MapCompiler::frame(const ast::Each& each, GroupNumber group, const ast::Each* numbered_in) {
    Frame made;
    made.group = group;
    made.arrow = each.arrow;
    made.matches.emplace_back();
    if (numbered_in != nullptr) {
        made.from = numbered_in->numbered->from;
        made.to = numbered_in->numbered->to;
    }
    std::size_t next_field = 0;
    std::size_t next_nested = 0;
    while (next_field < each.fields.size() || next_nested < each.nested.size()) {
        const bool field_first =
            next_nested == each.nested.size() ||
            (next_field < each.fields.size() && each.fields[next_field].span.line < each.nested[next_nested].span.line);
        if (field_first) {
            field_line(each.fields[next_field++], made);
        } else {
            nested(each.nested[next_nested++], made);
        }
    }
    for (const auto& line : each.ignores) { ignore_line(line, made); }
    once_each(made);
    return made;
}

void MapCompiler::field_line(const ast::FieldLine& line, Frame& into) {
    Line made;
    made.number = line.span.line;
    made.arrow = line.arrow;
    made.required = line.required;
    if (line.constant) { made.constant = line.constant->text; }
    if (!line.canonical.text.empty()) { canonical_side(line, into, made); }
    if (!line.partner.empty()) { partner_side(line, into, made); }
    if (!line.canonical.text.empty() && !line.partner.empty() && made.field) { conversions(line, made); }
    into.order.emplace_back(false, static_cast<Index>(into.lines.size()));
    into.lines.push_back(std::move(made));
}

void MapCompiler::canonical_side(const ast::FieldLine& line, Frame& into, Line& made) {
    const auto& type = catalogue_->record_type(made_->record_type_);
    const auto field = catalogue_->find(line.canonical.text);
    if (!field || !type.fields.has(*field)) {
        std::vector<std::string_view> paths;
        type.fields.each([&](FieldNumber f) { paths.push_back(catalogue_->field(f).path.text()); });
        return problem(line.canonical.span, "no field " + line.canonical.text + " in " + std::string(type.name.text()) +
                                                did_you_mean(nearest_word(line.canonical.text, paths)));
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
    const bool number = info.type->kind == ValueKind::integer || info.type->kind == ValueKind::decimal;
    made.written = number ? program::Written::number : program::Written::text;
    if (line.json_kind) {
        made.written = line.json_kind->text == "number"    ? program::Written::number
                       : line.json_kind->text == "boolean" ? program::Written::boolean
                                                           : program::Written::text;
    }
    if (line.arrow != ast::Arrow::out) { made_->writes_.add(*field); }
    if (line.arrow != ast::Arrow::in) { made_->reads_.add(*field); }
    const auto check_value = [&](const ast::Word& word) {
        if (auto fits = info.type->check(word.text); !fits) {
            problem(word.span, line.canonical.text + ": " + fits.error().reason.text());
        }
    };
    if (line.constant) { check_value(*line.constant); }
    if (line.fallback) {
        check_value(*line.fallback);
        made.fallback = line.fallback->text;
    }
}

void MapCompiler::partner_side(const ast::FieldLine& line, Frame& into, Line& made) {
    for (const auto& path : line.partner) {
        std::vector<Step> to;
        if (!into.is_numbered()) {  // the columns of a numbered frame belong to the frame around it
            to = steps(path);
            into.matches[match(into, to)].slots.push_back(into.slot_count);
        }
        made.slots.push_back(into.slot_count++);
        made.paths.push_back(std::move(to));
    }
    made.shown = Name::declare(spelled(line.partner.front()));
}

void MapCompiler::conversions(const ast::FieldLine& line, Line& made) {
    std::size_t parts = line.partner.size();
    for (const auto& conversion : line.conversions) {
        ConversionRequest request{.name = conversion.name.text,
                                  .arguments = {},
                                  .parts = parts,
                                  .field = catalogue_->field(*made.field).type};
        for (const auto& argument : conversion.arguments) { request.arguments.emplace_back(argument.text); }
        if (!conversion.arguments.empty()) {
            const auto table = tables_.find(conversion.arguments[0].text);
            if (table != tables_.end()) { request.table = &table->second; }
        }
        auto step = make_conversion(request);
        if (!step) {
            problem(conversion.name.span, step.error());
            continue;
        }
        if (!(*step)->has_inverse() && line.arrow == ast::Arrow::both) {
            problem(conversion.name.span,
                    conversion.name.text + " cannot be undone; use " + ((*step)->outward_only() ? "<-" : "->"));
        }
        made.chain.push_back(std::move(*step));
        parts = 1;
    }
    if (parts > 1) { problem(line.partner[1].span, "several partner fields need a conversion that joins them"); }
}

void MapCompiler::ignore_line(const ast::IgnoreLine& line, Frame& into) {
    if (line.reason.text.empty()) { problem(line.reason.span, "say why the field is ignored"); }
    auto& place = into.matches[match(into, steps(line.partner))];
    if (!place.slots.empty() || !place.frames.empty()) {
        problem(line.partner.span, "this field is mapped above; it cannot be ignored too");
    }
    place.ignored = true;
}

void MapCompiler::nested(const ast::Each& each, Frame& into) {
    const auto group = catalogue_->find_group(each.group.text);
    const auto& type = catalogue_->record_type(made_->record_type_);
    if (!group || !type.has_group(*group)) {
        std::vector<std::string_view> paths;
        for (const auto g : type.groups) { paths.push_back(catalogue_->group(g).path.text()); }
        return problem(each.group.span, "no group " + each.group.text + " that repeats in " +
                                            std::string(type.name.text()) +
                                            did_you_mean(nearest_word(each.group.text, paths)));
    }
    if (catalogue_->group(*group).parent != into.group) {
        return problem(each.group.span,
                       each.group.text + " repeats within " +
                           std::string(catalogue_->group(catalogue_->group(*group).parent).path.text()) +
                           "; it belongs under that each");
    }
    auto made = frame(each, *group, each.numbered ? &each : nullptr);
    made.shown = Name::declare(each.numbered ? each.numbered->prefix : spelled(each.partner));
    if (each.separator) { made.separator = each.separator->text; }
    const auto which = static_cast<Index>(into.nested.size());
    if (!each.numbered) {
        made.path = steps(each.partner);
        into.matches[match(into, made.path)].frames.push_back(which);
    }
    into.order.emplace_back(true, which);
    into.nested.push_back(std::move(made));
    if (each.numbered) { numbered_columns(each, into, which); }
}

// "each Child1..6" with a line "DOB" reads the columns Child1DOB to Child6DOB; "#" in a name is where the number goes.
void MapCompiler::numbered_columns(const ast::Each& each, Frame& around, Index which) {
    auto& frame = around.nested[which];
    for (std::size_t l = 0; l < frame.lines.size(); ++l) {
        auto& line = frame.lines[l];
        for (std::size_t p = 0; p < line.slots.size(); ++p) {
            const auto& column = each.fields[l].partner[p];
            line.paths[p].clear();
            for (int n = frame.from; n <= frame.to; ++n) {
                auto word = column.steps.empty() ? ast::Word{"", column.span} : column.steps[0].name;
                const auto mark = word.text.find('#');
                if (mark != std::string::npos) {
                    word.text.replace(mark, 1, std::to_string(n));
                } else {
                    word.text = each.numbered->prefix + std::to_string(n) + each.numbered->suffix + word.text;
                }
                const Step step{name(word), {}};
                around.matches[match(around, {step})].numbered.push_back(
                    {which, static_cast<Index>(n - frame.from), line.slots[p]});
                line.paths[p].push_back(step);
            }
        }
    }
}

std::vector<Step> MapCompiler::steps(const ast::PartnerPath& path) {
    std::vector<Step> out;
    for (const auto& step : path.steps) {
        Step made{name(step.name), {}};
        for (const auto& predicate : step.predicates) {
            made.conditions.push_back(
                {predicate.name.text == "." ? undeclared : name(predicate.name), predicate.value.text});
        }
        out.push_back(std::move(made));
    }
    return out;
}

std::string MapCompiler::key(const ast::Word& word) {
    const auto colon = word.text.find(':');
    if (made_->format_ != Format::xml || colon == std::string::npos) { return word.text; }
    const bool attribute = word.text.starts_with('@');
    const auto prefix = word.text.substr(attribute ? 1 : 0, colon - (attribute ? 1 : 0));
    for (const auto& [declared, uri] : made_->namespaces_) {
        if (declared == prefix) { return "{" + uri + "}" + (attribute ? "@" : "") + word.text.substr(colon + 1); }
    }
    problem(word.span, "no namespace " + prefix + " is declared");
    return word.text;
}

NameId MapCompiler::name(const ast::Word& word) {
    return made_->vocabulary_.add(key(word), Name::declare(word.text));
}

Index MapCompiler::match(Frame& frame, const std::vector<Step>& path) {
    Index at = 0;
    for (const auto& step : path) { at = below(frame, at, step); }
    return at;
}

Index MapCompiler::below(Frame& frame, Index at, const Step& step) {
    if (frame.matches[at].by_name.size() <= step.name) { frame.matches[at].by_name.resize(step.name + 1); }
    auto& variants = frame.matches[at].by_name[step.name];
    for (const auto& variant : variants) {
        if (variant.conditions == step.conditions) { return variant.match; }
    }
    const auto made = static_cast<Index>(frame.matches.size());
    const auto where = step.conditions.empty() ? variants.end() : variants.begin();
    variants.insert(where, {step.conditions, made});
    Match place;
    for (const auto& condition : step.conditions) {
        if (condition.name != undeclared) { place.compared.push_back(condition.name); }
    }
    frame.matches.push_back(std::move(place));
    return made;
}

// Two lines that write one field would make the result depend on their order.
void MapCompiler::once_each(const Frame& frame) {
    std::map<FieldNumber, int> written;
    for (const auto& line : frame.lines) {
        if (!line.field || line.arrow == ast::Arrow::out) { continue; }
        const auto [first, fresh] = written.emplace(*line.field, line.number);
        if (!fresh) {
            problem({line.number, 0, 1}, "line " + std::to_string(first->second) + " already writes " +
                                             std::string(catalogue_->field(*line.field).path.text()));
        }
    }
}

void MapCompiler::problem(const ast::Span& span, std::string message) {
    problems_.push_back({file_, span.line, span.column, span.width, std::move(message)});
}

}  // namespace haven
