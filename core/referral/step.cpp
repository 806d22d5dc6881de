#include "core/referral/step.h"

#include "core/referral/stepping.h"

namespace haven {

namespace event = referral_event;

ReferralStep step(Referral referral, const ReferralEvent& event, const ReferralRules& rules, Instant now) {
    Stepping stepping(std::move(referral), rules, now);
    stepping.drop_unfit();
    std::visit([&](const auto& e) { stepping.on(e); }, event);
    return std::move(stepping).finish();
}

void Stepping::on(const event::Prepared& e) {
    if (referral_.state != ReferralState::draft) { return ignore(IgnoredWhy::wrong_state); }
    set_state(e.may_share ? ReferralState::ready : ReferralState::awaiting_consent);
}

void Stepping::on(const event::ConsentGiven&) {
    if (referral_.state != ReferralState::awaiting_consent) { return ignore(IgnoredWhy::wrong_state); }
    set_state(ReferralState::ready);
}

void Stepping::on(const event::SentOut&) {
    if (referral_.state != ReferralState::ready) { return ignore(IgnoredWhy::wrong_state); }
    set_state(ReferralState::offered);
}

void Stepping::on(const event::OfferedAgain&) {
    if (referral_.state != ReferralState::on_hold && referral_.state != ReferralState::no_provider) {
        return ignore(IgnoredWhy::wrong_state);
    }
    release_all_open();
    ++referral_.round;
    referral_.outcome.reset();
    referral_.outcome_reason.reset();
    referral_.outcome_at.reset();
    set_state(ReferralState::offered);
}

void Stepping::on(const event::Closed&) {
    if (referral_.state != ReferralState::on_hold && referral_.state != ReferralState::no_provider) {
        return ignore(IgnoredWhy::wrong_state);
    }
    release_all_open();
    set_state(ReferralState::declined);
    effects_.emplace_back(
        referral_effect::Report{referral_.outcome.value_or(OutcomeKind::unable_to_support), referral_.outcome_reason});
}

void Stepping::on(const event::Arrival& e) {
    auto* offer = find(e.offer);
    if (offer == nullptr) { return; }
    const auto at = std::min(e.at.value_or(now_), now_);
    if (!is_placement(offer->state)) {
        // Whoever waits for her in vain is listened to, whatever became of the offer.
        if (e.kind == ArrivalKind::did_not_arrive) { return alarm(Cause::did_not_arrive, offer->id); }
        return need(Cause::arrival_unconfirmed, offer->id);
    }
    const auto state = e.kind == ArrivalKind::expected  ? OfferState::expected
                       : e.kind == ArrivalKind::arrived ? OfferState::arrived
                                                        : OfferState::did_not_arrive;
    if (offer->state == state) { return ignore(IgnoredWhy::repeat, offer->id); }
    if (offer->arrival_at && at < *offer->arrival_at) { return ignore(IgnoredWhy::older, offer->id); }
    if (offer->state == OfferState::arrived && state == OfferState::expected) {
        return ignore(IgnoredWhy::older, offer->id);
    }
    offer->state = state;
    offer->arrival_at = at;
    offer->recorded_by = e.recorded_by;
    if (state == OfferState::did_not_arrive) {
        alarm(Cause::did_not_arrive, offer->id);
        put_on_hold();
    }
    if (state != OfferState::arrived) { return; }
    offer->until.reset();
    // What stopped it since (she left again, say) is not undone by news of an earlier arrival.
    const bool news = !referral_.outcome_at || at > *referral_.outcome_at;
    if (referral_.state == ReferralState::accepted || (referral_.state == ReferralState::on_hold && news)) {
        referral_.outcome.reset();
        set_state(ReferralState::in_progress);
    }
}

void Stepping::on(const event::OutcomeReported& e) {
    auto* offer = find(e.offer);
    if (offer == nullptr) { return; }
    const auto at = std::min(e.at.value_or(now_), now_);
    if (is_over(referral_.state) || is_taken_back(offer->state)) { return ignore(IgnoredWhy::over, offer->id); }
    if (!is_placement(offer->state)) { return need(Cause::outcome_unconfirmed, offer->id); }
    if (referral_.outcome == e.kind) { return ignore(IgnoredWhy::repeat, offer->id); }
    if (referral_.outcome_at && at < *referral_.outcome_at) { return ignore(IgnoredWhy::older, offer->id); }
    referral_.outcome = e.kind;
    referral_.outcome_reason = e.reason;
    referral_.outcome_at = at;
    offer->recorded_by = e.recorded_by;
    offer->until.reset();
    if (is_good(e.kind)) {
        set_state(ReferralState::completed);
        effects_.emplace_back(referral_effect::Report{e.kind, e.reason});
    } else {
        set_state(ReferralState::on_hold);
        alarm(Cause::bad_outcome, offer->id);
    }
}

void Stepping::on(const event::Amended& e) {
    if (!is_live(referral_.state)) { return ignore(IgnoredWhy::over); }
    const int before = referral_.version++;
    for (auto& offer : referral_.offers) {
        const bool counts = is_awaited(offer.state) || is_placement(offer.state);
        const bool holds_offer =
            offer.held >= Stage::offer || (is_in_flight(offer.state) && offer.stage >= Stage::offer);
        const bool concerned =
            !e.holders || std::find(e.holders->begin(), e.holders->end(), offer.partner) != e.holders->end();
        if (!concerned && offer.version == before) { offer.version = referral_.version; }  // the same to it
        if (counts && holds_offer && concerned) { tell(offer, Notice::amend); }
    }
}

void Stepping::on(const event::Withdrawn&) {
    if (referral_.state == ReferralState::withdrawn || referral_.state == ReferralState::superseded) {
        return ignore(IgnoredWhy::over);
    }
    for (auto& offer : referral_.offers) { withdraw(offer); }
    set_state(ReferralState::withdrawn);
}

void Stepping::on(const event::Superseded& e) {
    if (!is_live(referral_.state)) { return ignore(IgnoredWhy::over); }
    for (auto& offer : referral_.offers) { withdraw(offer); }
    referral_.superseded_by = e.by;
    set_state(ReferralState::superseded);
}

void Stepping::on(const event::ClockPaused& e) {
    for (auto& clock : referral_.clocks) {
        if (clock.name != e.clock) { continue; }
        if (clock.paused_at || clock.stopped_at) { return ignore(IgnoredWhy::wrong_state); }
        return pause(clock, e.reason, now_);
    }
    ignore(IgnoredWhy::no_such_offer);
}

void Stepping::on(const event::ClockResumed& e) {
    for (auto& clock : referral_.clocks) {
        if (clock.name != e.clock) { continue; }
        if (!clock.paused_at) { return ignore(IgnoredWhy::wrong_state); }
        const auto rule = std::find_if(rules_.clocks.begin(), rules_.clocks.end(),
                                       [&](const ClockRule& r) { return r.name == e.clock; });
        if (rule == rules_.clocks.end()) { return ignore(IgnoredWhy::no_such_offer); }
        return resume(clock, rule->hours, now_);
    }
    ignore(IgnoredWhy::no_such_offer);
}

void Stepping::on(const event::Ticked&) {
    for (auto& offer : referral_.offers) {
        if (is_awaited(offer.state) && offer.reply_by && *offer.reply_by <= now_) { lapse(offer); }
        if (is_placement(offer.state) && offer.until && *offer.until <= now_) {
            offer.until.reset();
            alarm(Cause::place_lapsing, offer.id);
        }
    }
    for (auto& clock : referral_.clocks) {
        for (const auto state : tick(clock, now_)) {
            effects_.emplace_back(referral_effect::ClockEntered{clock.name, state});
        }
    }
    if (referral_.overdue_at && *referral_.overdue_at <= now_) {
        alarm(Cause::silence);
        set_state(referral_.state);  // and again after as long
    }
}

}  // namespace haven
