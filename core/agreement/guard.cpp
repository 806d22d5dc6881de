#include "core/agreement/guard.h"

#include <algorithm>

#include "core/agreement/linked.h"
#include "core/catalogue/raw_text.h"

namespace haven {
namespace {

/// Looks at what was disclosed, not at why, with the facts of this moment.
class Inspection {
public:
    Inspection(const Record& told, const Agreement& agreement, const Facts& facts, Instant now)
        : told_(told), agreement_(agreement), facts_(facts), now_(now), linked_(agreement.safety(), told) {}

    std::optional<Refusal> finding() const {
        for (const auto& value : told_.values()) {
            const auto& info = agreement_.catalogue().field(value.field);
            if (info.rule && is_unsafe_contact(value, *info.rule)) { return Refusal::unsafe_contact; }
            if (info.cls == FieldClass::locator && facts_.locators_held) { return Refusal::locators_held; }
            if (info.cls == FieldClass::locator && is_unsafe_place(value.instance)) { return Refusal::unsafe_locator; }
        }
        return std::nullopt;
    }

private:
    // Every contact point with its yes beside it, none blocked, none linked.
    bool is_unsafe_contact(const Record::Value& value, FieldNumber rule) const {
        const auto text = RawText::of(told_, value);
        return facts_.blocks(text) || linked_.is_of_perpetrator(text) ||
               RawText::of(told_, rule, value.instance) != "yes";
    }

    bool is_unsafe_place(InstanceNumber in) const {
        return linked_.is_shared_address(in) || linked_.is_one_of(in, facts_.blocked_homes) ||
               linked_.has_ended(in, now_) ||
               (linked_.is_victims(in) && RawText::of(told_, agreement_.safety().address_safe, in) != "yes");
    }

    const Record& told_;
    const Agreement& agreement_;
    const Facts& facts_;
    Instant now_;
    Linked linked_;
};

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
    if (!facts.hub_team) {
        const Inspection inspection(disclosure.visible_, disclosure.agreement(), facts, now);
        if (const auto why = inspection.finding()) { return tl::unexpected(*why); }
    }
    return Cleared(facts.recipient, std::move(outgoing.media_type_), std::move(file_name), std::move(outgoing.bytes_),
                   disclosure.decided_at() + valid_ms, facts.conflict);
}

}  // namespace haven
