#include "mapping/format/csv_header.h"

#include <algorithm>
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

}  // namespace

Result<std::vector<NameId>> csv_columns(std::span<const std::string_view> cells, const Vocabulary& names,
                                        std::span<const NameId> optional) {
    std::vector<NameId> columns;
    std::unordered_set<std::string_view> seen;
    for (const auto cell : cells) {
        const auto name = trimmed(cell);
        const auto column = name.empty() ? undeclared : names.find(name);
        if (!name.empty() && !seen.insert(name).second) {
            const auto place = column == undeclared ? Place::column(static_cast<std::int64_t>(columns.size()) + 1)
                                                    : Place::field(names.shown(column));
            return fail(Error{Fault::malformed, "expected each column name once", {}}.at(place));
        }
        columns.push_back(column);
    }
    if (auto complete = check_all_there(columns, names, optional); !complete) {
        return fail(std::move(complete).error());
    }
    return columns;
}

}  // namespace haven
