#include "hub/flow/recalling.h"
#include "tests/flow/rights.h"

// What is said late is said of what was asked then.
namespace haven {
namespace {

using namespace test;
using store::CopyState;
using store::Wanted;

class AskedTwice : public Rights {
protected:
    bool council_copy_is(CaseId id, Wanted wanted, CopyState state) {
        return eventually([&] {
            const auto all =
                read<std::vector<store::CopyRow>>([&](store::Sql& sql) { return store::copies_of(sql, id); });
            return all.size() == 1 && all[0].wanted == wanted && all[0].state == state;
        });
    }
    void council_rests(const std::string& name, const std::string& since) {
        folder_.council().answer(name, R"({"messageType": "recallDone", "externalId": ")" + reference_ +
                                           R"(", "copy": ")" + reference_ +
                                           R"(", "wanted": "STOP-USING", "done": "YES", "doneAt": ")" + since + "\"}");
    }
};

// What it says of the first asking, late, it does not say of the second.
TEST_P(AskedTwice, ALateYesToARestThatWasLiftedIsNoneToTheNextOne) {
    const auto id = placed_at_the_council();
    auto& hub = node_->context();
    const auto restrict = [&] {
        ASSERT_TRUE(flow::restrict_case(hub, id, flow::CopyReason::accuracy, dana_));
        node_->wake();
        ASSERT_TRUE(council_copy_is(id, Wanted::stop_using, CopyState::told)) << everything_held();
    };
    restrict();
    clock_.turn_by(std::chrono::minutes(20));
    ASSERT_TRUE(flow::lift_restriction(hub, id, dana_));
    node_->wake();
    ASSERT_TRUE(council_copy_is(id, Wanted::keep, CopyState::told)) << everything_held();
    clock_.turn_by(std::chrono::minutes(20));
    restrict();  // at 12:40
    council_rests("r1", "2026-11-21T12:30:00Z");
    EXPECT_TRUE(eventually([&] { return entries_of("changed nothing") == 1; })) << everything_held();
    EXPECT_TRUE(council_copy_is(id, Wanted::stop_using, CopyState::told));
    council_rests("r2", "2026-11-21T12:41:00Z");
    EXPECT_TRUE(council_copy_is(id, Wanted::stop_using, CopyState::acknowledged)) << everything_held();
}

INSTANTIATE_TEST_SUITE_P(Engines, AskedTwice, both_engines, engine_name);

}  // namespace
}  // namespace haven
