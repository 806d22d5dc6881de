#include "tests/core/agreement/reference/world.h"

#include "core/base/code.h"
#include "core/catalogue/raw_text.h"
#include "tests/support/disclosing.h"

namespace haven::reference {
namespace {

using std::string;
using Words = std::vector<string>;

const std::array<string, 2> types{"incident-report", "referral"};
const Words yes_no{"yes", "yes", "yes", "no", "unknown"};
const Words answers{"yes", "no", "unknown"};
const Words numbers{"+447700900123", "+447700900124", "+447700900125", "+447700900126", "+447700900127"};
const Words mailboxes{"a.sample@one.example", "A.Sample@one.example", "b@two.example", "c@three.example"};
const Words roles{"practitioner", "duty-manager", "information-governance", "administrator"};
const Words grounds{"risk-to-life", "serious-harm", "child-at-risk", "court-order"};
const Words partners{"eastford-council", "westmere-council"};
const Words consents{"required", "overridable", "overridable", "not-required"};
const std::vector<Instant> moments{test::noon - 24h * 30 - 1us, test::noon - 24h * 30,       test::noon,
                                   test::noon - 24h * 2,        test::noon + 24h * 60 - 1us, test::noon + 24h * 60};
constexpr std::size_t cases_each = 150;
constexpr std::size_t agreements_all = 200;
constexpr std::size_t values_max = 64;

string day_of(Instant now) {
    return iso_text(now).substr(0, 10);
}

/// The same values as plain text.
std::vector<Value> plain(const CaseFile& file) {
    const auto& record = file.facts();
    std::vector<Value> out;
    for (const auto& v : record.values()) {
        out.push_back({string(record.catalogue().field(v.field).path.text()), string(RawText::of(record, v)),
                       v.instance.value, record.all_instances()[v.instance.value].parent.value, v.source});
    }
    return out;
}

FieldSet fields_of(const std::vector<bool>& named) {
    FieldSet out;
    for (std::size_t i = 0; i < named.size(); ++i) {
        if (named[i]) { out.add(test::field(paths()[i])); }
    }
    return out;
}

}  // namespace

/// Opens instances as it goes.
class Maker {
public:
    Maker() : builder_(test::catalogue()) { builder_.start(*test::catalogue()->find_record_type("incident-report")); }
    InstanceNumber open(const string& group, InstanceNumber below = root_instance) {
        in_ = *builder_.open(*test::catalogue()->find_group(group), below);
        return in_;
    }
    void back_to(InstanceNumber in) { in_ = in; }
    void set(const string& path, const string& text) {
        ASSERT_TRUE(builder_.set(test::field(path), text, in_)) << path;
    }
    Record part() { return builder_.finish_part(test::noon); }

private:
    RecordBuilder builder_;
    InstanceNumber in_ = root_instance;
};

World::World(std::uint32_t seed) : random_(seed) {
    for (int i = 0; i < 60; ++i) { allowed_.push_back(allowed()); }
    all_.named.assign(paths().size(), true);
    all_.fields = fields_of(all_.named);
    for (std::size_t type = 0; type < types.size(); ++type) {
        while (cases_.at(type).size() < cases_each) {
            auto made = file(type);
            if (made.facts().values().size() > values_max) { continue; }
            Case about(plain(made));
            cases_.at(type).push_back({std::move(made), std::move(about)});
        }
    }
    while (agreements_.size() < agreements_all) { agreements_.push_back(agreement()); }
}

// What people write: shorthands, and paths one by one.
Words World::lines(int percent) {
    Words out;
    for (const auto& path : paths()) {
        if (chance(percent)) { out.push_back(path); }
    }
    for (const char* shorthand : {"victim/name/*", "victim/phone/*", "victim/address/*", "child/*", "class contact"}) {
        if (chance(20)) { out.emplace_back(shorthand); }
    }
    return out;
}

World::Allowed World::allowed() {
    Allowed out;
    out.named = expand(lines(chance(50) ? 95 : 60));
    out.fields = fields_of(out.named);
    return out;
}

void World::fill_home(Maker& maker, const string& path) {
    const auto maybe = [&](const char* part, const Words& words) {
        if (chance(70)) { maker.set(path + "/place/" + part, one_of(words)); }
    };
    if (chance(20)) { maker.set(path + "/place/uprn", one_of(Words{"100023336956", "100023336957"})); }
    maybe("postcode", {"ZZ99 3VZ", "ZZ99 4AA", "ZZ99 5AA"});
    if (chance(30)) { maker.set(path + "/place/unit", one_of(Words{"Flat 2", "FLAT 2,", "Flat 3", "The annexe"})); }
    maybe("building", {"Flat 2", "FLAT 2,", "7", "8", "7 Sample Road", "Flat 2, 7", "Rose House", "Ivy House"});
    maybe("street", {"Sample Road", "SAMPLE ROAD", "Other Road"});
    maybe("town", {"Eastford", "Westmere"});
    if (chance(10)) {
        maker.set(path + "/place/as-entered",
                  one_of(Words{"7, Sample Road", "7 SAMPLE ROAD", "7 Sample Road, ZZ99 3VZ", "Flat 2, 7 Sample Road"}));
    }
}

void World::fill_victim(Maker& maker) {
    maker.set("victim/name/given", "Alex");
    if (chance(80)) { maker.set("victim/name/family", "Sample"); }
    if (chance(50)) { maker.set("victim/birth-date", "1985-04-03"); }
    if (chance(30)) { maker.set("victim/workplace", "A workplace"); }
    if (chance(30)) { maker.set("incident/summary", "Words."); }
    if (chance(50)) { maker.set("risk/level", "high"); }
    for (int n = below(3); n >= 0; --n) {
        maker.open("victim/phone");
        maker.set("victim/phone/number", numbers[static_cast<std::size_t>(n) + static_cast<std::size_t>(below(2)) * 2]);
        if (chance(30)) { maker.set("victim/phone/as-entered", "07700 900 999"); }
        if (chance(85)) { maker.set("victim/phone/safe", one_of(yes_no)); }
        if (chance(30)) { maker.set("victim/phone/text-safe", one_of(yes_no)); }
    }
    if (chance(50)) {
        maker.open("victim/email");
        maker.set("victim/email/address", one_of(mailboxes));
        if (chance(85)) { maker.set("victim/email/safe", one_of(yes_no)); }
    }
    for (int n = chance(35) ? below(2) : -1; n >= 0; --n) {
        maker.open("victim/safe-contact/window");
        maker.set("victim/safe-contact/window/day", n == 0 ? "monday" : "friday");
        maker.set("victim/safe-contact/window/from", "10:00:00");
        maker.set("victim/safe-contact/window/until", "11:30:00");
        if (chance(50)) {
            maker.set("victim/safe-contact/window/last-day", one_of(Words{"2026-11-20", "2026-11-21", "2027-03-01"}));
        }
    }
    for (const char* kind : {"home", "current", "previous"}) {
        if (!chance(40)) { continue; }
        maker.open("victim/address");
        maker.set("victim/address/kind", kind);
        if (chance(30)) { maker.set("victim/address/until", one_of(Words{"2026-11-20", "2026-11-21", "2027-03-01"})); }
        if (chance(85)) { maker.set("victim/address/safe", chance(70) ? "yes" : one_of(yes_no)); }
        if (chance(45)) {
            maker.set("victim/address/known-to-perpetrator", one_of(Words{"no", "no", "no", "yes", "unknown"}));
        }
        if (chance(90)) { fill_home(maker, "victim/address"); }
    }
}

void World::fill_others(Maker& maker) {
    if (chance(40)) {
        maker.open("child");
        maker.set("child/name/given", "Robin");
        maker.set("child/school", "A school");
    }
    if (chance(60)) {
        const auto who = maker.open("perpetrator");
        maker.set("perpetrator/name/family", "Example");
        if (chance(20)) { maker.set("perpetrator/lives-with-victim", one_of(yes_no)); }
        if (chance(50)) {
            maker.open("perpetrator/phone", who);
            maker.set("perpetrator/phone/number", one_of(numbers));
        }
        if (chance(30)) {
            maker.open("perpetrator/email", who);
            maker.set("perpetrator/email/address", one_of(mailboxes));
        }
        if (chance(50)) {
            maker.open("perpetrator/address", who);
            maker.set("perpetrator/address/kind", "home");
            fill_home(maker, "perpetrator/address");
        }
    }
    for (const char* role : {"feared", "not-safe-contact", "safe-contact", "witness"}) {
        if (!chance(20)) { continue; }
        const auto who = maker.open("person");
        maker.set("person/role", role);
        maker.set("person/name/given", "Sam");
        maker.open("person/phone", who);
        maker.set("person/phone/number", one_of(numbers));
        if (chance(70)) { maker.set("person/phone/safe", one_of(yes_no)); }
    }
}

Record World::report() {
    Maker maker;
    fill_victim(maker);
    fill_others(maker);
    return maker.part();
}

CaseFile World::folded() {
    std::vector<CaseRecord> records;
    for (int n = below(3); n >= 0; --n) {
        records.push_back({report(), {RecordId{n + 1}, test::force, test::noon - 1h * below(9), chance(30)}});
    }
    return CaseFile::fold(test::catalogue(), records);
}

CaseFile World::file(std::size_t type) {
    constexpr std::size_t values_max = 60;  // a bit each, and what the hub adds
    auto folded = this->folded();
    while (folded.facts().values().size() > values_max) { folded = this->folded(); }
    RecordBuilder own(test::catalogue());
    const auto number = *test::catalogue()->find_record_type(types.at(type));
    own.start(number);
    if (type == 1 && chance(70)) { EXPECT_TRUE(own.set(test::field("household/children"), "2")); }
    return *folded.draw(number, own.finish_part(test::noon), {RecordId{9}, test::force, test::noon, true});
}

World::BothAgreements World::agreement() {
    const auto type = static_cast<std::size_t>(below(2));
    haven::Terms t = test::terms(types.at(type), {});
    Terms plain_terms;
    for (const auto stage : {Stage::offer, Stage::accept}) {
        const auto named = lines(stage == Stage::accept ? 80 : 40);
        // A shorthand reaches further than this record type; what is named one by one must belong to it.
        for (const auto& line : named) {
            const auto field = test::catalogue()->find(line);
            const auto& fields =
                test::catalogue()->record_type(*test::catalogue()->find_record_type(t.record_type)).fields;
            if (!field || fields.has(*field)) { t.fields[stage].push_back(line); }
        }
        plain_terms.named.at(static_cast<std::size_t>(stage)) = expand(t.fields[stage]);
    }
    if (type == 1) { t.fields[Stage::capacity] = {"household/children"}; }
    plain_terms.named[0] = expand(t.fields[Stage::capacity]);
    t.to.partner = plain_terms.to = partners[0];
    plain_terms.consent = one_of(consents);
    t.consent = *code_from<ConsentRule>(plain_terms.consent);
    if (t.consent == ConsentRule::overridable && chance(80)) {
        plain_terms.names_grounds = true;
        plain_terms.grounds = {grounds[0], grounds[1]};
        plain_terms.deciders = chance(50) ? Words{"duty-manager"} : Words{"duty-manager", "practitioner"};
        t.override_consent = haven::Override{plain_terms.deciders, plain_terms.grounds};
    }
    if (chance(40)) {
        plain_terms.risk = below(3);
        t.risk_at_least = static_cast<RiskLevel>(*plain_terms.risk);
    }
    if (chance(40)) { t.age_at_least = plain_terms.age = 18; }
    plain_terms.start_us = to_us(t.start);
    plain_terms.end_us = to_us(t.end);
    return {test::agreement(t), plain_terms, type};
}

void World::set_whole(Decision& d, const BothAgreements& under) {
    auto& s = d.situation;
    s.recipient = chance(97) ? partners[0] : partners[1];
    s.now_us = to_us(d.now);
    s.day = day_of(d.now);
    d.facts.recipient = Name::declare(s.recipient);
    d.facts.hub_team = s.hub_team = chance(10);
    d.facts.withdrawn = s.withdrawn = chance(3);
    d.facts.stopped = s.stopped = chance(3);
    d.facts.mixes_rehearsal = s.mixes_rehearsal = chance(3);
    d.facts.site_stopped = s.site_stopped = chance(3);
    d.facts.outside_safe_window = s.outside_window = chance(3);
    d.facts.sent_alone = s.sent_alone = chance(5);
    d.facts.conflict = s.conflict = chance(12);
    d.facts.nominated_handler = s.nominated = chance(60);
    d.facts.locators_held = s.locators_held = chance(20);
    if (chance(90)) { s.age = one_of(std::vector<int>{17, 18, 19, 40, 60}); }
    d.facts.victim_age = s.age;
    if (chance(90)) {
        s.risk = std::max(below(3), under.terms.risk.value_or(0) - below(2));
        d.facts.risk = static_cast<RiskLevel>(*s.risk);
    }
}

void World::set_consent(Decision& d) {
    const auto word = [&](int yes_percent) { return chance(yes_percent) ? string("yes") : one_of(answers); };
    const auto answer = [](const string& text) {
        return text == "yes" ? Answer::yes : text == "no" ? Answer::no : Answer::unknown;
    };
    d.situation.consent = word(70);
    d.situation.pass_contact = word(60);
    d.situation.overridden = chance(50);
    d.facts.consent_to_referral = answer(d.situation.consent);
    d.facts.consent_to_pass_contact = answer(d.situation.pass_contact);
    d.facts.consent_overridden = d.situation.overridden;
}

// Mostly of what stops it, and mostly as it should be.
void World::set_overrides(Decision& d) {
    const auto& t = *d.terms;
    const auto& s = d.situation;
    Words stopping{"risk-too-low", "age-not-covered", "withdrawn", "conflict"};
    if (s.now_us < t.start_us || s.now_us >= t.end_us) { stopping = {"not-in-force"}; }
    if (s.consent != "yes" && t.consent != "not-required") { stopping.insert(stopping.end(), 12, "no-consent"); }
    for (int n = chance(10) ? 2 : chance(92) ? 1 : 0; n > 0; --n) {
        Override o;
        o.of = one_of(stopping);
        o.ground = chance(50) ? grounds[0] : one_of(grounds);
        o.break_glass = chance(30);
        o.asked = chance(95) ? 7 : 0;
        o.asked_role = one_of(chance(70) ? Words{"practitioner", "duty-manager"} : roles);
        if (chance(o.break_glass ? 10 : 90)) { o.confirmed = chance(92) ? 9 : 7; }
        if (o.confirmed != 0) { o.confirmed_role = chance(45) ? "duty-manager" : one_of(roles); }
        o.until_us = s.now_us + (chance(92) ? 1 : 0);
        GivenOverride given{
            *code_from<Refusal>(o.of), *code_from<Ground>(o.ground), {UserId{o.asked}, o.asked_role}, {}, o.break_glass,
            from_us(o.until_us)};
        if (o.confirmed != 0) { given.confirmed = Answerable{UserId{o.confirmed}, o.confirmed_role}; }
        d.facts.overrides.push_back(std::move(given));
        d.situation.overrides.push_back(std::move(o));
    }
}

void World::set_blocks(Decision& d, std::size_t type) {
    if (chance(25)) {
        d.facts.blocked_contacts.push_back(one_of(chance(70) ? numbers : mailboxes));
        d.situation.blocked_contacts.push_back(fold(d.facts.blocked_contacts.back()));
    }
    if (!chance(15)) { return; }
    const auto& other = one_of(cases_.at(type));
    d.facts.block_linked(d.agreement->safety(), other.file.facts(), d.now);
    const auto barred = other.about.barred(d.situation.day);
    auto& s = d.situation;
    s.blocked_contacts.insert(s.blocked_contacts.end(), barred.contacts.begin(), barred.contacts.end());
    s.blocked_homes.insert(s.blocked_homes.end(), barred.homes.begin(), barred.homes.end());
}

World::Decision World::next() {
    const auto& under = one_of(agreements_);
    const auto& about = one_of(cases_.at(under.type));
    Decision d;
    d.agreement = under.agreement;
    d.terms = &under.terms;
    d.file = &about.file;
    d.about = &about.about;
    d.now = chance(85) ? test::noon : one_of(moments);
    d.stage = chance(70) ? Stage::accept : chance(90) ? Stage::offer : Stage::capacity;
    d.situation.stage = static_cast<int>(d.stage);
    set_whole(d, under);
    set_consent(d);
    set_overrides(d);
    const auto sources = about.file.sources().size() - (chance(10) ? 1 : 0);
    for (std::size_t i = 0; i < sources; ++i) {
        const auto& onward = one_of(allowed_);
        d.facts.onward.push_back(onward.fields);
        d.situation.onward.push_back(&onward.named);
    }
    const auto& said = chance(60) ? all_ : one_of(allowed_);
    d.facts.said = said.fields;
    d.situation.said = &said.named;
    set_blocks(d, under.type);
    return d;
}

}  // namespace haven::reference
