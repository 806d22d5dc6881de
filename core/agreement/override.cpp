#include "core/agreement/override.h"

#include <algorithm>

#include "core/base/code.h"

namespace haven {
namespace {

template <class All>
bool is_one_of(const All& all, std::string_view one) {
    return std::find(all.begin(), all.end(), one) != all.end();
}

// Who may ask, who may confirm, and who may break the glass, where the agreement itself names nobody.
bool may_ask(std::string_view role) {
    return is_one_of(deciding_roles, role);
}
bool may_confirm(std::string_view role) {
    return role == "duty-manager" || role == "information-governance";
}
bool may_break_glass(std::string_view role) {
    return role == "practitioner" || role == "duty-manager";
}

// What the people who signed the agreement said of sharing without her yes: the ground, and who decides.
std::optional<NoOverride> not_agreed(const GivenOverride& given, const Agreement& agreement,
                                     const Answerable& decides) {
    const auto& may = agreement.terms().override_consent;
    if (agreement.terms().consent != ConsentRule::overridable || !may) { return NoOverride::never; }
    if (!is_one_of(may->grounds, code_text(given.ground))) { return NoOverride::ground_not_agreed; }
    if (!is_one_of(may->by, decides.role)) { return NoOverride::role_not_agreed; }
    return std::nullopt;
}

}  // namespace

bool lets_decide(const Agreement& agreement, std::string_view ground, std::string_view role) {
    const auto& may = agreement.terms().override_consent;
    const bool overridable = agreement.terms().consent == ConsentRule::overridable && may;
    return overridable && is_one_of(may->grounds, ground) && is_one_of(may->by, role);
}

bool may_be_overridden(Refusal why) {
    switch (why) {
        case Refusal::no_consent:
        case Refusal::risk_too_low:
        case Refusal::age_not_covered:
        case Refusal::not_in_force: return true;
        case Refusal::wrong_recipient:
        case Refusal::stopped:
        case Refusal::site_stopped:
        case Refusal::withdrawn:
        case Refusal::conflict:
        case Refusal::nothing_allowed:
        case Refusal::unsafe_contact:
        case Refusal::unsafe_locator:
        case Refusal::outside_window:
        case Refusal::changed:
        case Refusal::no_agreement:
        case Refusal::recalled:
        case Refusal::restricted:
        case Refusal::locators_held:  // released for everybody, not for one sending
        case Refusal::rehearsal: return false;
    }
    return false;
}

std::optional<NoOverride> may_not_be_asked(const GivenOverride& asked, const Agreement& agreement, Instant now) {
    if (!may_be_overridden(asked.of)) { return NoOverride::never; }
    // One that has not begun was never agreed for today.
    if (asked.of == Refusal::not_in_force && now < agreement.terms().start) { return NoOverride::never; }
    if (asked.asked.who.value == 0) { return NoOverride::not_confirmed; }
    const bool role = asked.break_glass ? may_break_glass(asked.asked.role) : may_ask(asked.asked.role);
    if (!role) { return NoOverride::role_not_agreed; }
    if (now >= asked.until) { return NoOverride::ended; }
    if (asked.of == Refusal::no_consent) {
        const auto& decides = asked.confirmed ? *asked.confirmed : asked.asked;
        const auto why = not_agreed(asked, agreement, decides);
        // Until somebody confirms it is open who decides.
        const bool open = !asked.confirmed && !asked.break_glass;
        if (why && !(open && why == NoOverride::role_not_agreed)) { return why; }
    }
    return std::nullopt;
}

std::optional<NoOverride> counts_for_nothing(const GivenOverride& given, const Agreement& agreement, Refusal why,
                                             Instant now) {
    if (given.of != why) { return may_be_overridden(why) ? NoOverride::other_refusal : NoOverride::never; }
    if (!given.break_glass) {
        if (!given.confirmed || given.confirmed->who.value == 0) { return NoOverride::not_confirmed; }
        if (given.confirmed->who == given.asked.who) { return NoOverride::same_person; }
        if (!may_confirm(given.confirmed->role)) { return NoOverride::role_not_agreed; }
    }
    return may_not_be_asked(given, agreement, now);
}

}  // namespace haven
