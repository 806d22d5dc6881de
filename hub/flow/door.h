#pragma once
#include <functional>
#include <string>

#include "core/store/messages.h"
#include "hub/flow/context.h"

namespace haven::flow {

/// What a message was taken as.
struct Accepted {
    MessageId id;
    bool repeat = false;  ///< the same message came before, under this id
};

/// A message as it came, whole.
struct Incoming {
    Name partner;
    std::string media_type;
    std::string body;
    std::string idempotency_key;  ///< empty where the partner gave none
    std::string source_token;     ///< the adapter's word for it; empty where it was pushed
};

/// Where every message enters, whatever brought it: sealed, remembered, queued and put in the ledger in one commit.
class Door {
public:
    using Done = std::function<void(Result<Accepted>)>;

    /// `wake` is called after each commit that made work.
    Door(const Context& context, std::function<void()> wake) : context_(context), wake_(std::move(wake)) {}

    /// Tells `done` once the message is durable, on the store's thread.
    ///
    /// Errors: conflict - the idempotency key came before with other bytes; unreachable - the store is busy or lost.
    void accept(const Incoming& message, Done done);
    /// The same for a caller that waits.
    Result<Accepted> accept(const Incoming& message);
    /// Takes note of a message that is not taken, such as one over a limit: it is held with its reason, without a body,
    /// and gets its receipt like any other.
    /// Errors: unreachable.
    Result<Accepted> hold(const Incoming& message, const Error& why);

private:
    const Context& context_;
    std::function<void()> wake_;
};

/// The lane of work on messages that wait to be read.
inline const Name reading_lane = Name::declare("reading");

}  // namespace haven::flow
