#include "tests/core/agreement/reference/model.h"

#include <algorithm>
#include <bit>
#include <set>

namespace haven::reference {
namespace {

/// Collects which rules of the whole fail and which of them arise.
class Whole {
public:
    void rule(const char* name, const char* refusal, bool arises, bool fails) {
        if (fails) { failing_.emplace_back(name, refusal); }
        if (arises) { arising_.push_back(name); }
    }
    std::string refused(Tally& tally) const {
        if (failing_.size() == 1) { ++tally.rules[failing_[0].first].first; }
        if (!failing_.empty()) { return failing_[0].second; }
        for (const auto* name : arising_) { ++tally.rules[name].second; }
        return {};
    }

private:
    std::vector<std::pair<const char*, const char*>> failing_;
    std::vector<const char*> arising_;
};

std::string refused(const Terms& t, const Situation& s, Tally& tally) {
    Whole whole;
    whole.rule("recipient", "wrong-recipient", true, t.to != s.recipient);
    whole.rule("start", "not-in-force", true, s.now_us < t.start_us);
    whole.rule("end", "not-in-force", true, s.now_us >= t.end_us);
    whole.rule("rehearsal", "rehearsal", true, s.mixes_rehearsal);
    whole.rule("site stopped", "site-stopped", true, s.site_stopped);
    whole.rule("partner stopped", "stopped", true, s.stopped);
    whole.rule("window", "outside-window", true, s.outside_window);
    whole.rule("withdrawn", "withdrawn", true, s.withdrawn);
    whole.rule("conflict", "conflict", s.conflict, s.conflict && !s.nominated);
    if (s.stage == 0) { return whole.refused(tally); }
    const bool yes = s.consent == "yes";
    if (t.consent == "required") { whole.rule("consent required", "no-consent", true, !yes); }
    if (t.consent == "overridable") { whole.rule("consent overridable", "no-consent", !yes, !yes && !s.overridden); }
    if (t.risk) { whole.rule("risk", "risk-too-low", true, s.risk.value_or(-1) < *t.risk); }
    if (t.age) { whole.rule("age", "age-not-covered", true, s.age.value_or(-1) < *t.age); }
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
        std::vector<Strike> out{{"named", "not-named", all, all & ~named},
                                {"onward", "not-onward", all, all & ~onward}};
        by_rules(out, named & onward);
        if (s_.hub_team) { return out; }
        const auto blocked = blocked_contacts();
        out.push_back({"linked", "linked", case_.own.contacts.empty() ? 0 : case_.contacts, case_.linked});
        out.push_back({"blocked", "linked", s_.blocked_contacts.empty() ? 0 : case_.contacts, blocked});
        out.push_back({"locators held", "locators-held", case_.locators, s_.locators_held ? case_.locators : 0});
        const auto homes = case_.in_addresses;
        out.push_back({"shared home", "linked", case_.own.homes.empty() ? 0 : homes, case_.shared});
        out.push_back({"blocked home", "linked", s_.blocked_homes.empty() ? 0 : homes, blocked_homes()});
        out.push_back({"known home", "linked", homes, case_.known});
        out.push_back({"ended home", "ended", homes, case_.ended(s_.day)});
        out.push_back({"unsafe home", "unsafe", homes, case_.unsafe});
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
    }
    // Of a channel that does not go nothing goes.
    Strike left_over(const std::vector<Strike>& before) const {
        Bits struck = 0;
        for (const auto& strike : before) { struck |= strike.struck; }
        std::set<int> channels;
        std::set<int> going;
        for (std::size_t i = 0; i < case_.values.size(); ++i) {
            if ((case_.contacts >> i & 1) == 0) { continue; }
            channels.insert(case_.values[i].instance);
            if ((struck >> i & 1) == 0) { going.insert(case_.values[i].instance); }
        }
        Bits beside = 0;
        Bits left = 0;
        for (std::size_t i = 0; i < case_.values.size() && !channels.empty(); ++i) {
            const auto in = case_.values[i].instance;
            if ((case_.contacts >> i & 1) != 0 || !channels.contains(in)) { continue; }
            beside |= Bits{1} << i;
            left |= Bits{!going.contains(in)} << i;
        }
        return {"left over", "unsafe", beside, left};
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
    tally.permitted += verdict.goes != 0 ? 1 : 0;
    for (const auto& strike : strikes) {
        auto& counts = tally.rules[strike.rule];
        counts.first += std::popcount(strike.struck & ~twice);
        counts.second += std::popcount(strike.about & verdict.goes);
    }
    return verdict;
}

}  // namespace haven::reference
