#include <gtest/gtest.h>
#include <sqlite3.h>

#include <fstream>
#include <memory>

#include "core/store/engine/dialect.h"
#include "core/store/work.h"

namespace haven::store {
namespace {

/// How SQLite goes about a statement on the hub's tables, a line each step.
std::string plan_of(const std::string& statement) {
    sqlite3* opened = nullptr;
    EXPECT_EQ(sqlite3_open(":memory:", &opened), SQLITE_OK);
    const std::unique_ptr<sqlite3, int (*)(sqlite3*)> database(opened, sqlite3_close);
    std::ifstream file(HAVEN_SOURCE_DIR "/core/store/migrations/0001_tables.sql");
    const std::string tables(std::istreambuf_iterator<char>(file), {});
    EXPECT_EQ(sqlite3_exec(opened, in_dialect(tables, Engine::sqlite)->c_str(), nullptr, nullptr, nullptr), SQLITE_OK)
        << sqlite3_errmsg(opened);
    std::string plan;
    const auto add = [](void* into, int columns, char** values, char**) {
        *static_cast<std::string*>(into) += std::string(values[columns - 1]) + "\n";
        return 0;
    };
    const auto asked = "EXPLAIN QUERY PLAN " + *in_dialect(statement, Engine::sqlite);
    EXPECT_EQ(sqlite3_exec(opened, asked.c_str(), add, &plan, nullptr), SQLITE_OK) << sqlite3_errmsg(opened);
    return plan;
}

// With a condition that did not imply the index's own, each claim read every row of work up to the claimed one.
TEST(ClaimStatement, LooksAtNoWorkThatIsDone) {
    const auto plan = plan_of(claim_statement.text);
    EXPECT_NE(plan.find("SEARCH w USING INDEX work_due"), std::string::npos) << plan;
    EXPECT_NE(plan.find("SEARCH o USING INDEX work_of_case"), std::string::npos) << plan;
    EXPECT_EQ(plan.find("SCAN"), std::string::npos) << plan;
}

}  // namespace
}  // namespace haven::store
