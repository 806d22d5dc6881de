#include "core/store/engine/writer.h"

#include <array>
#include <atomic>
#include <stdexcept>
#include <thread>

#include "tests/core/store/engine/store_fixture.h"

namespace haven::store {
namespace {

class WriterTest : public EngineTest {
protected:
    // One lane on either engine, so that what is submitted behind a gate is one group.
    void SetUp() override {
        EngineTest::SetUp();
        if (!IsSkipped()) { open_writer({.connections = 1}); }
    }
    static Writer::Body adds(std::int64_t id) {
        return [id](Sql& sql) -> Result<void> {
            add_message(sql, id);
            return {};
        };
    }
};

TEST_P(WriterTest, CommitsABodyBeforeItAnswers) {
    ASSERT_TRUE(writer_->submit_and_wait(adds(1)));
    EXPECT_EQ(count_of_messages(), 1);
}

TEST_P(WriterTest, CommitsAllThatWaitInOneTransaction) {
    Gate gate;
    Answers answers;
    writer_->submit(gate.body(), answers.done(0));
    gate.wait_until_reached();
    for (std::int64_t id = 1; id <= 8; ++id) { writer_->submit(adds(id), answers.done(id)); }
    EXPECT_EQ(writer_->counts().waiting, 8U);
    gate.let_go();
    answers.wait_for(9);
    EXPECT_EQ(writer_->counts().commits, 2U);
    EXPECT_EQ(writer_->counts().bodies, 9U);
    EXPECT_EQ(count_of_messages(), 8);
}

TEST_P(WriterTest, UndoesAFailingBodyAloneAndAnswersInOrder) {
    Gate gate;
    Answers answers;
    writer_->submit(gate.body(), answers.done(0));
    gate.wait_until_reached();
    writer_->submit(adds(1), answers.done(1));
    writer_->submit(
        [](Sql& sql) -> Result<void> {
            add_message(sql, 2);
            return fail(Fault::refused, "the body says no");
        },
        answers.done(2));
    writer_->submit(
        [](Sql& sql) -> Result<void> {
            add_message(sql, 3);
            add_message(sql, 1);  // taken by the body before
            return {};
        },
        answers.done(3));
    writer_->submit(
        [](Sql& sql) -> Result<void> {
            add_message(sql, 4);
            throw std::runtime_error("a body of ours that throws");
        },
        answers.done(4));
    writer_->submit(adds(5), answers.done(5));
    gate.let_go();
    answers.wait_for(6);

    EXPECT_EQ(answers.order(), (std::vector<std::int64_t>{0, 1, 2, 3, 4, 5}));
    const auto results = answers.results();
    EXPECT_TRUE(results[1]);
    EXPECT_EQ(results[2].error().fault, Fault::refused);
    EXPECT_EQ(results[3].error().fault, Fault::conflict);
    EXPECT_EQ(results[4].error().fault, Fault::broken);
    EXPECT_TRUE(results[5]);
    EXPECT_EQ(writer_->counts().commits, 2U);
    EXPECT_EQ(writer_->counts().bodies, 3U);
    const auto left = *readers_->read([](Sql& sql) -> Result<std::vector<std::int64_t>> {
        return sql.all<std::int64_t>("SELECT id FROM message ORDER BY id");
    });
    EXPECT_EQ(left, (std::vector<std::int64_t>{1, 5}));
}

TEST_P(WriterTest, UndoesABodyThatFailsByItself) {
    const auto answer = writer_->submit_and_wait([](Sql& sql) -> Result<void> {
        add_message(sql, 1);
        return fail(Fault::refused, "the body says no");
    });
    EXPECT_EQ(answer.error().fault, Fault::refused);
    EXPECT_EQ(writer_->counts().commits, 0U);
    EXPECT_EQ(count_of_messages(), 0);
    EXPECT_TRUE(writer_->submit_and_wait(adds(1)));
}

TEST_P(WriterTest, TakesNoMoreIntoACommitThanItsLimit) {
    open_writer({.group_max = 4, .connections = 1});
    Gate gate;
    Answers answers;
    writer_->submit(gate.body(), answers.done(0));
    gate.wait_until_reached();
    for (std::int64_t id = 1; id <= 10; ++id) { writer_->submit(adds(id), answers.done(id)); }
    gate.let_go();
    answers.wait_for(11);
    EXPECT_EQ(writer_->counts().commits, 4U);  // 1, 4, 4 and 2
}

TEST_P(WriterTest, AnswersAtOnceWhereTheQueueIsFull) {
    open_writer({.queue_max = 3, .connections = 1});
    Gate gate;
    Answers answers;
    writer_->submit(gate.body(), answers.done(0));
    gate.wait_until_reached();
    for (std::int64_t id = 1; id <= 3; ++id) { writer_->submit(adds(id), answers.done(id)); }
    std::optional<Fault> told;
    writer_->submit(adds(4), [&](const Result<void>& result) { told = result.error().fault; });
    EXPECT_EQ(told, Fault::unreachable);  // nothing was waited for
    gate.let_go();
    answers.wait_for(4);
    EXPECT_EQ(count_of_messages(), 3);
    EXPECT_TRUE(writer_->submit_and_wait(adds(4)));
}

TEST_P(WriterTest, CommitsWhatWaitsWhenItIsClosed) {
    Gate gate;
    Answers answers;
    writer_->submit(gate.body(), answers.done(0));
    gate.wait_until_reached();
    for (std::int64_t id = 1; id <= 100; ++id) { writer_->submit(adds(id), answers.done(id)); }
    std::thread closing([&] { writer_.reset(); });
    gate.let_go();
    closing.join();
    EXPECT_EQ(answers.order().size(), 101U);
    for (const auto& result : answers.results()) { EXPECT_TRUE(result); }
    EXPECT_EQ(count_of_messages(), 100);
}

TEST_P(WriterTest, TakesABodyFromWithinAnAnswer) {
    Answers answers;
    writer_->submit(adds(1), [&](const Result<void>& first) {
        EXPECT_TRUE(first);
        writer_->submit(adds(2), answers.done(2));
    });
    answers.wait_for(1);
    EXPECT_EQ(count_of_messages(), 2);
}

TEST_P(WriterTest, KeepsEveryBodyOfManyCallers) {
    open_writer({});
    constexpr std::int64_t bodies = 800;
    std::atomic<std::int64_t> next{0};
    std::array<std::thread, 16> threads;
    for (auto& thread : threads) {
        thread = std::thread([&] {
            for (auto id = next++; id < bodies; id = next++) { EXPECT_TRUE(writer_->submit_and_wait(adds(id))); }
        });
    }
    for (auto& thread : threads) { thread.join(); }
    EXPECT_EQ(count_of_messages(), bodies);
    EXPECT_EQ(writer_->counts().bodies, bodies);
}

TEST_P(WriterTest, DoesNotOpenWhereNoStoreIs) {
    const TestStore empty(GetParam());
    const auto opened = Writer::open(empty.database());
    ASSERT_FALSE(opened);
    EXPECT_NE(opened.error().fault, Fault::missing);
}

INSTANTIATE_TEST_SUITE_P(Engines, WriterTest, both_engines, engine_name);

}  // namespace
}  // namespace haven::store
