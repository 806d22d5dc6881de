#pragma once
#include <chrono>
#include <string>
#include <variant>

#include "core/base/reason.h"

namespace haven::sdk {

/// The partner has it. `receipt` is the partner's own reference, at most 256 bytes, or empty.
struct Accepted {
    std::string receipt;
};
/// The partner looked at it and said no; sending it again would not help.
struct Rejected {
    Reason reason;
};
/// The partner asks for a pause; nothing was taken.
struct RetryAfter {
    std::chrono::seconds wait;
};
/// Nothing of the message reached the partner, or nothing of it is left there: the partner could not be reached, or the
/// guard's decision grew too old before the first byte left.
struct Unreachable {
    Reason reason;
};
/// It may have arrived: the line broke after the first byte left, or the answer made no sense. Never guessed.
struct Unknown {
    Reason reason;
};

/// How one sending ended.
using Delivery = std::variant<Accepted, Rejected, RetryAfter, Unreachable, Unknown>;

}  // namespace haven::sdk
