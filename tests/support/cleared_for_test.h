#pragma once
#include <string>
#include <utility>

#include "core/base/cleared.h"

namespace haven {

/// For tests of adapters and transports only: stands where the real guard (`core/agreement/guard.h`) stands.
///
/// The wall holds although this file exists: `Cleared` names exactly one class that may make it, so a program can have
/// either the real Guard or this one, never both, and a program that ships has the real one. Only test programs that do
/// not link haven_agreement include this file.
class Guard {
public:
    static Cleared clear(Name partner, std::string media_type, std::string file_name, std::string bytes,
                         Instant valid_until) {
        return {partner, std::move(media_type), std::move(file_name), std::move(bytes), valid_until};
    }
};

/// The moment that tests of adapters call now.
inline constexpr Instant test_noon = from_us(1'795'262'400'000'000);  // 2026-11-21T12:00:00Z

/// Some bytes that may leave until an hour after noon.
inline Cleared cleared_for_test(std::string bytes, std::string file_name = "EH-1.json",
                                Instant until = test_noon + 1h) {
    return Guard::clear(Name::declare("eastford"), "application/json", std::move(file_name), std::move(bytes), until);
}

/// A clock that goes on by a step each time that it is asked, so that a decision grows old between two questions.
class SteppingClock : public Clock {
public:
    SteppingClock(Instant start, std::chrono::microseconds step) : next_(start), step_(step) {}
    Instant now() const override {
        next_ += step_;
        return next_ - step_;
    }

private:
    mutable Instant next_;
    std::chrono::microseconds step_;
};

}  // namespace haven
