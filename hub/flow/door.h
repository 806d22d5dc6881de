#pragma once
#include <functional>
#include <string>

#include "core/base/byte_source.h"
#include "hub/flow/arrival.h"

namespace haven::flow {

/// What a message was taken as.
struct Accepted {
    MessageId id;
    bool repeat = false;  ///< the same message came before, under this id
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
    /// The same for a message whose body comes piece by piece, of which memory holds two pieces at most. Each piece is
    /// committed by itself under the state `receiving`; the last commit makes it a message, and before it nobody reads
    /// it.
    ///
    /// Errors: too_large - more than `bytes_max`; those of `body`; unreachable. Nothing of it is left in the store
    /// then.
    Result<Accepted> receive(Incoming message, ByteSource& body, std::size_t bytes_max);
    /// Takes away what this node left half-received when it ended; its source brings it again. Before the sources
    /// start. Errors: unreachable.
    Result<void> clear_half_received();
    /// Takes note of a message that is not taken, such as one over a limit: it is held with its reason, without a body,
    /// and gets its receipt like any other.
    /// Errors: unreachable.
    Result<Accepted> hold(const Incoming& message, const Error& why);

private:
    Result<void> receive_chunks(Arrival& arrival, std::string first, ByteSource& body, std::size_t bytes_max);

    const Context& context_;
    std::function<void()> wake_;
};

/// The lane of work on messages that wait to be read.
inline const Name reading_lane = Name::declare("reading");

}  // namespace haven::flow
