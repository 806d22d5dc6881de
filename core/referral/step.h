#pragma once
#include <vector>

#include "core/referral/effect.h"
#include "core/referral/event.h"
#include "core/referral/referral.h"

namespace haven {

struct ReferralStep {
    Referral referral;
    std::vector<ReferralEffect> effects;
    bool operator==(const ReferralStep&) const = default;
};

/// What an event makes of a referral, and what must be done about it. Pure: the same arguments give the same answer.
///
/// What it keeps, whatever comes in whatever order (tests/core/referral/simulation_test.cpp):
/// - at most one partner is confirmed; the first yes wins, every other partner that holds something is released;
/// - nobody is offered anything who is not eligible at that moment, and nobody barred is confirmed;
/// - a withdrawal reaches everybody who holds anything, or may; what was never sent goes silently;
/// - a live referral always has a moment at which something happens to it by itself (`next_due`);
/// - an event that makes no sense changes nothing and says so (`Ignored`).
///
/// The state and its effects belong into one transaction.
ReferralStep step(Referral referral, const ReferralEvent& event, const ReferralRules& rules, Instant now);

}  // namespace haven
