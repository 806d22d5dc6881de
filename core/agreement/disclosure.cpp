#include "core/agreement/disclosure.h"

#include <algorithm>

#include "core/agreement/linked.h"
#include "core/catalogue/raw_text.h"

namespace haven {

std::string_view name_of(Refusal why) {
    return code_names(why).at(static_cast<std::size_t>(why));
}

Reason reason_of(Refusal why) {
    switch (why) {
        case Refusal::wrong_recipient: return "the agreement is with another partner";
        case Refusal::not_in_force: return "the agreement is not in force";
        case Refusal::stopped: return "sending to this partner is stopped";
        case Refusal::withdrawn: return "the referral or the consent was withdrawn";
        case Refusal::no_consent: return "the agreement requires consent";
        case Refusal::risk_too_low: return "the agreement covers higher grades of risk only";
        case Refusal::conflict:
            return "the recipient has a conflict of interest; only its nominated handler may see it";
        case Refusal::nothing_allowed: return "the agreement lets no field of this record through";
        case Refusal::unsafe_contact: return "a contact point is not safe to pass on";
        case Refusal::changed: return "the facts changed since it was decided";
        case Refusal::site_stopped: return "all sending is stopped";
        case Refusal::age_not_covered: return "the agreement covers other ages, or the age is not known";
        case Refusal::outside_window: return "outside the times at which she may be reached";
        case Refusal::unsafe_locator: return "a place is not safe to pass on";
        case Refusal::rehearsal: return "fictional cases go to partners in rehearsal, real ones to live partners";
        case Refusal::locators_held: return "no witness countersigned the ledger in time: what tells a place waits";
        case Refusal::recalled: return "what this partner was told was recalled";
        case Refusal::restricted: return "the case is restricted: nothing more is told of it";
        case Refusal::no_agreement: return "no agreement with this recipient for this purpose";
    }
    return "not allowed";
}

std::string_view name_of(Withheld why) {
    constexpr std::array<std::string_view, withheld_kinds> names{"not-named", "not-onward", "unsafe",
                                                                 "linked",    "ended",      "not-said"};
    return names.at(static_cast<std::size_t>(why));
}

std::optional<Refusal> refuses(const Agreement& agreement, Stage stage, const Facts& facts, Instant now) {
    const auto& terms = agreement.terms();
    const auto stops = [&](Refusal why) {
        return std::none_of(facts.overrides.begin(), facts.overrides.end(), [&](const GivenOverride& given) {
            return !counts_for_nothing(given, agreement, why, now);
        });
    };
    if (agreement.to() != facts.recipient) { return Refusal::wrong_recipient; }
    if (!agreement.in_force(now) && stops(Refusal::not_in_force)) { return Refusal::not_in_force; }
    if (facts.mixes_rehearsal) { return Refusal::rehearsal; }
    if (facts.site_stopped) { return Refusal::site_stopped; }
    if (facts.stopped) { return Refusal::stopped; }
    if (facts.outside_safe_window) { return Refusal::outside_window; }
    if (facts.withdrawn) { return Refusal::withdrawn; }
    if (facts.conflict && !facts.nominated_handler) { return Refusal::conflict; }
    if (stage == Stage::capacity) { return std::nullopt; }  // about no person: consent, risk and age do not arise
    const bool consents = facts.consent_to_referral == Answer::yes;
    const bool overridden = facts.consent_overridden && terms.consent == ConsentRule::overridable;
    const bool agreed = consents || overridden;
    if (terms.consent != ConsentRule::not_required && !agreed && stops(Refusal::no_consent)) {
        return Refusal::no_consent;
    }
    const bool too_low = terms.risk_at_least && (!facts.risk || *facts.risk < *terms.risk_at_least);
    if (too_low && stops(Refusal::risk_too_low)) { return Refusal::risk_too_low; }
    const bool other_age = terms.age_at_least && (!facts.victim_age || *facts.victim_age < *terms.age_at_least);
    if (other_age && stops(Refusal::age_not_covered)) { return Refusal::age_not_covered; }
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
          linked_(agreement->safety(), record_),
          windows_go_(do_windows_go()) {}

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
        if (facts_.locators_held && !facts_.hub_team && tells_a_place(keep)) {
            return tl::unexpected(Refusal::locators_held);
        }
        made.agreement_ = agreement_;
        made.stage_ = stage_;
        made.recipient_ = facts_.recipient;
        made.decided_at_ = now_;
        made.withheld_ = kept_back_;
        return made;
    }

private:
    // Without its places it would go as something else than was agreed, and nobody would send them after it.
    bool tells_a_place(const std::vector<bool>& keep) const {
        const auto values = record_.values();
        for (std::size_t i = 0; i < values.size(); ++i) {
            if (keep[i] && catalogue_.field(values[i].field).cls == FieldClass::locator) { return true; }
        }
        return false;
    }

    std::optional<Withheld> withheld(const Record::Value& value) const {
        if (const auto why = withheld_itself(value)) { return why; }
        // What is left of a way to her that does not go would still say that there is one.
        if (!is_way(value) && is_way_kept_back(value.instance)) { return Withheld::unsafe; }
        return std::nullopt;
    }

    // A number, a mailbox, or a place of hers.
    bool is_way(const Record::Value& value) const {
        const auto& info = catalogue_.field(value.field);
        return info.rule || (info.cls == FieldClass::locator && linked_.is_victims(value.instance));
    }

    bool is_hers(GroupNumber group) const {
        const auto& safety = agreement_->safety();
        return group == safety.victim_phone || group == safety.victim_email || group == safety.victim_address;
    }

