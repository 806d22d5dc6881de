#pragma once
#include <chrono>
#include <cstdint>
#include <string_view>
#include <vector>

#include "core/base/instant.h"
#include "core/base/result.h"

namespace haven {

/// A day of a place's calendar, without a time and without a zone. `std::chrono::weekday(day)` says which of the week,
/// `std::chrono::year_month_day(day)` its date.
using Day = std::chrono::local_days;

/// What the clock on the wall shows, to the microsecond. Which moment that is only a zone can say.
using WallTime = std::chrono::local_time<std::chrono::microseconds>;

/// The day of a date as written in ISO 8601: "2026-12-25".
/// Errors: malformed - not of that form, or a day that does not exist.
Result<Day> parse_day(std::string_view text);

/// Errors: malformed - a date or a time that no clock shows, such as 30 February, 24:00 or a second 60.
Result<WallTime> wall_time(int year, unsigned month, unsigned day, unsigned hour = 0, unsigned minute = 0,
                           unsigned second = 0, unsigned microsecond = 0);

/// From a moment up to but without another.
struct Span {
    Instant from;
    Instant until;
    bool operator==(const Span&) const = default;
};

/// The moment that a wall time means.
struct Moment {
    enum class Kind : std::uint8_t {
        unique,
        ambiguous,    ///< the clocks went back over it: `earliest` and `latest` are an hour apart
        nonexistent,  ///< the clocks went forward over it: both are the moment when they did
    };
    Kind kind = Kind::unique;
    Instant earliest;
    Instant latest;
    bool operator==(const Moment&) const = default;
};

/// The clocks of a place, from the system's time zone database. As cheap to copy as a pointer.
///
/// Good up to 2037: the library reads the database's table of changes and not the rule that follows it.
class Zone {
public:
    /// `name` as in the IANA database: "Europe/London".
    /// Errors: missing - no such zone, or no database on this machine.
    static Result<Zone> find(std::string_view name);

    Moment moment(WallTime wall) const;
    WallTime wall(Instant t) const;
    Day day(Instant t) const { return std::chrono::floor<std::chrono::days>(wall(t)); }

    /// The first moment of a day; so `start_of(day + 1 day)` is the end of the day. Days have 23 to 25 hours.
    Instant start_of(Day day) const;

    /// All moments at which the clock on the wall shows a time from `from` up to but without `until`, in order: mostly
    /// one span, two where the clocks went back, none where they went forward over all of it.
    std::vector<Span> spans(WallTime from, WallTime until) const;

private:
    struct Rules;
    explicit Zone(const Rules& rules) : rules_(&rules) {}
    const Rules* rules_;  // kept for the life of the process
};

}  // namespace haven
