#include <algorithm>

#include "mapping/check/compile.h"

namespace haven {

using program::Frame;
using program::Line;

// "@name <-> victim/phone/kind code(kind)": what each column's name stands for is known before any message is.
void MapCompiler::name_line(const ast::FieldLine& line, Line& made) {
    if (!made.field) { return; }
    const auto& span = line.partner[0].span;
    const auto& type = *catalogue_->field(*made.field).type;
    for (const auto& name : columns_of_->numbered->names) {
        std::string value = name;
        Result<void> good;
        for (const auto& step : made.chain) {
            std::string next;
            const std::string_view one = value;
            if (good = step->in({&one, 1}, next); !good) { break; }
            value = std::move(next);
        }
        if (good) {
            if (auto fits = type.check(value); !fits) { good = fail(std::move(fits).error()); }
        }
        if (!good) { return problem(span, name + ": " + good.error().reason.text()); }
        if (made.arrow != ast::Arrow::in && std::count(made.by_column.begin(), made.by_column.end(), value) > 0) {
            return problem(span, "two columns stand for " + value + "; use ->");
        }
        made.by_column.push_back(std::move(value));
    }
}

// Outward something must say in which column an instance stands: the first home number is no mobile one.
void MapCompiler::names_its_columns(const ast::Each& each, const Frame& frame) {
    if (each.numbered->names.empty() || frame.arrow == ast::Arrow::in || !unread_.empty()) { return; }
    for (const auto& line : frame.lines) {
        if (!line.by_column.empty() && line.arrow != ast::Arrow::in) { return; }
    }
    problem(each.partner.span,
            "nothing says to which of these columns an instance goes; add a line @name <-> ..., or use ->");
}

}  // namespace haven
