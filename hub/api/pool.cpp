#include "hub/api/pool.h"

namespace haven::api {

Pool::Pool(unsigned threads, std::size_t waiting_max) : waiting_max_(waiting_max) {
    for (unsigned i = 0; i < threads; ++i) {
        threads_.emplace_back([this] { serve(); });
    }
}

Pool::~Pool() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    arrived_.notify_all();
    for (auto& thread : threads_) { thread.join(); }
}

bool Pool::run(std::function<void()> job) {
    {
        const std::lock_guard lock(mutex_);
        if (stopping_ || jobs_.size() >= waiting_max_) { return false; }
        jobs_.push_back(std::move(job));
    }
    arrived_.notify_one();
    return true;
}

void Pool::serve() {
    std::unique_lock lock(mutex_);
    while (true) {
        arrived_.wait(lock, [&] { return stopping_ || !jobs_.empty(); });
        if (stopping_) { return; }  // jobs that are left drop their responders, and the edge answers 503
        auto job = std::move(jobs_.front());
        jobs_.pop_front();
        lock.unlock();
        job();
        job = nullptr;
        lock.lock();
    }
}

}  // namespace haven::api
