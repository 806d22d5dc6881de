#include "hub/flow/fields.h"

namespace haven::flow {
namespace {

template <class... Parts>
std::optional<Error> first_error(const Result<Parts>&... bound) {
    std::optional<Error> first;
    ((first = first || bound ? first : std::optional(bound.error())), ...);
    return first;
}

}  // namespace

Result<CopyFields> CopyFields::bind(const Catalogue& catalogue) {
    FieldBinder b(catalogue);
    CopyFields made{
        .reference = b.field<std::string>("recall/reference"),
        .wanted = b.field<store::Wanted>("recall/wanted"),
        .at = b.field<Instant>("recall/at"),
        .acknowledged = b.field<Answer>("recall/acknowledged"),
    };
    if (auto bound = b.done(); !bound) { return fail(std::move(bound).error()); }
    return made;
}

Result<EntryFields> EntryFields::bind(const Catalogue& catalogue) {
    FieldBinder b(catalogue);
    EntryFields made{
        .identifier = b.field<std::string>("service/identifier"),
        .name = b.field<std::string>("service/name"),
        .provider = b.field<std::string>("service/provider"),
        .status = b.field<std::string>("service/status"),
        .age_min = b.field<std::int64_t>("service/minimum-age"),
        .age_max = b.field<std::int64_t>("service/maximum-age"),
        .area = b.field<std::string>("service/area/name"),
        .language = b.field<std::string>("service/language/name"),
        .schedule_days = b.field<std::string>("service/schedule/days"),
        .schedule_opens = b.field<TimeOfDay>("service/schedule/opens"),
        .schedule_closes = b.field<TimeOfDay>("service/schedule/closes"),
        .schedule_valid_from = b.field<Date>("service/schedule/valid-from"),
        .schedule_valid_to = b.field<Date>("service/schedule/valid-to"),
        .areas = b.group("service/area"),
        .languages = b.group("service/language"),
        .schedules = b.group("service/schedule"),
    };
    if (auto bound = b.done(); !bound) { return fail(std::move(bound).error()); }
    return made;
}

Result<VacancyFields> VacancyFields::bind(const Catalogue& catalogue) {
    FieldBinder b(catalogue);
    VacancyFields made{
        .service = b.field<std::string>("vacancy/service"),
        .places = b.field<std::int64_t>("vacancy/places"),
        .as_of = b.field<Instant>("vacancy/as-of"),
        .expires = b.field<Instant>("vacancy/expires"),
    };
    return b.done().map([&made] { return made; });
}

OverrideFields OverrideFields::bind(FieldBinder& b) {
    return {
        .overridden = b.field<Answer>("consent/overridden"),
        .reason = b.field<std::string>("consent/override-reason"),
        .role = b.field<std::string>("consent/override-role"),
    };
}

ChildFields ChildFields::bind(FieldBinder& b) {
    return {
        .group = b.group("child"),
        .birth_date = b.field<Date>("child/birth-date"),
        .age = b.field<std::int64_t>("child/age"),
        .gender = b.field<Gender>("child/gender"),
    };
}

Result<Fields> Fields::bind(const Catalogue& catalogue) {
    auto contact = ContactFields::bind(catalogue);
    auto triage = TriageFields::bind(catalogue);
    auto match = MatchFields::bind(catalogue);
    auto copy = CopyFields::bind(catalogue);
    auto entry = EntryFields::bind(catalogue);
    auto vacancy = VacancyFields::bind(catalogue);
    if (auto error = first_error(contact, triage, match, copy, entry, vacancy)) { return fail(std::move(*error)); }
    FieldBinder b(catalogue);
    Fields made{
        .contact = *contact,
        .triage = *triage,
        .match = *match,
        .copy = *copy,
        .entry = *entry,
        .vacancy = *vacancy,
        .consent_override = OverrideFields::bind(b),
        .child = ChildFields::bind(b),
        .incident_issuer = b.field<std::string>("incident/reference/issuer"),
        .incident_reference = b.field<std::string>("incident/reference/value"),
        .incident_started = b.field<Instant>("incident/started"),
        .incident_reported = b.field<Instant>("incident/reported"),
        .birth_date = b.field<Date>("victim/birth-date"),
        .age = b.field<std::int64_t>("victim/age"),
        .gender = b.field<Gender>("victim/gender"),
        .no_recourse = b.field<Answer>("victim/no-recourse-to-public-funds"),
        .risk = b.field<RiskLevel>("risk/level"),
        .risk_assessed = b.field<Instant>("risk/assessed"),
        .phone_number = b.field<std::string>("victim/phone/number"),
        .phone_safe = b.field<Answer>("victim/phone/safe"),
        .email_address = b.field<std::string>("victim/email/address"),
        .email_safe = b.field<Answer>("victim/email/safe"),
        .address_safe = b.field<Answer>("victim/address/safe"),
        .asked_not_to_be_contacted = b.field<Answer>("victim/safe-contact/asked-not-to-be-contacted"),
        .consent_to_referral = b.field<Answer>("consent/to-referral"),
        .consent_to_pass_contact = b.field<Answer>("consent/to-pass-contact"),
        .request_reference = b.field<std::string>("request/reference"),
        .answer = b.field<AnswerKind>("answer/kind"),
        .answer_at = b.field<Instant>("answer/at"),
        .answer_until = b.field<Instant>("answer/until"),
        .decline_reason = b.field<DeclineReason>("answer/reason"),
        .arrival = b.field<ArrivalKind>("arrival/kind"),
        .arrival_at = b.field<Instant>("arrival/at"),
        .outcome = b.field<OutcomeKind>("outcome/kind"),
        .outcome_reason = b.field<OutcomeReason>("outcome/reason"),
        .outcome_at = b.field<Instant>("outcome/at"),
        .contact_channel = b.field<ContactChannel>("contact/channel"),
        .contact_at = b.field<Instant>("contact/at"),
        .contact_outcome = b.field<ContactOutcome>("contact/outcome"),
        .contact_number = b.field<std::string>("contact/number"),
        .help = b.field<HelpAnswer>("contact/help"),
        .need_service = b.field<std::string>("need/service"),
        .pet = b.field<PetKind>("household/pet/kind"),
        .access = b.field<AccessNeed>("household/access/need"),
        .avoid_area = b.field<std::string>("avoid/area"),
        .perpetrator_area = b.field<std::string>("perpetrator/area"),
        .perpetrator_employer = b.field<std::string>("perpetrator/employer"),
        .need = b.group("need"),
        .pets = b.group("household/pet"),
        .access_needs = b.group("household/access"),
        .avoid = b.group("avoid"),
        .perpetrator = b.group("perpetrator"),
        .phone = b.group("victim/phone"),
        .email = b.group("victim/email"),
        .address = b.group("victim/address"),
        .safe_contact_window = b.group("victim/safe-contact/window"),
    };
    return b.done().map([&made] { return made; });
}

}  // namespace haven::flow
