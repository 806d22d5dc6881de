#include "mapping/format/csv_writer.h"

#include <algorithm>

namespace haven {

void CsvWriter::cell(std::string_view text, std::string& out) const {
    const auto needs_quotes = [this](char c) { return c == separator_ || c == '"' || c == '\n' || c == '\r'; };
    if (std::none_of(text.begin(), text.end(), needs_quotes)) {
        out += text;
        return;
    }
    out += '"';
    for (const char c : text) {
        if (c == '"') { out += '"'; }
        out += c;
    }
    out += '"';
}

void CsvWriter::header(std::string& out, std::span<const CsvNumbered> numbered) const {
    for (std::size_t i = 0; i < columns_.size(); ++i) {
        if (i > 0) { out += separator_; }
        const auto known =
            std::find_if(numbered.begin(), numbered.end(), [&](const CsvNumbered& n) { return n.name == columns_[i]; });
        const bool has_heading = known != numbered.end() && known->heading;
        cell(has_heading ? std::string_view(*known->heading) : names_.key(columns_[i]), out);
    }
    out += "\r\n";
}

Result<void> CsvWriter::row(const Document& record, std::string& out) {
    const auto cells = cells_.place(record);
    if (!cells) { return fail(cells.error()); }
    for (std::size_t i = 0; i < cells->size(); ++i) {
        if (i > 0) { out += separator_; }
        if ((*cells)[i] != Document::none) { cell(record.text((*cells)[i]), out); }
    }
    out += "\r\n";
    return {};
}

}  // namespace haven
