#pragma once
#include <span>
#include <string>
#include <vector>

#include "mapping/format/csv_reader.h"
#include "mapping/format/row_cells.h"

namespace haven {

/// Writes CSV in UTF-8: CRLF after each row, quotes only around cells that need them. Source: RFC 4180.
///
/// Cells are never changed: what looks like a formula stays what it is.
class CsvWriter {
public:
    /// `names` must outlive the writer; `columns` are the columns in order.
    CsvWriter(const Vocabulary& names, CsvSeparator separator, std::vector<NameId> columns)
        : names_(names),
          separator_(static_cast<char>(separator)),
          columns_(std::move(columns)),
          cells_(names, columns_) {}

    /// Adds the header row: the names, but of columns that are known by their numbers what stands there.
    void header(std::string& out, std::span<const CsvNumbered> numbered = {}) const;

    /// Adds one row. A column without a child in the document is an empty cell, as is a null.
    ///
    /// Errors: as `RowCells::place`; `out` is then as it was.
    Result<void> row(const Document& record, std::string& out);

private:
    void cell(std::string_view text, std::string& out) const;

    const Vocabulary& names_;
    char separator_;
    std::vector<NameId> columns_;
    RowCells cells_;
};

}  // namespace haven
