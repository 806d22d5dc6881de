#include "mapping/format/fixed_layout.h"

#include <algorithm>

namespace haven {
namespace {

constexpr bool starts_character(char c) {
    return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U;
}

}  // namespace

Result<FixedLayout> FixedLayout::make(std::vector<FixedColumn> columns) {
    if (columns.empty()) { return fail(Fault::malformed, "expected at least one column"); }
    std::size_t end = 0;  // of the column before
    std::int64_t number = 0;
    for (const auto& column : columns) {
        ++number;
        const auto refuse = [&](Reason reason) {
            return fail(Error{Fault::malformed, reason, {}}.at(Place::column(number)));
        };
        if (column.start <= end) { return refuse(Reason("expected a start after ", end)); }
        if (column.length == 0) { return refuse("expected a length of at least 1"); }
        if (column.start > line_characters_max || column.length > line_characters_max - (column.start - 1)) {
            return refuse(Reason("expected at most ", line_characters_max, " characters in a line"));
        }
        end = column.start + column.length - 1;
    }
    return FixedLayout(std::move(columns));
}

std::string_view take_characters(std::string_view& text, std::size_t count) {
    std::size_t end = 0;
    for (; count > 0 && end < text.size(); --count) {
        do { ++end; } while (end < text.size() && !starts_character(text[end]));
    }
    const auto taken = text.substr(0, end);
    text.remove_prefix(end);
    return taken;
}

std::size_t count_characters(std::string_view text) {
    return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), starts_character));
}

}  // namespace haven
