#include "tests/core/store/engine/store_fixture.h"
#include "tests/support/postgres_proxy.h"

// What only PostgreSQL has: a connection that can be lost, at the worst moment too.
namespace haven::store {
namespace {

class PostgresTest : public EngineTest {
protected:
    void SetUp() override {
        EngineTest::SetUp();
        if (IsSkipped()) { return; }
        proxy_ = std::make_unique<PostgresProxy>(database().where);
        open_writer_through_proxy();
    }
    void TearDown() override {
        writer_.reset();
        EngineTest::TearDown();
        proxy_.reset();
    }
    void open_writer_through_proxy() {
        writer_.reset();
        auto opened = Writer::open({Engine::postgres, proxy_->where()}, {.connections = 1});
        ASSERT_TRUE(opened) << opened.error().message();
        writer_ = std::move(*opened);
    }
    void terminate(std::int64_t backend) {
        const auto ended = readers_->read([&](Sql& sql) -> Result<bool> {
            return *sql.one<bool>("SELECT pg_terminate_backend($1, 10000)", backend);
        });
        EXPECT_TRUE(ended && *ended);
    }
    static std::int64_t backend(Sql& sql) { return *sql.one<std::int64_t>("SELECT pg_backend_pid()"); }

    std::unique_ptr<PostgresProxy> proxy_;
};

TEST_P(PostgresTest, AnswersTheWholeGroupWhenTheServerEndsItMidway) {
    Gate gate;
    Answers answers;
    writer_->submit(gate.body(), answers.done(0));
    gate.wait_until_reached();
    const auto adds = [](std::int64_t id) {
        return [id](Sql& sql) -> Result<void> {
            add_message(sql, id);
            return {};
        };
    };
    writer_->submit(adds(1), answers.done(1));
    writer_->submit(
        [this](Sql& sql) -> Result<void> {
            terminate(backend(sql));
            add_message(sql, 2);
            return {};
        },
        answers.done(2));
    writer_->submit(adds(3), answers.done(3));
    gate.let_go();
    answers.wait_for(4);
    const auto results = answers.results();
    for (std::size_t i = 1; i <= 3; ++i) {
        ASSERT_FALSE(results[i]) << i;
        EXPECT_EQ(results[i].error().fault, Fault::unreachable) << i;
    }
    EXPECT_EQ(count_of_messages(), 0);
    EXPECT_TRUE(writer_->submit_and_wait(adds(4)));
    EXPECT_EQ(count_of_messages(), 1);
}

// A server has catalogues that all its databases share: another hub's wiping holds them too.
TEST_P(PostgresTest, WipesWhileSomebodyElseHasTheCataloguesOfTheServer) {
    const auto held = writer_->submit_and_wait([this](Sql& sql) -> Result<void> {
        sql.run("LOCK TABLE pg_catalog.pg_database IN SHARE UPDATE EXCLUSIVE MODE");
        return writer_->wipe();
    });
    EXPECT_TRUE(held) << held.error().message();
}

TEST_P(PostgresTest, SyncsEveryCommitWhateverTheServersDefault) {
    auto careless = database().where;
    careless.replace(careless.find("-c "), 3, "-c synchronous_commit=off -c ");
    auto writer = std::move(*Writer::open({Engine::postgres, careless}, {.connections = 1}));
    EXPECT_TRUE(writer->submit_and_wait([](Sql& sql) -> Result<void> {
        EXPECT_EQ(sql.one<std::string>("SELECT current_setting('synchronous_commit')"), "on");
        return {};
    }));
}

TEST_P(PostgresTest, ConnectsAnewWithoutAFailureWhenTheLineBrokeWhileItWasIdle) {
    std::int64_t pid = 0;
    write_well([&](Sql& sql) { pid = backend(sql); });
    terminate(pid);
    write_well([](Sql& sql) { add_message(sql, 1); });
    EXPECT_EQ(count_of_messages(), 1);
}

TEST_P(PostgresTest, ReadersConnectAnewToo) {
    readers_.reset();
    readers_ = std::move(*Readers::open(database(), {.sessions = 1}));
    const auto pid = *readers_->read([](Sql& sql) -> Result<std::int64_t> { return backend(sql); });
    write_well([&](Sql& sql) { sql.run("SELECT pg_terminate_backend($1, 10000)", pid); });
    EXPECT_EQ(count_of_messages(), 0);
}

TEST_P(PostgresTest, FindsThatACommitOfUnknownOutcomeArrived) {
    proxy_->cut_once(PostgresProxy::Cut::after_commit);
    write_well([](Sql& sql) { add_message(sql, 1); });
    EXPECT_EQ(proxy_->cuts(), 1);
    EXPECT_EQ(count_of_messages(), 1);
    EXPECT_EQ(writer_->counts().commits, 1U);
    write_well([](Sql& sql) { add_message(sql, 2); });
}

TEST_P(PostgresTest, FindsThatACommitOfUnknownOutcomeDidNotArrive) {
    write_well([](Sql& sql) { add_message(sql, 7); });  // an earlier mark of the same session
    proxy_->cut_once(PostgresProxy::Cut::before_commit);
    const auto answer = write([](Sql& sql) { add_message(sql, 1); });
    EXPECT_EQ(proxy_->cuts(), 1);
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().fault, Fault::unreachable);
    EXPECT_EQ(answer.error().reason, Reason("the commit did not arrive"));
    EXPECT_EQ(count_of_messages(), 1);
}

// The line is cut while the server still works on the COMMIT: whoever looks now sees nothing, and it is committed a
// moment later. Only an answer that waits for the server to finish is true.
TEST_P(PostgresTest, DoesNotCallACommitLostThatTheServerIsStillAt) {
    write_well([](Sql& sql) {
        sql.run(
            "CREATE FUNCTION wait_at_commit() RETURNS trigger LANGUAGE plpgsql AS"
            " 'BEGIN PERFORM pg_advisory_xact_lock(4711); RETURN NULL; END'");
        sql.run(
            "CREATE CONSTRAINT TRIGGER wait_at_commit AFTER INSERT ON message DEFERRABLE INITIALLY DEFERRED"
            " FOR EACH ROW EXECUTE FUNCTION wait_at_commit()");
    });
    auto other = std::move(*Writer::open(database(), {.connections = 1}));
    Gate gate;
    Answers held;
    other->submit(
        [body = gate.body()](Sql& sql) -> Result<void> {
            sql.run("SELECT pg_advisory_xact_lock(4711)");
            return body(sql);
        },
        held.done(0));
    gate.wait_until_reached();

    proxy_->cut_once(PostgresProxy::Cut::after_commit);
    Answers answers;
    writer_->submit(
        [](Sql& sql) -> Result<void> {
            add_message(sql, 1);
            return {};
        },
        answers.done(1));
    // Until the writer asks: its question waits for the mark that the unfinished commit holds.
    const auto asks = [&] {
        return *readers_->read([](Sql& sql) -> Result<bool> {
            return *sql.one<bool>(
                "SELECT EXISTS (SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
                " AND query LIKE 'SELECT last FROM submitted%')");
        });
    };
    const auto until = std::chrono::steady_clock::now() + deadline;
    while (!asks() && std::chrono::steady_clock::now() < until) { std::this_thread::yield(); }
    EXPECT_TRUE(asks());
    EXPECT_EQ(count_of_messages(), 0);
    EXPECT_TRUE(answers.order().empty());

    gate.let_go();
    answers.wait_for(1);
    EXPECT_TRUE(answers.results()[0]);
    EXPECT_EQ(count_of_messages(), 1);
    held.wait_for(1);
}

TEST_P(PostgresTest, KeepsOneMarkASessionHoweverManyItCommits) {
    const auto marks = [&] {
        return *readers_->read(
            [](Sql& sql) -> Result<std::int64_t> { return *sql.one<std::int64_t>("SELECT count(*) FROM submitted"); });
    };
    const auto before = marks();
    for (std::int64_t id = 1; id <= 20; ++id) {
        write_well([id](Sql& sql) { add_message(sql, id); });
    }
    EXPECT_EQ(marks(), before);
}

TEST_P(PostgresTest, SweepsTheMarksOfSessionsLongGone) {
    write_well([](Sql& sql) { sql.run("UPDATE submitted SET at_us = 0"); });
    open_writer_through_proxy();
    const auto left = readers_->read(
        [](Sql& sql) -> Result<std::int64_t> { return *sql.one<std::int64_t>("SELECT count(*) FROM submitted"); });
    EXPECT_EQ(*left, 1);
}

TEST_P(PostgresTest, TakesANewMarkWhereItsOwnWasSwept) {
    write_well([](Sql& sql) { sql.run("DELETE FROM submitted"); });
    write_well([](Sql& sql) { add_message(sql, 1); });
    EXPECT_EQ(count_of_messages(), 1);
}

TEST_P(PostgresTest, SaysUnreachableAtOnceWhileNoServerIsThere) {
    const auto where = database().where;
    proxy_.reset();  // the server is gone, as far as this writer knows
    const auto answer = write([](Sql& sql) { add_message(sql, 1); });
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().fault, Fault::unreachable);
    EXPECT_EQ(answer.error().message().find("haven-proxy"), std::string::npos);  // no host, no role
}

