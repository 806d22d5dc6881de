#pragma once
#include "core/store/overrides.h"
#include "hub/flow/chronicle.h"
#include "hub/flow/context.h"

/// What people let go that an agreement or the guard stopped: two named people, or one who breaks the glass. It goes
/// into the next decision as an argument (`Facts::overrides`); nothing here sends or clears anything.
namespace haven::flow {

/// The ground on which a person at the hub wrote down that her case is shared without her yes; nothing where nobody
/// did. What a partner's import says of it counts for nothing.
std::optional<Ground> recorded_ground(const Fields& fields, const CaseFile& file);

/// Who wrote it down, for the ledger: nothing where the record says no such thing.
/// Errors: refused at the field - no agreement of the site lets this person's role decide so on this ground.
Result<std::optional<ledger::Entry>> recorded_override(const Context& context, const Record& record, UserId by,
                                                       Instant now);

/// Who asks, and for what.
struct OverrideRequest {
    store::NearMissId of;
    Ground ground = Ground::risk_to_life;
    std::chrono::minutes lasts{0};  ///< from when it is given
    std::string typed;              ///< why, in the asker's words: kept sealed
    Answerable by;
};
inline constexpr std::size_t justification_chars_max = 2'000;

/// Asks another person to let one stopped sending go. It must be confirmed within `override_longest`.
/// Errors: missing - no such near miss, or somebody has decided on it; refused - nobody may let this go, or not on this
/// ground, or not this person; malformed - no time, too long a time, nothing typed; unreachable.
Result<store::OverrideId> ask_override(const Context& context, const OverrideRequest& request);

/// Another person agrees: the sending is due again, its time runs, and a review is due the next working day.
/// Errors: missing - no such request, or it was given already; refused - the same person, another role; unreachable.
Result<void> confirm_override(const Context& context, store::OverrideId id, const Answerable& by);

/// One person lets it go at once. An alarm is raised in the log and in what is held.
/// Errors: as of `ask_override`.
Result<store::OverrideId> break_glass(const Context& context, const OverrideRequest& request);

/// Somebody who neither asked nor confirmed says what to think of it.
/// Errors: missing - it was not given, or is reviewed already; refused - by one of those who let it go; unreachable.
Result<void> review_override(const Context& context, store::OverrideId id, store::ReviewFinding finding,
                             const Answerable& by);

/// The time for the review has come: an alarm if nobody has made it.
Result<void> look_at_review(const Context& context, store::OverrideId id);

/// An override as this user may see it. Errors: missing, unreachable.
Result<store::OverrideRow> see_override(const Context& context, store::OverrideId id, UserId by);

/// What was typed. That it was read is in the ledger first.
/// Errors: missing, broken, unreachable.
Result<std::string> read_justification(const Context& context, const store::OverrideRow& row, ledger::Actor by);

}  // namespace haven::flow
