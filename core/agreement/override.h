#pragma once
#include <array>
#include <optional>
#include <string>
#include <string_view>

#include "core/agreement/agreement.h"
#include "core/agreement/refusal.h"
#include "core/base/id.h"

namespace haven {

/// Why people let go what was stopped: a closed list. An agreement that lets consent be overridden names some of them.
enum class Ground : std::uint8_t { risk_to_life, serious_harm, child_at_risk, court_order };
constexpr std::array<std::string_view, 4> code_names(Ground) {
    return {"risk-to-life", "serious-harm", "child-at-risk", "court-order"};
}

/// Somebody who answers for an override, with the role held then.
struct Answerable {
    UserId who;
    std::string role;  ///< "duty-manager"
    bool operator==(const Answerable&) const = default;
};

/// What two named people let go, or one who broke the glass: one refusal, of one piece of work, for a while.
struct GivenOverride {
    Refusal of = Refusal::changed;
    Ground ground = Ground::risk_to_life;
    Answerable asked;
    std::optional<Answerable> confirmed;  ///< by another person; none where the glass was broken, or not yet
    bool break_glass = false;             ///< one person, an alarm at once, a review the next working day
    Instant until{};                      ///< nothing begins to be sent after it
};

/// Why an override counts for nothing.
enum class NoOverride : std::uint8_t {
    never,              ///< this is stopped whatever anybody says
    other_refusal,      ///< it was given for another reason than the one that stops it now
    not_confirmed,      ///< nobody else has agreed yet
    same_person,        ///< who asked may not confirm
    role_not_agreed,    ///< who decides does not hold a role that may
    ground_not_agreed,  ///< the agreement does not name this ground
    ended,              ///< its time is over
};
constexpr std::array<std::string_view, 7> code_names(NoOverride) {
    return {"never", "other-refusal", "not-confirmed", "same-person", "role-not-agreed", "ground-not-agreed", "ended"};
}

/// The roles that may decide to share without her yes, so far as an agreement names them: they write contacts down,
/// confirm an override or break the glass. Nobody else has a way to.
inline constexpr std::array<std::string_view, 3> deciding_roles{"practitioner", "duty-manager",
                                                                "information-governance"};

/// The longest that an override holds, and a broken glass: an hour is a telephone call and a sending.
inline constexpr std::chrono::hours override_longest{24};
inline constexpr std::chrono::hours break_glass_longest{1};

/// Whether anybody at all may let it go. What protects her from a person or place (a conflict of interest, a contact
/// point that is not a yes, a place that is not safe, her own times), what she took back, what was never agreed and
/// what was stopped for everybody may not: those are mended at their cause.
bool may_be_overridden(Refusal why);

/// Whether this override lets go what `why` stops under this agreement now; nothing where it does. Pure; decides
/// everything again from the words recorded, so that a row that should not be there opens nothing.
std::optional<NoOverride> counts_for_nothing(const GivenOverride& given, const Agreement& agreement, Refusal why,
                                             Instant now);

/// The same while it is being asked for: another person's word may still be missing.
std::optional<NoOverride> may_not_be_asked(const GivenOverride& asked, const Agreement& agreement, Instant now);

/// Whether the people who signed let this role tell without her yes on this ground: what a person at the hub writes
/// down as `consent/overridden`.
bool lets_decide(const Agreement& agreement, std::string_view ground, std::string_view role);

}  // namespace haven
