#pragma once
#include "core/base/reason.h"

/// What a transport can know about bytes that it was told to send. The difference between these two decides whether a
/// message may be sent again, so they are never guessed.
namespace haven::transport {

/// No byte of the message left the hub.
struct NothingSent {
    Reason reason;
};

/// At least the first byte left the hub, and no complete answer came back: it may have arrived.
struct NoReply {
    Reason reason;
};

}  // namespace haven::transport
