#pragma once
#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "core/base/code.h"
#include "core/base/name.h"
#include "core/calendar/opening_hours.h"

namespace haven {

/// What a clock rests on.
enum class ClockKind : std::uint8_t { law, agreement, promise };
constexpr std::array<std::string_view, 3> code_names(ClockKind) {
    return {"law", "agreement", "promise"};
}

/// What a clock has said so far. Each state is entered once, in this order.
enum class ClockState : std::uint8_t { running, warned, escalated, breached };
constexpr std::array<std::string_view, 4> code_names(ClockState) {
    return {"running", "warned", "escalated", "breached"};
}

/// Why a clock stands still.
enum class PauseReason : std::uint8_t { victim_asked, awaiting_victim, awaiting_partner, partner_question, other };
constexpr std::array<std::string_view, 5> code_names(PauseReason) {
    return {"victim-asked", "awaiting-victim", "awaiting-partner", "partner-question", "other"};
}

/// What keeps the promise of a referral's clock.
enum class Milestone : std::uint8_t {
    confirmed,  ///< a provider is confirmed
    arrived,    ///< she is there
    helped,     ///< the referral is completed
};
constexpr std::array<std::string_view, 3> code_names(Milestone) {
    return {"confirmed", "arrived", "helped"};
}

/// Kept by closing time of the local day on which it starts; of the next opening where that day's has passed.
struct SameDay {};
/// Kept while so much opening time passes.
struct WithinOpeningTime {
    std::chrono::microseconds time;
};
/// Kept by closing time of the n-th day with an opening after the day on which it starts.
struct WithinWorkingDays {
    int days;
};

/// A promise as it is declared.
struct ClockRule {
    Name name;
    ClockKind kind = ClockKind::promise;
    std::string source;  ///< the law, the clause or whose promise: shown with the clock
    std::variant<SameDay, WithinOpeningTime, WithinWorkingDays> within;
    OpeningHours hours;
    int warn_percent = 50;  ///< of the opening time that the promise has
    int escalate_percent = 80;
    Milestone kept_by = Milestone::confirmed;
};

/// A promise with a time: what design.md calls a clock. (`Clock` in core/base tells the time.)
struct PromiseClock {
    Name name;
    ClockKind kind = ClockKind::promise;
    std::string source;
    Instant start;
    Instant warn_at;
    Instant escalate_at;
    Instant breach_at;
    ClockState state = ClockState::running;
    std::optional<Instant> paused_at{};
    std::optional<PauseReason> pause_reason{};
    std::optional<Instant> stopped_at{};  ///< when the promise was kept, or fell away

    bool operator==(const PromiseClock&) const = default;
};

/// Starts a promise. One whose hours never open within 400 days is due at once, so that somebody hears of it.
PromiseClock start(const ClockRule& rule, Instant at);

/// The states entered since the last tick, in order: all of them where time has jumped over several. None while paused
/// or stopped.
std::vector<ClockState> tick(PromiseClock& clock, Instant now);

/// When `tick` next has something to say; nothing where it has said all, is paused or is stopped.
std::optional<Instant> next_instant(const PromiseClock& clock);

/// A second pause changes nothing.
void pause(PromiseClock& clock, PauseReason reason, Instant now);

/// Goes on with as much opening time left as there was at the pause.
void resume(PromiseClock& clock, const OpeningHours& hours, Instant now);

/// When the day of the opening that `t` is in, or of the next one, closes: breaks within a day do not count. Nothing
/// where it goes on over midnight into another day's opening, or does not open within 400 days.
std::optional<Instant> closing_after(const OpeningHours& hours, Instant t);

}  // namespace haven
