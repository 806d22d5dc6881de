#include "mapping/format/csv_header.h"

#include <algorithm>
#include <unordered_map>
#include <unordered_set>

namespace haven {
namespace {

std::string_view trimmed(std::string_view text) {
    constexpr std::string_view blanks = " \t\r\n";
    const auto first = text.find_first_not_of(blanks);
    if (first == text.npos) { return {}; }
    return text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

// Names the first column that is missing, and says how many are.
Result<void> check_all_there(std::span<const NameId> columns, const Vocabulary& names,
                             std::span<const NameId> optional) {
    std::vector<bool> there(names.size());
    for (const auto column : columns) { there[column] = true; }
    for (const auto column : optional) { there[column] = true; }
    there[undeclared] = true;
    const auto missing = std::find(there.begin(), there.end(), false);
    if (missing == there.end()) { return {}; }
    const auto column = static_cast<NameId>(missing - there.begin());
    const auto count = std::count(missing, there.end(), false);
    return fail(Error{Fault::malformed, Reason("expected this column in the header; missing: ", count), {}}.at(
        Place::field(names.shown(column))));
}

// The columns that are known by their numbers: what they are called, by their place from 0.
std::unordered_map<std::size_t, const CsvNumbered*> by_place(std::span<const CsvNumbered> numbered) {
    std::unordered_map<std::size_t, const CsvNumbered*> out;
    for (const auto& column : numbered) { out.emplace(column.number - 1, &column); }
    return out;
}

}  // namespace

Result<std::vector<NameId>> csv_columns(std::span<const std::string_view> cells, const Vocabulary& names,
                                        const CsvShape& shape) {
    std::vector<NameId> columns;
    std::unordered_set<std::string_view> seen;
    const auto numbered = by_place(shape.numbered);
    for (const auto& column : shape.numbered) { seen.insert(names.key(column.name)); }
    for (const auto cell : cells) {
        const auto name = trimmed(cell);
        const auto known = numbered.find(columns.size());
        if (known != numbered.end()) {
            const auto& [id, number, heading] = *known->second;
            if (heading && name != trimmed(*heading)) {
                return fail(Error{Fault::malformed, Reason("expected its heading on column ", number), {}}.at(
                    Place::field(names.shown(id))));
            }
            columns.push_back(id);
            continue;
        }
        const auto column = name.empty() ? undeclared : names.find(name);
        if (!name.empty() && !seen.insert(name).second) {
            const auto place = column == undeclared ? Place::column(static_cast<std::int64_t>(columns.size()) + 1)
                                                    : Place::field(names.shown(column));
            return fail(Error{Fault::malformed, "expected each column name once", {}}.at(place));
        }
        columns.push_back(column);
    }
    if (auto complete = check_all_there(columns, names, shape.optional); !complete) {
        return fail(std::move(complete).error());
    }
    return columns;
}

}  // namespace haven
