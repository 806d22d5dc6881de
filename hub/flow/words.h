#pragma once
#include "core/referral/event.h"
#include "hub/flow/snapshot.h"

namespace haven::flow {

/// Brings what the case's row shows up to what its file says: state, grade, rank in the call list.
void triage(const Context& context, CaseSnapshot& snapshot, Instant now);

/// What a partner's record says of an offer; nothing where it says nothing that concerns one.
std::optional<ReferralEvent> event_of(const Fields& fields, const Record& record, OfferId offer);

}  // namespace haven::flow
