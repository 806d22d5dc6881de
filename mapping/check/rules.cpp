#include <algorithm>

#include "mapping/check/compile.h"

namespace haven {

using program::Condition;
using program::Frame;
using program::Match;

namespace {

bool has_below(const Match& place) {
    return std::any_of(place.by_name.begin(), place.by_name.end(), [](const auto& v) { return !v.empty(); });
}

// Whether no element can meet both: they name one thing and want it different.
bool exclude_each_other(const std::vector<Condition>& a, const std::vector<Condition>& b) {
    return std::any_of(a.begin(), a.end(), [&](const Condition& x) {
        return std::any_of(b.begin(), b.end(),
                           [&](const Condition& y) { return x.name == y.name && x.value != y.value; });
    });
}

void add_groups(const Frame& frame, std::vector<GroupNumber>& groups) {
    for (const auto& below : frame.nested) {
        if (below.arrow == ast::Arrow::out) { continue; }
        groups.push_back(below.group);
        add_groups(below, groups);
    }
}

}  // namespace

// Two lines that write one field would make the result depend on their order.
void MapCompiler::once_each(const Frame& frame) {
    std::map<FieldNumber, int> written;
    for (const auto& line : frame.lines) {
        if (!line.field || line.arrow == ast::Arrow::out) { continue; }
        const auto [first, fresh] = written.emplace(*line.field, line.at.line);
        if (!fresh) {
            problem(line.at, "line " + std::to_string(first->second) + " already writes " +
                                 std::string(catalogue_->field(*line.field).path.text()));
        }
    }
}

void MapCompiler::disjoint(const Frame& frame) {
    for (const auto& place : frame.matches) {
        for (const auto& variants : place.by_name) {
            for (std::size_t i = 1; i < variants.size(); ++i) {
                for (std::size_t k = 0; k < i; ++k) {
                    if (exclude_each_other(variants[i].conditions, variants[k].conditions)) { continue; }
                    problem(variants[i].at, "an element could be this one and that of line " +
                                                std::to_string(variants[k].at.line) +
                                                " too; give the same name another value in each");
                    break;
                }
            }
        }
    }
}

// Written under two of them, each instance would stand in the message twice.
void MapCompiler::group_written_once(const ast::Each& each, ast::Arrow arrow, const Frame& into) {
    if (arrow == ast::Arrow::in) { return; }
    for (const auto& other : into.nested) {
        if (other.arrow == ast::Arrow::in || catalogue_->group(other.group).path.text() != each.group.text) {
            continue;
        }
        return problem(each.group.span, "line " + std::to_string(other.at.line) + " already writes " + each.group.text +
                                            "; make one of them ->");
    }
}

// What a predicate asks for, it writes; a line for the same name would write it a second time.
void MapCompiler::conditions_written_once(const Frame& frame) {
    const auto refuse = [&](const Match& place) {
        if (place.written.line == 0) { return; }
        problem(place.written, "the predicate writes this field already; take this line out, or make it ->");
    };
    for (const auto& place : frame.matches) {
        if (place.compares_itself && place.frames.empty()) { refuse(place); }
        for (const auto name : place.compared) {
            if (name >= place.by_name.size()) { continue; }
            for (const auto& below : place.by_name[name]) { refuse(frame.matches[below.match]); }
        }
    }
}

// What an each takes, the lines around it cannot read; what is ignored, nobody can.
void MapCompiler::one_meaning(const Frame& frame, bool is_root) {
    for (const auto& place : frame.matches) {
        if (place.splits && is_root) { continue; }
        if (!place.frames.empty() && (!place.slots.empty() || has_below(place))) {
            problem(frame.nested[place.frames[0]].at,
                    "a line outside this each reads what it takes; it belongs under the each");
        }
    }
    for (const auto& below : frame.nested) { one_meaning(below, false); }
}

bool is_above(std::string_view branch, const std::vector<std::string_view>& paths) {
    return std::any_of(paths.begin(), paths.end(), [&](std::string_view path) {
        return path.starts_with(branch) && path.substr(branch.size()).starts_with('/');
    });
}

// What the canonical schema requires of every record that comes in. A branch of which a field was asked for comes with
// it.
void MapCompiler::required() {
    if (!problems_.empty() || made_->writes_.empty()) { return; }
    const auto& type = catalogue_->record_type(made_->record_type_);
    std::vector<GroupNumber> groups{root_group};
    add_groups(made_->frame_, groups);
    const auto has = [&](GroupNumber g) { return std::find(groups.begin(), groups.end(), g) != groups.end(); };
    std::vector<std::string_view> asked;
    for (const auto& needed : type.requirements) {
        if (!has(needed.group)) { continue; }
        if (!needed.trigger.empty() && (needed.trigger & made_->writes_).empty()) { continue; }
        const bool given = std::any_of(needed.any_of.begin(), needed.any_of.end(),
                                       [&](FieldNumber f) { return made_->writes_.has(f); }) ||
                           std::any_of(needed.any_of_groups.begin(), needed.any_of_groups.end(), has);
        if (given || is_above(needed.path.text(), asked)) { continue; }
        asked.push_back(needed.path.text());
        problem(ast_.record.span, std::string(type.name.text()) + " requires " + std::string(needed.path.text()) +
                                      ", and no line reads it");
    }
}

void MapCompiler::all_columns() {
    if (!problems_.empty()) { return; }
    const auto& by_name = made_->frame_.matches[0].by_name;
    for (const auto& column : ast_.columns) {
        const auto id = name(column.name);
        if (id < by_name.size() && !by_name[id].empty()) { continue; }
        problem(column.name.span, "column " + column.name.text + " is neither mapped nor ignored with a reason");
    }
}

const char* MapCompiler::why_reads_only() const {
    const bool has_split = !made_->split_.empty();
    if (!made_->follows_.empty()) { return "a map with follow only reads; use ->"; }
    if (!made_->split_victim_.empty()) { return "a map that splits by victim only reads; use ->"; }
    if (made_->count_) { return "a map with count only reads; use ->"; }
    if (made_->encoding_ != Encoding::utf8) {
        return "only UTF-8 is written, and the dialect has another encoding; use ->";
    }
    if (made_->csv_.header_rows > 1) { return "CSV is written with one header row at most; use ->"; }
    if (made_->format_ == Format::json && has_split) { return "a json map that splits only reads; use ->"; }
    if (made_->format_ == Format::xml && !has_split && made_->root_ == undeclared) {
        return "to write XML name its root: dialect xml root NAME";
    }
    return nullptr;
}

void MapCompiler::reads_only() {
    if (first_outward_.line == 0) { return; }
    if (const auto* why = why_reads_only(); why != nullptr) { problem(first_outward_, why); }
}

}  // namespace haven
