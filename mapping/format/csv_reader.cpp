#include "mapping/format/csv_reader.h"

#include <algorithm>

#include "core/base/encoding.h"
#include "core/base/limits.h"
#include "mapping/format/csv_header.h"
#include "mapping/format/csv_row.h"
#include "mapping/format/window.h"

namespace haven {
namespace {

bool makes_sense(const CsvShape& shape) {
    if (shape.header_rows == 0) { return !shape.columns.empty(); }
    return shape.header_rows > 0 && shape.header_rows <= CsvShape::header_rows_max && shape.names_row >= 1 &&
           shape.names_row <= shape.header_rows;
}

Error malformed(Reason reason) {
    return Error{Fault::malformed, reason, {}};
}

// One message on its way through.
class Reading {
public:
    Reading(const Vocabulary& names, const CsvShape& shape, ByteSource& message, std::vector<std::string>& trailer)
        : names_(names),
          shape_(shape),
          text_(message, shape.encoding),
          window_(text_, limits::record_bytes_max),
          scanner_(static_cast<char>(shape.separator)),
          columns_(shape.columns),
          trailer_(trailer) {}

    Result<void> header();
    Result<void> records(const RecordHandler& handler);

private:
    Result<bool> next_row();
    void pass_row();
    Error stuck() const;
    Result<void> check_text() const;
    Result<void> check_row() const;
    Result<void> take_names();
    Result<void> take_trailer();
    Result<const Document*> document();
    std::string_view cell(std::size_t i);
    bool is_blank() const;
    bool is_trailer();

