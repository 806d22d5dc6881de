#include "tests/core/agreement/reference/model.h"

#include <algorithm>
#include <bit>
#include <set>

namespace haven::reference {
namespace {

bool among(const std::vector<std::string>& words, const std::string& word) {
    return std::find(words.begin(), words.end(), word) != words.end();
}

/// What one override comes to: which rules about overrides arise for it, and which of them it breaks.
struct Judged {
    std::vector<std::string> arising, broken;
    void rule(const char* name, bool breaks) {
        arising.emplace_back(name);
        if (breaks) { broken.emplace_back(name); }
    }
};

// Two people: one who asks and another, of rank, who agrees. Or one alone who breaks the glass. Each for one reason
// and for a while; for her missing yes on a ground, and by a role, that the agreement itself names.
Judged judged(const Override& o, const Terms& t, const std::string& stopped, std::int64_t now_us) {
    Judged out;
    out.rule("override of this", o.of != stopped);
    out.rule("override asked", o.asked == 0);
    out.rule("override in time", now_us >= o.until_us);
    const bool leads = among({"practitioner", "duty-manager"}, o.asked_role);
    if (o.break_glass) {
        out.rule("glass breaker", !leads);
    } else {
        out.rule("override asker", !leads && o.asked_role != "information-governance");
        out.rule("override confirmed", o.confirmed == 0);
        if (o.confirmed != 0) {
            out.rule("override by another", o.confirmed == o.asked);
            out.rule("override confirmer", !among({"duty-manager", "information-governance"}, o.confirmed_role));
        }
    }
    if (stopped == "not-in-force") { out.rule("override of a start", now_us < t.start_us); }
    if (stopped != "no-consent") { return out; }
    const bool agreed = t.consent == "overridable" && t.names_grounds;
    out.rule("override agreed", !agreed);
    if (!agreed) { return out; }
    out.rule("override ground", !among(t.grounds, o.ground));
    out.rule("override decider", !among(t.deciders, o.confirmed != 0 ? o.confirmed_role : o.asked_role));
    return out;
}

/// Collects which rules of the whole fail and which of them arise.
class Whole {
public:
    Whole(const Terms& terms, const Situation& s) : terms_(terms), s_(s) {}

    void rule(const char* name, const char* refusal, bool arises, bool fails) {
        if (fails) { failing_.emplace_back(name, refusal); }
        if (arises) { arising_.push_back(name); }
    }
    /// A rule that people may set aside.
    void rule_but_for(const char* name, const char* refusal, bool arises, bool fails) {
        bool set_aside = false;
        for (const auto& o : s_.overrides) {
            if (!fails) { break; }
            const auto one = judged(o, terms_, refusal, s_.now_us);
            if (one.broken.size() == 1) { broken_.push_back(one.broken[0]); }
            if (one.broken.empty()) { kept_.insert(kept_.end(), one.arising.begin(), one.arising.end()); }
            set_aside = set_aside || one.broken.empty();
        }
        rule(name, refusal, arises && !set_aside, fails && !set_aside);
    }
    std::string refused(Tally& tally) const {
        if (failing_.size() == 1) {
            ++tally.rules[failing_[0].first].first;
            for (const auto& name : broken_) { ++tally.rules[name].first; }
        }
        if (!failing_.empty()) { return failing_[0].second; }
        for (const auto* name : arising_) { ++tally.rules[name].second; }
        for (const auto& name : kept_) { ++tally.rules[name].second; }
        return {};
    }

private:
    const Terms& terms_;
    const Situation& s_;
    std::vector<std::pair<const char*, const char*>> failing_;
    std::vector<const char*> arising_;
    std::vector<std::string> broken_;  ///< the only rule that an override of what stops it breaks
    std::vector<std::string> kept_;    ///< by overrides that count
};

std::string refused(const Terms& t, const Situation& s, Tally& tally) {
    Whole whole(t, s);
    whole.rule("recipient", "wrong-recipient", true, t.to != s.recipient);
    whole.rule_but_for("start", "not-in-force", true, s.now_us < t.start_us);
    whole.rule_but_for("end", "not-in-force", true, s.now_us >= t.end_us);
    whole.rule("rehearsal", "rehearsal", true, s.mixes_rehearsal);
    whole.rule("site stopped", "site-stopped", true, s.site_stopped);
    whole.rule("partner stopped", "stopped", true, s.stopped);
    whole.rule("window", "outside-window", true, s.outside_window);
    whole.rule("withdrawn", "withdrawn", true, s.withdrawn);
    whole.rule("conflict", "conflict", s.conflict, s.conflict && !s.nominated);
    if (s.stage == 0) { return whole.refused(tally); }
    const bool yes = s.consent == "yes";
    if (t.consent == "required") { whole.rule_but_for("consent required", "no-consent", true, !yes); }
    if (t.consent == "overridable") {
        whole.rule_but_for("consent overridable", "no-consent", !yes, !yes && !s.overridden);
    }
    if (t.risk) { whole.rule_but_for("risk", "risk-too-low", true, s.risk.value_or(-1) < *t.risk); }
    if (t.age) { whole.rule_but_for("age", "age-not-covered", true, s.age.value_or(-1) < *t.age); }
    return whole.refused(tally);
}

/// A rule about values: what it strikes out, what it is about, and what it says then.
struct Strike {
    const char* rule;
    const char* reason;
    Bits about;
    Bits struck;
};

class Striking {
public:
    Striking(const Terms& terms, const Case& about, const Situation& s) : terms_(terms), case_(about), s_(s) {}

