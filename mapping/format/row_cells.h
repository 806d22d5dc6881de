#pragma once
#include <span>
#include <vector>

#include "core/base/result.h"
#include "mapping/format/document.h"

namespace haven {

/// Finds which child of a document stands in which column, for the writers of rows.
class RowCells {
public:
    /// `names` must outlive it.
    RowCells(const Vocabulary& names, std::span<const NameId> columns);

    /// The child in each column, in the order of the columns; `Document::none` where there is none. Valid until the
    /// next call.
    ///
    /// Errors: unmapped - a field that is no column, the same one twice, or one that is no plain value.
    Result<std::span<const Document::Index>> place(const Document& row);

private:
    const Vocabulary& names_;
    std::vector<std::size_t> positions_;  // by NameId; cells_.size() where it is no column
    std::vector<Document::Index> cells_;
};

}  // namespace haven
