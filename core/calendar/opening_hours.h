#pragma once
#include <array>
#include <map>
#include <memory>
#include <optional>
#include <vector>

#include "core/calendar/interval.h"
#include "core/calendar/zone.h"

namespace haven {

class Schedule;

/// When an office is open, and promises that run only then: "within one hour of opening time".
///
/// Follows the clock on the wall: 08:00 is 08:00 before and after the clocks change, and a night over which they go
/// back is an hour longer. Looks 400 days ahead at most. Constant, so threads may share it.
class OpeningHours {
public:
    struct Terms {
        std::array<Intervals, 7> week;        ///< from Monday to Sunday
        std::map<Day, Intervals> exceptions;  ///< hours of one date in place of all others; none: closed
        std::vector<Day> bank_holidays;       ///< of the nation, from the site's data; none where they do not matter
        Intervals on_bank_holidays;           ///< none: closed
    };

    /// Errors: malformed - an interval out of its bounds; too_large - over `intervals_max` on one day or `dates_max`.
    static Result<OpeningHours> make(Zone zone, Terms terms);

    bool is_open(Instant t) const;

    /// `t` itself where it is open; nothing where it does not open within 400 days.
    std::optional<Instant> next_opening(Instant t) const;

    /// When the last of the openings that begin on `day` ends, be it after midnight; nothing where none begins.
    std::optional<Instant> end_of_opening(Day day) const;

    /// The moment when so much opening time has passed since `t`; the end of an opening rather than the beginning of
    /// the next. Nothing where that is not within 400 days. Of no time at all: `next_opening`.
    std::optional<Instant> add(Instant t, std::chrono::microseconds opening_time) const;

    /// The opening time from one moment to another: how much of a promise's time is used.
    std::chrono::microseconds opening_time(Instant from, Instant until) const;

    const Zone& zone() const;

    static constexpr std::size_t intervals_max = 16;
    static constexpr std::size_t dates_max = 10'000;

private:
    explicit OpeningHours(std::shared_ptr<const Schedule> schedule) : schedule_(std::move(schedule)) {}
    std::shared_ptr<const Schedule> schedule_;
};

}  // namespace haven
