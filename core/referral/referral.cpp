#include "core/referral/referral.h"

namespace haven {
namespace {

void earliest(std::optional<Instant>& so_far, const std::optional<Instant>& other) {
    if (other && (!so_far || *other < *so_far)) { so_far = other; }
}

}  // namespace

bool may_hold(const Offer& offer) {
    return offer.held || is_in_flight(offer.state);
}

Referral draft(ReferralId id, CaseId case_id, Name service, Instant since, const ReferralRules& rules, Instant now) {
    Referral referral{.id = id, .case_id = case_id, .service = service, .overdue_at = now + rules.before_help_max};
    for (const auto& rule : rules.clocks) { referral.clocks.push_back(start(rule, since)); }
    return referral;
}

std::optional<Instant> next_due(const Referral& referral) {
    auto due = referral.overdue_at;
    for (const auto& offer : referral.offers) {
        earliest(due, offer.reply_by);
        earliest(due, offer.until);
    }
    for (const auto& clock : referral.clocks) { earliest(due, next_instant(clock)); }
    return due;
}

}  // namespace haven
