#include <algorithm>
#include <array>
#include <map>
#include <optional>

#include "core/base/encoding.h"
#include "core/catalogue/value.h"
#include "mapping/format/csv_row.h"
#include "mapping/format/encoding.h"
#include "mapping/format/fixed_layout.h"
#include "mapping/format/window.h"
#include "mapping/tools/line_changes.h"
#include "mapping/tools/shape.h"

namespace haven {
namespace {

constexpr std::string_view mark = "\xef\xbb\xbf";

/// Hands out the rows of a CSV text as cells.
class Rows {
public:
    Rows(std::string_view text, char separator) : text_(text), size_(text.size()), scanner_(separator) {
        text_.append(Window::padding, '\0');
    }
    /// The next row; nothing at the end or where the text is damaged.
    std::optional<std::vector<std::string>> next() {
        if (at_ >= size_) { return std::nullopt; }
        const auto rest = std::string_view(text_).substr(at_, size_ - at_);
        CsvRow row;
        if (scanner_.scan(rest, true, row) != CsvScanner::Found::row) { return std::nullopt; }
        std::vector<std::string> out;
        for (const auto& cell : row.cells) {
            std::string text(rest.substr(cell.at, cell.size));
            if (cell.doubled) { text.resize(halve_quotes(text.data(), cell.size)); }
            out.push_back(std::move(text));
        }
        at_ += row.bytes;
        return out;
    }

private:
    std::string text_;
    std::size_t size_;
    std::size_t at_ = 0;
    CsvScanner scanner_;
};

// The one that cuts the header into the most cells.
std::pair<char, std::string> separator_of(std::string_view text) {
    constexpr std::array<std::pair<char, const char*>, 4> all{
        {{',', ""}, {';', "separator ;"}, {'\t', "separator tab"}, {'|', "separator |"}}};
    std::pair<char, std::string> best{',', ""};
    std::size_t most = 0;
    for (const auto& [separator, option] : all) {
        const auto header = Rows(text, separator).next();
        if (!header || header->size() <= most) { continue; }
        most = header->size();
        best = {separator, option};
    }
    return best;
}

// What a reader of such messages says of the first bytes, whatever comes behind them.
Result<std::size_t> text_in(std::string_view sample) {
    MemorySource bytes(sample);
    std::array<char, 1> first{};
    return TextSource(bytes, Encoding::utf8).read(first);
}

void add_encoding(std::string_view sample, Shape& shape) {
    if (!is_utf8(sample)) { shape.options += std::string(shape.options.empty() ? "" : " ") + "encoding cp1252"; }
}

// By heading: the number of the first column that has it.
using Headings = std::map<std::string, std::size_t>;

bool has_line_end(const std::string& heading) {
    return heading.find_first_of("\r\n") != std::string::npos;
}

// A column that its heading does not tell apart gets a name, a line with its number and a remark.
void name_by_number(ShapePlace& column, std::size_t at, const Headings& first, Shape& shape) {
    const auto heading = column.name;
    const auto number = std::to_string(at);
    const bool broken = has_line_end(heading);
    column.name = (heading.empty() || broken ? "Column" : heading + "_") + number;
    while (first.contains(column.name)) { column.name += "_"; }
    const auto name = quoted_name(column.name);
    shape.heading.push_back("column     " + name + " " + number + (broken ? "" : " " + in_quotes(heading)));
    const auto why =
        heading.empty() ? " has no heading"
        : broken        ? " has a line end in its heading"
                 : " repeats the heading " + quoted_name(heading) + " of column " + std::to_string(first.at(heading));
    shape.remarks.push_back("Column " + number + why + ": it is read by its number, and called " + name + ".");
}

// Of columns without a heading many are empty cells that a spreadsheet left behind: one remark is enough for all.
void by_name_or_number(std::vector<ShapePlace> columns, Shape& shape) {
    Headings first;
    for (std::size_t i = 0; i < columns.size(); ++i) { first.emplace(columns[i].name, i + 1); }
    std::size_t empty = 0;
    std::size_t first_empty = 0;
    for (std::size_t i = 0; i < columns.size(); ++i) {
        auto& column = columns[i];
        if (column.name.empty() && !column.has_text) {
            first_empty = empty++ == 0 ? i + 1 : first_empty;
            continue;
        }
        if (column.name.empty() || has_line_end(column.name) || first.at(column.name) != i + 1) {
            name_by_number(column, i + 1, first, shape);
        }
        shape.record.below.push_back(std::move(column));
    }
    if (empty == 0) { return; }
    shape.remarks.push_back("Columns without a heading and without text in the sample: " + std::to_string(empty) +
                            ", the first is column " + std::to_string(first_empty) +
                            ". Text there holds a record; to read one: column NAME NUMBER \"\".");
}

std::vector<std::string> words_in(std::string_view line) {
    std::vector<std::string> out;
    for (const char c : std::string(line) + " ") {
        if (c != ' ' && c != '\t' && c != '\r') {
            if (out.empty()) { out.emplace_back(); }
            out.back() += c;
        } else if (!out.empty() && !out.back().empty()) {
            out.emplace_back();
        }
    }
    if (!out.empty()) { out.pop_back(); }
    return out;
}

}  // namespace

Result<Shape> csv_shape(std::string_view sample) {
    if (auto text = text_in(sample); !text) { return fail(std::move(text).error()); }
    Shape shape;
    if (sample.starts_with(mark)) { sample.remove_prefix(mark.size()); }
    const auto [separator, option] = separator_of(sample);
    shape.options = option;
    add_encoding(sample, shape);
    Rows rows(sample, separator);
    const auto header = rows.next();
    if (!header || header->empty()) { return fail(Fault::malformed, "expected a header row"); }
    std::vector<ShapePlace> columns;
    for (const auto& cell : *header) {
        ShapePlace trimmed;
        trimmed.see(cell);
        columns.push_back({.name = trimmed.values.empty() ? "" : trimmed.values.front()});
    }
    while (const auto row = rows.next()) {
        for (std::size_t i = 0; i < std::min(row->size(), columns.size()); ++i) { columns[i].see((*row)[i]); }
    }
    by_name_or_number(std::move(columns), shape);
    return shape;
}

Result<Shape> fixed_shape(std::string_view sample, std::string_view layout) {
    struct Column {
        std::string name;
        std::size_t start;
        std::size_t length;
    };
    if (auto text = text_in(sample); !text) { return fail(std::move(text).error()); }
    Shape shape;
    shape.format = Format::fixed;
    add_encoding(sample, shape);
    std::vector<Column> columns;
    for (const auto& line : lines_of_text(layout)) {
        const auto words = words_in(line);
        if (words.size() != 4 || words[0] != "column") { continue; }
        const auto start = parse_integer(words[2]);
        const auto length = parse_integer(words[3]);
        if (!start || !length || *start < 1 || *length < 1) { continue; }
        shape.heading.push_back("column " + words[1] + " " + words[2] + " " + words[3]);
        shape.record.child(words[1]);
        columns.push_back({words[1], static_cast<std::size_t>(*start), static_cast<std::size_t>(*length)});
    }
    if (columns.empty()) { return fail(Fault::malformed, "expected a layout: lines column NAME START LENGTH"); }
    for (const auto& line : lines_of_text(sample)) {
        for (const auto& column : columns) {
            std::string_view rest = line;
            take_characters(rest, column.start - 1);
            shape.record.child(column.name).see(take_characters(rest, column.length));
        }
    }
    return shape;
}

}  // namespace haven
