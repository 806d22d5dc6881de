#pragma once
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "mapping/format/encoding.h"
#include "mapping/format/reader.h"

namespace haven {

enum class CsvSeparator : char { comma = ',', semicolon = ';', tab = '\t', pipe = '|' };

/// A column that is known by its number, where its heading stands twice or not at all.
struct CsvNumbered {
    NameId name;
    std::size_t number;                  ///< from 1
    std::optional<std::string> heading;  ///< what the header must say there; nothing where that does not matter
};

/// How one dialect's CSV looks.
struct CsvShape {
    static constexpr int header_rows_max = 16;
    static constexpr int numbers_max = 16'384;  ///< as many columns as a spreadsheet has

    CsvSeparator separator = CsvSeparator::comma;
    Encoding encoding = Encoding::utf8;
    int header_rows = 1;                  ///< 0 to header_rows_max; a blank line among them counts as one
    int names_row = 1;                    ///< which header row, from 1, holds the column names
    std::vector<NameId> columns;          ///< the columns in order, where there is no header row
    std::vector<NameId> optional;         ///< columns that the header may lack
    std::vector<CsvNumbered> numbered{};  ///< by their numbers; of them the header is not asked for the name
    std::string trailer;                  ///< what the first cell of the trailer row holds; empty where there is none
};

/// Reads CSV: a row is a record, a column that holds something is a text child of the root. Cells are never changed:
/// what looks like a formula stays what it is.
///
/// Column names are trimmed and looked up once. A column that the Vocabulary does not declare, or without a name, is
/// delivered as `undeclared`. A column that is known by its number has that name whatever its heading. A row without
/// any text is skipped and not counted.
///
/// Errors of the message: malformed - a declared column is missing (`Place::field`), a name stands twice, a number
///         has another heading, the header is too short, a quote is never closed (the line where it opened), a row
///         after the trailer; too_large - a row over `limits::record_bytes_max`.
/// Errors of a record: malformed - more or fewer cells than the header, a stray quote, bytes that are not text in the
///         declared encoding, NUL; too_large - a cell over `limits::value_bytes_max`. Its neighbours go on.
/// Source: RFC 4180; LF and CR alone end a row as CRLF does.
class CsvReader : public FormatReader {
public:
    /// `names` must outlive the reader.
    CsvReader(const Vocabulary& names, CsvShape shape) : names_(names), shape_(std::move(shape)) {}
    Result<void> read(ByteSource& message, const RecordHandler& handler) override;
    /// The cells of the trailer row of the message read last, without the marker; empty where there was none.
    std::span<const std::string> trailer() const { return trailer_; }

private:
    const Vocabulary& names_;
    CsvShape shape_;
    std::vector<std::string> trailer_;
};

}  // namespace haven
