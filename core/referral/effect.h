#pragma once
#include <optional>
#include <variant>

#include "core/agreement/agreement.h"
#include "core/base/id.h"
#include "core/referral/event.h"

namespace haven {

/// Why a person must look.
enum class Cause : std::uint8_t {
    no_provider,             ///< nobody is left to ask
    waiting_list,            ///< the partner has one
    assessment_needed,       ///< the partner wants to assess first
    question,                ///< the partner asks
    onward,                  ///< the partner names another provider
    delivery_rejected,       ///< the partner's system refuses the message
    delivery_unknown,        ///< it may have arrived
    never_sent,              ///< the reply window ended before it could be sent
    notice_failed,           ///< the partner does not know that it is confirmed, released, withdrawn or amended
    accept_expired,          ///< a yes came when its own time was over
    accept_after_end,        ///< a yes to what was taken back, and nobody else is confirmed
    accepted_older_version,  ///< the yes may rest on facts that have changed since
    arrival_unconfirmed,     ///< somebody who was never confirmed speaks of her arrival
    outcome_unconfirmed,     ///< likewise of an outcome
    did_not_arrive,
    place_lapsing,  ///< the time until which the place is kept is over
    place_lost,     ///< the confirmed partner takes its word back
    bad_outcome,    ///< she did not attend, could not be reached, could not be helped
    conflict,       ///< the partner came to be barred while it held something
    silence,        ///< too long in one state
};
constexpr std::array<std::string_view, 20> code_names(Cause) {
    return {"no-provider",
            "waiting-list",
            "assessment-needed",
            "question",
            "onward",
            "delivery-rejected",
            "delivery-unknown",
            "never-sent",
            "notice-failed",
            "accept-expired",
            "accept-after-end",
            "accepted-older-version",
            "arrival-unconfirmed",
            "outcome-unconfirmed",
            "did-not-arrive",
            "place-lapsing",
            "place-lost",
            "bad-outcome",
            "conflict",
            "silence"};
}

/// Why an event changed nothing.
enum class IgnoredWhy : std::uint8_t {
    wrong_state,    ///< it makes no sense there
    over,           ///< the referral or the offer has ended
    repeat,         ///< it is so already
    older,          ///< something later is known
    no_such_offer,  ///< or no such clock
    no_room,        ///< as many as may be asked at once are asked
};
constexpr std::array<std::string_view, 6> code_names(IgnoredWhy) {
    return {"wrong-state", "over", "repeat", "older", "no-such-offer", "no-room"};
}

namespace referral_effect {

/// Work: tell the partner. Whoever claims it drops it where the offer has moved on (a capacity question or an offer
/// that is no longer queued) and takes version and stage as they are then.
struct Tell {
    OfferId offer;
    Name partner;
    Notice what;
    Stage stage;
    int version;
    bool operator==(const Tell&) const = default;
};
/// Work: tell the source of the case what became of it.
struct Report {
    OutcomeKind outcome;
    std::optional<OutcomeReason> reason{};
    bool operator==(const Report&) const = default;
};
/// A held item; an alarm is told to whoever holds the role now.
struct PersonNeeded {
    Cause cause;
    OfferId offer{};  ///< none where it is about the referral
    bool alarm = false;
    bool operator==(const PersonNeeded&) const = default;
};
struct ClockEntered {
    Name clock;
    ClockState state;
    bool operator==(const ClockEntered&) const = default;
};
/// For the ledger: it came, and changed nothing.
struct Ignored {
    IgnoredWhy why;
    OfferId offer{};
    bool operator==(const Ignored&) const = default;
};

}  // namespace referral_effect

using ReferralEffect = std::variant<referral_effect::Tell, referral_effect::Report, referral_effect::PersonNeeded,
                                    referral_effect::ClockEntered, referral_effect::Ignored>;

}  // namespace haven
