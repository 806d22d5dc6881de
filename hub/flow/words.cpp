#include "hub/flow/words.h"

namespace haven::flow {

Record agreed_part(const Record& record, const Agreement& agreement) {
    std::vector<bool> agreed;
    for (const auto& value : record.values()) { agreed.push_back(agreement.fields(Stage::accept).has(value.field)); }
    return record.part(record.type(), agreed);
}

std::optional<ReferralEvent> event_of(const Fields& fields, const Record& record, OfferId offer) {
    if (const auto kind = record.get(fields.answer)) {
        return referral_event::Answered{offer,
                                        *kind,
                                        record.get(fields.answer_at),
                                        record.get(fields.answer_until),
                                        record.get(fields.decline_reason),
                                        std::nullopt};
    }
    if (const auto kind = record.get(fields.arrival)) {
        return referral_event::Arrival{offer, *kind, record.get(fields.arrival_at), std::nullopt};
    }
    if (const auto kind = record.get(fields.outcome)) {
        return referral_event::OutcomeReported{offer, *kind, record.get(fields.outcome_reason),
                                               record.get(fields.outcome_at), std::nullopt};
    }
    return std::nullopt;
}

store::VacancyRow vacancy_of(const Fields& fields, const Record& record, Name partner, bool fictional, Instant now) {
    constexpr std::chrono::hours believed_for{4};
    const auto as_of = record.get(fields.vacancy.as_of).value_or(now);
    return {partner,
            record.get(fields.vacancy.service).value_or(""),
            record.get(fields.vacancy.places).value_or(0),
            as_of,
            record.get(fields.vacancy.expires).value_or(as_of + believed_for),
            fictional};
}

}  // namespace haven::flow
