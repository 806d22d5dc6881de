#pragma once
#include <array>
#include <cstdint>
#include <string_view>

#include "core/base/reason.h"

namespace haven {

/// Why nothing of a record may be told. Each is a cause that a held item shows and a person decides on.
enum class Refusal : std::uint8_t {
    wrong_recipient,  ///< the agreement is with somebody else
    not_in_force,     ///< it has not started or has ended
    stopped,          ///< the kill switch
    withdrawn,        ///< the referral or the consent was taken back
    no_consent,       ///< the agreement requires a yes
    risk_too_low,     ///< the agreement covers higher grades only
    conflict,         ///< the perpetrator or a relative works there
    nothing_allowed,  ///< no field of this record may be told at this stage
    unsafe_contact,   ///< the guard found a contact point that must not leave
    changed,          ///< the facts are no longer those that the disclosure was made with
    site_stopped,     ///< the kill switch of the whole site
    age_not_covered,  ///< the agreement covers other ages, or the age is not known
    outside_window,   ///< it would reach her outside the times that she named
    unsafe_locator,   ///< the guard found a place that must not leave
    no_agreement,     ///< with this recipient for this purpose
    rehearsal,        ///< a real case and a partner in rehearsal, or a fictional case and a live partner
    locators_held,    ///< it tells a place while no witness countersigns the ledger
    recalled,         ///< what the recipient was told under this reference is asked back
    restricted,       ///< the case is restricted
};
constexpr std::array<std::string_view, 19> code_names(Refusal) {
    return {"wrong-recipient", "not-in-force",    "stopped",         "withdrawn",      "no-consent",
            "risk-too-low",    "conflict",        "nothing-allowed", "unsafe-contact", "changed",
            "site-stopped",    "age-not-covered", "outside-window",  "unsafe-locator", "no-agreement",
            "rehearsal",       "locators-held",   "recalled",        "restricted"};
}
std::string_view name_of(Refusal why);
Reason reason_of(Refusal why);

}  // namespace haven
