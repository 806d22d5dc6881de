#include <algorithm>

#include "core/catalogue/value.h"
#include "mapping/check/compile.h"

namespace haven {

// The columns that the partner's specification lists: with them the map must speak of each. A list is of names; what
// only numbers some columns of a CSV is none.
void MapCompiler::columns() {
    const bool csv = made_->format_ == Format::csv;
    const bool is_list =
        !csv || std::any_of(ast_.columns.begin(), ast_.columns.end(), [](const ast::Column& c) { return !c.start; });
    std::set<NameId> names;
    for (const auto& column : ast_.columns) {
        if (!is_rows()) { return problem(column.name.span, "only csv and fixed dialects have columns"); }
        const auto id = name(column.name);
        if (!names.insert(id).second) { problem(column.name.span, "two columns are called " + column.name.text); }
        if (is_list) { made_->columns_.push_back(id); }
        if (csv) {
            csv_column(column, id);
        } else if (column.length.value_or(0) < 1 || column.start.value_or(0) < 1) {
            problem(column.name.span, "expected where the column starts and its length: column NAME 1 20");
        }
    }
    std::sort(made_->csv_.numbered.begin(), made_->csv_.numbered.end(),
              [](const CsvNumbered& a, const CsvNumbered& b) { return a.number < b.number; });
    if (made_->format_ == Format::fixed) { return fixed_layout(); }
    if (made_->csv_.header_rows > 0 || !csv) { return; }
    made_->csv_.columns = made_->columns_;
    if (ast_.columns.empty()) {
        problem(ast_.options.at("header").value.span, "without a header, list the columns: column NAME");
    }
}

void MapCompiler::csv_column(const ast::Column& column, NameId id) {
    auto& csv = made_->csv_;
    if (column.optional) { csv.optional.push_back(id); }
    if (column.length) {
        return problem(column.name.span, "a csv column has no length: column NAME, or column NAME 3");
    }
    if (!column.start) { return; }
    if (csv.header_rows == 0) {
        return problem(column.start_span, "without a header the lines stand in the order of the columns: column NAME");
    }
    if (*column.start < 1 || *column.start > CsvShape::numbers_max) {
        return problem(column.start_span, "columns are numbered from 1 to " + std::to_string(CsvShape::numbers_max));
    }
    const auto number = static_cast<std::size_t>(*column.start);
    for (const auto& other : csv.numbered) {
        if (other.number == number) { problem(column.start_span, "two columns have this number"); }
    }
    csv.numbered.push_back({id, number, column.heading ? std::optional(column.heading->text) : std::nullopt});
}

// What is written has no gaps: before a numbered column stand as many as its number says.
void MapCompiler::columns_written() {
    if (first_outward_.line == 0 || !problems_.empty()) { return; }
    const auto count = made_->columns().size();
    for (const auto& column : ast_.columns) {
        const bool beyond =
            made_->format_ == Format::csv && column.start && static_cast<std::size_t>(*column.start) > count;
        if (!beyond) { continue; }
        problem(column.start_span, "the map names " + std::to_string(count) +
                                       " columns, too few to write this one; name those before it, or use ->");
    }
}

void MapCompiler::fixed_layout() {
    if (ast_.columns.empty()) {
        return problem(ast_.format.span, "a fixed dialect lists its columns: column NAME START LENGTH");
    }
    std::vector<FixedColumn> columns;
    for (std::size_t i = 0; i < ast_.columns.size(); ++i) {
        const auto& column = ast_.columns[i];
        columns.push_back({made_->columns_[i], static_cast<std::size_t>(column.start.value_or(0)),
                           static_cast<std::size_t>(column.length.value_or(0))});
    }
    auto layout = FixedLayout::make(std::move(columns));
    if (layout) {
        made_->fixed_ = std::move(*layout);
        return;
    }
    const auto& places = layout.error().places;
    const auto at = places.empty() || places[0].number < 1 ? 0U : static_cast<std::size_t>(places[0].number) - 1;
    problem(ast_.columns[std::min(at, ast_.columns.size() - 1)].name.span, layout.error().reason.text());
}

void MapCompiler::count() {
    if (!made_->csv_.trailer.empty() && !ast_.count) {
        problem(ast_.options.at("trailer").value.span, "say which cell of the trailer counts the records: count 1");
    }
    if (!ast_.count) { return; }
    if (made_->format_ == Format::fixed) { return problem(ast_.count->span, "a fixed dialect has no trailer"); }
    Map::Count count;
    if (made_->format_ == Format::csv) {
        const auto cell = ast_.count->steps.size() == 1 ? parse_integer(ast_.count->steps[0].name.text) : std::nullopt;
        if (!cell || *cell < 1 || *cell > 100) {
            return problem(ast_.count->span, "expected a cell of the trailer, from 1 behind its marker");
        }
        if (made_->csv_.trailer.empty()) {
            return problem(ast_.count->span, "say how the trailer begins: dialect csv trailer MARKER");
        }
        count.cell = static_cast<std::size_t>(*cell);
    } else {
        if (made_->split_.empty()) { return problem(ast_.count->span, "a count needs a line: split PATH"); }
        count.path = steps(*ast_.count);
        const bool xml = made_->format_ == Format::xml;
        if (xml && (count.path.size() < 2 || count.path[0].name != made_->split_[0])) {
            return problem(ast_.count->span, "the path of the count begins with the root, as that of the split");
        }
        if (xml) { count.path.erase(count.path.begin()); }
    }
    made_->count_ = std::move(count);
}

void MapCompiler::follows() {
    for (const auto& follow : ast_.follows) {
        const auto fits = [&](const ast::PartnerPath& path) {
            const bool two = path.steps.size() == 2 && path.steps[0].predicates.empty();
            if (!two) { problem(path.span, "expected an element and its key: follow A@ref to B@id"); }
            return two;
        };
        if (!fits(follow.from) || !fits(follow.to)) { continue; }
        known_follow(follow);
        made_->follows_.push_back({name(follow.from.steps[0].name), name(follow.from.steps[1].name),
                                   name(follow.to.steps[0].name), name(follow.to.steps[1].name)});
    }
}

// Lines below the path that splits read this record's victim; an each over that very path takes the others.
void MapCompiler::splits() {
    if (!ast_.split_victim) { return; }
    made_->split_victim_ = steps(*ast_.split_victim);
    auto& frame = made_->frame_;
    const auto before = frame.matches.size();
    const auto at = match(frame, made_->split_victim_);
    auto& place = frame.matches[at];
    const bool read = !place.slots.empty() ||
                      std::any_of(place.by_name.begin(), place.by_name.end(), [](const auto& v) { return !v.empty(); });
    if (frame.matches.size() != before || !read) {
        return problem(ast_.split_victim->span,
                       "no line reads the victim: a path that begins with " + spelled(*ast_.split_victim));
    }
    if (place.frames.empty()) {
        return problem(ast_.split_victim->span,
                       "nothing takes the other victims; add: each " + spelled(*ast_.split_victim) + " -> person");
    }
    place.splits = true;
}

}  // namespace haven
