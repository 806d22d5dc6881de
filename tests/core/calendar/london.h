#pragma once
#include <chrono>
#include <string>

#include "core/calendar/zone.h"

namespace haven {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::minutes;

inline Zone london() {
    return *Zone::find("Europe/London");
}

/// The rule of the Summer Time Order 2002, worked out here without any database: the last Sundays of March and October
/// at one in the morning, Greenwich. The oracle of these tests.
inline minutes oracle_offset(Instant t) {
    using namespace std::chrono;
    const year_month_day date{floor<days>(t)};
    const auto change = [&date](month m) {
        return Instant(sys_days(date.year() / m / Sunday[last]).time_since_epoch() + hours(1));
    };
    return t >= change(March) && t < change(October) ? minutes(60) : minutes(0);
}

inline WallTime oracle_wall(Instant t) {
    return WallTime(t.time_since_epoch() + oracle_offset(t));
}

inline Day day_of(const char* text) {
    return *parse_day(text);
}

/// A moment in UTC: "2026-10-25", 1h + 30min.
inline Instant utc(const char* day, std::chrono::microseconds time = {}) {
    return Instant(day_of(day).time_since_epoch() + time);
}

}  // namespace haven
