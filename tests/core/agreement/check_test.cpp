#include "core/agreement/check.h"

#include <gtest/gtest.h>

#include "core/agreement/law.h"
#include "tests/support/disclosing.h"

namespace haven {
namespace {

using test::noon;

std::vector<std::string> lines_of(const std::vector<Due>& list) {
    std::vector<std::string> out;
    out.reserve(list.size());
    for (const auto& d : list) {
        out.push_back(std::string(d.agreement.text()) + (d.what == Due::What::end ? " ends" : " review"));
    }
    return out;
}

std::shared_ptr<const Agreement> with_dates(std::string name, Instant review, Instant end) {
    auto t = test::terms("referral", {{Stage::accept, {"victim/name/*"}}});
    t.name = std::move(name);
    t.review = review;
    t.end = end;
    return test::agreement(t);
}

TEST(Due, WarnsOfReviewsAndEndsSoonestFirstAndOnceForEachAgreement) {
    const std::vector<std::shared_ptr<const Agreement>> all{
        with_dates("far", noon + 24h * 100, noon + 24h * 200), with_dates("ends", noon - 24h * 3, noon + 24h * 10),
        with_dates("ends", noon - 24h * 3, noon + 24h * 10), with_dates("ended", noon - 24h * 9, noon),
        with_dates("soon", noon + 24h * 5, noon + 24h * 200)};
    using Lines = std::vector<std::string>;
    EXPECT_EQ(lines_of(due(all, noon, std::chrono::days(30))), (Lines{"ends review", "soon review", "ends ends"}));
    EXPECT_EQ(lines_of(due(all, noon, std::chrono::days(5))), (Lines{"ends review", "soon review"}));
    EXPECT_EQ(lines_of(due(all, noon - 1us, std::chrono::days(0))), (Lines{"ended review", "ends review"}));
    EXPECT_EQ(lines_of(due(all, noon - 1us, std::chrono::days(1))),
              (Lines{"ended review", "ends review", "ended ends"}));
}

TEST(Check, FindsANumberThatIsToldWithoutItsWindows) {
    const auto doubts = [](std::vector<std::string> offer, std::vector<std::string> accept) {
        return tells_number_without_windows(*test::agreement(
            test::terms("referral", {{Stage::offer, std::move(offer)}, {Stage::accept, std::move(accept)}})));
    };
    const std::vector<std::string> both{"victim/phone/*", "victim/safe-contact/window/*"};
    EXPECT_FALSE(doubts({"victim/name/*"}, both));
    EXPECT_TRUE(doubts({"victim/phone/*"}, both));
    EXPECT_TRUE(doubts({"victim/name/*"}, {"victim/phone/*", "victim/safe-contact/window/day"}));
}

TEST(Check, FindsABuildingThatIsToldWithoutItsFlat) {
    const auto doubts = [](std::vector<std::string> accept) {
        return tells_building_without_unit(
            *test::agreement(test::terms("referral", {{Stage::accept, std::move(accept)}})));
    };
    EXPECT_FALSE(doubts({"victim/address/*"}));
    EXPECT_FALSE(doubts({"victim/address/place/unit", "victim/address/place/building"}));
    EXPECT_TRUE(doubts({"victim/address/place/building"}));
    EXPECT_TRUE(doubts({"victim/address/place/unit", "perpetrator/address/place/building"}));
}

TEST(Law, TellsTheRegimeAndWhatNeedsAConditionOfSchedule1) {
    EXPECT_EQ(regime_of("Data Protection Act 2018, part 3"), Regime::law_enforcement);
    EXPECT_EQ(regime_of("UK GDPR article 6(1)(e)"), Regime::uk_gdpr);
    EXPECT_TRUE(needs_schedule_1("UK GDPR article 9(2)(g)"));
    EXPECT_TRUE(needs_schedule_1("UK GDPR article 10"));
    EXPECT_FALSE(needs_schedule_1("UK GDPR article 10, official authority"));
    EXPECT_FALSE(needs_schedule_1("UK GDPR article 9(2)(c)")) << "vital interests stand alone";
    EXPECT_FALSE(needs_schedule_1("DPA 2018 schedule 8 paragraph 4"));
    EXPECT_TRUE(fits_schedule_1("UK GDPR article 9(2)(g)", "DPA 2018 schedule 1 paragraph 18"));
    EXPECT_FALSE(fits_schedule_1("UK GDPR article 9(2)(g)", "DPA 2018 schedule 1 paragraph 2"));
    EXPECT_FALSE(fits_schedule_1("UK GDPR article 9(2)(g)", "DPA 2018 schedule 1 paragraph 29"));
    EXPECT_TRUE(fits_schedule_1("UK GDPR article 9(2)(h)", "DPA 2018 schedule 1 paragraph 2"));
    EXPECT_TRUE(fits_schedule_1("UK GDPR article 10", "DPA 2018 schedule 1 paragraph 29"));
    EXPECT_EQ(schedule_1_conditions().size(), 36U) << "37 paragraphs, of which the fifth is no condition";
}

TEST(Conditions, AreAskedOfBothPartiesForHealthOriginAndOffences) {
    const auto problems = [](const std::vector<std::string>& fields, auto&& change) {
        auto t = test::terms("incident-report", {{Stage::accept, fields}});
        t.from.lawful_basis = "Data Protection Act 2018, part 3";
        t.to.lawful_basis = "UK GDPR article 6(1)(e)";
        change(t);
        std::string out;
        for (const auto& p : check_conditions(*test::agreement(t))) { out += p.key + ": " + p.message + "\n"; }
        return out;
    };
    const auto unchanged = [](Terms&) {};
    EXPECT_EQ(problems({"victim/name/*", "victim/phone/*", "risk/level"}, unchanged), "");
    EXPECT_EQ(problems({"victim/ethnicity"}, unchanged),
              "from: tells victim/ethnicity, special-category data: `special_category`\n"
              "to: tells victim/ethnicity, special-category data: `special_category`\n");
    EXPECT_EQ(problems({"perpetrator/name/family"}, unchanged),
              "to: tells perpetrator/name/family, data on offences: `offence_data`\n")
        << "part 3 is made for it";
    EXPECT_EQ(problems({"victim/pregnant", "offence/code"},
                       [](Terms& t) {
                           t.from.special_category = "DPA 2018 schedule 8 paragraph 4";
                           t.to.special_category = "UK GDPR article 9(2)(g)";
                           t.to.offence_data = "UK GDPR article 10";
                       }),
              "");
}

}  // namespace
}  // namespace haven
