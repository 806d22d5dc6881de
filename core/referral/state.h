#pragma once
#include <array>
#include <cstdint>
#include <string_view>

#include "core/base/code.h"

namespace haven {

/// How far a request for one service has come.
enum class ReferralState : std::uint8_t {
    draft,             ///< a person prepares it
    awaiting_consent,  ///< prepared, but she has not said yes and nobody has decided without her
    ready,             ///< may go; nothing has been asked of anybody yet
    offered,           ///< providers are asked
    accepted,          ///< one of them is confirmed
    in_progress,       ///< she has arrived, or the help has begun
    on_hold,           ///< it came to a stop; a person must act
    completed,         ///< the help has begun or was given; a later bad word opens it again
    declined,          ///< a person ended it: nobody could help
    no_provider,       ///< nobody is left to ask; a person must act
    withdrawn,         ///< she, or the consent, took it back
    superseded,        ///< another referral stands in its place
};
constexpr std::array<std::string_view, 12> code_names(ReferralState) {
    return {"draft",   "awaiting-consent", "ready",    "offered",     "accepted",  "in-progress",
            "on-hold", "completed",        "declined", "no-provider", "withdrawn", "superseded"};
}

/// How far one offer to one partner has come. Delivered is not accepted, accepted not confirmed, arrived not placed.
enum class OfferState : std::uint8_t {
    queued,          ///< waits to be sent; work found for an offer that is no longer queued is dropped
    sent,            ///< an attempt has begun; it may arrive at any moment
    delivered,       ///< the partner's system has it
    question,        ///< the partner asks; its reply window stands still
    accepted,        ///< the partner's word, until the hub has confirmed or released it: never longer than one step
    confirmed,       ///< the hub's word: this one. Only now may identity go
    released,        ///< not needed any more; nothing says why
    declined,        ///< the partner says no, or its system refused the message
    withdrawn,       ///< taken back
    lapsed,          ///< no answer in time; a late yes still counts while nobody is confirmed
    unknown,         ///< nobody can say whether it arrived
    expected,        ///< confirmed, and on the way
    arrived,         ///< there
    did_not_arrive,  ///< expected there, and not there: an alarm
};
constexpr std::array<std::string_view, 14> code_names(OfferState) {
    return {"queued",   "sent",      "delivered", "question", "accepted", "confirmed", "released",
            "declined", "withdrawn", "lapsed",    "unknown",  "expected", "arrived",   "did-not-arrive"};
}

/// Whether an answer of the partner is awaited.
constexpr bool is_awaited(OfferState s) {
    return s == OfferState::queued || s == OfferState::sent || s == OfferState::delivered ||
           s == OfferState::question || s == OfferState::unknown;
}
/// Whether bytes may be on their way, or arrived without anybody knowing.
constexpr bool is_in_flight(OfferState s) {
    return s == OfferState::sent || s == OfferState::unknown;
}
/// Whether the hub has given its word to this partner. At most one offer of a referral is such.
constexpr bool is_placement(OfferState s) {
    return s == OfferState::confirmed || s == OfferState::expected || s == OfferState::arrived ||
           s == OfferState::did_not_arrive;
}
/// Whether the hub has taken its offer back.
constexpr bool is_taken_back(OfferState s) {
    return s == OfferState::released || s == OfferState::withdrawn;
}
/// Whether nothing but a withdrawal can happen to it any more.
constexpr bool is_over(ReferralState s) {
    return s == ReferralState::declined || s == ReferralState::withdrawn || s == ReferralState::superseded;
}
/// Whether somebody or something must still move it on.
constexpr bool is_live(ReferralState s) {
    return !is_over(s) && s != ReferralState::completed;
}

}  // namespace haven
