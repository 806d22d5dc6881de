#pragma once
#include <string_view>

namespace haven {

/// A time of the week as a record spells it. Without a last day it has none.
struct Span {
    std::string_view day;  ///< "monday", "weekdays", "every-day"
    std::string_view from;
    std::string_view until;     ///< not after `from`: of the next day
    std::string_view last_day;  ///< ISO 8601
};

/// Whether all of `inner` is in `outer`, as far as the two alone tell. Pure.
bool lies_within(const Span& inner, const Span& outer);

}  // namespace haven
