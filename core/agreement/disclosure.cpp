#include "core/agreement/disclosure.h"

#include <algorithm>

#include "core/agreement/linked.h"
#include "core/catalogue/raw_text.h"

namespace haven {

std::string_view name_of(Refusal why) {
    constexpr std::array<std::string_view, 10> names{"wrong-recipient", "not-in-force", "stopped",  "withdrawn",
                                                     "no-consent",      "risk-too-low", "conflict", "nothing-allowed",
                                                     "unsafe-contact",  "changed"};
    return names.at(static_cast<std::size_t>(why));
}

Reason reason_of(Refusal why) {
    switch (why) {
        case Refusal::wrong_recipient: return "the agreement is with another partner";
        case Refusal::not_in_force: return "the agreement is not in force";
        case Refusal::stopped: return "sending is stopped";
        case Refusal::withdrawn: return "the referral or the consent was withdrawn";
        case Refusal::no_consent: return "the agreement requires consent";
        case Refusal::risk_too_low: return "the agreement covers higher grades of risk only";
        case Refusal::conflict:
            return "the recipient has a conflict of interest; only its nominated handler may see it";
        case Refusal::nothing_allowed: return "the agreement lets no field of this record through";
        case Refusal::unsafe_contact: return "a contact point is not safe to pass on";
        case Refusal::changed: return "the facts changed since it was decided";
    }
    return "not allowed";
}

std::string_view name_of(Withheld why) {
    constexpr std::array<std::string_view, withheld_kinds> names{"not-named", "not-onward", "unsafe",
                                                                 "linked",    "ended",      "locators-held"};
    return names.at(static_cast<std::size_t>(why));
}

std::optional<Refusal> refuses(const Agreement& agreement, Stage stage, const Facts& facts, Instant now) {
    const auto& terms = agreement.terms();
    if (agreement.to() != facts.recipient) { return Refusal::wrong_recipient; }
    if (!agreement.in_force(now)) { return Refusal::not_in_force; }
    if (facts.stopped) { return Refusal::stopped; }
    if (facts.withdrawn) { return Refusal::withdrawn; }
    if (facts.conflict && !facts.nominated_handler) { return Refusal::conflict; }
    if (stage == Stage::capacity) { return std::nullopt; }  // about no person: consent and risk do not arise
    const bool consents = facts.consent_to_referral == Answer::yes;
    const bool overridden = facts.consent_overridden && terms.consent == ConsentRule::overridable;
    if (terms.consent != ConsentRule::not_required && !consents && !overridden) { return Refusal::no_consent; }
    if (terms.risk_at_least && (!facts.risk || *facts.risk < *terms.risk_at_least)) { return Refusal::risk_too_low; }
    return std::nullopt;
}

/// One decision under way: which values of the file stay.
class Decision {
public:
    Decision(const std::shared_ptr<const Agreement>& agreement, const CaseFile& file, Stage stage, const Facts& facts,
             Instant now)
        : agreement_(agreement),
          catalogue_(agreement->catalogue()),
          record_(file.facts()),
          stage_(stage),
          facts_(facts),
          now_(now),
          linked_(agreement->safety(), record_) {}

    tl::expected<Disclosure, Refusal> run() {
        const auto values = record_.values();
        std::vector<bool> keep(values.size());
        for (std::size_t i = 0; i < values.size(); ++i) {
            const auto why = withheld(values[i]);
            keep[i] = !why;
            if (why) { kept_back_.at(static_cast<std::size_t>(*why)).add(values[i].field); }
        }
        Disclosure made(record_.part(agreement_->record_type(), keep));
        if (made.visible_.empty()) { return tl::unexpected(Refusal::nothing_allowed); }
        made.agreement_ = agreement_;
        made.stage_ = stage_;
        made.recipient_ = facts_.recipient;
        made.decided_at_ = now_;
        made.withheld_ = kept_back_;
        return made;
    }

private:
    std::optional<Withheld> withheld(const Record::Value& value) const {
        const auto& info = catalogue_.field(value.field);
        if (const auto why = not_permitted(value)) { return why; }
        if (info.rule && !rule_allows(*info.rule, value.instance)) { return Withheld::unsafe; }
        if (facts_.hub_team) { return std::nullopt; }
        if (info.rule && is_linked(value)) { return Withheld::linked; }
        if (info.cls == FieldClass::locator) {
            if (facts_.locators_held) { return Withheld::locators_held; }
            if (linked_.is_shared_address(value.instance)) { return Withheld::linked; }
            if (linked_.has_ended(value.instance, now_)) { return Withheld::ended; }
        }
        return std::nullopt;
    }

    std::optional<Withheld> not_permitted(const Record::Value& value) const {
        if (!agreement_->fields(stage_).has(value.field)) { return Withheld::not_named; }
        const bool known = value.source < facts_.onward.size();
        if (!known || !facts_.onward[value.source].has(value.field)) { return Withheld::not_onward; }
        return std::nullopt;
    }

    // A contact point goes with its rule or not at all: the rule is told too, and for a partner it must be a yes.
    bool rule_allows(FieldNumber rule, InstanceNumber in) const {
        for (const auto& sibling : record_.values_of(in)) {
            if (sibling.field != rule) { continue; }
            if (not_permitted(sibling)) { return false; }
            return facts_.hub_team || (passes_contact() && RawText::of(record_, sibling) == "yes");
        }
        return facts_.hub_team;  // no rule is an unknown rule
    }

    // An override never turns a no into a yes here: it speaks of the referral, not of how she may be reached.
    bool passes_contact() const {
        const auto answer = facts_.consent_to_pass_contact;
        const bool overridden = facts_.consent_overridden && agreement_->terms().consent == ConsentRule::overridable;
        return answer == Answer::yes || (answer == Answer::unknown && overridden);
    }

    bool is_linked(const Record::Value& value) const {
        const auto text = RawText::of(record_, value);
        return linked_.is_of_perpetrator(text) ||
               std::find(facts_.blocked_contacts.begin(), facts_.blocked_contacts.end(), text) !=
                   facts_.blocked_contacts.end();
    }

    const std::shared_ptr<const Agreement>& agreement_;
    const Catalogue& catalogue_;
    const Record& record_;
    Stage stage_;
    const Facts& facts_;
    Instant now_;
    Linked linked_;
    std::array<FieldSet, withheld_kinds> kept_back_;
};

tl::expected<Disclosure, Refusal> disclose(const std::shared_ptr<const Agreement>& agreement, const CaseFile& file,
                                           Stage stage, const Facts& facts, Instant now) {
    if (const auto why = refuses(*agreement, stage, facts, now)) { return tl::unexpected(*why); }
    return Decision(agreement, file, stage, facts, now).run();
}

}  // namespace haven
