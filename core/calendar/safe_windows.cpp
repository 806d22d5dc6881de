#include "core/calendar/safe_windows.h"

#include <algorithm>
#include <utility>

#include "core/calendar/schedule.h"

namespace haven {
namespace {

bool is_good(const WeeklyWindow& window) {
    const bool has_day = std::any_of(window.days.begin(), window.days.end(), [](bool day) { return day; });
    const bool ends_before = window.first_day && window.last_day && *window.last_day < *window.first_day;
    return has_day && !ends_before && Interval::make(window.interval.from, window.interval.until).has_value();
}

bool begins_on(const WeeklyWindow& window, Day day) {
    return window.days.at(std::chrono::weekday(day).iso_encoding() - 1) &&
           (!window.first_day || *window.first_day <= day) && (!window.last_day || day <= *window.last_day);
}

Intervals on(const std::vector<WeeklyWindow>& windows, Day day) {
    Intervals intervals;
    for (const auto& window : windows) {
        if (begins_on(window, day)) { intervals.push_back(window.interval); }
    }
    return intervals;
}

}  // namespace

Result<SafeWindows> SafeWindows::make(Zone zone, std::vector<WeeklyWindow> windows) {
    if (windows.size() > windows_max) {
        return fail(Fault::too_large, Reason("expected at most ", windows_max, " safe windows"));
    }
    if (!std::all_of(windows.begin(), windows.end(), is_good)) {
        return fail(Fault::malformed, "expected a safe window with a day, a time of up to 24 hours and dates in order");
    }
    return SafeWindows(std::make_shared<const Schedule>(
        zone, [kept = std::make_shared<const std::vector<WeeklyWindow>>(std::move(windows))](Day day) {
            return on(*kept, day);
        }));
}

bool SafeWindows::is_inside(Instant t) const {
    return schedule_->is_inside(t);
}

std::optional<Instant> SafeWindows::next_start(Instant t) const {
    return schedule_->next(t);
}

std::optional<Instant> SafeWindows::end_of_current(Instant t) const {
    return schedule_->end(t);
}

}  // namespace haven
