#pragma once
#include "core/referral/event.h"
#include "core/store/timers.h"
#include "hub/flow/fields.h"

namespace haven::flow {

/// What of a record the hub may take: no more than its agreement with the source names.
Record agreed_part(const Record& record, const Agreement& agreement);

/// What a partner's record says of an offer; nothing where it says nothing that concerns one.
std::optional<ReferralEvent> event_of(const Fields& fields, const Record& record, OfferId offer);

/// What a partner says of its free places. `fictional`: it said so in rehearsal.
store::VacancyRow vacancy_of(const Fields& fields, const Record& record, Name partner, bool fictional, Instant now);

}  // namespace haven::flow
