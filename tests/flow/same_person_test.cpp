#include "hub/flow/casework.h"
#include "hub/flow/merging.h"
#include "tests/flow/rejudged.h"

namespace haven {
namespace {

using namespace test;

/// Of whom it is asked whether two cases are of one victim, and what one decision on it ends.
class SamePerson : public Rejudged {
protected:
    CaseId reported(const Reported& of) {
        report(of);
        return *newest_case();
    }
    /// Somebody else answered at a number that she gave; she was born on the day that every report of the force says.
    CaseId rang_somebody_else(const std::string& number) {
        const auto id = flow::enter_contact(
            node_->context(), std::nullopt,
            R"({"contact": {"channel": "call", "at": ")" + iso_text(clock_.now()) +
                R"(", "outcome": "wrong-person", "number": ")" + number +
                R"("}, "victim": {"name": {"family": "Mara", "given": "Robin"}, "birth-date": "1985-04-03"}})",
            dana_);
        EXPECT_TRUE(id) << id.error().message();
        return id.value_or(CaseId{});
    }
    std::vector<store::HeldRow> lines() {
        auto all = read<std::vector<store::HeldRow>>([](store::Sql& sql) { return store::open_held(sql, {}, 200); });
        std::erase_if(all, [](const store::HeldRow& row) { return row.fault != "same-person"; });
        return all;
    }
    /// A person decides that these are two people.
    void are_two(CaseId older, CaseId newer) {
        const auto place = id_text(newer) + " " + id_text(older);
        for (const auto& line : lines()) {
            if (line.place != place) { continue; }
            EXPECT_TRUE(flow::decide_held(node_->context(), line.id, line.role, flow::HeldDecision::close, dana_));
            return;
        }
        ADD_FAILURE() << "nobody was asked: " << everything_held();
    }
    /// Whether this number of hers may not be rung.
    bool is_barred(CaseId id, const std::string& number) {
        const auto snapshot = flow::read_snapshot(node_->context(), id);
        EXPECT_TRUE(snapshot);
        if (!snapshot) { return false; }
        const auto& fields = node_->context().fields;
        for (const auto& point : flow::reach_of(node_->context(), *snapshot, clock_.now()).contact.points) {
            if (snapshot->file.facts().get(fields.phone_number, point.instance) != number) { continue; }
            return point.safe == Answer::no;
        }
        ADD_FAILURE() << "the case has no such number";
        return false;
    }
    std::vector<CaseId> maybe_hers(CaseId id) { return flow::read_snapshot(node_->context(), id)->maybe_hers; }

    const std::string second_ = "+447700900456";
    const std::string third_ = "+447700900777";
};

TEST_P(SamePerson, ADecisionOnTwoCasesLeavesTheQuestionOfTwoOthersAndWhatItBars) {
    const auto one = reported({"Sample", number_, "no"});
    const auto two = reported({"Otherwise", number_});
    const auto three = reported({"Elsewhere", second_, "no"});
    const auto four = reported({"Example", second_});
    ASSERT_EQ(lines().size(), 2U) << everything_held();
    EXPECT_TRUE(is_barred(two, number_));
    EXPECT_TRUE(is_barred(four, second_));
    are_two(one, two);
    EXPECT_EQ(lines().size(), 1U) << everything_held();
    EXPECT_FALSE(is_barred(two, number_)) << "it is another's who calls it not safe";
    EXPECT_TRUE(is_barred(four, second_)) << "nobody has decided on these";
    EXPECT_EQ(maybe_hers(four), std::vector{three});
    are_two(three, four);
    EXPECT_TRUE(lines().empty()) << everything_held();
}

TEST_P(SamePerson, IsAskedOfACaseThatAnImportJoinsAndNotAgainOnceItIsDecided) {
    const auto hers = reported({"Sample", number_});
    const auto other = rang_somebody_else(third_);
    EXPECT_TRUE(lines().empty()) << "they share a birth date alone: " << everything_held();
    report({"Sample", third_});
    ASSERT_EQ(newest_case(), other) << "it joined hers";
    ASSERT_EQ(lines().size(), 1U) << everything_held();
    EXPECT_TRUE(is_barred(hers, third_)) << "somebody else answered there";
    EXPECT_FALSE(is_barred(hers, number_));
    EXPECT_EQ(maybe_hers(other), std::vector{hers});
    are_two(hers, other);
    clock_.turn_by(std::chrono::minutes(10));
    report({"Sample", second_});
    EXPECT_TRUE(lines().empty()) << "a person has decided: " << everything_held();
}

