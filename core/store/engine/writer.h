#pragma once
#include <functional>
#include <memory>

#include "core/store/engine/database.h"
#include "core/store/engine/sql.h"

namespace haven::store {

struct WriterLimits {
    std::size_t queue_max = 4096;                   ///< bodies that wait; one more is refused at once
    std::size_t group_max = 64;                     ///< bodies in one commit; on PostgreSQL 8 at most
    std::size_t connections = 8;                    ///< PostgreSQL; SQLite has one writer
    std::size_t wal_bytes = std::size_t{64} << 20;  ///< SQLite: a log larger than this is copied into the file
};

/// What a writer has done since it was opened, for figures and tests.
struct WriterCounts {
    std::uint64_t commits = 0;  ///< transactions, each of one or more bodies
    std::uint64_t bodies = 0;   ///< bodies that were committed
    std::size_t waiting = 0;    ///< bodies in the queue now
};

/// Commits what many callers submit, in few durable transactions.
///
/// On SQLite one thread takes all bodies that wait and commits them with one sync; on PostgreSQL each connection does.
/// A body that fails is undone alone. Each database has one writer in a process.
class Writer {
public:
    /// Reads and writes rows and computes nothing else: other callers' bodies wait behind it. Its failure undoes it.
    /// A body is run once, and may be undone although it returned well: what it found counts once `Done` says so.
    using Body = std::function<Result<void>(Sql&)>;
    /// Told once how the body ended, in the order of submission in its turn (on PostgreSQL: of a connection), after the
    /// commit is durable. Called on the writer's thread, which waits for it: hand the news on and return; never throw.
    using Done = std::function<void(Result<void>)>;

    /// The tables must be there (`migrate`).
    /// Errors: unreachable, broken - as `open_session` says.
    static Result<std::unique_ptr<Writer>> open(const Database& database, WriterLimits limits = {});
    Writer(const Writer&) = delete;
    Writer& operator=(const Writer&) = delete;
    /// Refuses new bodies, commits those that wait, answers every one.
    ~Writer();

    /// In which turn a body is taken.
    enum class Turn : std::uint8_t {
        usual,
        door,  ///< somebody outside waits for its acknowledgement
    };

    /// Queues a body. Where the queue is full, `done` is called at once, on this thread.
    ///
    /// Errors, told to `done`: what the body answered; what `Sql` says of its statements; and
    ///   unreachable - the queue is full, the database is lost, or (PostgreSQL) it is not known whether the commit
    ///                 arrived, though the database was asked for 30 s: repeat it only if a repeat does no harm
    void submit(Body body, Done done, Turn turn = Turn::usual);

    /// For plain workers: submits and waits. Never from within a body or a `Done`: it would wait for itself.
    Result<void> submit_and_wait(Body body);

    /// When it returns, what was deleted before the call is nowhere in the store's own files: SQLite's log is copied
    /// and cut off (pages are zeroed as they are freed); on PostgreSQL dead rows are removed. The server's own log and
    /// backups follow when they are past their time. For rare use. Errors: unreachable - a reader was in the way for 5
    /// s.
    Result<void> wipe();

    WriterCounts counts() const;

private:
    class Lanes;
    explicit Writer(std::unique_ptr<Lanes> lanes);
    std::unique_ptr<Lanes> lanes_;
};

}  // namespace haven::store
