#include "core/store/engine/readers.h"

#include <array>
#include <thread>

#include "tests/core/store/engine/store_fixture.h"

namespace haven::store {
namespace {

class ReadersTest : public EngineTest {
protected:
    void add(std::int64_t id) {
        write_well([id](Sql& sql) { add_message(sql, id); });
    }
    static std::int64_t count(Sql& sql) { return *sql.one<std::int64_t>("SELECT count(*) FROM message"); }
};

TEST_P(ReadersTest, SeeWhatWasCommittedBetweenTwoStatements) {
    const auto seen = readers_->read([&](Sql& sql) -> Result<std::pair<std::int64_t, std::int64_t>> {
        const auto before = count(sql);
        add(1);
        return std::pair(before, count(sql));
    });
    EXPECT_EQ(*seen, std::pair(std::int64_t{0}, std::int64_t{1}));
}

TEST_P(ReadersTest, SeeOneMomentInASnapshotAndTheNextOneAfterIt) {
    add(1);
    const auto seen = readers_->read_snapshot([&](Sql& sql) -> Result<std::pair<std::int64_t, std::int64_t>> {
        const auto before = count(sql);
        add(2);
        return std::pair(before, count(sql));
    });
    EXPECT_EQ(*seen, std::pair(std::int64_t{1}, std::int64_t{1}));
    EXPECT_EQ(count_of_messages(), 2);
}

TEST_P(ReadersTest, SeeTheMomentAtWhichTheSnapshotBegan) {
    const auto seen = readers_->read_snapshot([&](Sql& sql) -> Result<std::int64_t> {
        add(1);
        return count(sql);
    });
    EXPECT_EQ(*seen, 0);
}

// SOCI leaves a SELECT open after its last row was read: the session then reads stale rows for ever.
TEST_P(ReadersTest, NeverReadStaleRowsAfterAReadingThatEndedEarly) {
    readers_.reset();
    readers_ = std::move(*Readers::open(database(), {.sessions = 1}));
    for (std::int64_t id = 1; id <= 5; ++id) { add(id); }
    const auto second_row = readers_->read([](Sql& sql) -> Result<std::optional<std::int64_t>> {
        return sql.one<std::int64_t>("SELECT id FROM message");
    });
    EXPECT_EQ(second_row.error().fault, Fault::broken);
    struct Enough {};
    EXPECT_THROW((void)readers_->read([](Sql& sql) -> Result<void> {
        sql.each<std::int64_t>([](std::int64_t) { throw Enough(); }, "SELECT id FROM message");
        return {};
    }),
                 Enough);
    add(6);
    EXPECT_EQ(count_of_messages(), 6);
}

TEST_P(ReadersTest, MayNotWrite) {
    for (int time = 0; time < 2; ++time) {
        const auto wrote = readers_->read([](Sql& sql) -> Result<void> {
            add_message(sql, 1);
            return {};
        });
        ASSERT_FALSE(wrote);
        EXPECT_EQ(wrote.error().fault, Fault::broken);
    }
    EXPECT_EQ(count_of_messages(), 0);
}

TEST_P(ReadersTest, DoNotHoldTheWriterUpNorItThem) {
    Gate gate;
    Answers answers;
    writer_->submit(gate.body(), answers.done(0));  // a transaction under way
    gate.wait_until_reached();
    EXPECT_EQ(count_of_messages(), 0);
    gate.let_go();
    answers.wait_for(1);
}

TEST_P(ReadersTest, SayThatAllAreAtWorkAfterTheWait) {
    readers_.reset();
    readers_ = std::move(*Readers::open(database(), {.sessions = 1, .lease_wait = 10ms}));
    const auto outer = readers_->read([&](Sql&) -> Result<Fault> {
        const auto inner = readers_->read([](Sql&) -> Result<void> { return {}; });
        return inner.error().fault;
    });
    EXPECT_EQ(*outer, Fault::unreachable);
    EXPECT_EQ(count_of_messages(), 0);  // the lease came back
}

TEST_P(ReadersTest, LendASessionToWhoWaitsForIt) {
    readers_.reset();
    readers_ = std::move(*Readers::open(database(), {.sessions = 2, .lease_wait = deadline}));
    std::array<std::thread, 8> threads;
    for (auto& thread : threads) {
        thread = std::thread([&] {
            for (int time = 0; time < 20; ++time) { EXPECT_EQ(count_of_messages(), 0); }
        });
    }
    for (auto& thread : threads) { thread.join(); }
}

INSTANTIATE_TEST_SUITE_P(Engines, ReadersTest, both_engines, engine_name);

}  // namespace
}  // namespace haven::store
