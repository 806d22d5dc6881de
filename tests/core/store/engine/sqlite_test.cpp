#include <sys/stat.h>

#include <array>
#include <atomic>
#include <filesystem>
#include <fstream>
#include <thread>

#include "core/store/engine/session.h"
#include "tests/core/store/engine/store_fixture.h"

// What only SQLite has: its file, its log, its lock.
namespace haven::store {
namespace {

constexpr std::size_t wal_bytes = std::size_t{256} * 1024;

class SqliteTest : public EngineTest {
protected:
    std::size_t size_of_log() const {
        std::error_code absent;
        const auto size = std::filesystem::file_size(database().where + "-wal", absent);
        return absent ? 0 : size;
    }
    void write_megabytes(int count) {
        const std::string body(std::size_t{64} * 1024, '\x5a');
        for (int i = 0; i < count * 16; ++i) {
            write_well([&](Sql& sql) {
                sql.run("INSERT INTO message (id, partner, body) VALUES ($1, '', $2)", ++last_id_, BytesView{body});
            });
        }
    }
    std::int64_t last_id_ = 0;
};

TEST_P(SqliteTest, GivesTheFileToItsOwnerAlone) {
    for (const char* end : {"", "-wal"}) {
        struct stat status {};
        ASSERT_EQ(::stat((database().where + end).c_str(), &status), 0);
        EXPECT_EQ(status.st_mode & 0777U, 0600U) << end;
    }
}

TEST_P(SqliteTest, SyncsEveryCommit) {
    write_well([](Sql& sql) {
        EXPECT_EQ(sql.one<std::int64_t>("PRAGMA synchronous"), 2);  // FULL
        EXPECT_EQ(sql.one<std::string>("PRAGMA journal_mode"), "wal");
    });
}

TEST_P(SqliteTest, OpensAPathWithSpacesAndUnusualLetters) {
    const TestStore other(Engine::sqlite);
    const auto folder = std::filesystem::path(other.database().where).parent_path() / "site of the (über) 'hub'=1";
    std::filesystem::create_directory(folder);
    const Database odd{Engine::sqlite, (folder / "haven.db").string()};
    ASSERT_TRUE(migrate(odd, engine_test_migrations(), noon));
    EXPECT_TRUE(Writer::open(odd));
    EXPECT_TRUE(std::filesystem::exists(odd.where));
}

TEST_P(SqliteTest, KeepsItsLogSmallWhileReadersAreAlwaysAtWork) {
    open_writer({.wal_bytes = wal_bytes});
    std::atomic<bool> stop{false};
    std::array<std::thread, 3> readers;
    for (auto& reader : readers) {
        reader = std::thread([&] {
            while (!stop) { count_of_messages(); }
        });
    }
    std::size_t largest = 0;
    for (int i = 0; i < 8; ++i) {
        write_megabytes(1);
        largest = std::max(largest, size_of_log());
    }
    stop = true;
    for (auto& reader : readers) { reader.join(); }
    EXPECT_LT(largest, 12 * wal_bytes);  // of 8 MB that were written
}

TEST_P(SqliteTest, CutsTheLogOffAfterALongReading) {
    open_writer({.wal_bytes = wal_bytes});
    ASSERT_TRUE(readers_->read_snapshot([&](Sql&) -> Result<void> {
        write_megabytes(6);
        return {};
    }));
    EXPECT_GT(size_of_log(), std::size_t{5} << 20);
    const auto until = std::chrono::steady_clock::now() + deadline;
    while (size_of_log() > (std::size_t{2} << 20) && std::chrono::steady_clock::now() < until) { write_megabytes(1); }
    EXPECT_LE(size_of_log(), std::size_t{2} << 20);
    EXPECT_EQ(count_of_messages(), last_id_);
}

TEST_P(SqliteTest, SaysThatTheDiskIsFullAndGoesOnWhenItIsNot) {
    const std::string body(std::size_t{1} << 20, '\x5a');
    const auto full = write([&](Sql& sql) {
        sql.run("PRAGMA max_page_count = 64");
        sql.run("INSERT INTO message (id, partner, body) VALUES (1, '', $1)", BytesView{body});
    });
    ASSERT_FALSE(full);
    EXPECT_EQ(full.error().fault, Fault::unreachable);
    EXPECT_EQ(full.error().reason, Reason("the disk of the store is full"));
    write_well([](Sql& sql) { sql.run("PRAGMA max_page_count = 100000"); });
    write_well(
        [&](Sql& sql) { sql.run("INSERT INTO message (id, partner, body) VALUES (1, '', $1)", BytesView{body}); });
    EXPECT_EQ(count_of_messages(), 1);
}

TEST_P(SqliteTest, AnswersBusyWhereAnotherProcessHoldsTheLock) {
    write_well([](Sql& sql) { sql.run("PRAGMA busy_timeout = 50"); });  // instead of busy_wait_max
    auto other = std::move(*open_session(database(), Use::write));
    other->begin_write();
    const auto answer = write([](Sql& sql) { add_message(sql, 1); });
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().fault, Fault::unreachable);
    other->rollback();
    write_well([](Sql& sql) { add_message(sql, 1); });
}

TEST_P(SqliteTest, RefusesAFileThatIsNoStore) {
    const TestStore other(Engine::sqlite);
    std::ofstream(other.database().where) << std::string(5000, 'x');
    const auto taken = migrate(other.database(), engine_test_migrations(), noon);
    ASSERT_FALSE(taken);
    EXPECT_EQ(taken.error().fault, Fault::broken);
}

INSTANTIATE_TEST_SUITE_P(Engines, SqliteTest, testing::Values(Engine::sqlite), engine_name);

}  // namespace
}  // namespace haven::store
