#pragma once
#include <array>
#include <memory>
#include <optional>
#include <vector>

#include "core/calendar/interval.h"
#include "core/calendar/zone.h"

namespace haven {

class Schedule;

/// A time of the week at which a person may be reached: "Tuesdays and Thursdays, 10:00-11:30, until 30 November".
struct WeeklyWindow {
    std::array<bool, 7> days{};      ///< from Monday to Sunday
    Interval interval;               ///< one that passes midnight belongs to the day on which it begins
    std::optional<Day> first_day{};  ///< none: since ever
    std::optional<Day> last_day{};   ///< this day included; none: until further notice
};

/// All windows of one person. A moment is inside only where the clock on the wall then shows a time inside: an hour
/// that comes twice is judged as the clock shows it, both times.
class SafeWindows {
public:
    /// Errors: malformed - a window without a day, an interval out of its bounds, or a last day before the first;
    ///         too_large - over `windows_max`.
    static Result<SafeWindows> make(Zone zone, std::vector<WeeklyWindow> windows);

    bool is_inside(Instant t) const;

    /// `t` itself where it is inside; nothing where no window opens within 400 days.
    std::optional<Instant> next_start(Instant t) const;

    /// When the windows that `t` is inside close, those that touch or overlap taken together; nothing where it is
    /// outside.
    std::optional<Instant> end_of_current(Instant t) const;

    static constexpr std::size_t windows_max = 64;

private:
    explicit SafeWindows(std::shared_ptr<const Schedule> schedule) : schedule_(std::move(schedule)) {}
    std::shared_ptr<const Schedule> schedule_;
};

}  // namespace haven
