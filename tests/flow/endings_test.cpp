#include "hub/flow/recalling.h"
#include "tests/flow/rights.h"

// An ending says nothing of her, and must be heard.
namespace haven {
namespace {

using namespace test;

class Endings : public Rights {};

TEST_P(Endings, AreToldWhateverOfTheCaseWaitsForAPerson) {
    const auto id = placed_at_the_council();
    ASSERT_TRUE(flow::restrict_case(node_->context(), id, flow::CopyReason::accuracy, dana_));
    ASSERT_TRUE(flow::enter_contact(node_->context(), id, R"({
        "contact": {"channel": "call", "at": "2026-11-21T12:20:00Z", "outcome": "reached"},
        "victim": {"name": {"family": "Corrected"}}})",
                                    UserId{7}));
    node_->wake();
    ASSERT_TRUE(work_is_done()) << everything_held();
    ASSERT_NE(everything_held().find("the case is restricted"), std::string::npos) << "the correction waits";
    ASSERT_TRUE(flow::recall_copies(node_->context(), id, {}, flow::CopyReason::victim_asked, dana_));
    node_->wake();
    EXPECT_TRUE(eventually([&] { return folder_.council().received({"endedAt"}) == 1; })) << everything_held();
    EXPECT_TRUE(eventually([&] { return folder_.council().received({"recall", "DELETE"}) == 1; }));
    ASSERT_TRUE(flow::lift_restriction(node_->context(), id, dana_));
    node_->wake();
    ASSERT_TRUE(work_is_done()) << everything_held();
    EXPECT_EQ(folder_.council().received({"Corrected"}), 0) << "nobody needs it any more";
}

INSTANTIATE_TEST_SUITE_P(Engines, Endings, both_engines, engine_name);

}  // namespace
}  // namespace haven
