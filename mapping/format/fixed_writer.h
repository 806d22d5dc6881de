#pragma once
#include <string>

#include "mapping/format/fixed_layout.h"
#include "mapping/format/row_cells.h"

namespace haven {

/// Writes fixed-width text in UTF-8: a line a record, columns filled up with spaces, CRLF. Never cuts a value.
class FixedWriter {
public:
    /// `names` must outlive the writer.
    FixedWriter(const Vocabulary& names, FixedLayout layout);

    /// Adds one line.
    ///
    /// Errors: unmapped - as `RowCells::place`, and a value that is longer than its column or holds a line end; `out`
    /// is
    ///         then as it was.
    Result<void> row(const Document& record, std::string& out);

private:
    const Vocabulary& names_;
    FixedLayout layout_;
    RowCells cells_;
};

}  // namespace haven
