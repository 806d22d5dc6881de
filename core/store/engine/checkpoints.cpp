#include "core/store/engine/checkpoints.h"

#include "core/base/log.h"

namespace haven::store {
namespace {

constexpr int page_bytes = 4096;
constexpr int frames_standing_max = 256;                  // about what is copied in the time of one commit
constexpr int passes_max = 4;                             // while the writer goes on, each smaller than the one before
constexpr std::chrono::milliseconds readers_wait_max{5};  // the writer stands still for it

}  // namespace

Checkpoints::Checkpoints(std::unique_ptr<SqliteSession> session, std::size_t wal_bytes)
    : session_(std::move(session)),
      frames_due_(static_cast<int>(wal_bytes / page_bytes)),
      next_at_(frames_due_),
      thread_([this] { run(); }) {}

Checkpoints::~Checkpoints() {
    {
        const std::lock_guard lock(mutex_);
        closing_ = true;
    }
    changed_.notify_all();
    thread_.join();
}

void Checkpoints::committed(int frames) {
    const std::lock_guard lock(mutex_);
    frames_ = frames;
    if (frames_ >= next_at_) { changed_.notify_all(); }
}

Checkpoints::Turn::Turn(Checkpoints& checkpoints) : checkpoints_(checkpoints) {
    std::unique_lock lock(checkpoints_.mutex_);
    checkpoints_.changed_.wait(lock, [this] { return !checkpoints_.wants_turn_; });
    checkpoints_.writing_ = true;
}

Checkpoints::Turn::~Turn() {
    {
        const std::lock_guard lock(checkpoints_.mutex_);
        checkpoints_.writing_ = false;
        if (!checkpoints_.wants_turn_) { return; }
    }
    checkpoints_.changed_.notify_all();
}

void Checkpoints::run() {
    while (true) {
        {
            std::unique_lock lock(mutex_);
            changed_.wait(lock, [this] { return closing_ || frames_ >= next_at_; });
            if (closing_) { return; }
        }
        try {
            copy();
        } catch (const SqlFailure& failure) {
            log(LogLevel::alarm, "checkpoint-failed", {{"error", failure.error}});
            const std::lock_guard lock(mutex_);
            next_at_ = frames_ + frames_due_;
        }
    }
}

void Checkpoints::copy() {
    for (int pass = 0; pass < passes_max; ++pass) {
        const int copied = session_->copy_log();
        const std::lock_guard lock(mutex_);
        if (frames_ - copied <= frames_standing_max) { break; }
    }
    const bool again = start_log_again();
    const std::lock_guard lock(mutex_);
    if (again) { frames_ = 0; }  // the writer tells the new count with its next commit
    next_at_ = again ? frames_due_ : frames_ + frames_due_ / 4;
}

bool Checkpoints::start_log_again() {
    std::unique_lock lock(mutex_);
    wants_turn_ = true;
    changed_.wait(lock, [this] { return !writing_; });
    lock.unlock();
    bool again = false;
    std::exception_ptr failure;
    try {
        again = session_->start_log_again(readers_wait_max);
    } catch (const SqlFailure&) { failure = std::current_exception(); }
    lock.lock();
    wants_turn_ = false;
    changed_.notify_all();
    if (failure) { std::rethrow_exception(failure); }
    return again;
}

}  // namespace haven::store
