#pragma once
#include <condition_variable>
#include <deque>
#include <mutex>
#include <vector>

#include "core/store/engine/writer.h"

namespace haven::store {

struct Submission {
    Writer::Body body;
    Writer::Done done;
};

/// The bodies that wait for a writer: first come, first taken, and never more than `max`.
class Submissions {
public:
    explicit Submissions(std::size_t max) : max_(max) {}

    /// Takes the submission over, or leaves it whole where the queue is full or closed.
    bool offer(Submission& submission) {
        {
            const std::lock_guard lock(mutex_);
            if (closed_ || waiting_.size() >= max_) { return false; }
            waiting_.push_back(std::move(submission));
        }
        arrived_.notify_one();
        return true;
    }

    /// Waits for at least one and takes at most `count`. Empty: the queue is closed and nothing is left.
    std::vector<Submission> take(std::size_t count) {
        std::unique_lock lock(mutex_);
        arrived_.wait(lock, [&] { return closed_ || !waiting_.empty(); });
        return take_locked(count);
    }

    std::vector<Submission> take_all_now() {
        const std::lock_guard lock(mutex_);
        return take_locked(waiting_.size());
    }

    /// Refuses further ones; what waits can still be taken.
    void close() {
        {
            const std::lock_guard lock(mutex_);
            closed_ = true;
        }
        arrived_.notify_all();
    }

    /// Waits, but not for work: true as soon as the queue is closed.
    bool closed_within(std::chrono::milliseconds time) {
        std::unique_lock lock(mutex_);
        return arrived_.wait_for(lock, time, [&] { return closed_; });
    }

    std::size_t size() const {
        const std::lock_guard lock(mutex_);
        return waiting_.size();
    }

private:
    std::vector<Submission> take_locked(std::size_t count) {
        const auto end = waiting_.begin() + static_cast<std::ptrdiff_t>(std::min(count, waiting_.size()));
        std::vector<Submission> out(std::make_move_iterator(waiting_.begin()), std::make_move_iterator(end));
        waiting_.erase(waiting_.begin(), end);
        return out;
    }

    const std::size_t max_;
    mutable std::mutex mutex_;
    std::condition_variable arrived_;
    std::deque<Submission> waiting_;
    bool closed_ = false;
};

}  // namespace haven::store
