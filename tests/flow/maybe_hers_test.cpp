#include "tests/flow/rejudged.h"

namespace haven {
namespace {

using namespace test;

/// Two cases that may be of one victim: the number and the birth date are the same, the name is another.
class MaybeHers : public Rejudged {
protected:
    /// A row of the force's extract, of somebody with the same number and birth date.
    static std::string row(const std::string& reference, const std::string& safe) {
        return "41/" + reference + "/26,21/11/2026 12:30:00,20/11/2026,22:15,20/11/2026 22:40,,,,Otherwise,Alex," +
               "03/04/1985,F,,E07999001,HOME,N,07700 900123,MOB," + safe + std::string(9 + 24, ',') +
               ",Example,Robin,01/01/1986,HUSB,Y,Example Ltd,LIB" + std::string(8, ',') + "M,DASH,11,COE,CON,,\r\n";
    }
    bool is_asked() { return everything_held().find("same-person") != std::string::npos; }
    void is_decided() {
        for (const auto& row : questions()) {
            EXPECT_TRUE(flow::decide_held(node_->context(), row.id, row.role, flow::HeldDecision::close, dana_));
        }
    }
    std::vector<store::HeldRow> questions() {
        auto all = read<std::vector<store::HeldRow>>([](store::Sql& sql) { return store::open_held(sql, {}, 50); });
        std::erase_if(all, [](const store::HeldRow& row) { return row.fault != "same-person"; });
        return all;
    }
    std::size_t beside(CaseId id) { return flow::read_snapshot(node_->context(), id)->beside.size(); }
};

TEST_P(MaybeHers, WhatTheNewOneSaysTakesItBackFromWhoHoldsItOfTheOther) {
    const auto id = told_a_number();
    report({.family = "Otherwise", .number = number_, .safe = "no"});
    ASSERT_NE(newest_case(), id);
    EXPECT_TRUE(is_asked()) << everything_held();
    EXPECT_TRUE(is_amended_without_it()) << everything_held();
}

TEST_P(MaybeHers, WhatTheNextRecordOfTheSameFileSaysOfTheNewOneTakesItBackToo) {
    told_a_number();
    folder_.export_csv("two-rows.csv", header + row("00011", "U") + row("00012", "N"));
    ASSERT_TRUE(eventually([&] { return count("SELECT COUNT(*) FROM cases") == 2; })) << everything_held();
    ASSERT_TRUE(work_is_done());
    EXPECT_EQ(count("SELECT COUNT(*) FROM cases"), 2) << "both rows are of the new one";
    EXPECT_TRUE(is_asked()) << everything_held();
    EXPECT_TRUE(is_amended_without_it()) << everything_held();
}

TEST_P(MaybeHers, WhatTheOlderOneSaysBarsInTheNewOneUntilAPersonHasDecided) {
    report({.family = "Sample",
            .number = number_,
            .more = R"(, "perpetrator": [{"name": {"family": "Example"}, "phone": [{"number": "+447700900123"}],
                        "employer": "westmere-council"}])"});
    const auto older = the_case();
    report({"Otherwise", number_});
    const auto id = *newest_case();
    ASSERT_NE(id, older);
    EXPECT_TRUE(flow::is_in_conflict(node_->context(), *flow::read_snapshot(node_->context(), id),
                                     Name::declare("westmere-council")));
    accepted("Otherwise", id, who("Otherwise"));
    EXPECT_EQ(folder_.council().received({"7700900123"}), 0) << "it may be the husband's";
    EXPECT_GT(beside(id), 0U);
    is_decided();
    EXPECT_EQ(beside(id), 0U) << "they are two people";
    EXPECT_EQ(beside(older), 0U);
    EXPECT_FALSE(flow::is_in_conflict(node_->context(), *flow::read_snapshot(node_->context(), id),
                                      Name::declare("westmere-council")));
}

TEST_P(MaybeHers, ADecisionOnTwoCasesLeavesTheQuestionOfTwoOthersAndWhatItBars) {
    const auto reported = [&](const std::string& family, const std::string& number) {
        report({family, number});
        return *newest_case();
    };
    const auto first = reported("Sample", number_);
    const auto second = reported("Otherwise", number_);
    const auto third = reported("Third", "+447700900456");
    const auto fourth = reported("Fourth", "+447700900456");
    const auto asked = questions();
    ASSERT_EQ(asked.size(), 2U) << everything_held();
    ASSERT_TRUE(flow::decide_held(node_->context(), asked[1].id, asked[1].role, flow::HeldDecision::close, dana_));
    EXPECT_EQ(beside(third) + beside(fourth), 0U) << "they are two people";
    EXPECT_GT(beside(first), 0U);
    EXPECT_GT(beside(second), 0U);
    ASSERT_EQ(questions().size(), 1U);
    EXPECT_EQ(questions()[0].id, asked[0].id);
}

TEST_P(MaybeHers, WhatIsSaidOfOneLaterTakesItBackFromWhoHoldsItOfTheOther) {
    const auto id = told_a_number();
    report({"Otherwise", number_});
    EXPECT_TRUE(is_asked()) << everything_held();
    EXPECT_EQ(folder_.council().received({"-amend-"}), 0) << "nothing bars yet";
    import(R"({"report": {"as-of": ")" + iso_text(clock_.now()) +
           R"("}, "incident": {"reference": {"issuer": "northshire-police", "value": "41/00002/26"}}, "perpetrator":
              [{"name": {"family": "Example"}, "phone": [{"number": "+447700900123"}]}],
              "investigation": {"released": "2026-11-21T12:10:00Z"}})");
    EXPECT_TRUE(is_amended_without_it()) << everything_held();
    EXPECT_EQ(copy_of(id).wanted, store::Wanted::keep);
}

TEST_P(MaybeHers, WhatAPersonIsToldInOneTakesItBackFromWhoHoldsItOfTheOther) {
    const auto id = told_a_number();
    report({"Otherwise", number_});
    const auto other = *newest_case();
    ASSERT_TRUE(flow::enter_contact(node_->context(), other,
                                    R"({"contact": {"channel": "call", "at": ")" + iso_text(clock_.now()) +
                                        R"(", "outcome": "wrong-person", "number": "+447700900123"}})",
                                    dana_));
    node_->wake();
    EXPECT_TRUE(is_amended_without_it()) << everything_held();
    EXPECT_EQ(copy_of(id).wanted, store::Wanted::keep);
}

TEST_P(MaybeHers, WhatIsSaidInConfidenceInOneBarsInTheOtherAndIsToldToNobody) {
    report({"Sample", number_});
    const auto older = the_case();
    ASSERT_TRUE(flow::enter_account(node_->context(), older, R"({
        "incident": {"reference": [{"issuer": "beacon", "value": "A-1"}], "summary": "told in confidence"}, "victim": {"phone": [{"number": "+447700900123", "safe": "no"}]}
    })",
                                    dana_));
    report({"Otherwise", number_});
    accepted("Otherwise", *newest_case(), who("Otherwise"));
    EXPECT_EQ(folder_.council().received({"7700900123"}), 0);
    EXPECT_EQ(folder_.council().received({"confidence"}), 0);
    EXPECT_EQ(folder_.council().received({"Sample"}), 0);
}

INSTANTIATE_TEST_SUITE_P(Engines, MaybeHers, both_engines, engine_name);

}  // namespace
}  // namespace haven
