#include "core/store/engine/sqlite_session.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <thread>

#include "core/base/crash_point.h"
#include "core/store/engine/dialect.h"

namespace haven::store {
namespace {

using namespace sqlite_api;

constexpr int mode_owner_only = 0600;

SqlFailure constraint_failure(int code) {
    switch (code) {
        case SQLITE_CONSTRAINT_UNIQUE:
        case SQLITE_CONSTRAINT_PRIMARYKEY:
        case SQLITE_CONSTRAINT_ROWID: return {Fault::conflict, "the store holds this key already"};
        case SQLITE_CONSTRAINT_DATATYPE: return {Fault::broken, "a value has another type than its column"};
        default: return {Fault::conflict, "a rule of the table forbids it"};
    }
}

SqlFailure failure_of(int code) {
    switch (code & 0xff) {
        case SQLITE_CONSTRAINT: return constraint_failure(code);
        case SQLITE_BUSY:
        case SQLITE_LOCKED: return {Fault::unreachable, "the store is busy"};
        case SQLITE_FULL: return {Fault::unreachable, "the disk of the store is full"};
        case SQLITE_IOERR:
        case SQLITE_CANTOPEN:
        case SQLITE_PROTOCOL: return {Fault::unreachable, Reason("the disk of the store does not answer, code ", code)};
        case SQLITE_NOMEM: return {Fault::unreachable, "the store has no memory left"};
        case SQLITE_TOOBIG: return {Fault::too_large, "a value is larger than the store takes"};
        case SQLITE_CORRUPT:
        case SQLITE_NOTADB: return {Fault::broken, "the file of the store is damaged"};
        case SQLITE_READONLY: return {Fault::broken, "this session may only read"};
        case SQLITE_MISMATCH: return {Fault::broken, "a value has another type than its column"};
        case SQLITE_ERROR: return {Fault::broken, "a statement does not fit the tables or is not well-formed SQL"};
        default: return {Fault::broken, Reason("SQLite refused a statement, code ", code)};
    }
}

// The file holds sealed bodies, but states and times in clear: nobody else's business, whatever the umask. A file that
// is there is not opened: closing it would drop the locks that this process holds on it (POSIX, fcntl).
bool exists_or_made(const std::string& path, Use use) {
    if (::access(path.c_str(), R_OK | W_OK) == 0) { return true; }
    if (use != Use::migrate) { return false; }
    const int made = ::open(path.c_str(), O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC, mode_owner_only);
    if (made < 0) { return errno == EEXIST && ::access(path.c_str(), R_OK | W_OK) == 0; }  // by another node, just now
    return ::close(made) == 0;
}

// No `synchronous` here: SOCI would run it before there is a busy timeout, and fail where another session is at work.
std::string connect_string(const std::string& path) {
    return "db=\"" + path + "\" shared_cache=false";
}

// A session is one thread's at a time, so SQLite's own locks on it guard nothing; and nobody reads its memory figures,
// for which every allocation of the process would take one lock. Has no effect once SQLite runs, and is not needed
// then.
bool set_up_threads() {
    return sqlite3_config(SQLITE_CONFIG_MULTITHREAD) == SQLITE_OK &&
           sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0) == SQLITE_OK;
}

}  // namespace

Result<std::unique_ptr<SqliteSession>> SqliteSession::open(const std::string& path, Use use) {
    if (!exists_or_made(path, use)) {
        return fail(Fault::unreachable, "the file of the store is not there or may not be written");
    }
    [[maybe_unused]] static const bool once = set_up_threads();
    try {
        std::unique_ptr<SqliteSession> session(new SqliteSession(path));
        session->set_up(use);
        return session;
    } catch (const SqlFailure& failure) {
        return fail(failure.error);
    } catch (const soci::soci_error&) {  // its text may quote the path
        return fail(Fault::unreachable, "the file of the store does not open");
    }
}

SqliteSession::SqliteSession(const std::string& path)
    : session_(soci::sqlite3, connect_string(path)),
      db_(static_cast<soci::sqlite3_session_backend*>(session_.get_backend())->conn_) {
    sqlite3_extended_result_codes(db_, 1);
    sqlite3_busy_timeout(db_, static_cast<int>(std::chrono::milliseconds(busy_wait_max).count()));
}