    // A home without a place is one whose place nobody said: where places are agreed, it would say that there is one.
    bool is_way_kept_back(InstanceNumber in) const {
        if (in == root_instance || facts_.hub_team) { return false; }
        const bool is_home = linked_.is_victims(in);
        bool is_any = false;
        for (const auto& value : record_.values_of(in)) {
            if (!is_way(value)) { continue; }
            if (!withheld_itself(value)) { return false; }
            is_any = true;
        }
        return is_home ? are_places_agreed() : is_any;
    }

    bool are_places_agreed() const {
        const auto& named = agreement_->fields(stage_);
        bool any = false;
        catalogue_.of_class(FieldClass::locator).each([&](FieldNumber f) {
            any = any || (named.has(f) && catalogue_.field(f).group == agreement_->safety().victim_address);
        });
        return any;
    }

    // Who is not told when she may be called is not told where: every window in force goes, or no number does. Where
    // all are over, nobody may call until she names others.
    bool do_windows_go() const {
        const auto windows = record_.instances(agreement_->safety().window);
        bool in_force = false;
        for (const auto in : windows) {
            if (is_over(in)) { continue; }
            in_force = true;
            const auto parts = record_.values_of(in);
            if (std::any_of(parts.begin(), parts.end(), [&](const auto& part) { return not_permitted(part); })) {
                return false;
            }
        }
        return in_force || windows.empty();
    }

    bool is_over(InstanceNumber window) const {
        const auto last = RawText::of(record_, agreement_->safety().window_last_day, window);
        const auto day = last ? parse_date(*last) : std::nullopt;
        return day && haven::is_over(*day, now_);
    }

    std::optional<Withheld> withheld_itself(const Record::Value& value) const {
        const auto& info = catalogue_.field(value.field);
        if (const auto why = not_permitted(value)) { return why; }
        if (info.rule && !rule_allows(*info.rule, value.instance)) { return Withheld::unsafe; }
        if (facts_.hub_team) { return std::nullopt; }
        const auto group = record_.all_instances()[value.instance.value].group;
        if (group == agreement_->safety().window && is_over(value.instance)) { return Withheld::ended; }
        if (info.rule && is_a_no_kept_back(value.instance)) { return Withheld::unsafe; }
        if (info.rule && is_linked(value.instance)) { return Withheld::linked; }
        if (info.rule && group == agreement_->safety().victim_phone && !windows_go_) { return Withheld::unsafe; }
        if (info.cls == FieldClass::locator) {
            if (const auto why = held_back_locator(value.instance)) { return why; }
        }
        if (facts_.sent_alone && is_hers(group) && is_way(value)) { return Withheld::unsafe; }
        return std::nullopt;
    }

    std::optional<Withheld> held_back_locator(InstanceNumber in) const {
        const auto& safety = agreement_->safety();
        if (linked_.is_shared_address(in) || linked_.is_one_of(in, facts_.blocked_homes) ||
            RawText::of(record_, safety.address_known, in) == "yes") {
            return Withheld::linked;
        }
        if (linked_.has_ended(in, now_)) { return Withheld::ended; }
        // A letter is a way to reach her: it goes with its rule, as a number does.
        if (linked_.is_victims(in) && !rule_allows(safety.address_safe, in)) { return Withheld::unsafe; }
        return std::nullopt;
    }

    std::optional<Withheld> not_permitted(const Record::Value& value) const {
        if (!agreement_->fields(stage_).has(value.field)) { return Withheld::not_named; }
        const bool known = value.source < facts_.onward.size();
        if (!known || !facts_.onward[value.source].has(value.field)) { return Withheld::not_onward; }
        if (!facts_.said.has(value.field)) { return Withheld::not_said; }
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

    // Whoever is given the number without its "no text" would write to it.
    bool is_a_no_kept_back(InstanceNumber in) const {
        const auto beside = record_.values_of(in);
        return std::any_of(beside.begin(), beside.end(), [&](const Record::Value& value) {
            const auto& info = catalogue_.field(value.field);
            const bool warns =
                info.cls == FieldClass::safety && !info.raises.empty() && RawText::of(record_, value) == info.raises;
            return warns && not_permitted(value);
        });
    }

    // An override never turns a no into a yes here: it speaks of the referral, not of how she may be reached.
    bool passes_contact() const {
        const auto answer = facts_.consent_to_pass_contact;
        const bool overridden = facts_.consent_overridden && agreement_->terms().consent == ConsentRule::overridable;
        return answer == Answer::yes || (answer == Answer::unknown && overridden);
    }

    // One channel may be written in several fields: where one of them is linked, none goes.
    bool is_linked(InstanceNumber in) const {
        const auto channel = record_.values_of(in);
        return std::any_of(channel.begin(), channel.end(), [&](const Record::Value& value) {
            if (!catalogue_.field(value.field).rule) { return false; }
            const auto text = RawText::of(record_, value);
            return linked_.is_of_perpetrator(text) || facts_.blocks(text);
        });
    }

    const std::shared_ptr<const Agreement>& agreement_;
    const Catalogue& catalogue_;
    const Record& record_;
    Stage stage_;
    const Facts& facts_;
    Instant now_;
    Linked linked_;
    bool windows_go_;
    std::array<FieldSet, withheld_kinds> kept_back_;
};

tl::expected<Disclosure, Refusal> disclose(const std::shared_ptr<const Agreement>& agreement, const CaseFile& file,
                                           Stage stage, const Facts& facts, Instant now) {
    if (const auto why = refuses(*agreement, stage, facts, now)) { return tl::unexpected(*why); }
    return Decision(agreement, file, stage, facts, now).run();
}

}  // namespace haven
