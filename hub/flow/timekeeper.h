#pragma once
#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>

#include "hub/flow/broker.h"

namespace haven::flow {

/// Lets time pass for referrals: looks at each when `next_due` said so. One node of several does it, by lease.
class Timekeeper {
public:
    Timekeeper(const Context& context, std::function<void()> wake);
    Timekeeper(const Timekeeper&) = delete;
    Timekeeper& operator=(const Timekeeper&) = delete;
    ~Timekeeper();

    /// Everything that is due now, at once; answers how many were looked at.
    Result<int> tick();

private:
    void serve();
    void meet_new_keys();
    Result<void> look_at(const store::Timer& timer);
    Result<Changes> ticked(CaseSnapshot& snapshot, Instant due, Instant now) const;
    Result<Changes> asked_late(CaseSnapshot& snapshot, Instant due, Instant now) const;
    Result<void> keep();

    const Context& context_;
    std::function<void()> wake_;
    std::chrono::steady_clock::time_point keys_read_ = std::chrono::steady_clock::now();
    std::mutex ticking_;
    std::mutex mutex_;
    std::condition_variable woken_;
    bool stopping_ = false;
    std::thread thread_;
};

/// Reads a case, decides, commits if nobody changed it meanwhile; again and again.
/// Errors: conflict - others were faster `decide_tries_max` times; what `decide` answers; missing, broken, unreachable.
Result<void> change_case(const Context& context, CaseId id,
                         const std::function<Result<Changes>(CaseSnapshot&, Instant now)>& decide);

}  // namespace haven::flow
