#include "core/referral/stepping.h"

namespace haven {

using referral_event::Answered;

void Stepping::on(const Answered& e) {
    auto* offer = find(e.offer);
    if (offer == nullptr) { return; }
    if (offer->answered_at && e.at && *e.at < *offer->answered_at) { return ignore(IgnoredWhy::older, offer->id); }
    if (is_taken_back(offer->state) && !offer->end_told && e.kind != AnswerKind::accept) {
        // It was never told anything, as far as was known; and yet it answers.
        note(*offer, e);
        return recall(*offer);
    }
    switch (e.kind) {
        case AnswerKind::has_capacity: return has_capacity(*offer, e);
        case AnswerKind::accept: return accept(*offer, e);
        case AnswerKind::no_capacity: return decline(*offer, e, DeclineReason::no_bed);
        case AnswerKind::decline:
        case AnswerKind::onward: return decline(*offer, e, e.reason.value_or(DeclineReason::other));
        case AnswerKind::question: return question(*offer, e);
        case AnswerKind::waiting_list: return ask_person(*offer, e, Cause::waiting_list);
        case AnswerKind::assessment_needed: return ask_person(*offer, e, Cause::assessment_needed);
    }
}

// Whoever answers knows what was asked, whatever is known of its sending.
void Stepping::note(Offer& offer, const Answered& e) const {
    offer.answered_at = std::min(e.at.value_or(now_), now_);
    offer.recorded_by = e.recorded_by;
    offer.held = std::max(offer.held, std::optional(offer.stage));
}

void Stepping::has_capacity(Offer& offer, const Answered& e) {
    if (is_taken_back(offer.state) || is_placement(offer.state)) { return ignore(IgnoredWhy::over, offer.id); }
    if (offer.stage != Stage::capacity) { return ignore(IgnoredWhy::repeat, offer.id); }
    const bool awaited = is_awaited(offer.state);
    if (!awaited && referral_.state != ReferralState::offered && referral_.state != ReferralState::no_provider) {
        return ignore(IgnoredWhy::wrong_state, offer.id);
    }
    if (!awaited && !has_room()) { return ignore(IgnoredWhy::no_room, offer.id); }
    note(offer, e);
    if (!fits(offer.partner)) { return withdraw(offer); }
    offer.stage = Stage::offer;
    offer.state = OfferState::queued;
    offer.reason.reset();
    put_reply_by(offer);
    tell(offer, Notice::offer);
    if (referral_.state == ReferralState::no_provider) { set_state(ReferralState::offered); }
}

void Stepping::accept(Offer& offer, const Answered& e) {
    if (is_placement(offer.state)) { return accept_again(offer, e); }
    const bool open = referral_.state == ReferralState::offered || referral_.state == ReferralState::no_provider;
    if (!open || is_taken_back(offer.state)) { return accept_too_late(offer, e); }
    if (is_barred(offer.partner)) {  // it had said no, and only then came to be barred
        note(offer, e);
        need(Cause::conflict, offer.id);
        return withdraw(offer);
    }
    if (e.until && *e.until <= now_) {
        note(offer, e);
        offer.state = OfferState::lapsed;
        offer.reply_by.reset();
        offer.window_left.reset();
        return need(Cause::accept_expired, offer.id);
    }
    // Who says yes before it has seen the offer has a place, no more.
    if (offer.stage == Stage::capacity) { return has_capacity(offer, e); }
    note(offer, e);
    offer.until = e.until;
    confirm(offer);
}

void Stepping::confirm(Offer& offer) {
    if (offer.version < referral_.version) { need(Cause::accepted_older_version, offer.id); }
    offer.state = OfferState::confirmed;
    offer.stage = Stage::accept;
    offer.reason.reset();
    offer.reply_by.reset();
    offer.window_left.reset();
    tell(offer, Notice::confirm);
    for (auto& other : referral_.offers) {
        if (is_awaited(other.state) || other.state == OfferState::lapsed) { release(other); }
    }
    set_state(ReferralState::accepted);
}

void Stepping::accept_again(Offer& offer, const Answered& e) {
    const bool still_to_come = offer.state == OfferState::confirmed || offer.state == OfferState::expected;
    if (!still_to_come || !e.until || e.until == offer.until || *e.until <= now_) {
        return ignore(IgnoredWhy::repeat, offer.id);
    }
    note(offer, e);
    offer.until = e.until;
}

// The partner keeps a place for nobody: it is told again, or, where nobody else is confirmed, a person looks.
void Stepping::accept_too_late(Offer& offer, const Answered& e) {
    note(offer, e);
    if (!is_taken_back(offer.state)) { offer.state = OfferState::released; }
    const bool nobody_else = is_live(referral_.state) && !has_placement();
    if (nobody_else) { need(Cause::accept_after_end, offer.id); }
    if (!nobody_else || !offer.end_told) { recall(offer); }
}

void Stepping::decline(Offer& offer, const Answered& e, DeclineReason reason) {
    if (is_taken_back(offer.state)) { return ignore(IgnoredWhy::over, offer.id); }
    if (offer.state == OfferState::declined) { return ignore(IgnoredWhy::repeat, offer.id); }
    const auto before = offer.state;
    note(offer, e);
    offer.state = OfferState::declined;
    offer.reason = reason;
    offer.reply_by.reset();
    offer.window_left.reset();
    offer.until.reset();
    if (e.kind == AnswerKind::onward) { need(Cause::onward, offer.id); }
    if (!is_placement(before) || is_over(referral_.state)) { return; }
    alarm(Cause::place_lost, offer.id);
    if (before != OfferState::arrived && referral_.state == ReferralState::accepted) {
        return set_state(ReferralState::offered);
    }
    put_on_hold();
}

void Stepping::ask_person(Offer& offer, const Answered& e, Cause cause) {
    if (is_taken_back(offer.state) || offer.state == OfferState::declined) {
        return ignore(IgnoredWhy::over, offer.id);
    }
    note(offer, e);
    if (is_in_flight(offer.state) || offer.state == OfferState::queued) { offer.state = OfferState::delivered; }
    need(cause, offer.id);
}

void Stepping::question(Offer& offer, const Answered& e) {
    if (is_taken_back(offer.state) || offer.state == OfferState::declined) {
        return ignore(IgnoredWhy::over, offer.id);
    }
    note(offer, e);
    need(Cause::question, offer.id);
    if (!is_awaited(offer.state) || offer.state == OfferState::question) { return; }
    offer.state = OfferState::question;
    const auto* c = candidate(offer.partner);
    if (c != nullptr && offer.reply_by) { offer.window_left = c->hours.opening_time(now_, *offer.reply_by); }
    offer.reply_by.reset();
}

void Stepping::on(const referral_event::QuestionAnswered& e) {
    auto* offer = find(e.offer);
    if (offer == nullptr) { return; }
    if (is_placement(offer->state) || offer->state == OfferState::lapsed) { return tell(*offer, Notice::reply); }
    if (offer->state != OfferState::question) { return ignore(IgnoredWhy::wrong_state, offer->id); }
    offer->state = OfferState::delivered;
    put_reply_by(*offer, offer->window_left);
    tell(*offer, Notice::reply);
}

}  // namespace haven
