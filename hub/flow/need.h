#pragma once
#include "core/referral/provider.h"
#include "core/store/directory.h"
#include "core/store/timers.h"
#include "hub/flow/snapshot.h"

/// What a case says of the help that is needed: pure readings of its case file.
namespace haven::flow {

/// Whole years on a day.
int age_on(Date birth, Date day);
/// The victim's age where it is known.
std::optional<int> victim_age(const Fields& fields, const Record& facts, Date day);

/// The partners where the perpetrator or a relative works: those whose name or title any record gives as employer,
/// whoever brought it, and those that a person declared. No newer import takes one away: that takes a later entry by a
/// person at the hub, with another employer of the same perpetrator.
/// Of cases that may be hers, too: by what they say, and by what people declared for them.
std::vector<Name> conflicts_of(const site::Site& site, const Fields& fields, const CaseSnapshot& snapshot);

/// What she said of one consent: no, too, where she said so in confidence, or in a case that may be hers, and has not
/// said otherwise here since.
Answer consent_of(const Field<Answer>& consent, const CaseSnapshot& snapshot);
/// Whether she has said after `then`, here or beside, that she consents to no referral.
bool refused_since(const Fields& fields, const CaseSnapshot& snapshot, Instant then);

/// Who needs which help, as the choice of providers takes it. A partner in conflict is asked only where it has a
/// nominated handler.
Need need_of(const site::Site& site, const Fields& fields, const CaseSnapshot& snapshot, Name service, Date day);

/// Every provider of the site as it is now: with the capacity that it said last, and as far as the directory in which
/// its file says that it is listed has not taken anything from it.
std::vector<Provider> providers_of(const site::Site& site, const std::vector<store::VacancyRow>& vacancies,
                                   const std::vector<store::DirectoryRow>& directory, Instant now);

/// The household in numbers and bands, for a question that names nobody. What a person entered stands; what is missing
/// is counted from the children that are known.
void set_household(RecordBuilder& own, const Fields& fields, const Record& facts, Date day);

/// Services that the victim accepted: the needs that the newest record of a contact or report names.
std::vector<Name> services_asked_for(const Fields& fields, const Record& record);

}  // namespace haven::flow