// A new file becomes a write-ahead one under an exclusive lock, for which SQLite does not wait where waiting could be
// a deadlock (sqlite.org/c3ref/busy_handler): nodes that start together would refuse each other.
std::optional<std::string> SqliteSession::to_write_ahead() {
    constexpr std::chrono::milliseconds pause{2};
    for (auto waited = pause;; waited += pause) {
        try {
            return one<std::string>("PRAGMA journal_mode = WAL");
        } catch (const SqlFailure& failure) {
            if (failure.error.fault != Fault::unreachable || waited > busy_wait_max) { throw; }
        }
        std::this_thread::sleep_for(pause);
    }
}

void SqliteSession::set_up(Use use) {
    if (to_write_ahead() != "wal") {
        throw SqlFailure(Fault::broken, "the file system of the store does not take a write-ahead log");
    }
    script(
        "PRAGMA synchronous = FULL;"      // a commit is on the disk before it is answered
        "PRAGMA wal_autocheckpoint = 0;"  // the checkpoints' own thread does that
        "PRAGMA secure_delete = ON;"      // what is deleted is overwritten with zeros, whatever the library's default
        "PRAGMA foreign_keys = ON;"       // as on PostgreSQL
        "PRAGMA trusted_schema = OFF;"    // a planted file runs no functions
        "PRAGMA temp_store = MEMORY;");   // nothing sealed is sorted on the disk
    script(use == Use::read ? "PRAGMA query_only = ON; PRAGMA cache_size = -4096" : "PRAGMA cache_size = -32768");
}

void SqliteSession::begin_write() {
    execute("BEGIN IMMEDIATE", {}, nullptr);
    in_body_ = false;
}

void SqliteSession::begin_snapshot() {
    execute("BEGIN", {}, nullptr);
    one<std::int64_t>("SELECT count(*) FROM sqlite_schema WHERE name = ''");  // the first read takes the snapshot
}

void SqliteSession::next_body() {
    if (in_body_) { execute("RELEASE body", {}, nullptr); }
    execute("SAVEPOINT body", {}, nullptr);
    in_body_ = true;
}

void SqliteSession::rollback() noexcept {
    if (!in_transaction()) { return; }  // SQLite has undone it by itself after some failures
    try {
        execute("ROLLBACK", {}, nullptr);
    } catch (const SqlFailure&) {  // then the next BEGIN says so
    }
}

std::int64_t SqliteSession::execute(Literal sql, std::span<const Value> args, const OnRow* on_row) {
    if (stepping_) { throw SqlFailure(Fault::broken, "a statement runs while the rows of another are read"); }
    try {
        auto& statement = prepared(sql);
        bind(statement, args);
        step_all(statement.handle.get(), on_row);
        return sqlite3_stmt_readonly(statement.handle.get()) != 0 ? 0 : sqlite3_changes64(db_);
    } catch (const SqlFailure& failure) {
        log_refused(sql, failure);
        throw;
    }
}

SqliteSession::Statement& SqliteSession::prepared(Literal sql) {
    if (auto* found = statements_.find(sql.text)) { return *found; }
    const auto text = in_dialect(sql.text, Engine::sqlite);
    if (!text) { throw SqlFailure(text.error()); }
    Statement made{prepare(text->c_str(), nullptr), {}};
    const int count = sqlite3_bind_parameter_count(made.handle.get());
    for (int n = 1; n <= count; ++n) {
        // SQLite numbers parameters by their first appearance, so $2 may be its first.
        const int position = sqlite3_bind_parameter_index(made.handle.get(), ("$" + std::to_string(n)).c_str());
        if (position == 0) { throw SqlFailure(Fault::broken, "expected the parameters $1, $2 and so on"); }
        made.positions.push_back(position);
    }
    statements_.make_room();
    return statements_.keep(sql.text, std::move(made));
}

std::unique_ptr<sqlite3_stmt, SqliteSession::Finalize> SqliteSession::prepare(const char* text, const char** rest) {
    sqlite3_stmt* made = nullptr;
    const int code = sqlite3_prepare_v3(db_, text, -1, rest == nullptr ? SQLITE_PREPARE_PERSISTENT : 0, &made, rest);
    if (code != SQLITE_OK) { throw failure_of(code); }
    return std::unique_ptr<sqlite3_stmt, Finalize>(made);
}

