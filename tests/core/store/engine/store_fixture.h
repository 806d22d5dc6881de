#pragma once
#include <gtest/gtest.h>

#include <future>
#include <span>

#include "core/store/engine/migration.h"
#include "core/store/engine/readers.h"
#include "core/store/engine/writer.h"
#include "tests/support/postgres.h"

std::span<const haven::store::Migration> engine_test_migrations();

namespace haven::store {

constexpr Instant noon = from_us(1'795'262'400'000'000);  // 2026-11-21T12:00:00Z
constexpr std::chrono::seconds deadline{20};              // for what happens at once unless something is broken

/// Tables of `migrations/`, a writer and readers, on either engine.
class EngineTest : public StoreTest {
protected:
    void SetUp() override {
        StoreTest::SetUp();
        if (IsSkipped()) { return; }
        const auto steps = migrate(database(), engine_test_migrations(), noon);
        ASSERT_TRUE(steps) << steps.error().message();
        open_writer({.connections = 2});
        auto opened = Readers::open(database(), {.sessions = 2});
        ASSERT_TRUE(opened) << opened.error().message();
        readers_ = std::move(*opened);
    }
    void TearDown() override {
        writer_.reset();
        readers_.reset();
    }

    void open_writer(WriterLimits limits) {
        writer_.reset();
        auto opened = Writer::open(database(), limits);
        ASSERT_TRUE(opened) << opened.error().message();
        writer_ = std::move(*opened);
    }

    Result<void> write(const std::function<void(Sql&)>& statements) {
        return writer_->submit_and_wait([&](Sql& sql) -> Result<void> {
            statements(sql);
            return {};
        });
    }
    void write_well(const std::function<void(Sql&)>& statements) {
        const auto written = write(statements);
        EXPECT_TRUE(written) << written.error().message();
    }
    std::int64_t count_of_messages() {
        return *readers_->read(
            [](Sql& sql) -> Result<std::int64_t> { return *sql.one<std::int64_t>("SELECT count(*) FROM message"); });
    }

    std::unique_ptr<Writer> writer_;
    std::unique_ptr<Readers> readers_;
};

inline void add_message(Sql& sql, std::int64_t id) {
    sql.run("INSERT INTO message (id, partner) VALUES ($1, 'northshire')", id);
}

/// A body that waits: until `let_go`, everything that is submitted waits behind it.
class Gate {
public:
    Writer::Body body() {
        return [this](Sql&) -> Result<void> {
            reached_.set_value();
            EXPECT_EQ(open_.get_future().wait_for(deadline), std::future_status::ready);
            return {};
        };
    }
    void wait_until_reached() { EXPECT_EQ(reached_.get_future().wait_for(deadline), std::future_status::ready); }
    void let_go() { open_.set_value(); }

private:
    std::promise<void> reached_;
    std::promise<void> open_;
};

/// Waits for a number of callbacks.
class Answers {
public:
    Writer::Done done(std::int64_t id) {
        return [this, id](const Result<void>& result) {
            const std::lock_guard lock(mutex_);
            order_.push_back(id);
            results_.push_back(result);
            arrived_.notify_all();
        };
    }
    void wait_for(std::size_t count) {
        std::unique_lock lock(mutex_);
        ASSERT_TRUE(arrived_.wait_for(lock, deadline, [&] { return order_.size() >= count; }));
    }
    std::vector<std::int64_t> order() const {
        const std::lock_guard lock(mutex_);
        return order_;
    }
    std::vector<Result<void>> results() const {
        const std::lock_guard lock(mutex_);
        return results_;
    }

private:
    mutable std::mutex mutex_;
    std::condition_variable arrived_;
    std::vector<std::int64_t> order_;
    std::vector<Result<void>> results_;
};

}  // namespace haven::store