TEST_P(SamePerson, IsAskedOfACaseThatAnImportJoinsAndTakesANumberBackFromWhoHoldsItOfTheOther) {
    const auto hers = told_a_number();
    const auto other = rang_somebody_else(third_);
    clock_.turn_by(std::chrono::minutes(10));
    import(R"({"report": {"as-of": ")" + iso_text(clock_.now()) +
           R"("}, "incident": {"reference": [{"issuer": "northshire-police", "value": "41/00077/26"}]}, "victim":
              {"name": {"family": "Mara", "given": "Robin"}, "birth-date": "1985-04-03",
               "phone": [{"number": "+447700900123", "safe": "no"}]}})");
    ASSERT_EQ(newest_case(), other) << "it joined the other's";
    EXPECT_EQ(lines().size(), 1U) << everything_held();
    EXPECT_TRUE(is_barred(hers, number_));
    EXPECT_TRUE(is_amended_without_it()) << everything_held();
}

TEST_P(SamePerson, IsAskedOfACaseInWhichAPersonWritesDownWhatTheTwoShare) {
    const auto hers = reported({"Sample", number_});
    const auto other = rang_somebody_else(third_);
    const auto done = flow::enter_contact(node_->context(), hers,
                                          R"({"contact": {"channel": "call", "at": ")" + iso_text(clock_.now()) +
                                              R"(", "outcome": "reached"},
                                              "victim": {"phone": [{"number": "+447700900777", "safe": "yes"}]}})",
                                          dana_);
    ASSERT_TRUE(done) << done.error().message();
    ASSERT_EQ(lines().size(), 1U) << everything_held();
    EXPECT_TRUE(is_barred(hers, third_)) << "somebody else answered there";
    EXPECT_EQ(maybe_hers(other), std::vector{hers});
}

TEST_P(SamePerson, OfTwoCasesThatBecomeOneAThirdIsAskedAboutOnce) {
    const auto one = reported({"Sample", number_});
    const auto two = reported({"Otherwise", number_});
    const auto three = reported({"Elsewhere", number_, "no"});
    ASSERT_EQ(lines().size(), 3U) << everything_held();
    ASSERT_TRUE(flow::merge_cases(node_->context(), one, two, flow::MergeReason::reported_twice, dana_));
    ASSERT_EQ(lines().size(), 1U) << everything_held();
    EXPECT_EQ(maybe_hers(one), std::vector{three});
    EXPECT_TRUE(is_barred(one, number_));
    are_two(one, three);
    EXPECT_TRUE(maybe_hers(one).empty());
    EXPECT_FALSE(is_barred(one, number_));
}

// Records that leave a case leave no question behind: it is asked of their new case as well.
TEST_P(SamePerson, IsAskedOfTheCaseOfRecordsThatLeftAsOfTheOneThatTheyLeft) {
    const auto one = reported({"Sample", number_});
    report({"Sample", second_});
    const auto two = reported({"Otherwise", number_, "no"});
    ASSERT_EQ(lines().size(), 1U) << everything_held();
    const auto message = read<MessageId>([&](store::Sql& sql) { return store::records_of(sql, one).at(0).message; });
    const auto made =
        flow::unmerge_records(node_->context(), one, {message}, flow::UnmergeReason::another_person, dana_);
    ASSERT_TRUE(made) << made.error().message();
    EXPECT_EQ(lines().size(), 2U) << everything_held();
    EXPECT_EQ(maybe_hers(*made), std::vector{two});
    EXPECT_TRUE(is_barred(*made, number_));
}

INSTANTIATE_TEST_SUITE_P(Engines, SamePerson, both_engines, engine_name);

}  // namespace
}  // namespace haven
