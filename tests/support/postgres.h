#pragma once
#include <gtest/gtest.h>

#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include "core/store/engine/database.h"

namespace haven {

/// How tests reach a PostgreSQL server of their own (libpq's connection string, a role that may do anything), from
/// HAVEN_TEST_POSTGRES; `tests/support/with_postgres` starts one.
std::optional<std::string> test_postgres();

/// A fresh and empty store on either engine: a folder for SQLite, a schema for PostgreSQL. Gone afterwards.
class TestStore {
public:
    explicit TestStore(store::Engine engine);
    TestStore(const TestStore&) = delete;
    TestStore& operator=(const TestStore&) = delete;
    ~TestStore();

    const store::Database& database() const { return database_; }
    std::string text() const;  ///< as `Database::parse` reads it

private:
    store::Database database_;
    std::filesystem::path folder_;
    std::string schema_;
};

/// A test that runs on both engines; on PostgreSQL it is skipped where no server is there.
class StoreTest : public testing::TestWithParam<store::Engine> {
protected:
    void SetUp() override {
        if (GetParam() == store::Engine::postgres && !test_postgres()) {
            GTEST_SKIP() << "skipped: HAVEN_TEST_POSTGRES is not set";
        }
        store_ = std::make_unique<TestStore>(GetParam());
    }
    const store::Database& database() const { return store_->database(); }

    std::unique_ptr<TestStore> store_;
};

/// The third argument of INSTANTIATE_TEST_SUITE_P(..., both_engines, engine_name).
inline const auto both_engines = testing::Values(store::Engine::sqlite, store::Engine::postgres);
std::string engine_name(const testing::TestParamInfo<store::Engine>& info);

}  // namespace haven
