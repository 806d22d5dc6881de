#pragma once
#include <algorithm>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <vector>

#include "core/store/engine/writer.h"

namespace haven::store {

struct Submission {
    Writer::Body body;
    Writer::Done done;
    Writer::Turn turn = Writer::Turn::usual;
};

/// The bodies that wait for a writer, never more than `max`. First come, first taken in each of two turns: where many
/// stand at the door, a group takes few of the rest beside them, and always some.
class Submissions {
public:
    explicit Submissions(std::size_t max) : max_(max) {}

    /// Takes the submission over, or leaves it whole where the queue is full or closed.
    bool offer(Submission& submission) {
        {
            const std::lock_guard lock(mutex_);
            if (closed_ || waiting() >= max_) { return false; }
            auto& queue = submission.turn == Writer::Turn::door ? at_the_door_ : usual_;
            queue.push_back(std::move(submission));
        }
        arrived_.notify_one();
        return true;
    }

    /// Waits for at least one and takes at most `count`. Empty: the queue is closed and nothing is left.
    std::vector<Submission> take(std::size_t count) {
        std::unique_lock lock(mutex_);
        arrived_.wait(lock, [&] { return closed_ || waiting() > 0; });
        return take_locked(count);
    }

    std::vector<Submission> take_all_now() {
        const std::lock_guard lock(mutex_);
        std::vector<Submission> out;
        move_to(out, at_the_door_, at_the_door_.size());
        move_to(out, usual_, usual_.size());
        return out;
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
        return waiting();
    }

private:
    static constexpr std::size_t crowd = 8;           // at the door: from here on the rest is held to its share
    static constexpr std::size_t share_of_rest = 16;  // of a group one in so many, and one at least

    std::size_t waiting() const { return at_the_door_.size() + usual_.size(); }

    // Bodies of the rest are the heavier ones: who stands in a crowd at the door would wait for all of them.
    std::vector<Submission> take_locked(std::size_t count) {
        const bool crowded = at_the_door_.size() >= crowd;
        const auto of_rest = crowded ? std::min(usual_.size(), std::max<std::size_t>(1, count / share_of_rest)) : count;
        std::vector<Submission> out;
        move_to(out, at_the_door_, crowded ? count - of_rest : count);
        move_to(out, usual_, std::min(of_rest, count - out.size()));
        return out;
    }

    static void move_to(std::vector<Submission>& out, std::deque<Submission>& from, std::size_t count) {
        const auto end = from.begin() + static_cast<std::ptrdiff_t>(std::min(count, from.size()));
        out.insert(out.end(), std::make_move_iterator(from.begin()), std::make_move_iterator(end));
        from.erase(from.begin(), end);
    }

    const std::size_t max_;
    mutable std::mutex mutex_;
    std::condition_variable arrived_;
    std::deque<Submission> at_the_door_;
    std::deque<Submission> usual_;
    bool closed_ = false;
};

}  // namespace haven::store
