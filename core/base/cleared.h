#pragma once
#include <string>
#include <string_view>
#include <utility>

#include "core/base/instant.h"
#include "core/base/result.h"

namespace haven {

/// Bytes that may leave the hub, to one partner, for a moment.
///
/// The second half of the first wall: only the guard (`core/agreement/guard.h`) makes one, only adapters read one, and
/// a sink takes nothing else, so code that would send what nobody judged does not compile.
class Cleared {
public:
    Name partner() const { return partner_; }
    /// Whether it may go only to the person whom the partner nominated, not into the partner's own system.
    bool for_handler() const { return for_handler_; }
    std::string_view media_type() const { return media_type_; }
    /// A name made by the hub: letters, digits, hyphen and dot only. Unique for the message; the same for a repeat.
    std::string_view file_name() const { return file_name_; }

    /// The bytes, if they are asked for within the guard's time.
    ///
    /// Transports call this when the first byte is about to leave, not when they start to connect.
    /// Errors: refused - the decision is too old; it must be made again.
    Result<std::string_view> bytes(Instant now) const {
        if (now > valid_until_) { return fail(Fault::refused, "the guard's decision is too old to send on"); }
        return std::string_view(bytes_);
    }

private:
    friend class Guard;
    Cleared(Name partner, std::string media_type, std::string file_name, std::string bytes, Instant valid_until,
            bool for_handler = false)
        : partner_(partner),
          media_type_(std::move(media_type)),
          file_name_(std::move(file_name)),
          bytes_(std::move(bytes)),
          valid_until_(valid_until),
          for_handler_(for_handler) {}

    Name partner_;
    std::string media_type_;
    std::string file_name_;
    std::string bytes_;
    Instant valid_until_;
    bool for_handler_ = false;
};

}  // namespace haven