    const Vocabulary& names_;
    const CsvShape& shape_;
    TextSource text_;
    Window window_;
    CsvScanner scanner_;
    CsvRow row_;
    std::int64_t line_ = 1;  // where row_ starts
    std::int64_t number_ = 0;
    std::vector<NameId> columns_;
    std::vector<std::string>& trailer_;
    Document document_;
};

// Finds the next row; false at the end of the text.
Result<bool> Reading::next_row() {
    while (true) {
        const auto text = window_.text();
        const bool last = window_.at_end();
        if (text.empty() && last) { return false; }
        const auto found = text.empty() ? CsvScanner::Found::part_of_a_row : scanner_.scan(text, last, row_);
        if (found == CsvScanner::Found::row) { return true; }
        if (found == CsvScanner::Found::too_many_lines || last || window_.full()) { return fail(stuck()); }
        if (auto more = window_.more(); !more) { return fail(std::move(more).error()); }
    }
}

// Why a row has no end: nothing after it can be told apart.
Error Reading::stuck() const {
    if (row_.open_quote >= 0) {
        return malformed("expected the quote that opens here to close").at(Place::line(line_ + row_.open_quote));
    }
    const auto reason = Reason("expected at most ", limits::record_bytes_max, " bytes in a row");
    return Error{Fault::too_large, reason, {}}.at(Place::line(line_));
}

void Reading::pass_row() {
    window_.drop(row_.bytes);
    line_ += row_.lines + 1;
}

bool Reading::is_blank() const {
    return std::all_of(row_.cells.begin(), row_.cells.end(), [](const CsvCell& c) { return c.size == 0; });
}

std::string_view Reading::cell(std::size_t i) {
    auto& c = row_.cells[i];
    char* const text = window_.bytes().data() + c.at;
    if (c.doubled) {
        c.size = halve_quotes(text, c.size);
        c.doubled = false;
    }
    return {text, c.size};
}

Result<void> Reading::check_text() const {
    const auto text = window_.text().substr(0, row_.text_bytes);
    if (text.find('\0') != text.npos) { return fail(malformed("expected text, got a NUL byte")); }
    if (!is_utf8(text)) { return fail(malformed(expected_text(shape_.encoding))); }
    return {};
}

Result<void> Reading::check_row() const {
    if (auto text = check_text(); !text) { return text; }
    switch (row_.damage) {
        case CsvRow::Damage::none: break;
        case CsvRow::Damage::quote_inside: return fail(malformed("expected quotes only around a whole cell"));
        case CsvRow::Damage::text_after_quote: return fail(malformed("expected a separator after the closing quote"));
    }
    if (row_.cells.size() != columns_.size()) {
        return fail(malformed(Reason("expected ", columns_.size(), " cells, got ", row_.cells.size())));
    }
    return {};
}

Result<void> Reading::header() {
    for (int row = 1; row <= shape_.header_rows; ++row) {
        const auto there = next_row();
        if (!there) { return fail(there.error()); }
        if (!*there) { return fail(malformed(Reason("expected ", shape_.header_rows, " header rows, got ", row - 1))); }
        auto taken = row == shape_.names_row ? take_names() : check_text();
        if (!taken) { return fail(std::move(taken).error().at(Place::line(line_))); }
        pass_row();
    }
    return {};
}

Result<void> Reading::take_names() {
    if (auto text = check_text(); !text) { return text; }
    std::vector<std::string_view> cells;
    for (std::size_t i = 0; i < row_.cells.size(); ++i) { cells.push_back(cell(i)); }
    auto columns = csv_columns(cells, names_, shape_);
    if (!columns) { return fail(std::move(columns).error()); }
    columns_ = std::move(*columns);
    return {};
}

bool Reading::is_trailer() {
    return !shape_.trailer.empty() && cell(0) == shape_.trailer;
}

Result<void> Reading::take_trailer() {
    if (auto text = check_text(); !text) { return text; }
    for (std::size_t i = 1; i < row_.cells.size(); ++i) { trailer_.emplace_back(cell(i)); }
    return {};
}

Result<const Document*> Reading::document() {
    if (auto good = check_row(); !good) { return fail(std::move(good).error()); }
    for (std::size_t i = 0; i < columns_.size(); ++i) {
        if (row_.cells[i].doubled) { cell(i); }
    }
    document_.clear();
    const auto kept = document_.keep(window_.text().substr(0, row_.text_bytes));
    for (std::size_t i = 0; i < columns_.size(); ++i) {
        const auto& c = row_.cells[i];
        if (c.size == 0) { continue; }
        if (c.size > limits::value_bytes_max) {
            const auto place = columns_[i] == undeclared ? Place::column(static_cast<std::int64_t>(i) + 1)
                                                         : Place::field(names_.shown(columns_[i]));
            return fail(
                Error{Fault::too_large, Reason("expected at most ", limits::value_bytes_max, " bytes"), {}}.at(place));
        }
        document_.add_slice(Document::root, columns_[i], kept + c.at, c.size, static_cast<std::uint32_t>(line_));
    }
    return &document_;
}

Result<void> Reading::records(const RecordHandler& handler) {
    bool ended = false;
    while (true) {
        const auto there = next_row();
        if (!there) { return fail(there.error()); }
        if (!*there) { return {}; }
        if (!is_blank()) {
            if (ended) { return fail(malformed("expected nothing after the trailer row").at(Place::line(line_))); }
            if (is_trailer()) {
                if (auto taken = take_trailer(); !taken) {
                    return fail(std::move(taken).error().at(Place::line(line_)));
                }
                ended = true;
            } else {
                auto read = document();
                ++number_;
                if (!read) { read = fail(std::move(read).error().at(Place::line(line_)).at(Place::row(number_))); }
                if (auto taken = handler({number_, line_, std::move(read)}); !taken) { return taken; }
            }
        }
        pass_row();
    }
}

}  // namespace

Result<void> CsvReader::read(ByteSource& message, const RecordHandler& handler) {
    trailer_.clear();
    if (!makes_sense(shape_)) { return fail(Fault::broken, "expected a CSV shape with a header or columns"); }
    Reading reading(names_, shape_, message, trailer_);
    if (auto header = reading.header(); !header) { return header; }
    return reading.records(handler);
}

}  // namespace haven
