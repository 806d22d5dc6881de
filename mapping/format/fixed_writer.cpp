#include "mapping/format/fixed_writer.h"

#include <algorithm>

namespace haven {
namespace {

std::vector<NameId> names_of(const FixedLayout& layout) {
    std::vector<NameId> names;
    std::ranges::transform(layout.columns(), std::back_inserter(names), &FixedColumn::name);
    return names;
}

}  // namespace

FixedWriter::FixedWriter(const Vocabulary& names, FixedLayout layout)
    : names_(names), layout_(std::move(layout)), cells_(names, names_of(layout_)) {}

Result<void> FixedWriter::row(const Document& record, std::string& out) {
    const auto cells = cells_.place(record);
    if (!cells) { return fail(cells.error()); }
    const auto before = out.size();
    std::size_t written = 0;  // characters of the line
    for (std::size_t i = 0; i < cells->size(); ++i) {
        const auto& column = layout_.columns()[i];
        const auto text = (*cells)[i] == Document::none ? std::string_view{} : record.text((*cells)[i]);
        const auto characters = count_characters(text);
        if (characters > column.length || text.find_first_of("\r\n") != text.npos) {
            out.resize(before);
            return fail(
                Error{Fault::unmapped, Reason("expected one line of at most ", column.length, " characters"), {}}.at(
                    Place::field(names_.shown(column.name))));
        }
        out.append(column.start - 1 - written, ' ');
        out += text;
        written = column.start - 1 + characters;
    }
    out.append(layout_.length() - written, ' ');
    out += "\r\n";
    return {};
}

}  // namespace haven
