#include "hub/flow/triage.h"

namespace haven::flow {

void triage(const Context& context, CaseSnapshot& snapshot, Instant) {
    auto& row = snapshot.row;
    // A human grade is never lowered by what comes later without one: the highest of the newest assessments stands.
    if (const auto grade = snapshot.file.facts().get(context.fields.risk)) { row.grade = grade; }
    if (row.state.empty()) { row.state = "to-contact"; }
    row.call_rank = row.grade ? static_cast<std::int64_t>(*row.grade) : 0;
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

}  // namespace haven::flow
