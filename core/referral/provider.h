#pragma once
#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/agreement/facts.h"
#include "core/base/code.h"
#include "core/base/id.h"
#include "core/calendar/opening_hours.h"

namespace haven {

enum class Gender : std::uint8_t { female, male, non_binary, other, unknown };
constexpr std::array<std::string_view, 5> code_names(Gender) {
    return {"female", "male", "non-binary", "other", "unknown"};
}

enum class PetKind : std::uint8_t { dog, cat, other };
constexpr std::array<std::string_view, 3> code_names(PetKind) {
    return {"dog", "cat", "other"};
}

enum class AccessNeed : std::uint8_t {
    wheelchair_throughout,
    wheelchair_essential,
    level_access,
    hearing,
    sight,
    carer,
    self_contained,
    female_only_staff,
    mental_health_support,
    substance_support,
    by_and_for,
};
constexpr std::array<std::string_view, 11> code_names(AccessNeed) {
    return {"wheelchair-throughout",
            "wheelchair-essential",
            "level-access",
            "hearing",
            "sight",
            "carer",
            "self-contained",
            "female-only-staff",
            "mental-health-support",
            "substance-support",
            "by-and-for"};
}

struct ChildInNeed {
    std::optional<int> age{};
    Gender gender = Gender::unknown;
};

/// Who needs which help, as far as it decides whom to ask. What is not known excludes nobody: the provider asks.
struct Need {
    Name service;
    std::vector<std::string> areas{};           ///< GSS codes of the authorities that she chose or may go to; none: any
    std::vector<std::string> areas_to_avoid{};  ///< GSS codes where the perpetrator has ties
    std::optional<int> age{};
    Gender gender = Gender::unknown;
    std::vector<ChildInNeed> children{};
    std::vector<PetKind> pets{};
    std::vector<AccessNeed> access{};
    Answer no_recourse_to_public_funds = Answer::unknown;
    std::vector<Name> conflicts{};  ///< where the perpetrator or a relative works
    bool only_open = false;         ///< help is needed now: who is closed cannot answer in time
    bool fictional = false;         ///< the case is: only who is in rehearsal is asked
};

/// What a provider said of its free places. Perishable.
struct Capacity {
    int places = 0;
    std::optional<int> children{};  ///< that fit
    Instant as_of;
    std::optional<Instant> expires{};
};

/// Whom a provider helps, as the site declares it.
struct Provider {
    Name partner;
    int rank = 0;  ///< lower is asked earlier; among equals the one with the fresher capacity
    std::vector<Name> services{};
    std::string area{};                 ///< GSS code of where she would be; empty where she goes nowhere
    std::vector<std::string> serves{};  ///< GSS codes; none: all
    std::optional<int> age_min{};
    std::optional<int> age_max{};
    std::vector<Gender> genders{};  ///< none: all
    std::optional<int> children_max{};
    std::optional<int> child_age_max{};
    std::optional<int> boy_age_max{};  ///< refuges often take no boys over 15, some none over 13
    std::vector<PetKind> pets{};
    std::vector<AccessNeed> access{};
    bool takes_no_recourse = false;
    bool in_rehearsal = false;  ///< asked in fictional cases, and in no other
    OpeningHours hours;
    std::chrono::microseconds reply_window;  ///< of opening time
    std::optional<Capacity> capacity{};
    std::optional<OpeningHours> listed_hours{};  ///< of a directory: closed then is closed, but no clock runs by them
};

/// Why a provider is not asked. Where several hold, the first in this order.
enum class WhyNot : std::uint8_t {
    other_service,
    rehearsal,        ///< it is in rehearsal and the case is real, or it is live and the case fictional
    conflict,         ///< the perpetrator or a relative works there
    area_to_avoid,    ///< it lies where the perpetrator has ties
    area_not_served,  ///< it serves none of the areas that she chose
    age,
    gender,
    too_many_children,
    child_too_old,
    boy_too_old,
    pets,
    access,
    no_recourse,
    no_capacity,
    closed,
};
constexpr std::array<std::string_view, 15> code_names(WhyNot) {
    return {"other-service", "rehearsal", "conflict",          "area-to-avoid", "area-not-served",
            "age",           "gender",    "too-many-children", "child-too-old", "boy-too-old",
            "pets",          "access",    "no-recourse",       "no-capacity",   "closed"};
}

/// Whether her safety forbids it, or it is no case for them at all, so that not even a yes of the partner's own counts.
constexpr bool is_barred(WhyNot why) {
    return why == WhyNot::rehearsal || why == WhyNot::conflict || why == WhyNot::area_to_avoid;
}

/// Whether it is a matter of the moment: what the provider itself says of its places overrules it.
constexpr bool is_passing(WhyNot why) {
    return why == WhyNot::no_capacity || why == WhyNot::closed;
}

/// Why this provider is not asked now, or nothing where it may be.
std::optional<WhyNot> why_not(const Provider& provider, const Need& need, Instant now);

/// A provider, judged for one need at one moment.
struct Candidate {
    Name partner;
    std::optional<WhyNot> why_not{};  ///< none: eligible
    OpeningHours hours;
    std::chrono::microseconds reply_window;
    OfferId offer{};  ///< the id that an offer to it would get; the caller makes a fresh one for each step
};

/// Every provider in the order in which they are asked, each with the reason why not where there is one.
std::vector<Candidate> candidates(std::span<const Provider> providers, const Need& need, Instant now);

}  // namespace haven
