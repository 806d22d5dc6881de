#include "mapping/check/compile.h"

#include <algorithm>

namespace haven {

using program::Frame;
using program::Index;

MapCompiler::MapCompiler(const ParsedMap& parsed, std::string_view file, const Versions& versions,
                         const CodeLists& code_lists, const DialectSchemas& schemas)
    : ast_(parsed.map),
      unread_(parsed.problems),
      file_(file),
      versions_(versions),
      catalogue_(versions.own()),
      code_lists_(code_lists),
      schemas_(schemas),
      made_(new Map()) {}

tl::expected<std::shared_ptr<const Map>, Problems> MapCompiler::run(std::string_view text) {
    hash_.update(text);
    heading();
    if (!problems_.empty()) { return tl::unexpected(all_problems()); }
    tables();
    for (const auto& list : ast_.code_lists) { code_list(list); }
    made_->frame_ = frame(ast_.body, root_group, ast::Arrow::both, nullptr);
    conditions_written_once(made_->frame_);
    if (unread_.empty()) { whole_map(); }
    reads_only();
    made_->says_ = made_->to_hub_ == nullptr ? made_->reads_ : made_->to_hub_->fields(made_->reads_);
    made_->digest_ = *Digest16::from(hash_.finish().view().substr(0, Digest16::size));
    if (!problems_.empty() || !unread_.empty()) { return tl::unexpected(all_problems()); }
    return std::shared_ptr<const Map>(std::move(made_));
}

// What a line could still put right.
void MapCompiler::whole_map() {
    known_rows();
    splits();
    one_meaning(made_->frame_, true);
    required();
    all_columns();
    all_places();
    columns_written();
}

Problems MapCompiler::all_problems() {
    problems_.insert(problems_.begin(), unread_.begin(), unread_.end());
    std::stable_sort(problems_.begin(), problems_.end(), [](const Problem& a, const Problem& b) {
        return std::tie(a.line, a.column) < std::tie(b.line, b.column);
    });
    return std::move(problems_);
}

Frame MapCompiler::frame(const ast::Each& each, GroupNumber group, ast::Arrow arrow, const ast::Each* numbered_in) {
    Frame made;
    made.group = group;
    made.arrow = arrow;
    made.at = each.span;
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
    if (numbered_in == nullptr) {
        for (const auto& line : each.ignores) { ignore_line(line, made); }
    }
    once_each(made);
    disjoint(made);
    directly(made);
    return made;
}

void MapCompiler::directly(Frame& frame) {
    for (auto& match : frame.matches) {
        match.direct.reserve(match.by_name.size());
        for (const auto& variants : match.by_name) {
            const auto* below =
                variants.size() == 1 && variants[0].conditions.empty() ? &frame.matches[variants[0].match] : nullptr;
            const bool direct =
                below != nullptr && below->slots.size() == 1 && below->frames.empty() && !below->ignored;
            match.direct.push_back(direct ? below->slots[0] : program::nothing);
        }
    }
}

std::optional<GroupNumber> MapCompiler::group(const ast::Each& each, GroupNumber around) {
    const auto group = catalogue_->find_group(each.group.text);
    const auto& type = catalogue_->record_type(made_->record_type_);
    if (!group || !type.has_group(*group)) {
        std::vector<std::string_view> paths;
        for (const auto g : type.groups) { paths.push_back(catalogue_->group(g).path.text()); }
        problem(each.group.span, "no group " + each.group.text + " that repeats in " + std::string(type.name.text()) +
                                     suggesting(nearest_word(each.group.text, paths)));
        return std::nullopt;
    }
    const auto parent = catalogue_->group(*group).parent;
    if (parent != around) {
        problem(each.group.span, parent == root_group ? each.group.text + " belongs outside this each"
                                                      : each.group.text + " repeats within " +
                                                            std::string(catalogue_->group(parent).path.text()) +
                                                            "; it belongs under that each");
        return std::nullopt;
    }
    return group;
}

void MapCompiler::nested(const ast::Each& each, Frame& into) {
    const auto number = group(each, into.group);
    if (!number) { return; }
    const bool in_column = into.is_numbered() && !each.numbered;
    if (in_column && !(each.separator && each.partner.steps.size() == 1)) {
        return problem(each.partner.span,
                       "under numbered columns only columns can repeat, each Phone1..3 or each Mobile, Home, or the "
                       "values in one, each Phones list(;)");
    }
    const auto arrow = narrowed(into.arrow, each.arrow, each.span);
    group_written_once(each, arrow, into);
    if (in_column) { return list_in_column(each, *number, arrow, into); }
    auto path = each.numbered ? std::vector<program::Step>{} : steps(each.partner);
    auto made = named_frame(each, *number, arrow);
    if (each.separator) { made.separator = each.separator->text; }
    const auto which = static_cast<Index>(into.nested.size());
    if (!each.numbered) {
        made.path = std::move(path);
        path_ = each.partner.span;
        if (made.path.empty()) { return problem(each.partner.span, "an each needs the field that repeats"); }
        // What told this element from its neighbours has been read when the frame begins.
        for (const auto& condition : made.path.back().conditions) {
            if (condition.name == undeclared) {
                made.matches[0].compares_itself = true;
            } else {
                made.matches[0].compared.push_back(condition.name);
            }
        }
        conditions_written_once(made);
        auto& place = into.matches[match(into, made.path)];
        place.frames.push_back(which);
        if (arrow != ast::Arrow::in) { writes_once(place, each.partner.span); }
    }
    into.order.emplace_back(true, which);
    into.nested.push_back(std::move(made));
    if (each.numbered) { numbered_columns(each, into, which); }
}

// A text with several values in each of the numbered columns, "Perp1Phones" to "Perp3Phones": it has a slot among those
// of the columns' own lines.
void MapCompiler::list_in_column(const ast::Each& each, GroupNumber group, ast::Arrow arrow, Frame& into) {
    program::Line cell;
    cell.arrow = arrow;
    cell.at = each.partner.span;
    cell.shown = full_name(each.partner, into);
    cell.slots.push_back(into.slot_count++);
    cell.paths.emplace_back();
    there_ = {};  // the schema is asked for the columns themselves
    auto made = named_frame(each, group, arrow);
    made.separator = each.separator->text;
    made.shown = cell.shown;
    for (auto& line : made.lines) { line.shown = cell.shown; }
    made.cell = std::move(cell);
    into.order.emplace_back(true, static_cast<Index>(into.nested.size()));
    into.nested.push_back(std::move(made));
}

// The frame of an each, whose lines are called by the way to them.
Frame MapCompiler::named_frame(const ast::Each& each, GroupNumber group, ast::Arrow arrow) {
    const auto around = around_;
    const auto* columns_around = columns_of_;
    columns_of_ = each.numbered ? &each : nullptr;
    if (each.numbered) { columns_around_.push_back(&each); }
    const auto here = here_;
    if (!each.numbered) {
        around_ = joined(around_, spelled(each.partner));
        here_ = there_;
    }
    auto made = frame(each, group, arrow, columns_of_);
    made.shown = Name::declare(each.numbered ? stem(*each.numbered) : around_);
    if (each.numbered) {
        names_its_columns(each, made);
        columns_around_.pop_back();
    }
    around_ = around;
    here_ = here;
    columns_of_ = columns_around;
    return made;
}

void MapCompiler::problem(const ast::Span& span, std::string message) {
    problems_.push_back({file_, span.line, span.column, span.width, std::move(message)});
}

std::string spelled(const ast::PartnerPath& path) {
    if (path.steps.empty()) { return "."; }
    std::string out;
    for (const auto& step : path.steps) {
        if (!out.empty() && !step.name.text.starts_with('@')) { out += "."; }
        out += step.name.text;
        for (const auto& predicate : step.predicates) {
            out += "[" + predicate.name.text + "=" + predicate.value.text + "]";
        }
    }
    return out;
}

std::string joined(const std::string& around, const std::string& path) {
    if (around.empty() || path == ".") { return around.empty() ? path : around; }
    return around + (path.starts_with('@') ? "" : ".") + path;
}

std::string stem(const ast::Numbered& numbered) {
    if (numbered.names.empty()) { return numbered.prefix + "#" + numbered.suffix; }
    std::string out;
    for (const auto& name : numbered.names) { out += (out.empty() ? "" : ", ") + name; }
    return out;
}

std::string suggesting(std::string_view near) {
    return near.empty() ? std::string{} : "; did you mean " + std::string(near) + "?";
}

}  // namespace haven
