#pragma once
#include <cstdint>
#include <string_view>
#include <vector>

namespace haven {

/// One cell of a row, as bytes of the text that was scanned, without the quotes around it.
struct CsvCell {
    std::uint32_t at;
    std::uint32_t size;
    bool doubled;  ///< holds doubled quotes that stand for one
};

/// Where the cells of one row are.
struct CsvRow {
    enum class Damage : std::uint8_t { none, quote_inside, text_after_quote };

    std::vector<CsvCell> cells;
    std::size_t text_bytes = 0;  ///< of the row without its line end
    std::size_t bytes = 0;       ///< with it
    std::int64_t lines = 0;      ///< line ends in its cells
    Damage damage = Damage::none;
    std::int64_t open_quote = -1;  ///< lines before the quote that is still open; -1 where none is
};

/// Finds the cells of one row. Only looks; copies and changes nothing.
///
/// Line ends are LF, CRLF or CR. A quote that stands inside an unquoted cell, or text after a closing quote, is damage
/// of that row: it still ends at its line end.
/// Source: RFC 4180, section 2.
class CsvScanner {
public:
    static constexpr std::int64_t row_lines_max = 4096;  ///< more means a quote that never closes

    explicit CsvScanner(char separator);

    enum class Found : std::uint8_t { row, part_of_a_row, too_many_lines };
    /// `text` starts with a row and is followed by `Window::padding` bytes; `last` says that no text comes after it.
    Found scan(std::string_view text, bool last, CsvRow& row) const;

private:
    char separator_;
};

/// Halves the doubled quotes of a cell in place and gives its new size.
std::uint32_t halve_quotes(char* cell, std::uint32_t size);

}  // namespace haven