    std::vector<Strike> strikes() const {
        const Bits all = case_.values.size() == 64 ? ~Bits{0} : (Bits{1} << case_.values.size()) - 1;
        const auto named = named_now();
        const auto onward = onward_now();
        const auto said = said_now();
        std::vector<Strike> out{{"named", "not-named", all, all & ~named},
                                {"onward", "not-onward", all, all & ~onward},
                                {"said", "not-said", all, all & ~said}};
        const auto told = named & onward & said;
        by_rules(out, told);
        if (s_.hub_team) { return out; }
        const auto blocked = blocked_contacts();
        out.push_back({"linked", "linked", case_.own.contacts.empty() ? 0 : case_.contacts, case_.linked});
        out.push_back({"blocked", "linked", s_.blocked_contacts.empty() ? 0 : case_.contacts, blocked});
        const auto homes = case_.in_addresses;
        out.push_back({"shared home", "linked", case_.own.homes.empty() ? 0 : homes, case_.shared});
        out.push_back({"blocked home", "linked", s_.blocked_homes.empty() ? 0 : homes, blocked_homes()});
        out.push_back({"known home", "linked", homes, case_.known});
        out.push_back({"home lived in together", "linked", case_.lives_with ? homes : 0, case_.lived});
        out.push_back({"ended home", "ended", homes, case_.ended(s_.day)});
        home_rules(out, told);
        window_rules(out, told);
        const Bits hers = ways_to_her();
        out.push_back({"sent alone", "unsafe", hers, s_.sent_alone ? hers : 0});
        out.push_back(left_over(out));
        return out;
    }

private:
    Bits named_now() const {
        Bits out = 0;
        const auto& named = terms_.named.at(static_cast<std::size_t>(s_.stage));
        for (std::size_t i = 0; i < case_.paths.size(); ++i) { out |= Bits{named[case_.paths[i]]} << i; }
        return out;
    }
    Bits onward_now() const {
        Bits out = 0;
        for (std::size_t i = 0; i < case_.paths.size(); ++i) {
            const auto source = case_.values[i].source;
            if (source < s_.onward.size()) { out |= Bits{(*s_.onward[source])[case_.paths[i]]} << i; }
        }
        return out;
    }
    Bits said_now() const {
        Bits out = 0;
        for (std::size_t i = 0; i < case_.paths.size(); ++i) { out |= Bits{(*s_.said)[case_.paths[i]]} << i; }
        return out;
    }
    // A contact point needs its rule told beside it; for a partner a yes, and her word that it may be passed on.
    void by_rules(std::vector<Strike>& out, Bits told) const {
        const bool overridden = s_.overridden && terms_.consent == "overridable";
        const bool may_pass = s_.pass_contact == "yes" || (s_.pass_contact == "unknown" && overridden);
        Bits untold = 0;
        Bits not_yes = 0;
        for (std::size_t i = 0; i < case_.values.size(); ++i) {
            if ((case_.contacts >> i & 1) == 0) { continue; }
            bool yes = false;
            bool there = false;
            for (std::size_t k = 0; k < case_.values.size(); ++k) {
                if (case_.values[k].instance != case_.values[i].instance) { continue; }
                if (case_.values[k].path != case_.rules[i]) { continue; }
                there = true;
                yes = case_.values[k].text == "yes";
                if ((told >> k & 1) == 0) { untold |= Bits{1} << i; }
            }
            if (!there || !yes) { not_yes |= Bits{1} << i; }
        }
        out.push_back({"rule told", "unsafe", case_.contacts, untold});
        if (s_.hub_team) { return; }
        out.push_back({"rule says yes", "unsafe", case_.contacts, not_yes});
        out.push_back({"may pass contact", "unsafe", case_.contacts, may_pass ? 0 : case_.contacts});
        out.push_back(untold_warnings(told));
    }
    // "No text", "no voicemail": said of a number that goes, or the number stays.
    Strike untold_warnings(Bits told) const {
        std::set<int> warned;
        std::set<int> silent;
        for (std::size_t k = 0; k < case_.values.size(); ++k) {
            const auto& path = case_.values[k].path;
            const bool warns = path == "victim/phone/text-safe" && case_.values[k].text == "no";
            if (!warns) { continue; }
            warned.insert(case_.values[k].instance);
            if ((told >> k & 1) == 0) { silent.insert(case_.values[k].instance); }
        }
        Bits about = 0;
        Bits struck = 0;
        for (std::size_t i = 0; i < case_.values.size(); ++i) {
            about |= Bits{warned.contains(case_.values[i].instance)} << i;
            struck |= Bits{silent.contains(case_.values[i].instance)} << i;
        }
        return {"warnings told", "unsafe", about & case_.contacts, struck & case_.contacts};
    }
    // A letter needs what a call needs.
    void home_rules(std::vector<Strike>& out, Bits told) const {
        const auto homes = case_.in_addresses;
        std::set<int> said;
        std::set<int> yes;
        for (std::size_t k = 0; k < case_.values.size(); ++k) {
            if (case_.values[k].path != "victim/address/safe") { continue; }
            if ((told >> k & 1) != 0) { said.insert(case_.values[k].instance); }
            if (case_.values[k].text == "yes") { yes.insert(case_.values[k].instance); }
        }
        const auto of_others = [&](const std::set<int>& fine) {
            Bits bits = 0;
            for (std::size_t i = 0; i < case_.values.size(); ++i) {
                bits |= Bits{!fine.contains(case_.values[i].instance)} << i;
            }
            return bits & homes;
        };
        const bool overridden = s_.overridden && terms_.consent == "overridable";
        const bool may_pass = s_.pass_contact == "yes" || (s_.pass_contact == "unknown" && overridden);
        out.push_back({"home rule told", "unsafe", homes, of_others(said)});
        out.push_back({"home rule says yes", "unsafe", homes, of_others(yes)});
        out.push_back({"may pass home", "unsafe", homes, may_pass ? 0 : homes});
    }
    Bits ways_to_her() const {
        Bits out = case_.in_addresses;
        for (std::size_t i = 0; i < case_.values.size(); ++i) {
            const auto& path = case_.values[i].path;
            const bool number = path == "victim/phone/number" || path == "victim/phone/as-entered";
            out |= Bits{number || path == "victim/email/address"} << i;
        }
        return out;
    }
    // A number goes with all the times that still hold, and with none where she named some and they are past.
    void window_rules(std::vector<Strike>& out, Bits told) const {
        std::map<int, bool> over;
        Bits windows = 0;
        Bits numbers = 0;
        for (std::size_t i = 0; i < case_.values.size(); ++i) {
            const auto& v = case_.values[i];
            if (v.path.starts_with("victim/safe-contact/window/")) {
                windows |= Bits{1} << i;
                over[v.instance] = over[v.instance] || (v.path.ends_with("/last-day") && v.text < s_.day);
            }
            if (v.path == "victim/phone/number" || v.path == "victim/phone/as-entered") { numbers |= Bits{1} << i; }
        }
        Bits past = 0;
        bool all_told = true;
        bool all_past = !over.empty();
        for (std::size_t i = 0; i < case_.values.size(); ++i) {
            if ((windows >> i & 1) == 0) { continue; }
            if (over[case_.values[i].instance]) {
                past |= Bits{1} << i;
            } else {
                all_past = false;
                all_told = all_told && (told >> i & 1) != 0;
            }
        }
        if (over.empty()) { numbers = 0; }
        out.push_back({"window over", "ended", windows, past});
        out.push_back({"windows told", "unsafe", numbers, all_told ? 0 : numbers});
        out.push_back({"a window holds", "unsafe", numbers, all_past ? numbers : 0});
    }
    // Of a channel that does not go nothing goes, nor of a home whose place was agreed and does not.
    Strike left_over(const std::vector<Strike>& before) const {
        const Bits ways = case_.contacts | case_.in_addresses;
        Bits struck = 0;
        for (const auto& strike : before) { struck |= strike.struck; }
        std::set<int> channels;
        std::set<int> going;
        for (std::size_t i = 0; i < case_.values.size(); ++i) {
            if ((ways >> i & 1) == 0) { continue; }
            if ((case_.contacts >> i & 1) != 0) { channels.insert(case_.values[i].instance); }
            if ((struck >> i & 1) == 0) { going.insert(case_.values[i].instance); }
        }
        if (places_agreed()) {
            for (const auto& [instance, home] : case_.homes) { channels.insert(instance); }
        }
        Bits beside = 0;
        Bits left = 0;
        for (std::size_t i = 0; i < case_.values.size() && !channels.empty(); ++i) {
            const auto in = case_.values[i].instance;
            if ((ways >> i & 1) != 0 || !channels.contains(in)) { continue; }
            beside |= Bits{1} << i;
            left |= Bits{!going.contains(in)} << i;
        }
        return {"left over", "unsafe", beside, left};
    }
    bool places_agreed() const {
        const auto& named = terms_.named.at(static_cast<std::size_t>(s_.stage));
        for (std::size_t i = 0; i < named.size(); ++i) {
            if (named[i] && paths()[i].starts_with("victim/address/place/")) { return true; }
        }
        return false;
    }
    Bits blocked_contacts() const {
        std::set<int> channels;
        for (std::size_t i = 0; i < case_.values.size() && !s_.blocked_contacts.empty(); ++i) {
            if ((case_.contacts >> i & 1) != 0 &&
                std::count(s_.blocked_contacts.begin(), s_.blocked_contacts.end(), case_.folded[i]) != 0) {
                channels.insert(case_.values[i].instance);
            }
        }
        Bits out = 0;
        for (std::size_t i = 0; i < case_.values.size() && !channels.empty(); ++i) {
            out |= Bits{channels.contains(case_.values[i].instance)} << i;
        }
        return out & case_.contacts;
    }
    Bits blocked_homes() const {
        Bits out = 0;
        for (std::size_t i = 0; i < case_.values.size() && !s_.blocked_homes.empty(); ++i) {
            const auto home = case_.homes.find(case_.values[i].instance);
            if (home != case_.homes.end()) { out |= Bits{any_home(home->second, s_.blocked_homes)} << i; }
        }
        return out & case_.in_addresses;
    }

