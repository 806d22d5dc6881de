#pragma once
#include <array>
#include <cstdint>
#include <string_view>

#include "core/base/code.h"

/// What reports and hub workers say of a case, in the codes of `schemas/canonical/1/types.xsd`.
namespace haven {

enum class ContactChannel : std::uint8_t { call, text, email, post, visit, third_party };
constexpr std::array<std::string_view, 6> code_names(ContactChannel) {
    return {"call", "text", "email", "post", "visit", "third-party"};
}

enum class ContactOutcome : std::uint8_t {
    reached,
    no_answer,
    wrong_person,  ///< somebody else answered
    cut_short,
    not_safe,         ///< she was there, and it was not safe to speak
    number_unusable,  ///< it does not exist, or is somebody else's now
    message_left,
};
constexpr std::array<std::string_view, 7> code_names(ContactOutcome) {
    return {"reached", "no-answer", "wrong-person", "cut-short", "not-safe", "number-unusable", "message-left"};
}

enum class HelpAnswer : std::uint8_t { accepted, declined, undecided };
constexpr std::array<std::string_view, 3> code_names(HelpAnswer) {
    return {"accepted", "declined", "undecided"};
}

/// What to do when somebody else or a machine answers.
enum class AnswerToCall : std::uint8_t { nothing, vague_message, script };
constexpr std::array<std::string_view, 3> code_names(AnswerToCall) {
    return {"nothing", "vague-message", "script"};
}

enum class WindowDay : std::uint8_t {
    monday,
    tuesday,
    wednesday,
    thursday,
    friday,
    saturday,
    sunday,
    every_day,
    weekdays,
};
constexpr std::array<std::string_view, 9> code_names(WindowDay) {
    return {"monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday", "every-day", "weekdays"};
}

enum class CustodyState : std::uint8_t {
    wanted,
    arrested,
    in_custody,
    released_no_charge,
    released_under_investigation,
    bailed,
    remanded,
    imprisoned,
    released_from_prison,
    at_large,
    unknown,
};
constexpr std::array<std::string_view, 11> code_names(CustodyState) {
    return {"wanted", "arrested", "in-custody", "released-no-charge",   "released-under-investigation",
            "bailed", "remanded", "imprisoned", "released-from-prison", "at-large",
            "unknown"};
}
/// Whether somebody has let the perpetrator go.
constexpr bool is_released(CustodyState s) {
    return s == CustodyState::released_no_charge || s == CustodyState::released_under_investigation ||
           s == CustodyState::bailed || s == CustodyState::released_from_prison;
}
constexpr bool is_locked_up(CustodyState s) {
    return s == CustodyState::arrested || s == CustodyState::in_custody || s == CustodyState::remanded ||
           s == CustodyState::imprisoned;
}

enum class RiskFactor : std::uint8_t {
    separation,
    non_fatal_strangulation,
    threats_to_kill,
    weapons,
    stalking,
    coercive_control,
    sexual_violence,
    pregnancy,
    child_contact,
    escalation,
    honour_based,
    forced_marriage,
    animal_abuse,
    suicide_threats,
    substance_misuse,
    isolation,
    victim_fear,
};
inline constexpr std::size_t risk_factor_count = 17;
constexpr std::array<std::string_view, risk_factor_count> code_names(RiskFactor) {
    return {"separation",       "non-fatal-strangulation",
            "threats-to-kill",  "weapons",
            "stalking",         "coercive-control",
            "sexual-violence",  "pregnancy",
            "child-contact",    "escalation",
            "honour-based",     "forced-marriage",
            "animal-abuse",     "suicide-threats",
            "substance-misuse", "isolation",
            "victim-fear"};
}

enum class ReportFlag : std::uint8_t { domestic_abuse, child_present, repeat_victim, vulnerable, honour_based, marac };
constexpr std::array<std::string_view, 6> code_names(ReportFlag) {
    return {"domestic-abuse", "child-present", "repeat-victim", "vulnerable", "honour-based", "marac"};
}

}  // namespace haven
