#pragma once
#include "core/store/overrides.h"
#include "hub/flow/chronicle.h"
#include "hub/flow/context.h"
#include "hub/flow/snapshot.h"

/// What people let go that an agreement or the guard stopped: two named people, or one who breaks the glass. It goes
/// into the next decision as an argument (`Facts::overrides`); nothing here sends or clears anything.
namespace haven::flow {

/// That her case is shared without her yes, as a person at the hub wrote it down.
struct RecordedOverride {
    Ground ground = Ground::risk_to_life;
    std::string role;  ///< of who decided, when it was written down
};

/// As the newest record says that answers whether she is told of without her yes and that a person at the hub entered;
/// what a partner's import says of it counts for nothing. Nothing where nobody wrote it down, where it is not a yes, or
/// where the role is not known; or where she has said no since: that is decided anew.
std::optional<RecordedOverride> recorded_override(const Fields& fields, const CaseSnapshot& snapshot);

/// What a person at the hub entered, with that person's role where it says that she is told of without her yes.
struct Entered {
    Record record;
    std::optional<ledger::Entry> overridden;  ///< who wrote it down, for the ledger
};
/// Errors: refused at the field - no agreement of the site lets this person's role decide so on this ground; malformed
/// at the field - the role was typed.
Result<Entered> with_role(const Context& context, Record record, UserId by, Instant now);

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
