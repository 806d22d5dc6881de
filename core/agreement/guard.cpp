#include "core/agreement/guard.h"

#include <algorithm>

#include "core/agreement/linked.h"
#include "core/catalogue/raw_text.h"

namespace haven {
namespace {

// Looks at what was disclosed, not at why: every contact point with its yes beside it, none blocked, none linked.
bool has_unsafe_contact(const Record& told, const Agreement& agreement, const Facts& facts) {
    const auto& catalogue = agreement.catalogue();
    const Linked linked(agreement.safety(), told);
    return std::any_of(told.values().begin(), told.values().end(), [&](const Record::Value& value) {
        const auto& info = catalogue.field(value.field);
        if (info.cls == FieldClass::locator && facts.locators_held) { return true; }
        if (!info.rule) { return false; }
        const auto text = RawText::of(told, value);
        const bool blocked = std::find(facts.blocked_contacts.begin(), facts.blocked_contacts.end(), text) !=
                             facts.blocked_contacts.end();
        return blocked || linked.is_of_perpetrator(text) || RawText::of(told, *info.rule, value.instance) != "yes";
    });
}

}  // namespace

tl::expected<Cleared, Refusal> Guard::clear(Outgoing outgoing, const Facts& facts, std::string file_name, Instant now) {
    const auto& disclosure = outgoing.disclosure();
    if (disclosure.recipient() != facts.recipient) { return tl::unexpected(Refusal::wrong_recipient); }
    if (const auto why = refuses(disclosure.agreement(), disclosure.stage(), facts, now)) {
        return tl::unexpected(*why);
    }
    if (now < disclosure.decided_at() || now - disclosure.decided_at() > valid_ms) {
        return tl::unexpected(Refusal::changed);
    }
    if (!facts.hub_team && has_unsafe_contact(disclosure.visible_, disclosure.agreement(), facts)) {
        return tl::unexpected(Refusal::unsafe_contact);
    }
    return Cleared(facts.recipient, std::move(outgoing.media_type_), std::move(file_name), std::move(outgoing.bytes_),
                   disclosure.decided_at() + valid_ms);
}

}  // namespace haven
