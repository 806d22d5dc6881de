#pragma once
#include <span>
#include <string>
#include <vector>

#include "mapping/format/csv_reader.h"

namespace haven {

/// The column of each position, from the cells of the row that holds the names.
///
/// Errors: malformed - as `CsvReader` says, without the line.
Result<std::vector<NameId>> csv_columns(std::span<const std::string_view> cells, const Vocabulary& names,
                                        const CsvShape& shape);

}  // namespace haven
