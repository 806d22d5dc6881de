#pragma once
#include <atomic>
#include <chrono>
#include <cstdint>
#include <string>

namespace haven {

using namespace std::chrono_literals;

/// A moment in UTC, to the microsecond. Wall times of a place belong to `core/calendar`.
using Instant = std::chrono::sys_time<std::chrono::microseconds>;

constexpr std::int64_t to_us(Instant t) {
    return t.time_since_epoch().count();
}
constexpr Instant from_us(std::int64_t us) {
    return Instant{std::chrono::microseconds{us}};
}

/// "2026-11-22T17:40:00Z"; with a fraction of six digits where there is one. Source: RFC 3339.
std::string iso_text(Instant t);
/// Adds the same to the end of `out`.
void put_iso(std::string& out, Instant t);

/// Where the edges of the hub ask for the time; everything inside is given it as an argument.
class Clock {
public:
    Clock() = default;
    Clock(const Clock&) = delete;
    Clock& operator=(const Clock&) = delete;
    virtual ~Clock() = default;
    virtual Instant now() const = 0;
};

class SystemClock : public Clock {
public:
    Instant now() const override {
        return std::chrono::time_point_cast<std::chrono::microseconds>(std::chrono::system_clock::now());
    }
};

/// A clock turned by hand: for tests and for the demo, where a day must pass in a minute.
class ManualClock : public Clock {
public:
    explicit ManualClock(Instant start) : us_(to_us(start)) {}
    Instant now() const override { return from_us(us_.load()); }
    void turn_to(Instant t) { us_.store(to_us(t)); }
    void turn_by(std::chrono::microseconds d) { us_.fetch_add(d.count()); }

private:
    std::atomic<std::int64_t> us_;
};

}  // namespace haven
