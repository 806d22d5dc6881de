#pragma once
#include "core/agreement/facts.h"
#include "core/casework/contact_fields.h"
#include "core/casework/match.h"
#include "core/casework/triage.h"
#include "core/catalogue/field.h"
#include "core/referral/answer.h"
#include "core/referral/provider.h"
#include "core/store/copies.h"

namespace haven::flow {

/// Those in which the holder of a copy says what became of it.
struct CopyFields {
    Field<std::string> reference;
    Field<store::Wanted> wanted;
    Field<Instant> at;
    Field<Answer> acknowledged;

    static Result<CopyFields> bind(const Catalogue& catalogue);
};

/// Those of an entry of a service directory.
struct EntryFields {
    Field<std::string> identifier;
    Field<std::string> name;
    Field<std::string> provider;
    Field<std::string> status;
    Field<std::int64_t> age_min;
    Field<std::int64_t> age_max;
    Field<std::string> area;
    Field<std::string> language;
    Field<std::string> schedule_days;
    Field<TimeOfDay> schedule_opens;
    Field<TimeOfDay> schedule_closes;
    Field<Date> schedule_valid_from;
    Field<Date> schedule_valid_to;
    GroupNumber areas;
    GroupNumber languages;
    GroupNumber schedules;

    static Result<EntryFields> bind(const Catalogue& catalogue);
};

/// What a partner says of its free places.
struct VacancyFields {
    Field<std::string> service;
    Field<std::int64_t> places;
    Field<Instant> as_of;
    Field<Instant> expires;
    /// Errors: missing, malformed at the path.
    static Result<VacancyFields> bind(const Catalogue& catalogue);
};

/// That her case is shared without her yes: on which ground, and in which role somebody decided so.
struct OverrideFields {
    Field<Answer> overridden;
    Field<std::string> reason;
    Field<std::string> role;

    static OverrideFields bind(FieldBinder& b);
};

/// Her children, each an instance of the group.
struct ChildFields {
    GroupNumber group;
    Field<Date> birth_date;
    Field<std::int64_t> age;
    Field<Gender> gender;

    static ChildFields bind(FieldBinder& b);
};

/// The fields that the flow reads, bound once at start by path and type; a schema that lacks one stops the start.
struct Fields {
    ContactFields contact;
    TriageFields triage;
    MatchFields match;
    CopyFields copy;
    EntryFields entry;
    VacancyFields vacancy;
    OverrideFields consent_override;
    ChildFields child;
    Field<std::string> incident_issuer;
    Field<std::string> incident_reference;
    Field<Instant> incident_started;
    Field<Instant> incident_reported;
    Field<Date> birth_date;
    Field<std::int64_t> age;
    Field<Gender> gender;
    Field<Answer> no_recourse;
    Field<RiskLevel> risk;
    Field<Instant> risk_assessed;
    Field<std::string> phone_number;
    Field<Answer> phone_safe;
    Field<std::string> email_address;
    Field<Answer> email_safe;
    Field<Answer> address_safe;
    Field<Answer> asked_not_to_be_contacted;
    Field<Answer> consent_to_referral;
    Field<Answer> consent_to_pass_contact;
    Field<std::string> request_reference;
    Field<AnswerKind> answer;
    Field<Instant> answer_at;
    Field<Instant> answer_until;
    Field<DeclineReason> decline_reason;
    Field<ArrivalKind> arrival;
    Field<Instant> arrival_at;
    Field<OutcomeKind> outcome;
    Field<OutcomeReason> outcome_reason;
    Field<Instant> outcome_at;
    Field<ContactChannel> contact_channel;
    Field<Instant> contact_at;
    Field<ContactOutcome> contact_outcome;
    Field<std::string> contact_number;
    Field<HelpAnswer> help;
    Field<std::string> need_service;
    Field<PetKind> pet;
    Field<AccessNeed> access;
    Field<std::string> avoid_area;
    Field<std::string> perpetrator_area;
    Field<std::string> perpetrator_employer;
    GroupNumber need;
    GroupNumber pets;
    GroupNumber access_needs;
    GroupNumber avoid;
    GroupNumber perpetrator;
    GroupNumber phone;
    GroupNumber email;
    GroupNumber address;
    GroupNumber safe_contact_window;

    /// Errors: missing, malformed at the path.
    static Result<Fields> bind(const Catalogue& catalogue);
};

}  // namespace haven::flow
