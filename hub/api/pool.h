#pragma once
#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace haven::api {

/// A few threads for handlers that read the store: the edge's own threads never wait.
class Pool {
public:
    Pool(unsigned threads, std::size_t waiting_max);
    Pool(const Pool&) = delete;
    Pool& operator=(const Pool&) = delete;
    ~Pool();

    /// False where as many wait as may: the job is not taken.
    bool run(std::function<void()> job);

private:
    void serve();
    const std::size_t waiting_max_;
    std::mutex mutex_;
    std::condition_variable arrived_;
    std::deque<std::function<void()>> jobs_;
    bool stopping_ = false;
    std::vector<std::thread> threads_;
};

}  // namespace haven::api
