#include "core/referral/clock.h"

#include <algorithm>

namespace haven {
namespace {

using std::chrono::days;

constexpr days look_ahead_max{400};

std::optional<Instant> due(const SameDay&, const OpeningHours& hours, Instant at) {
    const auto today = hours.end_of_opening(hours.zone().day(at));
    if (today && *today > at) { return today; }
    const auto opening = hours.next_opening(at);
    if (!opening) { return std::nullopt; }
    return hours.end_of_opening(hours.zone().day(*opening));
}

std::optional<Instant> due(const WithinOpeningTime& within, const OpeningHours& hours, Instant at) {
    return hours.add(at, within.time);
}

std::optional<Instant> due(const WithinWorkingDays& within, const OpeningHours& hours, Instant at) {
    const auto first = hours.zone().day(at);
    int left = within.days;
    for (auto day = first + days(1); day < first + look_ahead_max; day += days(1)) {
        const auto end = hours.end_of_opening(day);
        if (end && --left <= 0) { return end; }
    }
    return std::nullopt;
}

Instant part_of(const ClockRule& rule, Instant start, Instant breach, int percent) {
    const auto time = rule.hours.opening_time(start, breach) * percent / 100;
    return std::min(breach, rule.hours.add(start, time).value_or(breach));
}

Instant time_of(const PromiseClock& clock, ClockState state) {
    switch (state) {
        case ClockState::running: return clock.start;
        case ClockState::warned: return clock.warn_at;
        case ClockState::escalated: return clock.escalate_at;
        case ClockState::breached: break;
    }
    return clock.breach_at;
}

bool stands_still(const PromiseClock& clock) {
    return clock.paused_at || clock.stopped_at || clock.state == ClockState::breached;
}

ClockState after(ClockState state) {
    return static_cast<ClockState>(static_cast<int>(state) + 1);
}

}  // namespace

PromiseClock start(const ClockRule& rule, Instant at) {
    const auto breach =
        std::visit([&](const auto& within) { return due(within, rule.hours, at); }, rule.within).value_or(at);
    return {.name = rule.name,
            .kind = rule.kind,
            .source = rule.source,
            .start = at,
            .warn_at = part_of(rule, at, breach, rule.warn_percent),
            .escalate_at = part_of(rule, at, breach, rule.escalate_percent),
            .breach_at = breach};
}

std::vector<ClockState> tick(PromiseClock& clock, Instant now) {
    std::vector<ClockState> entered;
    while (!stands_still(clock) && time_of(clock, after(clock.state)) <= now) {
        clock.state = after(clock.state);
        entered.push_back(clock.state);
    }
    return entered;
}

std::optional<Instant> next_instant(const PromiseClock& clock) {
    if (stands_still(clock)) { return std::nullopt; }
    return time_of(clock, after(clock.state));
}

void pause(PromiseClock& clock, PauseReason reason, Instant now) {
    if (clock.paused_at) { return; }
    clock.paused_at = now;
    clock.pause_reason = reason;
}

void resume(PromiseClock& clock, const OpeningHours& hours, Instant now) {
    if (!clock.paused_at) { return; }
    const auto since = *clock.paused_at;
    for (auto* at : {&clock.warn_at, &clock.escalate_at, &clock.breach_at}) {
        if (*at <= since) { continue; }
        *at = hours.add(now, hours.opening_time(since, *at)).value_or(*at + (now - since));
    }
    clock.paused_at.reset();
    clock.pause_reason.reset();
}

std::optional<Instant> closing_after(const OpeningHours& hours, Instant t) {
    const auto opening = hours.next_opening(t);
    if (!opening) { return std::nullopt; }
    const auto today = hours.zone().day(*opening);
    auto end = hours.end_of_opening(today - days(1));  // one that has passed midnight
    if (!end || *end <= *opening) { end = hours.end_of_opening(today); }
    if (end && hours.is_open(*end)) { return std::nullopt; }
    return end;
}

}  // namespace haven
