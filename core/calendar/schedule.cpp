#include "core/calendar/schedule.h"

#include <algorithm>

namespace haven {
namespace {

using std::chrono::days;

bool covers(const Intervals& intervals, std::chrono::microseconds since_midnight) {
    return std::any_of(intervals.begin(), intervals.end(), [since_midnight](const Interval& interval) {
        return interval.from <= since_midnight && since_midnight < interval.until;
    });
}

}  // namespace

bool Schedule::is_inside(Instant t) const {
    const auto wall = zone_.wall(t);
    const auto today = std::chrono::floor<days>(wall);
    const auto yesterday = today - days(1);
    return covers(of_day_(today), wall - WallTime(today)) || covers(of_day_(yesterday), wall - WallTime(yesterday));
}

std::vector<Span> Schedule::spans_of(Day day) const {
    std::vector<Span> spans;
    for (const auto& interval : of_day_(day)) {
        const auto some = zone_.spans(day + interval.from, day + interval.until);
        spans.insert(spans.end(), some.begin(), some.end());
    }
    std::sort(spans.begin(), spans.end(), [](const Span& a, const Span& b) { return a.from < b.from; });
    return spans;
}

std::optional<Instant> Schedule::next(Instant t) const {
    if (is_inside(t)) { return t; }
    const auto span = Walk(*this, t).next();
    if (!span) { return std::nullopt; }
    return span->from;
}

std::optional<Instant> Schedule::end(Instant t) const {
    if (!is_inside(t)) { return std::nullopt; }
    Walk walk(*this, t);
    auto end = t;
    for (auto span = walk.next(); span && span->from <= end; span = walk.next()) { end = span->until; }
    return end;
}

Schedule::Walk::Walk(const Schedule& schedule, Instant t)
    : schedule_(schedule), from_(t), day_(schedule.zone().day(t) - days(1)), last_(day_ + schedule_days_max) {}

std::optional<Span> Schedule::Walk::next() {
    for (;;) {
        // What begins before the next day's first moment is complete up to there.
        const auto complete = schedule_.zone().start_of(day_);
        if (!ahead_.empty() && ahead_.front().from < complete) {
            auto& front = ahead_.front();
            const Span span{front.from, std::min(front.until, complete)};
            front.from = span.until;
            if (front.from == front.until) { ahead_.pop_front(); }
            return span;
        }
        if (day_ >= last_) { return std::nullopt; }
        add_day();
    }
}

void Schedule::Walk::add_day() {
    for (const auto& span : schedule_.spans_of(day_)) {
        if (span.until > from_) { add({std::max(span.from, from_), span.until}); }
    }
    day_ += days(1);
}

// Keeps the spans disjoint and in order.
void Schedule::Walk::add(Span span) {
    auto at = std::lower_bound(ahead_.begin(), ahead_.end(), span.from,
                               [](const Span& other, Instant from) { return other.until < from; });
    while (at != ahead_.end() && at->from <= span.until) {
        span = {std::min(span.from, at->from), std::max(span.until, at->until)};
        at = ahead_.erase(at);
    }
    ahead_.insert(at, span);
}

}  // namespace haven
