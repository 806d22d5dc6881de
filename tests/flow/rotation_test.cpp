#include "hub/flow/rotation.h"

#include <thread>

#include "core/base/encoding.h"
#include "core/store/keys.h"
#include "hub/flow/keeping.h"
#include "tests/flow/rights.h"

namespace haven {
namespace {

using namespace test;
using std::chrono::hours;

class Rotation : public Rights {
protected:
    // The hub's own sweep may be at the same key at that moment: then it is done a moment later.
    bool swept() {
        return eventually([&] { return flow::sweep(node_->context()).has_value(); });
    }
    CaseId new_case(int number) {
        const auto id = flow::enter_contact(node_->context(), std::nullopt,
                                            R"({"contact": {"channel": "call", "at": "2026-11-21T12:00:00Z",
                                                            "outcome": "no-answer"},
                                                "victim": {"name": {"family": "Sample)" +
                                                std::to_string(number) + R"("}}})",
                                            UserId{7});
        EXPECT_TRUE(id);
        return *id;
    }
    std::size_t key_files() {
        std::size_t n = 0;
        for (const auto& entry : std::filesystem::directory_iterator(folder_.site() / "var/keys")) {
            n += entry.path().filename().string().starts_with("site-key") ? 1 : 0;
        }
        return n;
    }
    const ledger::Actor operator_ = ledger::Actor::of_hub("operator");
};

TEST_P(Rotation, EveryKeyIsUnderTheNewOneAndEverythingOpensBeforeAndAfter) {
    const auto id = new_case(1);
    flow::Door door(node_->context(), [] {});
    ASSERT_TRUE(door.accept({Name::declare("northshire-police"), "text/csv", std::string(header), {}, {}}));
    const auto rotated = flow::rotate_keys(node_->context(), operator_);
    ASSERT_TRUE(rotated) << rotated.error().message();
    EXPECT_LE(rotated->wrapped, 1 + 1 + 3) << "fewer where the hub's own sweep was faster: all are counted below";
    const auto states = flow::key_states(node_->context());
    ASSERT_EQ(states->size(), 2U);
    EXPECT_EQ(states->at(0).keys, 0);
    EXPECT_EQ(states->at(1).keys, 1 + 1 + 3) << "a case, a message, the keys of the site";
    EXPECT_TRUE(flow::read_snapshot(node_->context(), id));
    EXPECT_TRUE(flow::read_snapshot(node_->context(), new_case(2)));
    EXPECT_EQ(entries_of("site key asked for"), 1);
    EXPECT_EQ(entries_of("site key made"), 2) << "the first start's and this one";
    node_.reset();
    start();
    EXPECT_TRUE(flow::read_snapshot(node_->context(), id));
}

TEST_P(Rotation, AnotherNodeThatMeetsTheNewKeyReadsItAndGoesOn) {
    const auto id = new_case(1);
    auto beside = Node::start(
        {.site_folder = folder_.site().string(), .clock = &clock_, .number = 9, .port = {}, .serves = false});
    ASSERT_TRUE(beside);
    ASSERT_TRUE(flow::rotate_keys((*beside)->context(), operator_));
    EXPECT_TRUE(flow::read_snapshot(node_->context(), id)) << "though it has loaded its keys before";
    EXPECT_EQ(node_->context().keys.ids().size(), 2U);
}

TEST_P(Rotation, CasesThatAreMadeMeanwhileOpenAndARotationThatStoppedIsFinishedByTheSweep) {
    std::vector<CaseId> all;
    for (int i = 0; i < 20; ++i) { all.push_back(new_case(i)); }
    std::thread writes([&] {
        for (int i = 20; i < 40; ++i) { all.push_back(new_case(i)); }
    });
    const auto rotated = flow::rotate_keys(node_->context(), operator_);
    writes.join();
    ASSERT_TRUE(rotated);
    ASSERT_TRUE(node_->context().keys.make_next(clock_.now() + hours(1))) << "made, and nothing wrapped yet";
    ASSERT_TRUE(flow::sweep(node_->context()));
    for (const auto id : all) { EXPECT_TRUE(flow::read_snapshot(node_->context(), id)); }
    const auto states = flow::key_states(node_->context());
    ASSERT_EQ(states->size(), 3U);
    EXPECT_EQ(states->at(0).keys + states->at(1).keys, 0);
}

TEST_P(Rotation, AnOldKeyIsDestroyedWhenItsBackupsArePastTheirTimeAndNotBefore) {
    new_case(1);
    ASSERT_TRUE(flow::rotate_keys(node_->context(), operator_));
    clock_.turn_to(noon + hours(24 * 35) - std::chrono::minutes(1));
    ASSERT_TRUE(swept());
    EXPECT_EQ(key_files(), 2U);
    clock_.turn_to(noon + hours(24 * 35));
    ASSERT_TRUE(swept());
    EXPECT_EQ(key_files(), 1U);
    EXPECT_TRUE(eventually([&] { return entries_of("site key destroyed") == 1; })) << "the file goes first";
    EXPECT_GE(entries_of("site key past its time"), 1) << "and before it the word that it is to go";
    EXPECT_EQ(node_->context().keys.destroy(node_->context().keys.current()).error().fault, Fault::refused);
}

TEST_P(Rotation, AKeyThatStillWrapsSomethingIsNotDestroyed) {
    const auto id = new_case(1);
    ASSERT_TRUE(node_->context().keys.make_next(clock_.now()));
    // Under a clock of its own: the hub's own sweep would wrap it anew.
    const auto& c = node_->context();
    const ManualClock later(noon + hours(24 * 36));
    EXPECT_EQ(
        flow::destroy_old_keys({c.site, c.writer, c.readers, c.keys, c.secrets, c.fields, c.ids, later}).value_or(-1),
        0);
    EXPECT_TRUE(flow::read_snapshot(node_->context(), id));
}

TEST_P(Rotation, AnErasedKeyDoesNotComeBackByARotationThatHadReadIt) {
    const auto id = new_case(1);
    const auto before = read<std::vector<store::WrappedKey>>([&](store::Sql& sql) {
        return store::keys_to_wrap(sql, store::WrappedIn::cases, 0, std::string(8, '\0'), 10);
    });
    ASSERT_EQ(before.size(), 1U);
    ASSERT_TRUE(node_->context().writer.submit_and_wait([&](store::Sql& sql) -> Result<void> {
        sql.run("UPDATE cases SET wrapped_key = NULL WHERE id = $1", id);
        EXPECT_FALSE(store::put_wrapped(sql, store::WrappedIn::cases, id.value, before[0].wrapped, "anything"));
        return {};
    }));
    EXPECT_EQ(count("SELECT COUNT(*) FROM cases WHERE wrapped_key IS NOT NULL"), 0);
}

INSTANTIATE_TEST_SUITE_P(Engines, Rotation, both_engines, engine_name);

}  // namespace
}  // namespace haven
