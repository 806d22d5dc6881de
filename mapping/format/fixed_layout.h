#pragma once
#include <span>
#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "mapping/format/document.h"

namespace haven {

/// One column of fixed-width text, in characters (in a single-byte encoding these are bytes).
struct FixedColumn {
    NameId name;
    std::size_t start;  ///< from 1
    std::size_t length;
};

/// The columns of fixed-width text, in order and apart.
class FixedLayout {
public:
    static constexpr std::size_t line_characters_max =
        std::size_t{16} * 1024;  ///< at 4 bytes each no value is too large

    /// Errors: malformed - no columns, a column without a start or length, two that overlap, a line that is too long;
    ///         `Place::column` says which one, from 1.
    static Result<FixedLayout> make(std::vector<FixedColumn> columns);

    std::span<const FixedColumn> columns() const { return columns_; }
    /// The characters of a line.
    std::size_t length() const { return columns_.back().start + columns_.back().length - 1; }

private:
    explicit FixedLayout(std::vector<FixedColumn> columns) : columns_(std::move(columns)) {}
    std::vector<FixedColumn> columns_;
};

/// Takes `count` characters of UTF-8 from the front; fewer where the text is shorter.
std::string_view take_characters(std::string_view& text, std::size_t count);
std::size_t count_characters(std::string_view text);

}  // namespace haven
