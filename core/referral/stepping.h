#pragma once
#include <algorithm>

#include "core/referral/step.h"

/// Inside core/referral only.
namespace haven {

/// One step under way: the referral as it becomes, and the effects so far.
class Stepping {
public:
    Stepping(Referral referral, const ReferralRules& rules, Instant now)
        : referral_(std::move(referral)), rules_(rules), now_(now) {}

    /// Takes back what is with partners that have come to be barred or, where nothing was sent yet, unfit.
    void drop_unfit();
    /// Asks the next providers where there is room, and keeps the clocks in step with the state.
    ReferralStep finish() &&;

    void on(const referral_event::Prepared& e);
    void on(const referral_event::ConsentGiven&);
    void on(const referral_event::SentOut&);
    void on(const referral_event::OfferedAgain&);
    void on(const referral_event::Closed&);
    void on(const referral_event::SendBegun& e);
    void on(const referral_event::SendEnded& e);
    void on(const referral_event::Answered& e);
    void on(const referral_event::QuestionAnswered& e);
    void on(const referral_event::Arrival& e);
    void on(const referral_event::OutcomeReported& e);
    void on(const referral_event::Amended&);
    void on(const referral_event::Withdrawn&);
    void on(const referral_event::Superseded& e);
    void on(const referral_event::ClockPaused& e);
    void on(const referral_event::ClockResumed& e);
    void on(const referral_event::Ticked&);

private:
    // answers.cpp
    void has_capacity(Offer& offer, const referral_event::Answered& e);
    void accept(Offer& offer, const referral_event::Answered& e);
    void accept_again(Offer& offer, const referral_event::Answered& e);
    void accept_too_late(Offer& offer, const referral_event::Answered& e);
    void decline(Offer& offer, const referral_event::Answered& e, DeclineReason reason);
    void ask_person(Offer& offer, const referral_event::Answered& e, Cause cause);
    void question(Offer& offer, const referral_event::Answered& e);
    void note(Offer& offer, const referral_event::Answered& e) const;
    void confirm(Offer& offer);

    // deliveries.cpp
    void offer_ended(Offer& offer, const referral_event::SendEnded& e);
    void notice_ended(Offer& offer, const referral_event::SendEnded& e);
    void arrived(Offer& offer, const referral_event::SendEnded& e);

    // offers.cpp
    void fill();
    void run_clocks();
    void lapse(Offer& offer);
    void take_back(Offer& offer, OfferState state);
    void release(Offer& offer) { take_back(offer, OfferState::released); }
    void withdraw(Offer& offer) { take_back(offer, OfferState::withdrawn); }
    void release_all_open();
    void recall(Offer& offer);
    void set_state(ReferralState state);
    void put_on_hold();
    void put_reply_by(Offer& offer, std::optional<std::chrono::microseconds> left = {}) const;
    bool was_asked(Name partner) const;
    bool has_room() const;
    bool fits(Name partner) const;       ///< may be put an offer, as the latest facts stand
    bool is_barred(Name partner) const;  ///< must not help her, whatever it says
    const Candidate* candidate(Name partner) const;

    template <class Test>
    bool any_offer(Test test) const {
        return std::any_of(referral_.offers.begin(), referral_.offers.end(), test);
    }
    bool has_placement() const {
        return any_offer([](const Offer& o) { return is_placement(o.state); });
    }
    Offer* find(OfferId id);  ///< says `no_such_offer` where there is none

    void tell(Offer& offer, Notice what) {
        effects_.emplace_back(referral_effect::Tell{offer.id, offer.partner, what, offer.stage, referral_.version});
    }
    void need(Cause cause, OfferId offer = {}) {
        effects_.emplace_back(referral_effect::PersonNeeded{cause, offer, false});
    }
    void alarm(Cause cause, OfferId offer = {}) {
        effects_.emplace_back(referral_effect::PersonNeeded{cause, offer, true});
    }
    void ignore(IgnoredWhy why, OfferId offer = {}) { effects_.emplace_back(referral_effect::Ignored{why, offer}); }

    Referral referral_;
    const ReferralRules& rules_;
    Instant now_;
    std::vector<ReferralEffect> effects_;
};

}  // namespace haven
