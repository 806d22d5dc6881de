#include "core/catalogue/span.h"

namespace haven {
namespace {

bool is_day_of(std::string_view day, std::string_view outer) {
    const bool of_weekend = day == "saturday" || day == "sunday" || day == "every-day";
    return day == outer || outer == "every-day" || (outer == "weekdays" && !of_weekend);
}

}  // namespace

bool lies_within(const Span& inner, const Span& outer) {
    if (!is_day_of(inner.day, outer.day)) { return false; }
    const bool passes_midnight = inner.until <= inner.from || outer.until <= outer.from;
    const bool same_times = inner.from == outer.from && inner.until == outer.until;
    if (passes_midnight ? !same_times : inner.from < outer.from || inner.until > outer.until) { return false; }
    return outer.last_day.empty() || (!inner.last_day.empty() && inner.last_day <= outer.last_day);
}

}  // namespace haven
