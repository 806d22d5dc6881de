#pragma once
#include <chrono>
#include <optional>
#include <vector>

#include "core/agreement/agreement.h"
#include "core/base/id.h"
#include "core/referral/answer.h"
#include "core/referral/clock.h"
#include "core/referral/provider.h"
#include "core/referral/state.h"

namespace haven {

/// One referral put to one partner. A plain value, kept column by column.
struct Offer {
    OfferId id;
    Name partner;
    int round = 1;
    OfferState state = OfferState::queued;
    Stage stage = Stage::offer;   ///< of what is being told now
    std::optional<Stage> held{};  ///< the furthest stage that the partner is known to hold; none: nothing
    int version = 0;              ///< the referral's version that the partner is known to hold
    std::optional<Instant> reply_by{};
    std::optional<std::chrono::microseconds> window_left{};  ///< of the reply window, while a question stands
    std::optional<Instant> until{};                          ///< until when the partner keeps the place
    std::optional<DeclineReason> reason{};
    std::optional<Instant> answered_at{};
    std::optional<Instant> arrival_at{};
    std::optional<UserId> recorded_by{};  ///< who wrote the last answer down; none where it came by message
    bool end_told = false;                ///< a release or a withdrawal is on its way
    bool end_known = false;               ///< and the partner's system has it
    bool conflict_told = false;           ///< a person knows that it came to be barred after it was confirmed

    bool operator==(const Offer&) const = default;
};

/// Whether the partner has, or may have, anything of this offer: whom a withdrawal must reach.
bool may_hold(const Offer& offer);

/// One request for one service for one case. A plain value.
struct Referral {
    ReferralId id;
    CaseId case_id;
    Name service;
    ReferralState state = ReferralState::draft;
    int version = 1;                      ///< raised by each amendment
    int round = 1;                        ///< raised each time a person has it offered again
    std::optional<Instant> overdue_at{};  ///< when a person is told that it has stayed in this state too long
    std::optional<OutcomeKind> outcome{};
    std::optional<OutcomeReason> outcome_reason{};
    std::optional<Instant> outcome_at{};
    std::optional<ReferralId> superseded_by{};
    std::vector<Offer> offers{};
    std::vector<PromiseClock> clocks{};

    bool operator==(const Referral&) const = default;
};

/// How a service is brokered, and who may be asked at this moment.
struct ReferralRules {
    int at_once = 1;            ///< how many are asked at a time; 1: in turn
    bool ask_capacity = false;  ///< first whether there is a place, without personal data
    bool only_open = false;     ///< needed now: a reply window ends at closing time
    std::chrono::microseconds before_help_max = std::chrono::hours(24);  ///< in one state, until a person is told
    std::chrono::microseconds during_help_max = std::chrono::days(7);    ///< likewise once somebody helps
    std::vector<Candidate> providers{};  ///< all of the site; a partner that is not among them is barred
    std::vector<ClockRule> clocks{};
};

/// A new referral in the state draft. Its clocks start at `since`: when she accepted the help.
Referral draft(ReferralId id, CaseId case_id, Name service, Instant since, const ReferralRules& rules, Instant now);

/// When the referral next needs a `Ticked`; never nothing while it is live.
std::optional<Instant> next_due(const Referral& referral);

}  // namespace haven
