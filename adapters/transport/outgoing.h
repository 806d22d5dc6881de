#pragma once
#include <cstddef>
#include <optional>
#include <string_view>

#include "core/base/cleared.h"

namespace haven::transport {

/// A message on its way out, as libcurl's callbacks see it: gives its bytes only while the guard's decision holds, and
/// knows whether any left. For this folder only.
class Outgoing {
public:
    Outgoing(const Cleared& message, const Clock& clock) : message_(message), clock_(clock) {}

    /// Asks the message for its bytes, as of now. If it says no, nothing can leave.
    bool clear();
    std::size_t bytes() const { return rest_.size(); }  ///< not yet handed over
    /// Whether the first byte was handed to libcurl.
    bool left() const { return left_; }
    const std::optional<Reason>& refusal() const { return refusal_; }

    /// CURLOPT_READFUNCTION, with an Outgoing as its data: asks once more before the first byte.
    static std::size_t give(char* into, std::size_t size, std::size_t count, void* self);

private:
    const Cleared& message_;
    const Clock& clock_;
    std::string_view rest_;
    bool left_ = false;
    std::optional<Reason> refusal_;
};

}  // namespace haven::transport
