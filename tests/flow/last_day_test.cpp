#include "hub/flow/merging.h"
#include "tests/flow/rejudged.h"

namespace haven {
namespace {

using namespace test;
using namespace std::chrono_literals;

constexpr std::int64_t other_node = 99;

/// Nothing but time changes what may be told.
class LastDay : public Rejudged {
protected:
    /// She may be called that day, and on no other.
    void names_a_window_of_today(CaseId id) {
        const auto done = flow::enter_contact(
            node_->context(), id,
            R"({"contact": {"channel": "call", "at": ")" + iso_text(clock_.now()) + R"(", "outcome": "reached"},
            "victim": {"safe-contact": {"window": [
            {"day": "every-day", "from": "08:00:00", "until": "20:00:00", "last-day": "2026-11-21"}]}}})",
            UserId{7});
        ASSERT_TRUE(done) << done.error().message();
        node_->wake();
        EXPECT_TRUE(work_is_done()) << everything_held();
        EXPECT_EQ(folder_.council().received({"-amend-", "7700900123"}), 1) << "with its window";
    }
    /// No node of the site looks at what has ended, until `one_looks`.
    void nobody_looks() {
        ASSERT_TRUE(node_->context().writer.submit_and_wait([&](store::Sql& sql) -> Result<void> {
            store::give_up_lease(sql, "timekeeper", node_->context().node);
            EXPECT_TRUE(store::take_lease(sql, "timekeeper", other_node, clock_.now(), 48h));
            return {};
        }));
    }
    void one_looks() {
        ASSERT_TRUE(node_->context().writer.submit_and_wait([&](store::Sql& sql) -> Result<void> {
            store::give_up_lease(sql, "timekeeper", other_node);
            return {};
        }));
    }
    void nobody_answers(CaseId id) {
        ASSERT_TRUE(flow::enter_contact(
            node_->context(), id,
            R"({"contact": {"channel": "call", "at": ")" + iso_text(clock_.now()) + R"(", "outcome": "no-answer"}})",
            UserId{7}));
    }
    bool is_looked_at() {
        return eventually([&] {
            const auto now = clock_.now();
            return read<std::vector<store::Timer>>([&](store::Sql& sql) { return store::due_timers(sql, now, 100); })
                .empty();
        });
    }
};

TEST_P(LastDay, OfHerWindowsIsOverAndWhoHelpsHerIsToldAgainWithoutHerNumber) {
    const auto id = told_a_number();
    names_a_window_of_today(id);
    clock_.turn_by(10h);  // ten in the evening
    EXPECT_TRUE(is_looked_at() && work_is_done());
    EXPECT_EQ(folder_.council().received({"-amend-"}), 1) << "the day is not over";
    clock_.turn_by(2h);
    EXPECT_TRUE(eventually([&] { return folder_.council().received({"-amend-"}) == 2; })) << everything_held();
    EXPECT_EQ(folder_.council().received({"-amend-", "7700900123"}), 1) << "and she cannot be called any more";
    EXPECT_EQ(copy_of(id).wanted, store::Wanted::keep);
    clock_.turn_by(24h);
    EXPECT_TRUE(is_looked_at() && work_is_done());
    EXPECT_EQ(folder_.council().received({"-amend-"}), 2) << "it ended once";
}

TEST_P(LastDay, IsHeardOfByAHubThatDidNotRunThatNight) {
    const auto id = told_a_number();
    names_a_window_of_today(id);
    node_.reset();
    clock_.turn_by(40h);
    start();
    EXPECT_TRUE(eventually([&] { return folder_.council().received({"-amend-"}) == 2; })) << everything_held();
    EXPECT_EQ(folder_.council().received({"-amend-", "7700900123"}), 1);
    EXPECT_EQ(copy_of(id).wanted, store::Wanted::keep);
}

TEST_P(LastDay, IsNotHiddenByChangesThatComeBeforeItIsLookedAt) {
    const auto id = told_a_number();
    names_a_window_of_today(id);
    nobody_looks();
    clock_.turn_by(12h);
    nobody_answers(id);
    clock_.turn_by(1min);
    nobody_answers(id);
    EXPECT_TRUE(work_is_done());
    one_looks();
    EXPECT_TRUE(eventually([&] { return folder_.council().received({"-amend-"}) == 2; })) << everything_held();
    EXPECT_EQ(folder_.council().received({"-amend-", "7700900123"}), 1);
    EXPECT_TRUE(is_looked_at()) << "and then it is looked at no more";
}

TEST_P(LastDay, IsNotHiddenByAMergeThatComesBeforeItIsLookedAt) {
    const auto id = told_a_number();
    names_a_window_of_today(id);
    const auto by_hand = flow::enter_contact(
        node_->context(), std::nullopt,
        R"({"contact": {"channel": "call", "at": ")" + iso_text(clock_.now()) + R"(", "outcome": "no-answer"}})",
        UserId{7});
    ASSERT_TRUE(by_hand);
    nobody_looks();
    clock_.turn_by(12h);
    nobody_answers(*by_hand);
    ASSERT_TRUE(flow::merge_cases(node_->context(), *by_hand, id, flow::MergeReason::opened_by_hand, dana_));
    one_looks();
    EXPECT_TRUE(eventually([&] { return folder_.council().received({"-amend-"}) == 2; })) << everything_held();
    EXPECT_EQ(folder_.council().received({"-amend-", "7700900123"}), 1);
}

INSTANTIATE_TEST_SUITE_P(Engines, LastDay, both_engines, engine_name);

}  // namespace
}  // namespace haven
