#include "core/calendar/zone.h"

#include <date/tz.h>

#include <algorithm>
#include <charconv>
#include <map>
#include <mutex>
#include <stdexcept>
#include <string>

namespace haven {

// The library's answers are copied out of it once: each of its own holds the zone's abbreviations as texts, and a file
// of messages asks for every time in it.
struct Zone::Rules {
    struct Stretch {  // between two changes of the clocks
        Instant begin;
        Instant end;
        std::chrono::seconds offset;
        Instant at(WallTime wall) const { return Instant(wall.time_since_epoch() - offset); }
        bool shows(WallTime wall) const { return begin <= at(wall) && at(wall) < end; }
    };
    std::vector<Stretch> stretches;  // one after the other, from the beginning of time to its end

    explicit Rules(const date::time_zone& zone) {
        constexpr date::sys_seconds end_of_time = date::sys_days(date::year::max() / 12 / 31);
        for (date::sys_seconds t = date::sys_days(date::year::min() / 1 / 1); t < end_of_time;) {
            const auto info = zone.get_info(t);
            stretches.push_back({info.begin, info.end, info.offset});
            t = info.end;
        }
    }
    // The stretch that holds a moment; the first or the last for one that is in none.
    std::size_t index(Instant t) const {
        const auto after = std::upper_bound(stretches.begin(), stretches.end(), t,
                                            [](Instant moment, const Stretch& s) { return moment < s.begin; });
        return after == stretches.begin() ? 0 : static_cast<std::size_t>(after - stretches.begin()) - 1;
    }
    const Stretch& at(Instant t) const { return stretches[index(t)]; }
};

namespace {

using std::chrono::microseconds;

constexpr auto year_min = 1;
constexpr auto year_max = 9999;

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
    static std::mutex mutex;
    static std::map<std::string, const Rules, std::less<>> known;
    const std::scoped_lock lock(mutex);
    if (const auto found = known.find(name); found != known.end()) { return Zone(found->second); }
    try {
        const std::string key(name);
        return Zone(known.emplace(key, *date::locate_zone(key)).first->second);
    } catch (const std::runtime_error&) { return fail(Fault::missing, "no such time zone in this machine's database"); }
}

Moment Zone::moment(WallTime wall) const {
    // Offsets are less than a stretch is long: only the stretch of that hour in UTC and its neighbours may show it.
    const auto& all = rules_->stretches;
    const auto near = rules_->index(Instant(wall.time_since_epoch()));
    const auto end = std::min(near + 2, all.size());
    auto first = near == 0 ? near : near - 1;
    while (first < end && !all[first].shows(wall)) { ++first; }
    if (first == end) {
        const auto change = all[near].end <= all[near].at(wall) ? all[near].end : all[near].begin;
        return {Moment::Kind::nonexistent, change, change};
    }
    const auto earliest = all[first].at(wall);
    if (first + 1 < end && all[first + 1].shows(wall)) {
        return {Moment::Kind::ambiguous, earliest, all[first + 1].at(wall)};
    }
    return {Moment::Kind::unique, earliest, earliest};
}

WallTime Zone::wall(Instant t) const {
    return WallTime(t.time_since_epoch() + rules_->at(t).offset);
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
        const auto& stretch = rules_->at(t);
        const auto begin = std::max(stretch.at(from), stretch.begin);
        const auto end = std::min(stretch.at(until), stretch.end);
        if (begin < end) {
            if (!out.empty() && out.back().until == begin) {
                out.back().until = end;
            } else {
                out.push_back({begin, end});
            }
        }
        t = stretch.end;
    }
    return out;
}

}  // namespace haven
