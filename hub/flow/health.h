#pragma once
#include <algorithm>
#include <chrono>
#include <optional>

namespace haven::flow {

/// How something fares that is tried again and again, and when it is due. Pure; time is passed in. Pauses are of the
/// machine's own time, not of the hub's clock, which a person may turn.
class Health {
public:
    using Time = std::chrono::steady_clock::time_point;
    static constexpr std::chrono::seconds pause_min{1};
    static constexpr std::chrono::minutes pause_max{1};

    bool is_failing() const { return failed_at_.has_value(); }
    /// The first failure is tried again at once, each further one after a pause that doubles.
    bool is_due(Time now) const { return !failed_at_ || now >= *failed_at_ + pause_; }

    void failed(Time now) {
        pause_ = failed_at_ ? std::clamp<std::chrono::seconds>(2 * pause_, pause_min, pause_max) : pause_;
        failed_at_ = now;
    }
    void went_well() { *this = {}; }

private:
    std::optional<Time> failed_at_;
    std::chrono::seconds pause_{0};
};

}  // namespace haven::flow
