#include "tests/flow/rejudged.h"

namespace haven {
namespace {

using namespace test;
using namespace std::chrono_literals;

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

INSTANTIATE_TEST_SUITE_P(Engines, LastDay, both_engines, engine_name);

}  // namespace
}  // namespace haven
