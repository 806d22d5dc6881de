#include "core/agreement/check.h"

#include <algorithm>

#include "core/agreement/law.h"
#include "core/agreement/override.h"

namespace haven {
namespace {

constexpr std::array stages{Stage::capacity, Stage::offer, Stage::accept};

constexpr int age_max = 130;

using Problems = std::vector<TermsProblem>;

void say(Problems& problems, std::string key, std::string message, std::string line = {}) {
    problems.push_back({std::move(line), std::move(message), std::move(key)});
}

bool is_known(std::string_view word, const std::vector<std::string_view>& known) {
    return std::find(known.begin(), known.end(), word) != known.end();
}

void check_word(Problems& problems, const std::string& key, std::string_view word,
                const std::vector<std::string_view>& known, const std::string& missing) {
    if (word.empty()) { return; }  // told as missing where it is read
    if (!is_known(word, known)) { say(problems, key, missing + did_you_mean(word, known)); }
}

void check_condition(Problems& problems, const Party& party, const std::string& side,
                     const std::optional<std::string>& condition, const char* key,
                     const std::vector<std::string_view>& known) {
    if (!condition) { return; }
    const auto before = problems.size();
    check_word(problems, side + "/" + key, *condition, known, "no such condition of this regime");
    if (problems.size() != before || !needs_schedule_1(*condition)) { return; }
    if (!party.schedule_1) {
        say(problems, side + "/" + key, *condition + " holds only beside a condition of schedule 1: `schedule_1`");
    } else if (is_known(*party.schedule_1, schedule_1_conditions()) &&
               !fits_schedule_1(*condition, *party.schedule_1)) {
        say(problems, side + "/schedule_1", "is not of the part of schedule 1 that " + *condition + " needs");
    }
}

void check_party(Problems& problems, const Party& party, const std::string& side, const std::string& kind,
                 const Terms& terms) {
    check_word(problems, side + "/lawful_basis", party.lawful_basis, lawful_bases(), "no such lawful basis");
    const auto regime = regime_of(party.lawful_basis);
    if (regime == Regime::law_enforcement && kind != "police" && kind != "other") {
        say(problems, side + "/lawful_basis", "part 3 is for competent authorities, such as a police force");
    }
    if (party.schedule_1) {
        check_word(problems, side + "/schedule_1", *party.schedule_1, schedule_1_conditions(),
                   "no such condition of schedule 1");
    }
    check_condition(problems, party, side, party.special_category, "special_category",
                    special_category_conditions(regime));
    if (regime == Regime::law_enforcement && party.offence_data) {
        say(problems, side + "/offence_data", "part 3 is made for data on offences: it needs no condition beside it");
    } else {
        check_condition(problems, party, side, party.offence_data, "offence_data", offence_conditions());
    }
    const bool needs_authority = kind == "charity" || kind == "refuge";
    if (terms.legal_power == power_s115 && needs_authority && !party.on_behalf_of) {
        say(problems, side + "/partner",
            "section 115 covers a " + kind +
                " only where it acts for a relevant authority: acting on behalf of whom? "
                "`on_behalf_of`");
    }
}

void check_power(Problems& problems, const Terms& terms, const Catalogue& catalogue, const PartyKinds& kinds) {
    if (const auto field = catalogue.find("request/legal-power")) {
        std::vector<std::string_view> powers;
        for (const auto& code : catalogue.field(*field).type->codes) { powers.push_back(code.text); }
        check_word(problems, "legal_power", terms.legal_power, powers, "no such power");
    }
    if (terms.legal_power != power_s213b) { return; }
    if (kinds.from == "police" || kinds.from == "charity" || kinds.from == "refuge") {
        say(problems, "legal_power",
            "section 213B of the Housing Act 1996 does not name a " +
                std::string(kinds.from == "police" ? "police force" : kinds.from) +
                " among those who must refer; name the power that it has");
    }
    if (kinds.to != "council") { say(problems, "legal_power", "a section 213B referral goes to a housing authority"); }
    if (terms.consent != ConsentRule::required) {
        say(problems, "consent", "section 213B needs her yes to the referral and to how she is reached: \"required\"");
    }
}

void check_consent(Problems& problems, const Terms& terms) {
    const auto& may = terms.override_consent;
    if (terms.consent != ConsentRule::overridable) {
        if (may) { say(problems, "override", "consent is not \"overridable\" here"); }
        return;
    }
    if (!may) {
        say(problems, "consent",
            "\"overridable\" asks who may decide and on which grounds: [override] `by`, `grounds`");
        return;
    }
    if (may->by.empty()) { say(problems, "override/by", "says no role that may decide"); }
    const std::vector<std::string_view> roles{deciding_roles.begin(), deciding_roles.end()};
    for (const auto& role : may->by) {
        if (is_known(role, roles)) { continue; }
        say(problems, "override/by",
            "no role that may decide, as practitioner, duty-manager and information-governance are" +
                did_you_mean(role, roles),
            role);
    }
    if (may->grounds.empty()) { say(problems, "override/grounds", "says no ground"); }
    const auto grounds = code_names(Ground{});
    for (const auto& ground : may->grounds) {
        check_word(problems, "override/grounds", ground, {grounds.begin(), grounds.end()}, "no such ground");
    }
}

void check_signatures(Problems& problems, const Terms& terms) {
    using std::chrono::days;
    using std::chrono::sys_days;
    // The start is midnight where the parties are: noon of that day is the same day in UTC.
    const auto first_day = std::chrono::floor<days>(terms.start + 12h);
    const std::vector<std::string_view> parties{terms.from.partner, terms.to.partner};
    for (std::size_t i = 0; i < terms.signatories.size(); ++i) {
        const auto& signatory = terms.signatories[i];
        const auto key = "signed/" + std::to_string(i);
        check_word(problems, key + "/party", signatory.party, parties, "not a party of this agreement");
        if (sys_days{signatory.signed_on} > first_day) { say(problems, key + "/on", "is after the start"); }
    }
    for (const auto party : parties) {
        const bool any = std::any_of(terms.signatories.begin(), terms.signatories.end(),
                                     [&](const Signatory& s) { return s.party == party; });
        if (!any && !party.empty()) { say(problems, "signed", "nobody signed for " + std::string(party)); }
    }
}

void check_onward(Problems& problems, const Terms& terms) {
    for (std::size_t i = 0; i < terms.onward.size(); ++i) {
        const auto& onward = terms.onward[i];
        const auto key = "onward/" + std::to_string(i);
        if (onward.to.empty()) { say(problems, key, "says to whom in `to`"); }
        if (onward.purposes.empty()) { say(problems, key, "says for what in `purposes`"); }
        if (onward.fields.empty()) { say(problems, key, "says what in `fields`"); }
    }
}

}  // namespace

std::vector<TermsProblem> check_terms(const Terms& terms, const Catalogue& catalogue, const PartyKinds& kinds) {
    Problems problems;
    if (!terms.to.partner.empty() && terms.from.partner == terms.to.partner) {
        say(problems, "to/partner", "an agreement is between two parties");
    }
    check_party(problems, terms.from, "from", kinds.from, terms);
    check_party(problems, terms.to, "to", kinds.to, terms);
    check_power(problems, terms, catalogue, kinds);
    check_consent(problems, terms);
    if (terms.age_at_least && *terms.age_at_least > age_max) {
        say(problems, "age_at_least", "expected an age of at most 130 years");
    }
    if (!(terms.start < terms.end)) { say(problems, "end", "comes after the start"); }
    if (!(terms.start < terms.review) || !(terms.review < terms.end)) {
        say(problems, "review", "comes after the start and no later than the end");
    }
    check_signatures(problems, terms);
    return problems;
}

std::vector<TermsProblem> check_record(const Terms& terms) {
    Problems problems;
    if (!terms.retention_days) {
        say(problems, "retention_days",
            "is missing: how long the recipient keeps its copy is the parties' own figure, there is no other");
    }
    const bool any =
        std::any_of(terms.fields.begin(), terms.fields.end(), [](const auto& stage) { return !stage.second.empty(); });
    if (!any) { say(problems, "type", "lets no field through at any stage"); }
    check_onward(problems, terms);
    return problems;
}

std::vector<TermsProblem> check_conditions(const Agreement& agreement) {
    const auto& catalogue = agreement.catalogue();
    FieldSet told;
    for (const auto stage : {Stage::capacity, Stage::offer, Stage::accept}) { told |= agreement.fields(stage); }
    std::string_view special;
    std::string_view offence;
    told.each([&](FieldNumber f) {
        const auto& info = catalogue.field(f);
        const auto path = info.path.text();
        if (special.empty() && (info.cls == FieldClass::health || path.ends_with("/ethnicity"))) { special = path; }
        if (offence.empty() && (info.cls == FieldClass::offence || path.starts_with("perpetrator/"))) {
            offence = path;
        }
    });
    Problems problems;
    const auto check = [&](const Party& party, const std::string& side) {
        if (!special.empty() && !party.special_category) {
            say(problems, side, "tells " + std::string(special) + ", special-category data: `special_category`");
        }
        const bool general = regime_of(party.lawful_basis) == Regime::uk_gdpr;
        if (!offence.empty() && general && !party.offence_data) {
            say(problems, side, "tells " + std::string(offence) + ", data on offences: `offence_data`");
        }
    };
    check(agreement.terms().from, "from");
    check(agreement.terms().to, "to");
    return problems;
}

bool tells_number_without_windows(const Agreement& agreement) {
    const auto& safety = agreement.safety();
    return std::any_of(stages.begin(), stages.end(), [&](Stage stage) {
        const auto told = agreement.fields(stage);
        if (!told.has(safety.phone_number)) { return false; }
        const auto& catalogue = agreement.catalogue();
        for (std::uint16_t i = 0; i < catalogue.field_count(); ++i) {
            const bool of_window = catalogue.field(FieldNumber{i}).group == safety.window;
            if (of_window && !told.has(FieldNumber{i})) { return true; }
        }
        return false;
    });
}

bool tells_building_without_unit(const Agreement& agreement) {
    const auto& safety = agreement.safety();
    return std::any_of(stages.begin(), stages.end(), [&](Stage stage) {
        const auto& told = agreement.fields(stage);
        const auto lacks = [&](const PlaceFields& place) { return told.has(place.building) && !told.has(place.unit); };
        return lacks(safety.victim_place) || lacks(safety.perpetrator_place);
    });
}

std::vector<Due> due(std::span<const std::shared_ptr<const Agreement>> agreements, Instant now,
                     std::chrono::days ahead) {
    std::vector<Due> out;
    const auto add = [&](Due line) {
        const bool known = std::any_of(
            out.begin(), out.end(), [&](const Due& d) { return d.agreement == line.agreement && d.what == line.what; });
        if (!known) { out.push_back(line); }
    };
    for (const auto& agreement : agreements) {
        const auto& terms = agreement->terms();
        if (now >= terms.end) { continue; }
        if (terms.end <= now + ahead) { add({agreement->name(), Due::What::end, terms.end}); }
        if (terms.review <= now + ahead) { add({agreement->name(), Due::What::review, terms.review}); }
    }
    std::stable_sort(out.begin(), out.end(), [](const Due& a, const Due& b) { return a.at < b.at; });
    return out;
}

}  // namespace haven