TEST_P(PostgresTest, CallsADeadlockAConflict) {
    open_writer({.connections = 2});
    write_well([](Sql& sql) { add_message(sql, 1), add_message(sql, 2); });
    Gate first;
    Gate second;
    Answers answers;
    const auto updates = [](Gate& gate, std::int64_t one, std::int64_t other) {
        return [body = gate.body(), one, other](Sql& sql) -> Result<void> {
            sql.run("UPDATE message SET note = 'x' WHERE id = $1", one);
            if (auto waited = body(sql); !waited) { return waited; }
            sql.run("UPDATE message SET note = 'x' WHERE id = $1", other);
            return {};
        };
    };
    writer_->submit(updates(first, 1, 2), answers.done(1));
    first.wait_until_reached();
    writer_->submit(updates(second, 2, 1), answers.done(2));
    second.wait_until_reached();
    first.let_go();
    second.let_go();
    answers.wait_for(2);
    const auto results = answers.results();
    const auto& loser = results[0] ? results[1] : results[0];
    EXPECT_NE(results[0].has_value(), results[1].has_value());
    EXPECT_EQ(loser.error().fault, Fault::conflict);
}

INSTANTIATE_TEST_SUITE_P(Engines, PostgresTest, testing::Values(Engine::postgres), engine_name);

}  // namespace
}  // namespace haven::store
