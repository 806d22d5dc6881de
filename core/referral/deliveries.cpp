#include "core/referral/stepping.h"

namespace haven {
namespace {

bool is_of_offer(Notice what) {
    return what == Notice::capacity || what == Notice::offer;
}

Stage stage_of(Notice what) {
    return what == Notice::capacity ? Stage::capacity : Stage::offer;
}

}  // namespace

void Stepping::on(const referral_event::SendBegun& e) {
    auto* offer = find(e.offer);
    if (offer == nullptr || !is_of_offer(e.what)) { return; }
    if (offer->state == OfferState::queued && offer->stage == stage_of(e.what)) {
        offer->state = OfferState::sent;
        return;
    }
    if (is_in_flight(offer->state)) { return ignore(IgnoredWhy::repeat, offer->id); }
    // It should not have been sent. What has gone out all the same is recalled.
    const auto held = std::max(offer->held, std::optional(stage_of(e.what)));
    if (held == offer->held) { return ignore(IgnoredWhy::repeat, offer->id); }
    offer->held = held;
    if (is_taken_back(offer->state) && !offer->end_told) { recall(*offer); }
}

void Stepping::on(const referral_event::SendEnded& e) {
    auto* offer = find(e.offer);
    if (offer == nullptr) { return; }
    return is_of_offer(e.what) ? offer_ended(*offer, e) : notice_ended(*offer, e);
}

void Stepping::arrived(Offer& offer, const referral_event::SendEnded& e) {
    offer.version = std::max(offer.version, std::min(e.version, referral_.version));
    if (is_of_offer(e.what)) { offer.held = std::max(offer.held, std::optional(stage_of(e.what))); }
    if (e.what == Notice::confirm) { offer.held = Stage::accept; }
}

void Stepping::offer_ended(Offer& offer, const referral_event::SendEnded& e) {
    const bool waits =
        (offer.state == OfferState::queued || is_in_flight(offer.state)) && offer.stage == stage_of(e.what);
    if (e.delivery == Delivery::accepted) {
        arrived(offer, e);
        if (waits) {
            offer.state = OfferState::delivered;
            put_reply_by(offer);
        } else if (is_taken_back(offer.state) && !offer.end_told) {
            recall(offer);
        }
        return;
    }
    if (!waits) { return ignore(IgnoredWhy::wrong_state, offer.id); }
    switch (e.delivery) {
        case Delivery::accepted: break;
        case Delivery::rejected:
            offer.state = OfferState::declined;
            offer.reason = DeclineReason::other;
            offer.reply_by.reset();
            return need(Cause::delivery_rejected, offer.id);
        case Delivery::retry:
        case Delivery::unreachable: offer.state = OfferState::queued; return;
        case Delivery::unknown:
            if (offer.state == OfferState::unknown) { return ignore(IgnoredWhy::repeat, offer.id); }
            offer.state = OfferState::unknown;
            return need(Cause::delivery_unknown, offer.id);
    }
}

void Stepping::notice_ended(Offer& offer, const referral_event::SendEnded& e) {
    if (e.what == Notice::confirm && offer.stage != Stage::accept) { return ignore(IgnoredWhy::wrong_state, offer.id); }
    switch (e.delivery) {
        case Delivery::accepted:
            arrived(offer, e);
            if (e.what == Notice::release || e.what == Notice::withdraw) { offer.end_known = offer.end_told; }
            return;
        case Delivery::retry:
        case Delivery::unreachable: return;
        case Delivery::unknown: return need(Cause::delivery_unknown, offer.id);
        // She may be waited for in vain, or somebody keeps what must go.
        case Delivery::rejected: return alarm(Cause::notice_failed, offer.id);
    }
}

}  // namespace haven
