#include "tests/support/postgres.h"

#include <libpq-fe.h>
#include <unistd.h>

#include <atomic>
#include <cstdlib>
#include <stdexcept>

namespace haven {
namespace {

std::string fresh_name() {
    static std::atomic<int> count{0};
    return "haven_test_" + std::to_string(::getpid()) + "_" + std::to_string(++count);
}

void on_server(const std::string& statement) {
    const std::unique_ptr<PGconn, decltype(&PQfinish)> connection(PQconnectdb(test_postgres()->c_str()), PQfinish);
    PQsetNoticeReceiver(
        connection.get(), [](void*, const PGresult*) {}, nullptr);
    const std::unique_ptr<PGresult, decltype(&PQclear)> result(PQexec(connection.get(), statement.c_str()), PQclear);
    if (PQresultStatus(result.get()) != PGRES_COMMAND_OK) {
        throw std::runtime_error(PQerrorMessage(connection.get()));
    }
}

}  // namespace

std::optional<std::string> test_postgres() {
    const char* where = std::getenv("HAVEN_TEST_POSTGRES");
    if (where == nullptr || *where == '\0') { return std::nullopt; }
    return where;
}

TestStore::TestStore(store::Engine engine) {
    const auto name = fresh_name();
    if (engine == store::Engine::sqlite) {
        folder_ = std::filesystem::temp_directory_path() / name;
        std::filesystem::remove_all(folder_);
        std::filesystem::create_directory(folder_);
        database_ = {engine, (folder_ / "haven.db").string()};
    } else {
        schema_ = name;
        on_server("DROP SCHEMA IF EXISTS " + schema_ + " CASCADE; CREATE SCHEMA " + schema_);
        database_ = {engine, *test_postgres() + " options='-c search_path=" + schema_ + "'"};
    }
}

TestStore::~TestStore() {
    if (!folder_.empty()) { std::filesystem::remove_all(folder_); }
    if (schema_.empty()) { return; }
    try {
        on_server("DROP SCHEMA " + schema_ + " CASCADE");
    } catch (const std::runtime_error& error) { ADD_FAILURE() << error.what(); }
}

std::string TestStore::text() const {
    return (database_.engine == store::Engine::sqlite ? "sqlite:" : "postgresql:") + database_.where;
}

std::string engine_name(const testing::TestParamInfo<store::Engine>& info) {
    return info.param == store::Engine::sqlite ? "sqlite" : "postgres";
}

}  // namespace haven
