#include "core/referral/stepping.h"

namespace haven {
namespace {

bool is_kept(Milestone milestone, const Referral& referral) {
    if (!is_live(referral.state)) { return true; }
    return std::any_of(referral.offers.begin(), referral.offers.end(), [&](const Offer& offer) {
        return (milestone == Milestone::confirmed && is_placement(offer.state)) ||
               (milestone == Milestone::arrived && offer.state == OfferState::arrived);
    });
}

}  // namespace

void Stepping::drop_unfit() {
    if (is_over(referral_.state)) { return; }
    for (auto& offer : referral_.offers) {
        const bool open = is_awaited(offer.state) || offer.state == OfferState::lapsed;
        if (open && is_barred(offer.partner)) {
            if (may_hold(offer)) { need(Cause::conflict, offer.id); }
            withdraw(offer);
        } else if (offer.state == OfferState::queued && !fits(offer.partner)) {
            withdraw(offer);
        } else if (is_placement(offer.state) && is_barred(offer.partner) && !offer.conflict_told) {
            offer.conflict_told = true;  // a person decides: she may be there already
            alarm(Cause::conflict, offer.id);
        }
    }
}

ReferralStep Stepping::finish() && {
    fill();
    run_clocks();
    return {std::move(referral_), std::move(effects_)};
}

void Stepping::fill() {
    if (referral_.state != ReferralState::offered) { return; }
    for (const auto& c : rules_.providers) {
        if (!has_room()) { return; }
        if (c.why_not || was_asked(c.partner)) { continue; }
        referral_.offers.push_back({.id = c.offer,
                                    .partner = c.partner,
                                    .round = referral_.round,
                                    .stage = rules_.ask_capacity ? Stage::capacity : Stage::offer});
        auto& offer = referral_.offers.back();
        put_reply_by(offer);
        tell(offer, rules_.ask_capacity ? Notice::capacity : Notice::offer);
    }
    if (!any_offer([](const Offer& o) { return is_awaited(o.state); })) {
        set_state(ReferralState::no_provider);
        need(Cause::no_provider);
    }
}

bool Stepping::has_room() const {
    const auto asked = std::count_if(referral_.offers.begin(), referral_.offers.end(),
                                     [](const Offer& o) { return is_awaited(o.state); });
    return asked < std::max(1, rules_.at_once);
}

// A partner that was released because another was confirmed, or never heard of it, may be asked again.
bool Stepping::was_asked(Name partner) const {
    return any_offer([&](const Offer& o) {
        const bool heard = o.state != OfferState::released && (o.state != OfferState::withdrawn || may_hold(o));
        return o.partner == partner && o.round == referral_.round && heard;
    });
}

// A closed office opens again, and what it says of its own places is newer than what was known.
bool Stepping::fits(Name partner) const {
    const auto* c = candidate(partner);
    return c != nullptr && (!c->why_not || is_passing(*c->why_not));
}

bool Stepping::is_barred(Name partner) const {
    const auto* c = candidate(partner);
    return c == nullptr || (c->why_not && haven::is_barred(*c->why_not));
}

const Candidate* Stepping::candidate(Name partner) const {
    const auto at = std::find_if(rules_.providers.begin(), rules_.providers.end(),
                                 [&](const Candidate& c) { return c.partner == partner; });
    return at == rules_.providers.end() ? nullptr : &*at;
}

void Stepping::put_reply_by(Offer& offer, std::optional<std::chrono::microseconds> left) const {
    const auto* c = candidate(offer.partner);
    if (c == nullptr) { return; }
    const auto window = left.value_or(c->reply_window);
    offer.window_left.reset();
    offer.reply_by = c->hours.add(now_, window).value_or(now_ + window);
    if (!rules_.only_open) { return; }
    if (const auto closing = closing_after(c->hours, now_)) { offer.reply_by = std::min(*offer.reply_by, *closing); }
}

void Stepping::lapse(Offer& offer) {
    if (offer.state == OfferState::queued) { need(Cause::never_sent, offer.id); }
    if (may_hold(offer)) { offer.held = std::max(offer.held, std::optional(offer.stage)); }
    offer.state = OfferState::lapsed;
    offer.reply_by.reset();
}

void Stepping::take_back(Offer& offer, OfferState state) {
    if (offer.state == state) { return; }
    const bool tells = may_hold(offer);
    if (tells && is_awaited(offer.state)) { offer.held = std::max(offer.held, std::optional(offer.stage)); }
    offer.state = state;
    offer.reply_by.reset();
    offer.window_left.reset();
    offer.until.reset();
    offer.end_told = false;
    offer.end_known = false;
    if (tells) { recall(offer); }
}

/// Tells a partner that the offer is over.
void Stepping::recall(Offer& offer) {
    offer.end_told = true;
    offer.end_known = false;
    tell(offer, offer.state == OfferState::withdrawn ? Notice::withdraw : Notice::release);
}

void Stepping::release_all_open() {
    for (auto& offer : referral_.offers) {
        if (is_awaited(offer.state) || is_placement(offer.state) || offer.state == OfferState::lapsed) {
            release(offer);
        }
    }
}

void Stepping::set_state(ReferralState state) {
    referral_.state = state;
    referral_.overdue_at.reset();
    if (!is_live(state)) { return; }
    const bool during = state == ReferralState::accepted || state == ReferralState::in_progress;
    referral_.overdue_at = now_ + (during ? rules_.during_help_max : rules_.before_help_max);
}

void Stepping::put_on_hold() {
    set_state(ReferralState::on_hold);
    if (referral_.outcome && is_good(*referral_.outcome)) { referral_.outcome.reset(); }  // it is so no longer
}

void Stepping::run_clocks() {
    for (auto& clock : referral_.clocks) {
        const auto rule = std::find_if(rules_.clocks.begin(), rules_.clocks.end(),
                                       [&](const ClockRule& r) { return r.name == clock.name; });
        const auto milestone = rule == rules_.clocks.end() ? Milestone::helped : rule->kept_by;
        if (!is_kept(milestone, referral_)) {
            clock.stopped_at.reset();  // a place that was lost
        } else if (!clock.stopped_at) {
            clock.stopped_at = now_;
        }
    }
}

Offer* Stepping::find(OfferId id) {
    const auto at =
        std::find_if(referral_.offers.begin(), referral_.offers.end(), [&](const Offer& o) { return o.id == id; });
    if (at != referral_.offers.end()) { return &*at; }
    ignore(IgnoredWhy::no_such_offer, id);
    return nullptr;
}

}  // namespace haven
