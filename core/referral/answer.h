#pragma once
#include <array>
#include <cstdint>
#include <string_view>

#include "core/base/code.h"

/// What partners say, in the codes of `schemas/canonical/1/types.xsd`.
namespace haven {

enum class AnswerKind : std::uint8_t {
    has_capacity,
    no_capacity,
    waiting_list,
    assessment_needed,
    accept,
    question,
    decline,
    onward,
};
constexpr std::array<std::string_view, 8> code_names(AnswerKind) {
    return {"has-capacity", "no-capacity", "waiting-list", "assessment-needed",
            "accept",       "question",    "decline",      "onward"};
}

enum class DeclineReason : std::uint8_t {
    no_bed,
    cannot_meet_need,
    out_of_area,
    no_funds,
    inappropriate,
    uncontactable,
    client_declined,
    conflict,
    closed,
    other,
};
constexpr std::array<std::string_view, 10> code_names(DeclineReason) {
    return {"no-bed",        "cannot-meet-need", "out-of-area", "no-funds", "inappropriate",
            "uncontactable", "client-declined",  "conflict",    "closed",   "other"};
}

enum class ArrivalKind : std::uint8_t { expected, arrived, did_not_arrive };
constexpr std::array<std::string_view, 3> code_names(ArrivalKind) {
    return {"expected", "arrived", "did-not-arrive"};
}

enum class OutcomeKind : std::uint8_t {
    placed,
    rehoused,
    engaged,
    did_not_attend,
    disengaged,
    could_not_contact,
    unable_to_support,
    completed,
};
constexpr std::array<std::string_view, 8> code_names(OutcomeKind) {
    return {"placed",     "rehoused",          "engaged",           "did-not-attend",
            "disengaged", "could-not-contact", "unable-to-support", "completed"};
}
/// Whether she has got what the referral asked for.
constexpr bool is_good(OutcomeKind kind) {
    return kind == OutcomeKind::placed || kind == OutcomeKind::rehoused || kind == OutcomeKind::engaged ||
           kind == OutcomeKind::completed;
}

enum class OutcomeReason : std::uint8_t {
    no_capacity,
    needs_not_met,
    no_funds,
    declined,
    moved_away,
    safety,
    perpetrator_returned,
    other,
};
constexpr std::array<std::string_view, 8> code_names(OutcomeReason) {
    return {"no-capacity", "needs-not-met",        "no-funds", "declined", "moved-away",
            "safety",      "perpetrator-returned", "other"};
}

/// What became of one sending, as adapters say it.
enum class Delivery : std::uint8_t {
    accepted,     ///< the partner's system has it
    rejected,     ///< the partner's system refuses it for good
    retry,        ///< not now; nothing arrived
    unreachable,  ///< nothing arrived
    unknown,      ///< it may have arrived
};
constexpr std::array<std::string_view, 5> code_names(Delivery) {
    return {"accepted", "rejected", "retry", "unreachable", "unknown"};
}

}  // namespace haven
