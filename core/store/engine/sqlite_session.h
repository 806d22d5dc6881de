#pragma once
#include <soci/soci.h>
#include <soci/sqlite3/soci-sqlite3.h>

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "core/store/engine/session.h"
#include "core/store/engine/statements.h"

namespace haven::store {

/// A session with an SQLite file. SOCI opens and owns it; statements run on SQLite's own calls, because SOCI 4.0.3 on
/// SQLite stores empty bytes as null, reads text as the number 0, and leaves a finished SELECT in its read transaction.
class SqliteSession final : public Session {
public:
    static Result<std::unique_ptr<SqliteSession>> open(const std::string& path, Use use);

    Engine engine() const override { return Engine::sqlite; }
    void begin_write() override;
    void begin_snapshot() override;
    void next_body() override;
    void undo_body() override { execute("ROLLBACK TO body", {}, nullptr); }
    void commit() override { execute("COMMIT", {}, nullptr); }
    void rollback() noexcept override;
    bool in_transaction() const override { return sqlite_api::sqlite3_get_autocommit(db_) == 0; }
    bool lost() override { return false; }
    void script(const std::string& text) override;
    Mark mark() const override { return {}; }
    // SQLite answers every commit. One that the disk failed is undone; should the machine stop before the next one, its
    // start may find it whole all the same, which a caller that repeats after `unreachable` must bear anyway.
    bool arrived(Mark) override { return false; }

    /// Calls `committed(frames)` after each commit of this session: how many frames the WAL holds now.
    void watch_wal(std::function<void(int frames)> committed);

    /// Copies what it can of the log into the file without waiting for anybody; says how many frames of it are there.
    int copy_log();
    /// Copies the rest, so that the next commit starts the log at its beginning. No other session may be writing;
    /// readers of the log are waited for. False: one still reads it.
    bool start_log_again(std::chrono::milliseconds wait_for_readers);
    /// A log that grew beyond so many bytes is cut off when it starts again.
    /// Copies all of the log and cuts it off, waiting for readers. False where one was in the way too long.
    bool cut_log();
    void limit_log(std::size_t bytes) { script("PRAGMA journal_size_limit = " + std::to_string(bytes)); }

private:
    struct Finalize {
        void operator()(sqlite_api::sqlite3_stmt* statement) const { sqlite_api::sqlite3_finalize(statement); }
    };
    struct Statement {
        std::unique_ptr<sqlite_api::sqlite3_stmt, Finalize> handle;
        std::vector<int> positions;  // of $1, $2 ...
    };

    explicit SqliteSession(const std::string& path);
    std::optional<std::string> to_write_ahead();
    void set_up(Use use);
    std::int64_t execute(Literal sql, std::span<const Value> args, const OnRow* on_row) override;
    Statement& prepared(Literal sql);
    std::unique_ptr<sqlite_api::sqlite3_stmt, Finalize> prepare(const char* text, const char** rest);
    void bind(Statement& statement, std::span<const Value> args);
    void step_all(sqlite_api::sqlite3_stmt* statement, const OnRow* on_row);
    void read_columns(sqlite_api::sqlite3_stmt* statement);
    bool checkpoint(int mode, int& copied);

    soci::session session_;
    sqlite_api::sqlite3* db_;
    Statements<Statement> statements_;  // finalized before the session closes
    std::vector<Value> row_;
    bool stepping_ = false;
    bool in_body_ = false;
    std::function<void(int)> committed_;
};

}  // namespace haven::store
