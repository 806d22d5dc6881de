#include "core/agreement/print.h"

#include <gtest/gtest.h>

#include <functional>

#include "core/base/code.h"
#include "tests/support/disclosing.h"

namespace haven {
namespace {

using Records = std::vector<std::shared_ptr<const Agreement>>;

const Zone& london() {
    static const Zone zone = *Zone::find("Europe/London");
    return zone;
}

Terms example() {
    using namespace std::chrono;
    auto t = test::terms(
        "referral", {{Stage::offer, {"household/children"}}, {Stage::accept, {"household/children", "victim/name/*"}}});
    t.from.contact = "dpo@beacon.example";
    t.from.lawful_basis = "UK GDPR article 6(1)(e)";
    t.to.contact = "dpo@eastford.example";
    t.to.lawful_basis = "UK GDPR article 6(1)(e)";
    t.to.special_category = "UK GDPR article 9(2)(g)";
    t.to.schedule_1 = "DPA 2018 schedule 1 paragraph 18";
    t.legal_power = "common-law";
    t.consent = ConsentRule::overridable;
    t.override_consent = Override{{"duty-manager"}, {"risk-to-life"}};
    t.risk_at_least = RiskLevel::medium;
    t.age_at_least = 16;
    t.retention_days = 365;
    t.onward = {{{"council"}, {"rehousing"}, {"household/children"}}};
    t.start = london().start_of(*parse_day("2026-01-12"));
    t.review = london().start_of(*parse_day("2027-06-30"));
    t.end = london().start_of(*parse_day("2028-01-01"));
    t.signatories = {{"beacon", "A. Example", "Data protection officer", Date{year{2026} / 1 / 5}}};
    return t;
}

bool holds(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

TEST(AgreementText, IsWholeForSignatureWithShorthandsWrittenOut) {
    const auto text = agreement_text(Records{test::agreement(example())}, london());
    for (const char* part :
         {"DATA SHARING AGREEMENT test-agreement\n",
          "FROM: beacon\n  contact for data protection: dpo@beacon.example\n", "TO: eastford-council\n",
          "  special-category data: UK GDPR article 9(2)(g)\n", "  condition: DPA 2018 schedule 1 paragraph 18\n",
          "PURPOSE: rehousing\n  legal power: common-law\n",
          "  conditions: consent overridable, by duty-manager on the ground of risk-to-life;",
          "recorded with both; risk at", "risk at least medium; aged at least 16\n",
          "  from: 2026-01-12\n  review by: 2027-06-30\n  until: 2027-12-31\n", "RECORD: referral\n",
          "  the recipient keeps its copy: 365 days\n", "  at accept, as agreed: household/children, victim/name/*\n",
          "    victim/name/given (name)", "    victim/name/family (name)", "  may go on to council for rehousing:\n",
          "  for beacon: A. Example, Data protection officer, 2026-01-05\n", "  for eastford-council: ____"}) {
        EXPECT_TRUE(holds(text, part)) << part << "\nis not in\n" << text;
    }
    EXPECT_FALSE(holds(text, "at capacity")) << "a stage that tells nothing is not printed";
    EXPECT_FALSE(holds(text, "victim/birth-date"));
    EXPECT_EQ(agreement_text({}, london()), "");
}

TEST(AgreementText, SaysWhereNothingMayGoOn) {
    auto t = example();
    t.onward.clear();
    EXPECT_TRUE(holds(agreement_text(Records{test::agreement(t)}, london()), "  may not go on to anybody else\n"));
}

TEST(Article30Record, TellsWhatOnePartyDoesUnderItsAgreementsInForce) {
    auto ended = example();
    ended.name = "ended-agreement";
    ended.end = test::noon;
    auto of_others = example();
    of_others.name = "of-others";
    of_others.from.partner = "westmere-council";
    const Records all{test::agreement(example()), test::agreement(ended), test::agreement(of_others)};
    const auto giving = article_30_record(all, Name::declare("beacon"), test::noon, london());
    for (const char* part : {"RECORD OF PROCESSING ACTIVITIES of beacon, 2026-11-21\n", "dpo@beacon.example",
                             "\ntest-agreement: referral\n  purpose: rehousing\n",
                             "  people: victims of domestic abuse\n", "  categories of data: name, service\n",
                             "  disclosed to: eastford-council\n", "  the recipient erases its copy after: 365 days\n",
                             "  other countries: to be entered by hand: no agreement declares transfers\n"}) {
        EXPECT_TRUE(holds(giving, part)) << part << "\nis not in\n" << giving;
    }
    EXPECT_FALSE(holds(giving, "ended-agreement"));
    EXPECT_FALSE(holds(giving, "of-others"));
    EXPECT_FALSE(holds(giving, "special-category")) << "that is the recipient's";
    const auto taking = article_30_record(all, test::council, test::noon, london());
    for (const char* part : {"  received from: beacon\n", "  erased after: 365 days\n",
                             "  special-category condition: UK GDPR article 9(2)(g)\n", "\nof-others: referral\n"}) {
        EXPECT_TRUE(holds(taking, part)) << part << "\nis not in\n" << taking;
    }
}

std::string diff(const Terms& before, const Terms& after) {
    std::string out;
    for (const auto& change :
         agreement_diff(Records{test::agreement(before)}, Records{test::agreement(after)}, london())) {
        out += std::string(code_text(change.kind)) + " " + change.text + "\n";
    }
    return out;
}

TEST(AgreementDiff, TellsWhichFieldIsNewOrGoneAtWhichStage) {
    EXPECT_EQ(diff(example(), example()), "");
    auto after = example();
    after.fields[Stage::offer] = {"household/children", "household/adults"};
    after.fields[Stage::accept] = {"household/children", "victim/name/family"};
    after.onward[0].to = {"council", "refuge"};
    EXPECT_EQ(diff(example(), after),
              "tells-more referral: offer: + household/adults\n"
              "tells-less referral: accept: - victim/name/full\n"
              "tells-less referral: accept: - victim/name/given\n"
              "tells-less referral: accept: - victim/name/middle\n"
              "tells-less referral: accept: - victim/name/title\n"
              "tells-more referral: onward to refuge for rehousing: + household/children\n");
}

TEST(AgreementDiff, AShorthandWrittenOutIsNoChange) {
    auto after = example();
    after.fields[Stage::accept] = {"household/children", "victim/name/title",  "victim/name/given",
                                   "victim/name/middle", "victim/name/family", "victim/name/full"};
    EXPECT_EQ(diff(example(), after), "");
}

TEST(AgreementDiff, TellsWhetherAConditionLetsMoreOrLessThrough) {
    auto after = example();
    after.consent = ConsentRule::not_required;
    after.risk_at_least = RiskLevel::high;
    after.age_at_least.reset();
    after.retention_days = 30;
    after.legal_power = "crime-and-disorder-act-s115";
    after.to.schedule_1.reset();
    after.end = london().start_of(*parse_day("2027-12-01"));
    EXPECT_EQ(diff(example(), after),
              "terms referral: retention_days: 365 -> 30\n"
              "tells-more consent: overridable -> not-required\n"
              "tells-less risk_at_least: medium -> high\n"
              "tells-more age_at_least: 16 -> none\n"
              "terms legal_power: common-law -> crime-and-disorder-act-s115\n"
              "terms to/schedule_1: DPA 2018 schedule 1 paragraph 18 -> none\n"
              "terms end: 2027-12-31 -> 2027-11-30\n");
}

TEST(AgreementDiff, TellsWhoElseMayDecideWithoutHerYesAndOnWhatGrounds) {
    auto after = example();
    after.override_consent = Override{{"duty-manager", "practitioner"}, {"court-order"}};
    EXPECT_EQ(diff(example(), after),
              "tells-more override/by: + practitioner\n"
              "tells-more override/grounds: + court-order\n"
              "tells-less override/grounds: - risk-to-life\n");
}

// A second person activates what the first published: nothing of it may be out of sight.
TEST(AgreementDiff, ShowsAChangeOfWhateverAnAgreementSays) {
    const std::vector<std::pair<const char*, std::function<void(Terms&)>>> changes{
        {"partner", [](Terms& t) { t.from.partner = "other"; }},
        {"contact", [](Terms& t) { t.from.contact = "other@beacon.example"; }},
        {"contact", [](Terms& t) { t.to.contact = "other@eastford.example"; }},
        {"lawful_basis", [](Terms& t) { t.to.lawful_basis = "UK GDPR article 6(1)(c)"; }},
        {"special_category", [](Terms& t) { t.to.special_category = "UK GDPR article 9(2)(c)"; }},
        {"offence_data", [](Terms& t) { t.to.offence_data = "UK GDPR article 10"; }},
        {"schedule_1", [](Terms& t) { t.to.schedule_1.reset(); }},
        {"on_behalf_of", [](Terms& t) { t.to.on_behalf_of = "eastford-council"; }},
        {"purpose", [](Terms& t) { t.purpose = "support"; }},
        {"legal_power", [](Terms& t) { t.legal_power = "other"; }},
        {"consent", [](Terms& t) { t.consent = ConsentRule::required; }},
        {"override/by", [](Terms& t) { t.override_consent->by = {"practitioner"}; }},
        {"override/grounds", [](Terms& t) { t.override_consent.reset(); }},
        {"offer", [](Terms& t) { t.fields[Stage::offer] = {"household/adults"}; }},
        {"onward", [](Terms& t) { t.onward.clear(); }},
        {"risk_at_least", [](Terms& t) { t.risk_at_least.reset(); }},
        {"age_at_least", [](Terms& t) { t.age_at_least = 18; }},
        {"retention_days", [](Terms& t) { t.retention_days = 30; }},
        {"start", [](Terms& t) { t.start += std::chrono::days(1); }},
        {"review", [](Terms& t) { t.review += std::chrono::days(1); }},
        {"end", [](Terms& t) { t.end += std::chrono::days(1); }},
        {"signed", [](Terms& t) { t.signatories[0].name = "B. Example"; }},
    };
    for (const auto& [key, change] : changes) {
        auto after = example();
        change(after);
        EXPECT_TRUE(holds(diff(example(), after), key)) << key << " is not in: " << diff(example(), after);
    }
}

TEST(AgreementDiff, ANewOrGoneAgreementIsEveryFieldOfItAndItsTerms) {
    auto t = example();
    t.fields = {{Stage::offer, {"household/children"}}};
    t.onward.clear();
    const Records one{test::agreement(t)};
    using Kind = AgreementChange::Kind;
    const std::string terms =
        "beacon to eastford-council for rehousing, common-law, consent overridable, by duty-manager on the ground of "
        "risk-to-life; each decision is recorded with both; risk at least medium; aged at least 16, 2026-01-12 to "
        "2027-12-31";
    EXPECT_EQ(agreement_diff({}, one, london()),
              (std::vector<AgreementChange>{{Kind::tells_more, "referral: offer: + household/children"},
                                            {Kind::terms, "new: " + terms}}));
    EXPECT_EQ(agreement_diff(one, {}, london()),
              (std::vector<AgreementChange>{{Kind::tells_less, "referral: offer: - household/children"},
                                            {Kind::terms, "gone: " + terms}}));
}

}  // namespace
}  // namespace haven
