#pragma once
#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string_view>
#include <variant>
#include <vector>

#include "core/agreement/agreement.h"
#include "core/base/id.h"
#include "core/casework/words.h"

namespace haven {

/// How far the hub has come with one victim.
enum class CaseState : std::uint8_t {
    no_safe_way,      ///< nothing is known by which she may be reached
    to_contact,       ///< in the call list
    contacted,        ///< reached, and undecided
    could_not_reach,  ///< a person finds another route
    accepted_help,
    declined_help,
    closed,
};
constexpr std::array<std::string_view, 7> code_names(CaseState) {
    return {"no-safe-way", "to-contact", "contacted", "could-not-reach", "accepted-help", "declined-help", "closed"};
}

enum class CloseReason : std::uint8_t {
    helped,
    declined,
    could_not_reach,
    other_hub,  ///< taken over by another area
    duplicate,
    not_in_scope,
    died,
    other,
};
constexpr std::array<std::string_view, 8> code_names(CloseReason) {
    return {"helped", "declined", "could-not-reach", "other-hub", "duplicate", "not-in-scope", "died", "other"};
}

/// One victim's episode. A plain value without anything about the person.
struct Case {
    CaseId id;
    CaseState state = CaseState::to_contact;
    int attempts = 0;                     ///< in a row without reaching her
    std::optional<Instant> not_before{};  ///< when the next attempt may be made
    std::optional<UserId> claimed_by{};   ///< who is about to call her
    std::optional<Instant> claimed_until{};
    int reports = 0;
    int reopened = 0;
    std::optional<CloseReason> close_reason{};
    std::optional<RiskLevel> closed_at_level{};

    bool operator==(const Case&) const = default;
};

/// What a step needs to know of the case file, as it is with the event's own record in it.
struct CaseFacts {
    bool safe_way = false;  ///< `next_contact` over every channel finds a time
    std::optional<RiskLevel> level{};
    bool live_referral = false;
};

struct CaseRules {
    int attempts_max = 5;
    std::chrono::microseconds between_attempts = std::chrono::hours(4);
    std::chrono::microseconds after_unsafe = std::chrono::hours(20);  ///< after "not safe now"
    std::chrono::microseconds claim_max = std::chrono::minutes(30);
};

namespace case_event {

/// A report has come in, or the case is opened by hand.
struct ReportArrived {};
struct CallClaimed {
    UserId by;
};
struct CallGivenUp {
    UserId by;
};
/// A hub worker tried to reach her, or she rang.
struct Contacted {
    ContactChannel channel;
    ContactOutcome outcome;
    std::optional<HelpAnswer> help{};
    bool message_against_rule = false;  ///< one was left, or a text sent, where she has not said that it is safe
};
/// She, or somebody she trusts, has said how or when she may be reached.
struct WayLearned {};
/// She accepts help otherwise than in a contact: through a partner, say.
struct HelpAccepted {};
struct PerpetratorChanged {
    CustodyState state;
};
/// She wants no more of it.
struct Withdrawn {};
struct Closed {
    CloseReason reason;
};
struct Reopened {};
/// Time has passed: a window may have ended, a claim run out.
struct Ticked {};

}  // namespace case_event

using CaseEvent =
    std::variant<case_event::ReportArrived, case_event::CallClaimed, case_event::CallGivenUp, case_event::Contacted,
                 case_event::WayLearned, case_event::HelpAccepted, case_event::PerpetratorChanged,
                 case_event::Withdrawn, case_event::Closed, case_event::Reopened, case_event::Ticked>;

/// The promises of a case; the site's rules say how long each has.
enum class CaseClock : std::uint8_t {
    first_contact,  ///< to ring her
    safe_way,       ///< to find a safe way
    contact_again,  ///< to ring her again
};
constexpr std::array<std::string_view, 3> code_names(CaseClock) {
    return {"first-contact", "safe-way", "contact-again"};
}

enum class CaseCause : std::uint8_t {
    could_not_reach,
    cut_short,         ///< the line went dead: who rings back, and whether
    find_safe_time,    ///< she was there, and it was not safe
    new_incident,      ///< on a case that is being helped
    perpetrator_free,  ///< though nobody is in touch with her any more
    message_left,      ///< where it may be heard or read by somebody else
};
constexpr std::array<std::string_view, 6> code_names(CaseCause) {
    return {"could-not-reach", "cut-short", "find-safe-time", "new-incident", "perpetrator-free", "message-left"};
}

enum class CaseIgnoredWhy : std::uint8_t { wrong_state, claimed, repeat, live_referral };
constexpr std::array<std::string_view, 4> code_names(CaseIgnoredWhy) {
    return {"wrong-state", "claimed", "repeat", "live-referral"};
}

namespace case_effect {

struct StartClock {
    CaseClock clock;
    bool operator==(const StartClock&) const = default;
};
struct StopClock {
    CaseClock clock;
    bool operator==(const StopClock&) const = default;
};
/// Work: ask the source of the report how she may be reached.
struct AskSource {
    bool operator==(const AskSource&) const = default;
};
/// The channel of this contact takes the standing that `after_contact` gives.
struct ChannelChanged {
    bool operator==(const ChannelChanged&) const = default;
};
/// The call list's order may have changed.
struct Rerank {
    bool operator==(const Rerank&) const = default;
};
/// A person is asked for a new risk assessment.
struct AskRisk {
    bool operator==(const AskRisk&) const = default;
};
/// She accepts help from now on: same-day promises start here.
struct HelpBegins {
    bool operator==(const HelpBegins&) const = default;
};
/// Every live referral of the case is withdrawn.
struct WithdrawReferrals {
    bool operator==(const WithdrawReferrals&) const = default;
};
struct PersonNeeded {
    CaseCause cause;
    bool alarm = false;
    bool operator==(const PersonNeeded&) const = default;
};
struct Ignored {
    CaseIgnoredWhy why;
    bool operator==(const Ignored&) const = default;
};

}  // namespace case_effect

using CaseEffect =
    std::variant<case_effect::StartClock, case_effect::StopClock, case_effect::AskSource, case_effect::ChannelChanged,
                 case_effect::Rerank, case_effect::AskRisk, case_effect::HelpBegins, case_effect::WithdrawReferrals,
                 case_effect::PersonNeeded, case_effect::Ignored>;

struct CaseStep {
    Case the_case;
    std::vector<CaseEffect> effects;
    bool operator==(const CaseStep&) const = default;
};

/// What an event makes of a case. Pure; an event that makes no sense changes nothing and says so (`Ignored`).
CaseStep step(Case the_case, const CaseEvent& event, const CaseFacts& facts, const CaseRules& rules, Instant now);

}  // namespace haven
