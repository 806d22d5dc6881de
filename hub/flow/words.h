#pragma once
#include "core/referral/event.h"
#include "hub/flow/fields.h"

namespace haven::flow {

/// What of a record the hub may take: no more than its agreement with the source names.
Record agreed_part(const Record& record, const Agreement& agreement);

/// What a partner's record says of an offer; nothing where it says nothing that concerns one.
std::optional<ReferralEvent> event_of(const Fields& fields, const Record& record, OfferId offer);

}  // namespace haven::flow
