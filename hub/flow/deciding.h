#pragma once
#include "core/agreement/refusal.h"
#include "core/ledger/entry.h"
#include "core/store/held.h"
#include "core/store/stops.h"
#include "hub/flow/context.h"

/// What people decide about what waits, and about sending as a whole.
namespace haven::flow {

/// What a person decides on a held line, for all that waits under it.
enum class HeldDecision : std::uint8_t {
    again,  ///< work is sent again, records and messages are read again under the maps of now
    close,  ///< it is settled otherwise: work is dropped, records stay untaken
};
constexpr std::array<std::string_view, 2> code_names(HeldDecision) {
    return {"again", "close"};
}

/// A line that was closed, with what waited under it.
struct ClosedLine {
    HeldId id;
    std::vector<store::HeldItem> items;
};
/// Inside a transaction: closes a held line of the role in which `by` acts, as far as `by` may know of what waits under
/// it, and of one message or (none) of any. The rest waits on under a line of its own. Who decided what is in the
/// ledger of each case in it. Errors: missing - nothing of it waits for a decision of this role.
Result<ClosedLine> close_line(store::Sql& sql, const Context& context, HeldId id, MessageId message,
                              HeldDecision decision, const ledger::Actor& by, Instant now);

/// Closes a held line, by a person of the role that it waits for: all under it that this person may know of.
/// Errors: missing - no such line for this role, or somebody has decided already; unreachable.
Result<void> decide_held(const Context& context, HeldId id, std::string_view role, HeldDecision decision, UserId by);

/// Inside a transaction: what was held for this reason alone is due again and its lines are closed; of one partner, or
/// of all.
void lift_held(store::Sql& sql, const Context& context, Refusal why, std::optional<Name> partner, UserId by,
               Instant now);

/// Why somebody stops sending.
enum class StopReason : std::uint8_t { misdirected, partner_breach, partner_asked, maintenance, other };
constexpr std::array<std::string_view, 5> code_names(StopReason) {
    return {"misdirected", "partner-breach", "partner-asked", "maintenance", "other"};
}

/// The kill switch: from its commit on nothing begins to be sent to a partner, or (no partner) to anybody. What is due
/// meanwhile is held.
/// Errors: missing - the site has no such partner; conflict - it is stopped already; unreachable.
Result<void> stop_sending(const Context& context, std::optional<Name> partner, StopReason reason, UserId by);

/// Ends a stop; what was held because of it is due again.
/// Errors: missing - it is not stopped; unreachable.
Result<void> resume_sending(const Context& context, std::optional<Name> partner, UserId by);

}  // namespace haven::flow