    const Terms& terms_;
    const Case& case_;
    const Situation& s_;
};

}  // namespace

void Tally::add(const Tally& other) {
    for (const auto& [rule, counts] : other.rules) {
        rules[rule].first += counts.first;
        rules[rule].second += counts.second;
    }
    decisions += other.decisions;
    permitted += other.permitted;
}

Verdict judge(const Terms& terms, const Case& about, const Situation& s, Tally& tally) {
    Verdict verdict;
    ++tally.decisions;
    verdict.refused = refused(terms, s, tally);
    if (!verdict.refused.empty()) { return verdict; }
    const auto strikes = Striking(terms, about, s).strikes();
    Bits once = 0;
    Bits twice = 0;
    for (const auto& strike : strikes) {
        twice |= once & strike.struck;
        verdict.kept_back[strike.reason] |= strike.struck & ~once;
        once |= strike.struck;
    }
    const Bits all = about.values.size() == 64 ? ~Bits{0} : (Bits{1} << about.values.size()) - 1;
    verdict.goes = all & ~once;
    if (verdict.goes == 0) { verdict.refused = "nothing-allowed"; }
    if ((verdict.goes & about.locators) != 0 && !s.hub_team) {  // a place goes with a witness, or nothing goes
        auto& counts = tally.rules["locators held"];
        ++(s.locators_held ? counts.first : counts.second);
        if (s.locators_held) {
            verdict.refused = "locators-held";
            return verdict;
        }
    }
    tally.permitted += verdict.goes != 0 ? 1 : 0;
    for (const auto& strike : strikes) {
        auto& counts = tally.rules[strike.rule];
        counts.first += std::popcount(strike.struck & ~twice);
        counts.second += std::popcount(strike.about & verdict.goes);
    }
    return verdict;
}

}  // namespace haven::reference
