#pragma once
#include <chrono>
#include <string_view>
#include <vector>

#include "core/base/result.h"

namespace haven {

/// A part of a day by the clock on the wall, to the minute. What passes midnight belongs to the day on which it begins.
struct Interval {
    std::chrono::minutes from{};   ///< after 00:00, less than 24 hours
    std::chrono::minutes until{};  ///< without this minute; after `from`, by 24 hours at most

    /// Reads "08:00-20:00", "20:00-02:00" (until 2 in the morning) and "00:00-24:00" (all day).
    /// Errors: malformed - not of that form, a time that no clock shows, or no time at all between the two.
    static Result<Interval> parse(std::string_view text);

    /// Errors: malformed - not within the bounds above.
    static Result<Interval> make(std::chrono::minutes from, std::chrono::minutes until);

    bool operator==(const Interval&) const = default;
};

/// The intervals that begin on one day.
using Intervals = std::vector<Interval>;

}  // namespace haven
