#include "mapping/format/row_cells.h"

namespace haven {

RowCells::RowCells(const Vocabulary& names, std::span<const NameId> columns)
    : names_(names), positions_(names.size(), columns.size()), cells_(columns.size()) {
    for (std::size_t i = 0; i < columns.size(); ++i) { positions_[columns[i]] = i; }
}

Result<std::span<const Document::Index>> RowCells::place(const Document& row) {
    cells_.assign(cells_.size(), Document::none);
    const auto& root = row.node(Document::root);
    if (root.kind != Document::Kind::branch) { return fail(Fault::unmapped, "expected a row of fields"); }
    for (auto at = root.first_child; at != Document::none; at = row.node(at).next) {
        const auto& child = row.node(at);
        const auto position = positions_[child.name];
        const auto refuse = [&](Reason reason) {
            return fail(Error{Fault::unmapped, reason, {}}.at(Place::field(names_.shown(child.name))));
        };
        if (child.name == undeclared) { return fail(Fault::unmapped, "expected a field with a declared name"); }
        if (position == cells_.size()) { return refuse("expected a field that has a column"); }
        if (cells_[position] != Document::none) { return refuse("expected one value for a column"); }
        if (child.kind == Document::Kind::branch || child.kind == Document::Kind::list) {
            return refuse("expected a plain value for a column");
        }
        cells_[position] = at;
    }
    return std::span<const Document::Index>(cells_);
}

}  // namespace haven
