#pragma once
#include <optional>
#include <variant>
#include <vector>

#include "core/base/id.h"
#include "core/referral/answer.h"
#include "core/referral/clock.h"

namespace haven {

/// What a partner is told, as an intent: the bytes are made when it is sent.
enum class Notice : std::uint8_t {
    capacity,  ///< "is there a place?", without personal data
    offer,
    confirm,   ///< this one: identity goes now
    release,   ///< not needed any more; says nothing of who helps
    withdraw,  ///< taken back: destroy what you hold
    amend,     ///< the referral has changed
    reply,     ///< the answer to the partner's question
    recall,    ///< of no referral: what is to become of a copy
    receipt,   ///< of no case: what passed on a day
};
constexpr std::array<std::string_view, 9> code_names(Notice) {
    return {"capacity", "offer", "confirm", "release", "withdraw", "amend", "reply", "recall", "receipt"};
}

namespace referral_event {

/// The draft is complete. `may_share`: she said yes, or a person decided without her, or the agreement asks for no yes.
struct Prepared {
    bool may_share = false;
};
struct ConsentGiven {};
/// A ready referral goes out.
struct SentOut {};
/// A person has it offered again: everybody may be asked once more.
struct OfferedAgain {};
/// A person ends what nobody could help with.
struct Closed {};

/// An attempt's bytes are committed: from now on they may arrive.
struct SendBegun {
    OfferId offer;
    Notice what;
};
/// What became of the attempt; also when that is found out later.
struct SendEnded {
    OfferId offer;
    Notice what;
    int version;  ///< of the referral, as told in those bytes
    Delivery delivery;
};

/// The partner's word. By telephone, mail or portal it is the same word, with the person who wrote it down.
struct Answered {
    OfferId offer;
    AnswerKind kind;
    std::optional<Instant> at{};     ///< when the partner said it; none: now
    std::optional<Instant> until{};  ///< of a yes: how long it holds
    std::optional<DeclineReason> reason{};
    std::optional<UserId> recorded_by{};
};
/// The hub answers the partner's question.
struct QuestionAnswered {
    OfferId offer;
};
struct Arrival {
    OfferId offer;
    ArrivalKind kind;
    std::optional<Instant> at{};
    std::optional<UserId> recorded_by{};
};
struct OutcomeReported {
    OfferId offer;
    OutcomeKind kind;
    std::optional<OutcomeReason> reason{};
    std::optional<Instant> at{};
    std::optional<UserId> recorded_by{};
};

/// Facts that the offer rests on have changed: a child added, the grade raised.
struct Amended {
    std::optional<std::vector<Name>> holders{};  ///< whom it concerns; none: all
};
/// She, or the consent, takes it back.
struct Withdrawn {};
struct Superseded {
    ReferralId by;
};

struct ClockPaused {
    Name clock;
    PauseReason reason;
};
struct ClockResumed {
    Name clock;
};
/// Time has passed: `next_due` says when this is needed; more often does no harm.
struct Ticked {};

}  // namespace referral_event

using ReferralEvent =
    std::variant<referral_event::Prepared, referral_event::ConsentGiven, referral_event::SentOut,
                 referral_event::OfferedAgain, referral_event::Closed, referral_event::SendBegun,
                 referral_event::SendEnded, referral_event::Answered, referral_event::QuestionAnswered,
                 referral_event::Arrival, referral_event::OutcomeReported, referral_event::Amended,
                 referral_event::Withdrawn, referral_event::Superseded, referral_event::ClockPaused,
                 referral_event::ClockResumed, referral_event::Ticked>;

}  // namespace haven
