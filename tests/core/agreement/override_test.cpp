#include "core/agreement/override.h"

#include <gtest/gtest.h>

#include "core/base/code.h"
#include "tests/support/disclosing.h"

namespace haven {
namespace {

using test::noon;

constexpr UserId ada{1};
constexpr UserId dana{2};

/// Consent may be overridden by a duty manager, to save a life; in force for sixty days from noon.
std::shared_ptr<const Agreement> overridable() {
    auto terms = test::terms("referral", {{Stage::accept, {"victim/name/*"}}});
    terms.consent = ConsentRule::overridable;
    terms.override_consent = Override{{"duty-manager"}, {"risk-to-life"}};
    return test::agreement(terms);
}
const Instant after_the_end = noon + 24h * 61;

GivenOverride given(Refusal of, Instant until = noon + 1h) {
    return {of, Ground::risk_to_life, {ada, "practitioner"}, Answerable{dana, "duty-manager"}, false, until};
}

/// "lifts" or the word of why not.
std::string word(const GivenOverride& override, Refusal why, Instant now = noon) {
    const auto nothing = counts_for_nothing(override, *overridable(), why, now);
    return nothing ? std::string(code_text(*nothing)) : "lifts";
}

TEST(Override, LiftsFourRefusalsAndNoOther) {
    const std::set<Refusal> liftable{Refusal::no_consent, Refusal::risk_too_low, Refusal::age_not_covered,
                                     Refusal::not_in_force};
    for (std::size_t i = 0; i < code_names(Refusal{}).size(); ++i) {
        const auto why = static_cast<Refusal>(i);
        const auto now = why == Refusal::not_in_force ? after_the_end : noon;
        EXPECT_EQ(word(given(why, now + 1h), why, now), liftable.contains(why) ? "lifts" : "never") << name_of(why);
        auto broken = given(why, now + 1h);
        broken.break_glass = true;
        broken.asked.role = "duty-manager";
        broken.confirmed.reset();
        EXPECT_EQ(word(broken, why, now), liftable.contains(why) ? "lifts" : "never") << name_of(why);
    }
}

TEST(Override, EachConditionOfItDecides) {
    struct Row {
        const char* what;
        std::function<void(GivenOverride&)> change;
        const char* word;
    };
    const std::vector<Row> rows{
        {"as it should be", [](GivenOverride&) {}, "lifts"},
        {"nobody confirmed", [](GivenOverride& g) { g.confirmed.reset(); }, "not-confirmed"},
        {"nobody is nobody", [](GivenOverride& g) { g.confirmed->who = {}; }, "not-confirmed"},
        {"nobody asked", [](GivenOverride& g) { g.asked.who = {}; }, "not-confirmed"},
        {"one person twice", [](GivenOverride& g) { g.confirmed->who = ada; }, "same-person"},
        {"a practitioner confirms", [](GivenOverride& g) { g.confirmed->role = "practitioner"; }, "role-not-agreed"},
        {"not the agreement's role", [](GivenOverride& g) { g.confirmed->role = "information-governance"; },
         "role-not-agreed"},
        {"an engineer asks", [](GivenOverride& g) { g.asked.role = "integration-engineer"; }, "role-not-agreed"},
        {"not the agreement's ground", [](GivenOverride& g) { g.ground = Ground::court_order; }, "ground-not-agreed"},
        {"its time is over", [](GivenOverride& g) { g.until = noon; }, "ended"},
        {"broken by one of the agreement's role",
         [](GivenOverride& g) {
             g.break_glass = true;
             g.confirmed.reset();
             g.asked.role = "duty-manager";
         },
         "lifts"},
        {"broken by another role",
         [](GivenOverride& g) {
             g.break_glass = true;
             g.confirmed.reset();
         },
         "role-not-agreed"},
        {"given for something else", [](GivenOverride& g) { g.of = Refusal::risk_too_low; }, "other-refusal"},
    };
    for (const auto& row : rows) {
        auto override = given(Refusal::no_consent);
        row.change(override);
        EXPECT_EQ(word(override, Refusal::no_consent), row.word) << row.what;
    }
}

TEST(Override, NothingLiftsAnAgreementThatHasNotBegunOrThatAsksForAPlainYes) {
    auto terms = test::terms("referral", {{Stage::accept, {"victim/name/*"}}});
    EXPECT_EQ(counts_for_nothing(given(Refusal::no_consent), *test::agreement(terms), Refusal::no_consent, noon),
              NoOverride::never);
    const auto before = terms.start - 1us;
    EXPECT_EQ(counts_for_nothing(given(Refusal::not_in_force), *overridable(), Refusal::not_in_force, before),
              NoOverride::never);
}

// What may go under it is still what the agreement names: it lifts the one refusal and changes no field.
TEST(Override, LetsGoNoFieldMoreThanTheAgreementNames) {
    const auto file = test::file_of(test::record("referral", {{"victim/name/family", "Example"},
                                                              {"victim/address[0]/kind", "current"},
                                                              {"victim/address[0]/place/postcode", "ZZ99 3VZ"},
                                                              {"victim/phone[0]/number", "+447700900123"},
                                                              {"victim/phone[0]/safe", "no"}}));
    auto facts = test::permissive_facts();
    facts.consent_to_referral = Answer::unknown;
    EXPECT_EQ(disclose(overridable(), file, Stage::accept, facts, noon).error(), Refusal::no_consent);
    facts.overrides = {given(Refusal::no_consent)};
    const auto told = disclose(overridable(), file, Stage::accept, facts, noon);
    ASSERT_TRUE(told);
    EXPECT_TRUE(told->fields().has(test::field("victim/name/family")));
    EXPECT_FALSE(told->fields().has(test::field("victim/address/place/postcode"))) << "a locator nobody agreed on";
    EXPECT_FALSE(told->fields().has(test::field("victim/phone/number"))) << "a no stays no";
    facts.conflict = true;
    EXPECT_EQ(disclose(overridable(), file, Stage::accept, facts, noon).error(), Refusal::conflict);
    facts.conflict = false;
    facts.withdrawn = true;
    EXPECT_EQ(disclose(overridable(), file, Stage::accept, facts, noon).error(), Refusal::withdrawn);
}

}  // namespace
}  // namespace haven
