#include "core/casework/triage.h"

#include <gmock/gmock.h>

#include "tests/core/casework/sample.h"

namespace haven {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

const Instant now = at(11, 24, 12);
const TriageWeights weights{};

TriageFacts graded(RiskLevel level) {
    return {.grade = {.human = level}};
}
int points(const TriageFacts& facts) {
    return triage(facts, weights, now).points;
}

TEST(Grade, OfAPersonIsNeverLoweredByATool) {
    const std::vector<GradeEntry> series{{RiskLevel::high, true, now - hours(5)},
                                         {RiskLevel::standard, false, now - hours(1)}};
    const auto grade = grade_of(series);
    EXPECT_EQ(grade.human, RiskLevel::high);
    EXPECT_EQ(grade.computed, RiskLevel::standard);
    EXPECT_EQ(grade.for_ranking(), RiskLevel::high);
    EXPECT_FALSE(grade.proposes_higher());
}

TEST(Grade, ThatAToolPutsHigherIsProposedAndRanks) {
    const std::vector<GradeEntry> series{{RiskLevel::high, false, now - hours(9)},
                                         {RiskLevel::medium, true, now - hours(5)}};
    const auto grade = grade_of(series);
    EXPECT_EQ(grade.human, RiskLevel::medium);
    EXPECT_TRUE(grade.proposes_higher());
    EXPECT_EQ(grade.for_ranking(), RiskLevel::high);
}

TEST(Grade, OfANewerPersonStandsInAnyOrderOfArrival) {
    std::vector<GradeEntry> series{{RiskLevel::high, true, now - hours(5)},
                                   {RiskLevel::medium, true, now - hours(1)},
                                   {RiskLevel::standard, true, now - hours(1)}};
    EXPECT_EQ(grade_of(series).human, RiskLevel::medium) << "of several at one moment the highest";
    std::reverse(series.begin(), series.end());
    EXPECT_EQ(grade_of(series).human, RiskLevel::medium);
    EXPECT_EQ(grade_of({}).for_ranking(), std::nullopt);
}

TEST(Grade, ThatRisesMustBeTold) {
    EXPECT_TRUE(is_raised({.human = RiskLevel::medium}, {.human = RiskLevel::high}));
    EXPECT_TRUE(is_raised({}, {.human = RiskLevel::standard}));
    EXPECT_FALSE(is_raised({.human = RiskLevel::high}, {.human = RiskLevel::medium}));
    EXPECT_FALSE(is_raised({.human = RiskLevel::medium}, {.human = RiskLevel::medium, .computed = RiskLevel::high}));
}

TEST(Triage, RanksByGradeAndPutsTheUngradedAboveMedium) {
    EXPECT_GT(points(graded(RiskLevel::high)), points({}));
    EXPECT_GT(points({}), points(graded(RiskLevel::medium)));
    EXPECT_GT(points(graded(RiskLevel::medium)), points(graded(RiskLevel::standard)));
    EXPECT_EQ(points({.unread = true}), points({}));
}

TEST(Triage, ShowsEachReasonAndTheyAddUp) {
    auto facts = graded(RiskLevel::medium);
    facts.incidents = {now - days(1), now - days(200), now - days(364)};
    facts.children = 2;
    facts.factors = {RiskFactor::non_fatal_strangulation, RiskFactor::separation, RiskFactor::separation};
    facts.perpetrator = CustodyState::bailed;
    const auto made = triage(facts, weights, now);
    EXPECT_THAT(made.lines,
                ElementsAre(TriageLine{TriageReason::level, 300}, TriageLine{TriageReason::several_incidents, 40},
                            TriageLine{TriageReason::escalation, 150}, TriageLine{TriageReason::children, 40},
                            TriageLine{TriageReason::perpetrator_released, 150},
                            TriageLine{TriageReason::factor, 80, RiskFactor::separation},
                            TriageLine{TriageReason::factor, 150, RiskFactor::non_fatal_strangulation}));
    int sum = 0;
    for (const auto& line : made.lines) { sum += line.points; }
    EXPECT_EQ(made.points, sum);
}

TEST(Triage, CountsThreeIncidentsWithinTwelveMonthsAsEscalation) {
    auto facts = graded(RiskLevel::standard);
    facts.incidents = {now - days(1), now - days(2), now - days(365)};
    EXPECT_EQ(points(facts), 120);
    facts.incidents.back() = now - days(365) + minutes(1);
    EXPECT_EQ(points(facts), 290);
    facts.incidents.clear();
    facts.potential_escalation = true;
    EXPECT_EQ(points(facts), 250);
}

TEST(Triage, EveryRiskFactorCountsForSomething) {
    for (const auto& [name, f] : {std::pair{"first", RiskFactor::separation}, {"last", RiskFactor::victim_fear}}) {
        auto facts = graded(RiskLevel::standard);
        facts.factors = {f};
        EXPECT_GT(points(facts), points(graded(RiskLevel::standard))) << name;
    }
}

TEST(TriageFields, ReadWhatTheCaseFileSays) {
    const auto fields = TriageFields::bind(*test::catalogue());
    ASSERT_TRUE(fields) << fields.error().message();
    const auto file = file_of({said(police, 1, now,
                                    {{"child[0]/birth-date", "2020-01-02"},
                                     {"child[1]/birth-date", "2016-01-02"},
                                     {"risk/level", "medium"},
                                     {"risk/potential-escalation", "yes"},
                                     {"risk/factor[0]/kind", "separation"},
                                     {"risk/factor[1]/kind", "non-fatal-strangulation"},
                                     {"report/flag[0]/kind", "repeat-victim"},
                                     {"perpetrator[0]/name/family", "Example"},
                                     {"perpetrator[0]/state", "bailed"},
                                     {"perpetrator[1]/name/family", "Other"},
                                     {"perpetrator[1]/state", "in-custody"}})});
    const auto facts = fields->read(file.facts());
    EXPECT_EQ(facts.children, 2);
    EXPECT_THAT(facts.factors,
                ::testing::UnorderedElementsAre(RiskFactor::separation, RiskFactor::non_fatal_strangulation));
    EXPECT_TRUE(facts.potential_escalation);
    EXPECT_FALSE(facts.marac_repeat);
    EXPECT_TRUE(facts.repeat_victim);
    EXPECT_EQ(facts.perpetrator, CustodyState::bailed) << "of two the one who is free counts";
}

TEST(TriageFields, ReadAnEmptyFileAsNothingKnown) {
    const auto fields = TriageFields::bind(*test::catalogue());
    const auto facts = fields->read(file_of({said(police, 1, now, {{"victim/gender", "female"}})}).facts());
    EXPECT_EQ(facts.children, 0);
    EXPECT_THAT(facts.factors, IsEmpty());
    EXPECT_EQ(facts.perpetrator, CustodyState::unknown);
}

}  // namespace
}  // namespace haven
