#include "core/calendar/zone.h"

#include <date/tz.h>

#include <algorithm>
#include <charconv>
#include <stdexcept>
#include <string>

namespace haven {
namespace {

using std::chrono::microseconds;
constexpr auto year_min = 1;
constexpr auto year_max = 9999;

const date::time_zone& rules_of(const void* rules) {
    return *static_cast<const date::time_zone*>(rules);
}

// The library has its own name for a local time; both are counts from the same day.
date::local_time<microseconds> to_library(WallTime wall) {
    return date::local_time<microseconds>(wall.time_since_epoch());
}

Instant at_offset(WallTime wall, std::chrono::seconds offset) {
    return Instant(wall.time_since_epoch() - offset);
}

bool read_digits(std::string_view text, unsigned& into) {
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), into);
    return error == std::errc() && end == text.data() + text.size();
}

}  // namespace

Result<Day> parse_day(std::string_view text) {
    unsigned year = 0;
    unsigned month = 0;
    unsigned day = 0;
    if (text.size() != 10 || text[4] != '-' || text[7] != '-' || !read_digits(text.substr(0, 4), year) ||
        !read_digits(text.substr(5, 2), month) || !read_digits(text.substr(8, 2), day)) {
        return fail(Fault::malformed, "expected a date as year-month-day: 2026-12-25");
    }
    const auto wall = wall_time(static_cast<int>(year), month, day);
    if (!wall) { return fail(wall.error()); }
    return std::chrono::floor<std::chrono::days>(*wall);
}

Result<WallTime> wall_time(int year, unsigned month, unsigned day, unsigned hour, unsigned minute, unsigned second,
                           unsigned microsecond) {
    const std::chrono::year_month_day date{std::chrono::year(year), std::chrono::month(month), std::chrono::day(day)};
    if (year < year_min || year > year_max || month > 12 || day > 31 || !date.ok()) {
        return fail(Fault::malformed, "expected a day that exists");
    }
    if (hour > 23 || minute > 59 || second > 59 || microsecond > 999'999) {
        return fail(Fault::malformed, "expected a time from 00:00:00 to 23:59:59");
    }
    return Day(date) + std::chrono::hours(hour) + std::chrono::minutes(minute) + std::chrono::seconds(second) +
           microseconds(microsecond);
}

Result<Zone> Zone::find(std::string_view name) {
    try {
        return Zone(date::locate_zone(std::string(name)));
    } catch (const std::runtime_error&) { return fail(Fault::missing, "no such time zone in this machine's database"); }
}

Moment Zone::moment(WallTime wall) const {
    const auto info = rules_of(rules_).get_info(to_library(wall));
    switch (info.result) {
        case date::local_info::ambiguous:
            return {Moment::Kind::ambiguous, at_offset(wall, info.first.offset), at_offset(wall, info.second.offset)};
        case date::local_info::nonexistent: return {Moment::Kind::nonexistent, info.first.end, info.first.end};
        default: return {Moment::Kind::unique, at_offset(wall, info.first.offset), at_offset(wall, info.first.offset)};
    }
}

WallTime Zone::wall(Instant t) const {
    return WallTime(t.time_since_epoch() + rules_of(rules_).get_info(t).offset);
}

Instant Zone::start_of(Day day) const {
    // The clocks of some places go back over midnight, and then a day has two beginnings; or forward over it.
    return moment(day).earliest;
}

std::vector<Span> Zone::spans(WallTime from, WallTime until) const {
    constexpr std::chrono::hours offset_max{26};  // more than any place is from UTC
    std::vector<Span> out;
    const auto last = at_offset(until, -offset_max);
    for (auto t = at_offset(from, offset_max); t < last;) {
        const auto info = rules_of(rules_).get_info(t);  // between two changes of the clocks the offset is one
        const auto begin = std::max<Instant>(at_offset(from, info.offset), info.begin);
        const auto end = std::min<Instant>(at_offset(until, info.offset), info.end);
        if (begin < end) {
            if (!out.empty() && out.back().until == begin) {
                out.back().until = end;
            } else {
                out.push_back({begin, end});
            }
        }
        t = info.end;
    }
    return out;
}

}  // namespace haven
