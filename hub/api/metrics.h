#pragma once
#include <chrono>
#include <memory>
#include <string>

#include "core/base/reason.h"

namespace haven::api {

/// Counts for the operator: requests by route and status with their durations. Labels are words of the program only.
class Metrics {
public:
    Metrics();
    Metrics(const Metrics&) = delete;
    Metrics& operator=(const Metrics&) = delete;
    ~Metrics();
    void served(Literal route, int status, std::chrono::microseconds took);
    /// Sets a figure that is read, not counted: work that waits, what is held.
    void set(Literal gauge, double value);
    /// Prometheus text exposition, version 0.0.4.
    std::string text() const;

private:
    struct Parts;
    std::unique_ptr<Parts> parts_;
};

}  // namespace haven::api
