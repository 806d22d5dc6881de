#include "core/agreement/disclosure.h"

#include <gtest/gtest.h>

#include "core/agreement/guard.h"
#include "tests/support/disclosing.h"

namespace haven {
namespace {

using test::agreement;
using test::catalogue;
using test::field;
using test::noon;
using test::permissive_facts;
using test::terms;
using test::told;

const std::vector<std::string> usual{"request/reference", "request/service",     "victim/name/*",
                                     "victim/birth-date", "victim/phone/number", "victim/phone/safe"};

Record example() {
    return test::record("incident-report", {{"victim/name/family", "Example"},
                                            {"victim/birth-date", "1990-02-01"},
                                            {"victim/phone[0]/number", "+447700900123"},
                                            {"victim/phone[0]/safe", "yes"},
                                            {"victim/workplace", "A workplace"},
                                            {"victim/address[0]/kind", "home"},
                                            {"victim/address[0]/safe", "yes"},
                                            {"victim/address[0]/place/building", "Flat 2"},
                                            {"victim/address[0]/place/postcode", "ZZ99 3VZ"},
                                            {"incident/summary", "words"},
                                            {"risk/level", "high"}});
}

std::optional<Refusal> refusal(const Terms& t, const Facts& facts, Instant now = noon) {
    const auto made = disclose(agreement(t), test::file_of(example()), Stage::accept, facts, now);
    if (made) { return std::nullopt; }
    return made.error();
}

TEST(Disclosure, TellsWhatTheAgreementNamesAndNothingElse) {
    const auto fields = told(terms("referral", {{Stage::accept, usual}}), example());
    for (const char* yes : {"victim/name/family", "victim/birth-date", "victim/phone/number", "victim/phone/safe"}) {
        EXPECT_TRUE(fields.has(field(yes))) << yes;
    }
    EXPECT_EQ(fields.size(), 4U);
}

TEST(Disclosure, AStageThatNamesNothingTellsNothing) {
    const auto made = disclose(agreement(terms("referral", {{Stage::accept, usual}})), test::file_of(example()),
                               Stage::offer, permissive_facts(), noon);
    ASSERT_FALSE(made);
    EXPECT_EQ(made.error(), Refusal::nothing_allowed);
}

TEST(Disclosure, AFieldGoesOnOnlyIfItsSourcesAgreementLetsIt) {
    auto facts = permissive_facts();
    facts.onward[0].remove(field("victim/birth-date"));
    EXPECT_FALSE(told(terms("referral", {{Stage::accept, usual}}), example(), facts).has(field("victim/birth-date")));
    facts.onward.clear();
    EXPECT_EQ(refusal(terms("referral", {{Stage::accept, usual}}), facts), Refusal::nothing_allowed);
}

TEST(Disclosure, AContactPointGoesWithAVisibleYesOrNotAtAll) {
    const auto number = field("victim/phone/number");
    const auto with_rule = [&](std::string_view safe, std::vector<std::string> fields, const Facts& facts) {
        const auto record = safe.empty()
                                ? test::record("incident-report", {{"victim/name/family", "Example"},
                                                                   {"victim/phone[0]/number", "+447700900123"}})
                                : test::record("incident-report", {{"victim/name/family", "Example"},
                                                                   {"victim/phone[0]/number", "+447700900123"},
                                                                   {"victim/phone[0]/safe", std::string(safe)}});
        return told(terms("referral", {{Stage::accept, std::move(fields)}}), record, facts).has(number);
    };
    EXPECT_TRUE(with_rule("yes", usual, permissive_facts()));
    EXPECT_FALSE(with_rule("no", usual, permissive_facts()));
    EXPECT_FALSE(with_rule("unknown", usual, permissive_facts()));
    EXPECT_FALSE(with_rule("", usual, permissive_facts()));
    EXPECT_FALSE(with_rule("yes", {"victim/name/*", "victim/phone/number"}, permissive_facts()))
        << "the rule itself is not told";
    auto facts = permissive_facts();
    facts.consent_to_pass_contact = Answer::unknown;
    EXPECT_FALSE(with_rule("yes", usual, facts));
    facts = permissive_facts();
    facts.blocked_contacts = {"+447700900123"};
    EXPECT_FALSE(with_rule("yes", usual, facts));
    facts = permissive_facts();
    facts.hub_team = true;
    EXPECT_TRUE(with_rule("no", usual, facts)) << "the hub's own people see it, to heed the rule";
}

TEST(Disclosure, OfAChannelThatDoesNotGoNothingGoes) {
    const auto record = test::record("incident-report", {{"victim/name/family", "Example"},
                                                         {"victim/phone[0]/number", "+447700900123"},
                                                         {"victim/phone[0]/kind", "home"},
                                                         {"victim/phone[0]/safe", "no"}});
    const auto fields = told(terms("referral", {{Stage::accept, usual}}), record);
    EXPECT_TRUE(fields.has(field("victim/name/family")));
    EXPECT_FALSE(fields.has(field("victim/phone/kind"))) << "it would say that there is another telephone";
    EXPECT_FALSE(fields.has(field("victim/phone/safe")));
}

TEST(Disclosure, ANumberGoesWithItsNoToTextsAndVoicemailOrNotAtAll) {
    const auto number = field("victim/phone/number");
    const auto all = terms("referral", {{Stage::accept, {"victim/name/*", "victim/phone/*"}}});
    for (const char* rule : {"victim/phone/text-safe", "victim/phone/voicemail-safe"}) {
        const auto record = [&](const char* answer) {
            return test::record("incident-report", {{"victim/name/family", "Example"},
                                                    {"victim/phone[0]/number", "+447700900123"},
                                                    {"victim/phone[0]/safe", "yes"},
                                                    {"victim/phone[0]/" + std::string(rule).substr(13), answer}});
        };
        EXPECT_TRUE(told(all, record("no")).has(number)) << rule;
        auto facts = permissive_facts();
        facts.onward[0].remove(field(rule));
        EXPECT_FALSE(told(all, record("no"), facts).has(number)) << rule << " may not go on";
        EXPECT_TRUE(told(all, record("yes"), facts).has(number)) << rule << ": nothing warns of it";
        facts = permissive_facts();
        facts.said.remove(field(rule));
        EXPECT_FALSE(told(all, record("no"), facts).has(number)) << rule << " cannot be said";
        EXPECT_FALSE(told(terms("referral", {{Stage::accept, usual}}), record("no")).has(number))
            << rule << " is not named";
        facts.hub_team = true;
        EXPECT_TRUE(told(all, record("no"), facts).has(number)) << "the hub's own people know of it otherwise";
    }
}

TEST(Disclosure, WhatTheRecipientsFormatCannotSayIsNotTold) {
    auto facts = permissive_facts();
    facts.said.remove(field("victim/birth-date"));
    const auto made = disclose(agreement(terms("referral", {{Stage::accept, usual}})), test::file_of(example()),
                               Stage::accept, facts, noon);
    ASSERT_TRUE(made);
    EXPECT_FALSE(made->fields().has(field("victim/birth-date"))) << "the ledger would say that it was told";
    EXPECT_TRUE(made->withheld(Withheld::not_said).has(field("victim/birth-date")));
    facts.said = {};
    EXPECT_EQ(refusal(terms("referral", {{Stage::accept, usual}}), facts), Refusal::nothing_allowed);
}

TEST(Disclosure, ANumberGoesWithEachWindowThatHoldsOrNotAtAll) {
    const auto with = [](const char* last_day, std::vector<std::string> fields) {
        std::vector<test::PathValue> values{{"victim/name/family", "Example"},
                                            {"victim/phone[0]/number", "+447700900123"},
                                            {"victim/phone[0]/safe", "yes"},
                                            {"victim/safe-contact/window[0]/day", "tuesday"},
                                            {"victim/safe-contact/window[0]/from", "14:00:00"},
                                            {"victim/safe-contact/window[0]/until", "14:30:00"}};
        if (*last_day != 0) { values.push_back({"victim/safe-contact/window[0]/last-day", last_day}); }
        test::RecordMaker maker("incident-report");
        for (const auto& [path, text] : values) { maker.set(path, text); }
        return told(terms("referral", {{Stage::accept, std::move(fields)}}), maker.part(noon));
    };
    auto with_windows = usual;
    with_windows.emplace_back("victim/safe-contact/window/*");
    const auto number = field("victim/phone/number");
    const auto day = field("victim/safe-contact/window/day");
    EXPECT_TRUE(with("", with_windows).has(number));
    EXPECT_TRUE(with("", with_windows).has(day));
    EXPECT_FALSE(with("", usual).has(number)) << "who is not told when is not told where";
    EXPECT_TRUE(with("2026-11-21", with_windows).has(number));
    EXPECT_FALSE(with("2026-11-20", with_windows).has(number)) << "nobody may call until she names other times";
    EXPECT_FALSE(with("2026-11-20", with_windows).has(day));
}

// All that is known of ways to her stands in the case: apart from it nobody can judge one.
TEST(Disclosure, NoWayToHerGoesWithARecordThatIsToldApartFromTheCase) {
    auto named = usual;
    for (const char* more : {"victim/email/*", "victim/address/*", "victim/address/place/building"}) {
        named.emplace_back(more);
    }
    const auto record = test::record("incident-report", {{"victim/name/family", "Example"},
                                                         {"victim/phone[0]/number", "+447700900123"},
                                                         {"victim/phone[0]/safe", "yes"},
                                                         {"victim/email[0]/address", "a.sample@one.example"},
                                                         {"victim/email[0]/safe", "yes"},
                                                         {"victim/address[0]/kind", "home"},
                                                         {"victim/address[0]/safe", "yes"},
                                                         {"victim/address[0]/place/building", "Flat 2"}});
    const auto t = terms("referral", {{Stage::accept, named}});
    auto facts = permissive_facts();
    EXPECT_EQ(told(t, record, facts).size(), 8U);
    facts.sent_alone = true;
    EXPECT_EQ(told(t, record, facts).size(), 1U) << "her name alone";
}

TEST(Disclosure, NeverPassesOnThePerpetratorsNumberAsTheVictims) {
    auto record = test::record("incident-report", {{"victim/name/family", "Example"},
                                                   {"victim/phone[0]/number", "+447700900123"},
                                                   {"victim/phone[0]/safe", "yes"},
                                                   {"perpetrator[0]/phone[0]/number", "+447700900123"}});
    EXPECT_FALSE(told(terms("referral", {{Stage::accept, usual}}), record).has(field("victim/phone/number")));
}

TEST(Disclosure, WhereOneSpellingOfANumberIsLinkedNoneOfItGoes) {
    const auto with = [](const char* perpetrators) {
        return test::record("incident-report", {{"victim/name/family", "Example"},
                                                {"victim/phone[0]/number", "+447700900123"},
                                                {"victim/phone[0]/as-entered", "07700 900123"},
                                                {"victim/phone[0]/safe", "yes"},
                                                {"perpetrator[0]/phone[0]/number", perpetrators}});
    };
    const auto t = terms("referral", {{Stage::accept, {"victim/name/*", "victim/phone/*"}}});
    EXPECT_TRUE(told(t, with("+447700900124")).has(field("victim/phone/as-entered")));
    EXPECT_FALSE(told(t, with("+447700900123")).has(field("victim/phone/as-entered")));
    auto facts = permissive_facts();
    facts.blocked_contacts = {"+447700900123"};
    EXPECT_FALSE(told(t, with("+447700900124"), facts).has(field("victim/phone/as-entered")));
}

TEST(Disclosure, NeverPassesOnTheNumberOfSomebodySheFears) {
    const auto with = [](const char* role) {
        return told(terms("referral", {{Stage::accept, usual}}),
                    test::record("incident-report", {{"victim/name/family", "Example"},
                                                     {"victim/phone[0]/number", "+447700900123"},
                                                     {"victim/phone[0]/safe", "yes"},
                                                     {"person[0]/role", role},
                                                     {"person[0]/phone[0]/number", "+447700900123"}}))
            .has(field("victim/phone/number"));
    };
    EXPECT_FALSE(with("feared"));
    EXPECT_FALSE(with("not-safe-contact"));
    EXPECT_TRUE(with("safe-contact"));
}

TEST(Disclosure, ALocatorGoesOnlyByItsOwnNameAndNeverTheSharedHomeOrOneThatEnded) {
    const auto postcode = field("victim/address/place/postcode");
    EXPECT_FALSE(told(terms("referral", {{Stage::accept, {"victim/*"}}}), example()).has(postcode));
    const auto named =
        terms("referral",
              {{Stage::accept,
                {"victim/name/*", "victim/address/kind", "victim/address/safe", "victim/address/place/postcode"}}});
    EXPECT_TRUE(told(named, example()).has(postcode));
    const auto shared = [&](const char* building) {
        return test::record("incident-report", {{"victim/name/family", "Example"},
                                                {"victim/address[0]/kind", "home"},
                                                {"victim/address[0]/safe", "yes"},
                                                {"victim/address[0]/place/building", "Flat 2"},
                                                {"victim/address[0]/place/postcode", "ZZ99 3VZ"},
                                                {"perpetrator[0]/address[0]/kind", "home"},
                                                {"perpetrator[0]/address[0]/place/building", building},
                                                {"perpetrator[0]/address[0]/place/postcode", "ZZ99 3VZ"}});
    };
    EXPECT_FALSE(told(named, shared("FLAT 2,")).has(postcode));
    EXPECT_TRUE(told(named, shared("Flat 3")).has(postcode));
    const auto ended = test::record("incident-report", {{"victim/name/family", "Example"},
                                                        {"victim/address[0]/kind", "home"},
                                                        {"victim/address[0]/until", "2026-11-20"},
                                                        {"victim/address[0]/place/postcode", "ZZ99 3VZ"}});
    EXPECT_FALSE(told(named, ended).has(postcode));
    auto facts = permissive_facts();
    facts.locators_held = true;
    const auto made = disclose(agreement(named), test::file_of(example()), Stage::accept, facts, noon);
    ASSERT_FALSE(made);
    EXPECT_EQ(made.error(), Refusal::locators_held) << "whole: nobody would send the rest";
    const auto name_alone = terms("referral", {{Stage::accept, {"victim/name/family"}}});
    EXPECT_TRUE(disclose(agreement(name_alone), test::file_of(example()), Stage::accept, facts, noon));
    facts.hub_team = true;
    EXPECT_TRUE(disclose(agreement(named), test::file_of(example()), Stage::accept, facts, noon));
}

TEST(Disclosure, SaysWhatItKeptBackAndWhy) {
    auto facts = permissive_facts();
    facts.onward[0].remove(field("victim/birth-date"));
    const auto made = disclose(agreement(terms("referral", {{Stage::accept, usual}})), test::file_of(example()),
                               Stage::accept, facts, noon);
    ASSERT_TRUE(made);
    EXPECT_TRUE(made->withheld(Withheld::not_onward).has(field("victim/birth-date")));
    EXPECT_TRUE(made->withheld(Withheld::not_named).has(field("victim/workplace")));
    EXPECT_FALSE(made->withheld(Withheld::not_named).has(field("victim/name/family")));
}

TEST(Disclosure, IsRefusedWholeWhereTheFactsForbidIt) {
    const auto t = terms("referral", {{Stage::accept, usual}});
    EXPECT_EQ(refusal(t, permissive_facts()), std::nullopt);
    const auto with = [&](auto&& change) {
        auto facts = permissive_facts();
        change(facts);
        return refusal(t, facts);
    };
    EXPECT_EQ(with([](Facts& f) { f.recipient = test::force; }), Refusal::wrong_recipient);
    EXPECT_EQ(with([](Facts& f) { f.stopped = true; }), Refusal::stopped);
    EXPECT_EQ(with([](Facts& f) { f.mixes_rehearsal = true; }), Refusal::rehearsal);
    EXPECT_EQ(with([](Facts& f) { f.withdrawn = true; }), Refusal::withdrawn);
    EXPECT_EQ(with([](Facts& f) { f.conflict = true; }), Refusal::conflict);
    EXPECT_EQ(with([](Facts& f) { f.conflict = f.nominated_handler = true; }), std::nullopt);
    EXPECT_EQ(with([](Facts& f) { f.consent_to_referral = Answer::unknown; }), Refusal::no_consent);
    EXPECT_EQ(with([](Facts& f) { f.consent_to_referral = Answer::no, f.consent_overridden = true; }),
              Refusal::no_consent)
        << "this agreement does not let consent be overridden";
    EXPECT_EQ(refusal(t, permissive_facts(), t.end - 1us), std::nullopt);
    EXPECT_EQ(refusal(t, permissive_facts(), t.end), Refusal::not_in_force);
    EXPECT_EQ(refusal(t, permissive_facts(), t.start - 1us), Refusal::not_in_force);
    auto overridable = t;
    overridable.consent = ConsentRule::overridable;
    auto facts = permissive_facts();
    facts.consent_to_referral = Answer::no;
    EXPECT_EQ(refusal(overridable, facts), Refusal::no_consent);
    facts.consent_overridden = true;
    EXPECT_EQ(refusal(overridable, facts), std::nullopt);
    auto high_only = t;
    high_only.risk_at_least = RiskLevel::high;
    facts = permissive_facts();
    facts.risk = RiskLevel::medium;
    EXPECT_EQ(refusal(high_only, facts), Refusal::risk_too_low);
    facts.risk.reset();
    EXPECT_EQ(refusal(high_only, facts), Refusal::risk_too_low);
}

TEST(Disclosure, DefaultFactsLetNothingThrough) {
    auto facts = Facts{};
    facts.recipient = test::council;
    EXPECT_NE(refusal(terms("referral", {{Stage::accept, usual}}), facts), std::nullopt);
}

TEST(Agreement, ShorthandsNeverIncludeNarrativeOrLocators) {
    const auto made =
        agreement(terms("incident-report", {{Stage::accept, {"incident/*", "victim/*", "class demographic"}}}));
    made->fields(Stage::accept).each([](FieldNumber f) {
        const auto cls = catalogue()->field(f).cls;
        EXPECT_NE(cls, FieldClass::locator) << catalogue()->field(f).path.text();
        EXPECT_NE(cls, FieldClass::narrative) << catalogue()->field(f).path.text();
    });
}

TEST(Agreement, TellsEveryProblemOfItsTermsWithTheNearestPath) {
    auto t = terms(
        "referral",
        {{Stage::capacity, {"household/adults", "victim/name/family"}},
         {Stage::accept, {"victim/name/famly", "class locator", "class colour", "contact/channel", "nothing/*"}}});
    t.end = t.start;
    const auto made = Agreement::make(t, catalogue());
    ASSERT_FALSE(made);
    std::string all;
    for (const auto& problem : made.error()) { all += problem.line + ": " + problem.message + "\n"; }
    EXPECT_EQ(all,
              "end: an agreement ends after it starts\n"
              "victim/name/famly: no such field; did you mean victim/name/family?\n"
              "class locator: narrative and locators are named one by one, never by class\n"
              "class colour: no such class\n"
              "contact/channel: not a field of this record type\n"
              "nothing/*: nothing is below this path\n"
              "victim/name/family: a question of capacity carries no personal data\n");
}

TEST(Agreement, OnwardSharingIsByPartnerOrKindAndByPurpose) {
    auto t = terms("incident-report", {{Stage::accept, {"victim/*"}}});
    t.onward = {{{"council", "harbour-refuge"}, {"rehousing"}, {"victim/name/*"}}};
    const auto made = agreement(t);
    EXPECT_TRUE(made->onward("eastford-council", "council", "rehousing").has(field("victim/name/family")));
    EXPECT_TRUE(made->onward("harbour-refuge", "refuge", "rehousing").has(field("victim/name/family")));
    EXPECT_TRUE(made->onward("other-refuge", "refuge", "rehousing").empty());
    EXPECT_TRUE(made->onward("eastford-council", "council", "support").empty());
    EXPECT_FALSE(made->onward("eastford-council", "council", "rehousing").has(field("victim/birth-date")));
}

// The first wall: there is none that was not made, and tests/compile_fail shows who makes one.
static_assert(!std::is_default_constructible_v<Disclosure> && !std::is_default_constructible_v<Outgoing>);
static_assert(!std::is_default_constructible_v<Cleared>);

}  // namespace
}  // namespace haven
