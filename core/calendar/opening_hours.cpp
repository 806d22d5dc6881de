#include "core/calendar/opening_hours.h"

#include <algorithm>
#include <utility>

#include "core/calendar/schedule.h"

namespace haven {
namespace {

using std::chrono::microseconds;

bool in_bounds(const Intervals& intervals) {
    return std::all_of(intervals.begin(), intervals.end(), [](const Interval& interval) {
        return Interval::make(interval.from, interval.until).has_value();
    });
}

std::vector<const Intervals*> all_of(const OpeningHours::Terms& terms) {
    std::vector<const Intervals*> out{&terms.on_bank_holidays};
    for (const auto& intervals : terms.week) { out.push_back(&intervals); }
    for (const auto& [day, intervals] : terms.exceptions) { out.push_back(&intervals); }
    return out;
}

Intervals on(const OpeningHours::Terms& terms, Day day) {
    const auto exception = terms.exceptions.find(day);
    if (exception != terms.exceptions.end()) { return exception->second; }
    if (std::binary_search(terms.bank_holidays.begin(), terms.bank_holidays.end(), day)) {
        return terms.on_bank_holidays;
    }
    return terms.week.at(std::chrono::weekday(day).iso_encoding() - 1);
}

}  // namespace

Result<OpeningHours> OpeningHours::make(Zone zone, Terms terms) {
    if (terms.exceptions.size() > dates_max || terms.bank_holidays.size() > dates_max) {
        return fail(Fault::too_large, Reason("expected at most ", dates_max, " exceptions and as many bank holidays"));
    }
    for (const auto* intervals : all_of(terms)) {
        if (intervals->size() > intervals_max) {
            return fail(Fault::too_large, Reason("expected at most ", intervals_max, " openings on a day"));
        }
        if (!in_bounds(*intervals)) {
            return fail(Fault::malformed, "expected openings that begin on their day and last up to 24 hours");
        }
    }
    std::sort(terms.bank_holidays.begin(), terms.bank_holidays.end());
    return OpeningHours(std::make_shared<const Schedule>(
        zone, [kept = std::make_shared<const Terms>(std::move(terms))](Day day) { return on(*kept, day); }));
}

bool OpeningHours::is_open(Instant t) const {
    return schedule_->is_inside(t);
}

std::optional<Instant> OpeningHours::next_opening(Instant t) const {
    return schedule_->next(t);
}

std::optional<Instant> OpeningHours::end_of_opening(Day day) const {
    std::optional<Instant> end;
    for (const auto& span : schedule_->spans_of(day)) { end = std::max(end.value_or(span.until), span.until); }
    return end;
}

std::optional<Instant> OpeningHours::add(Instant t, microseconds opening_time) const {
    if (opening_time <= microseconds::zero()) { return next_opening(t); }
    Schedule::Walk walk(*schedule_, t);
    while (const auto span = walk.next()) {
        const auto length = span->until - span->from;
        if (opening_time <= length) { return span->from + opening_time; }
        opening_time -= length;
    }
    return std::nullopt;
}

microseconds OpeningHours::opening_time(Instant from, Instant until) const {
    microseconds sum{};
    Schedule::Walk walk(*schedule_, from);
    for (auto span = walk.next(); span && span->from < until; span = walk.next()) {
        sum += std::min(span->until, until) - span->from;
    }
    return sum;
}

const Zone& OpeningHours::zone() const {
    return schedule_->zone();
}

}  // namespace haven
