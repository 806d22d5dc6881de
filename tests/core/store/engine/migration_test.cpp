#include "core/store/engine/migration.h"

#include <array>
#include <thread>

#include "tests/core/store/engine/store_fixture.h"

namespace haven::store {
namespace {

constexpr Migration first{1, "0001_first.sql", "CREATE TABLE a (id {bigint} PRIMARY KEY) {strict};"};
constexpr Migration second{2, "0002_second.sql",
                           "CREATE TABLE b (id {bigint} PRIMARY KEY) {strict};"
                           "INSERT INTO b (id) VALUES (7);"};

class MigrationTest : public StoreTest {
protected:
    Result<std::int64_t> take(std::vector<Migration> steps) { return migrate(database(), steps, noon); }
    bool has_table(const char* name) {
        auto readers = std::move(*Readers::open(database()));
        return *readers->read([&](Sql& sql) -> Result<bool> {
            return *(GetParam() == Engine::sqlite
                         ? sql.one<bool>("SELECT EXISTS (SELECT 1 FROM sqlite_schema WHERE name = $1)", name)
                         : sql.one<bool>("SELECT to_regclass($1) IS NOT NULL", name));
        });
    }
};

TEST_P(MigrationTest, TakesEachStepOnce) {
    EXPECT_EQ(take({first}), 1);
    EXPECT_EQ(take({first, second}), 1);
    EXPECT_EQ(take({first, second}), 0);
    auto readers = std::move(*Readers::open(database()));
    const auto row = readers->read([](Sql& sql) -> Result<std::tuple<std::string, Instant>> {
        return *sql.one<std::string, Instant>("SELECT name, at_us FROM migration WHERE number = 2");
    });
    EXPECT_EQ(*row, std::tuple(std::string("0002_second.sql"), noon));
}

TEST_P(MigrationTest, RefusesAStepThatWasEditedAfterItWasTaken) {
    ASSERT_TRUE(take({first}));
    auto edited = first;
    edited.sql = "CREATE TABLE a (id {bigint} PRIMARY KEY, more text) {strict};";
    const auto taken = take({edited, second});
    ASSERT_FALSE(taken);
    EXPECT_EQ(taken.error().fault, Fault::refused);
    EXPECT_FALSE(has_table("b"));
}

TEST_P(MigrationTest, RefusesAStoreThatIsNewerThanTheProgram) {
    ASSERT_TRUE(take({first, second}));
    const auto taken = take({first});
    ASSERT_FALSE(taken);
    EXPECT_EQ(taken.error().fault, Fault::refused);
}

TEST_P(MigrationTest, RefusesAGapInTheSteps) {
    const auto taken = take({second});
    ASSERT_FALSE(taken);
    EXPECT_EQ(taken.error().fault, Fault::broken);
}

TEST_P(MigrationTest, LeavesNothingOfAStepThatFailsAndNamesIt) {
    const Migration half{2, "0002_half.sql",
                         "CREATE TABLE b (id {bigint} PRIMARY KEY); INSERT INTO missing VALUES (1);"};
    const auto taken = take({first, half});
    ASSERT_FALSE(taken);
    EXPECT_EQ(taken.error().fault, Fault::broken);
    EXPECT_EQ(taken.error().where(), "0002_half.sql");
    EXPECT_TRUE(has_table("a"));
    EXPECT_FALSE(has_table("b"));
    EXPECT_EQ(take({first, second}), 1);
}

TEST_P(MigrationTest, IsTakenOnceByNodesThatStartTogether) {
    std::atomic<std::int64_t> steps{0};
    std::array<std::thread, 4> nodes;
    for (auto& node : nodes) {
        node = std::thread([&] {
            const auto taken = take({first, second});
            EXPECT_TRUE(taken) << taken.error().message();
            steps += taken.value_or(0);
        });
    }
    for (auto& node : nodes) { node.join(); }
    EXPECT_EQ(steps, 2);
}

INSTANTIATE_TEST_SUITE_P(Engines, MigrationTest, both_engines, engine_name);

TEST(EmbeddedMigrations, AreTheFilesOfTheFolderInOrder) {
    const auto steps = engine_test_migrations();
    ASSERT_EQ(steps.size(), 2U);
    EXPECT_EQ(steps[0].number, 1);
    EXPECT_EQ(steps[0].name, "0001_messages.sql");
    EXPECT_NE(steps[0].sql.find("CREATE TABLE message ("), std::string_view::npos);
    EXPECT_EQ(steps[1].number, 2);
    EXPECT_EQ(steps[1].name, "0002_work.sql");
}

}  // namespace
}  // namespace haven::store
