#pragma once
#include <chrono>
#include <exception>
#include <memory>

#include "core/store/engine/database.h"
#include "core/store/engine/sql.h"

// Private to this folder: what the writer, the readers and the migrations need of a session beyond statements.
namespace haven::store {

inline constexpr std::size_t statements_max = 512;       ///< prepared in one session; the longest unused goes first
inline constexpr std::chrono::seconds busy_wait_max{5};  ///< for a lock that another session holds

/// A statement failed. Thrown inside a body, caught at its boundary (`writer.cpp`, `readers.cpp`, `migration.cpp`).
///
/// An exception and not a value because a body that went on after a failed statement would decide on rows that it did
/// not get, and because forgetting one check among hundreds of statements would commit half a body.
struct SqlFailure : std::exception {
    explicit SqlFailure(Error e) : error(std::move(e)) {}
    SqlFailure(Fault fault, Reason reason) : error{fault, reason, {}} {}
    const char* what() const noexcept override { return "a statement of the store failed"; }
    Error error;
};

/// A commit was sent and not answered: it may have happened. Only the database knows (`Session::arrived`).
struct CommitUnknown : SqlFailure {
    using SqlFailure::SqlFailure;
};

/// What a session is for.
enum class Use : std::uint8_t { write, read, migrate };

/// Names one transaction of one session in the table `submitted`.
struct Mark {
    std::int64_t session = 0;
    std::int64_t transaction = 0;
};

/// All members throw SqlFailure where they cannot do what they say.
class Session : public Sql {
public:
    virtual Engine engine() const = 0;
    virtual void begin_write() = 0;     ///< takes SQLite's write lock; on PostgreSQL writes the mark
    virtual void begin_snapshot() = 0;  ///< every statement until `rollback` sees one moment
    virtual void next_body() = 0;       ///< a savepoint; the one before it is kept for good
    virtual void undo_body() = 0;       ///< back to the savepoint
    virtual void commit() = 0;          ///< durable when it returns
    virtual void rollback() noexcept = 0;
    virtual bool in_transaction() const = 0;
    virtual bool lost() = 0;  ///< the connection is gone for good; open another session

    /// Several statements in one text, without arguments: migrations.
    virtual void script(const std::string& text) = 0;

    virtual Mark mark() const = 0;  ///< of the transaction begun last
    virtual bool arrived(
        Mark commit) = 0;  ///< whether a commit of unknown outcome happened; waits until that is settled
};

/// Ends the body where a text is no UTF-8 or holds a zero byte: PostgreSQL would refuse it, SQLite would not.
void require_text(std::span<const Value> args);
/// Writes down which statement was refused as broken; the statement is a literal, so no value is in it.
void log_refused(Literal sql, const SqlFailure& failure);

/// Opens a session. Errors: unreachable - not there or refused; broken - not set up to keep what it commits.
Result<std::unique_ptr<Session>> open_session(const Database& database, Use use);

}  // namespace haven::store
