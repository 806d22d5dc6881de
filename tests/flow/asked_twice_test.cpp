#include "hub/flow/overriding.h"
#include "hub/flow/people.h"
#include "hub/flow/recalling.h"
#include "tests/flow/rights.h"

// What is said late, or by who is of the hub no more, is said of what was asked then.
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

// Two people answer for what is let go: whoever asked must still be one of the hub.
TEST_P(AskedTwice, AnOverrideIsNotConfirmedWhereWhoAskedMayNotAskAnyMore) {
    folder_.replace("agreements/eastford-1.toml", "retention_days", "risk_at_least = \"high\"\nretention_days");
    activate_folder();
    auto& hub = node_->context();
    ASSERT_TRUE(flow::enter_contact(hub, std::nullopt, needs_a_home, UserId{7}));
    node_->wake();
    const auto misses = [&] {
        return read<std::vector<store::NearMiss>>([](store::Sql& sql) { return store::near_misses(sql, {}, 9); });
    };
    ASSERT_TRUE(eventually([&] { return misses().size() == 1; })) << everything_held();
    const auto by = ledger::Actor::of_hub("test");
    const auto pat = flow::add_person(hub, "Pat", site::Role::practitioner, by);
    ASSERT_TRUE(pat && flow::make_token(hub, {{}, *pat}, by));
    const auto asked = flow::ask_override(hub, {misses().at(0).id,
                                                Ground::risk_to_life,
                                                std::chrono::minutes(30),
                                                "He was seen outside.",
                                                {*pat, "practitioner"}});
    ASSERT_TRUE(asked);
    const auto confirm = [&] { return flow::confirm_override(hub, *asked, {dana_, "duty-manager"}); };
    ASSERT_TRUE(flow::change_role(hub, *pat, site::Role::integration_engineer, by));
    EXPECT_EQ(confirm().error().fault, Fault::refused) << "in another role";
    ASSERT_TRUE(flow::change_role(hub, *pat, site::Role::duty_manager, by));
    ASSERT_TRUE(flow::revoke_tokens(hub, {{}, *pat}, by));
    EXPECT_EQ(confirm().error().fault, Fault::refused) << "without a token that is good";
    ASSERT_TRUE(work_is_done());
    EXPECT_EQ(folder_.council().received(), 0);
    ASSERT_TRUE(flow::make_token(hub, {{}, *pat}, by));
    EXPECT_TRUE(confirm()) << "a duty manager may ask, too";
}

INSTANTIATE_TEST_SUITE_P(Engines, AskedTwice, both_engines, engine_name);

}  // namespace
}  // namespace haven