void SqliteSession::bind(Statement& statement, std::span<const Value> args) {
    if (args.size() != statement.positions.size()) {
        throw SqlFailure(Fault::broken,
                         Reason("a statement takes ", statement.positions.size(), " arguments, not ", args.size()));
    }
    require_text(args);
    auto* const handle = statement.handle.get();
    for (std::size_t i = 0; i < args.size(); ++i) {
        const int at = statement.positions[i];
        // Bound without a copy: the arguments outlive the step. A null pointer would bind null, so empty is "".
        int code = SQLITE_OK;
        if (const auto* n = std::get_if<std::int64_t>(&args[i])) {
            code = sqlite3_bind_int64(handle, at, *n);
        } else if (const auto* text = std::get_if<std::string_view>(&args[i])) {
            code = sqlite3_bind_text64(handle, at, text->empty() ? "" : text->data(), text->size(), SQLITE_STATIC,
                                       SQLITE_UTF8);
        } else if (const auto* bytes = std::get_if<BytesView>(&args[i])) {
            const auto view = bytes->value;
            code = sqlite3_bind_blob64(handle, at, view.empty() ? "" : view.data(), view.size(), SQLITE_STATIC);
        } else {
            code = sqlite3_bind_null(handle, at);
        }
        if (code != SQLITE_OK) { throw failure_of(code); }
    }
}

void SqliteSession::step_all(sqlite3_stmt* statement, const OnRow* on_row) {
    // A statement that is not reset holds its read transaction: stale rows, a WAL that never shrinks, a BEGIN refused.
    struct Finish {
        sqlite3_stmt* statement;
        bool& stepping;
        ~Finish() {
            sqlite3_reset(statement);
            stepping = false;
        }
    } const finish{statement, stepping_};
    stepping_ = true;
    int code = sqlite3_step(statement);
    for (; code == SQLITE_ROW; code = sqlite3_step(statement)) {
        if (on_row == nullptr) { continue; }
        read_columns(statement);
        (*on_row)(row_);
    }
    if (code != SQLITE_DONE) { throw failure_of(code); }
}

void SqliteSession::read_columns(sqlite3_stmt* statement) {
    row_.clear();
    for (int i = 0; i < sqlite3_column_count(statement); ++i) {
        const auto bytes = [&](const void* start) {
            const auto size = static_cast<std::size_t>(sqlite3_column_bytes(statement, i));
            return start == nullptr ? std::string_view() : std::string_view(static_cast<const char*>(start), size);
        };
        switch (sqlite3_column_type(statement, i)) {
            case SQLITE_INTEGER: row_.emplace_back(std::int64_t{sqlite3_column_int64(statement, i)}); break;
            case SQLITE_TEXT: row_.emplace_back(bytes(sqlite3_column_text(statement, i))); break;
            case SQLITE_BLOB: row_.emplace_back(BytesView{bytes(sqlite3_column_blob(statement, i))}); break;
            case SQLITE_NULL: row_.emplace_back(); break;
            default: refuse_column();
        }
    }
}

void SqliteSession::script(const std::string& text) {
    const char* rest = text.c_str();
    while (*rest != '\0') {
        const auto statement = prepare(rest, &rest);
        if (!statement) { break; }  // only spaces and comments were left
        step_all(statement.get(), nullptr);
        if (in_transaction()) { crash_point("migration-statement"); }
    }
}

void SqliteSession::watch_wal(std::function<void(int)> committed) {
    committed_ = std::move(committed);
    const auto call = [](void* self, sqlite3*, const char*, int frames) {
        static_cast<SqliteSession*>(self)->committed_(frames);
        return SQLITE_OK;
    };
    sqlite3_wal_hook(db_, call, this);
}

int SqliteSession::copy_log() {
    int copied = 0;
    checkpoint(SQLITE_CHECKPOINT_PASSIVE, copied);
    return copied;
}

bool SqliteSession::start_log_again(std::chrono::milliseconds wait_for_readers) {
    int copied = 0;
    sqlite3_busy_timeout(db_, static_cast<int>(wait_for_readers.count()));
    return checkpoint(SQLITE_CHECKPOINT_RESTART, copied);
}

bool SqliteSession::cut_log() {
    int copied = 0;
    return checkpoint(SQLITE_CHECKPOINT_TRUNCATE, copied);
}

bool SqliteSession::checkpoint(int mode, int& copied) {
    const int code = sqlite3_wal_checkpoint_v2(db_, nullptr, mode, nullptr, &copied);
    if (code != SQLITE_OK && (code & 0xff) != SQLITE_BUSY) { throw failure_of(code); }
    return code == SQLITE_OK;
}

}  // namespace haven::store
