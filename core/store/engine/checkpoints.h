#pragma once
#include <condition_variable>
#include <mutex>
#include <thread>

#include "core/store/engine/sqlite_session.h"

namespace haven::store {

/// Copies SQLite's log into its file on a thread of its own, so that no commit waits for it.
///
/// Most is copied while the writer goes on. Only the last part, after which the log starts again at its beginning,
/// needs the writer to stand still; it is small by then. A reader that holds an old snapshot puts that off.
class Checkpoints {
public:
    /// `session` does the copying; a log larger than `wal_bytes` is due.
    Checkpoints(std::unique_ptr<SqliteSession> session, std::size_t wal_bytes);
    Checkpoints(const Checkpoints&) = delete;
    Checkpoints& operator=(const Checkpoints&) = delete;
    ~Checkpoints();

    /// The writer tells how many frames the log holds after a commit.
    void committed(int frames);

    /// Held by the writer during a transaction.
    class Turn {
    public:
        explicit Turn(Checkpoints& checkpoints);
        Turn(const Turn&) = delete;
        Turn& operator=(const Turn&) = delete;
        ~Turn();

    private:
        Checkpoints& checkpoints_;
    };

private:
    void run();
    void copy();
    bool start_log_again();

    std::unique_ptr<SqliteSession> session_;
    const int frames_due_;
    std::mutex mutex_;
    std::condition_variable changed_;
    int frames_ = 0;
    int next_at_;  // frames at which the next copy is due: later each time a reader was in the way
    bool writing_ = false;
    bool wants_turn_ = false;
    bool closing_ = false;
    std::thread thread_;
};

}  // namespace haven::store
