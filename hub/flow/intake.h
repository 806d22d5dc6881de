#pragma once
#include "hub/flow/broker.h"
#include "hub/flow/held_part.h"
#include "hub/flow/stored_message.h"
#include "hub/flow/unsettled.h"

namespace haven::flow {

/// Reads messages into records, and records into cases.
class Intake {
public:
    /// Who else wants the thread that reads.
    enum class Waiting : std::uint8_t { nobody, others, the_end };
    using Look = std::function<Waiting()>;
    /// Told once for each piece of work, on the thread that runs it, when its end is committed or cannot be.
    using Told = std::function<void(const store::Work&, const Result<void>&)>;
    /// `look` is asked between the batches of a message; without one nothing waits for it.
    Intake(const Context& context, Unsettled& unsettled, Told told, Look look = {})
        : context_(context), unsettled_(unsettled), told_(std::move(told)), look_(std::move(look)) {}

    /// Does a piece of work of the reading lane. The last commit of a message may be under way still when it returns.
    /// A long message gives way to others after a turn of a second or more, and to the end of the hub at once: it is
    /// read on in its turn, from where it was.
    void run(const store::Work& work);

private:
    enum class Went : std::uint8_t { ended, ending };
    /// Reads a message from where reading stopped, and ends the work. Records are committed in batches, each with its
    /// place in the message, so a restart goes on behind the last batch.
    /// Errors: unreachable, conflict - nothing of the last batch was committed; the work is tried again.
    Result<Went> read(const store::Work& work);
    /// Reads again what was held under a line, under the maps of now: only those records, or the rest of a message
    /// that could not be read on. What fails again is held again.
    Result<Went> replay(const store::Work& work);

    Result<Went> refused(const store::MessageRow& row, const store::Work& work, const Error& error) const;
    Result<std::shared_ptr<const Map>> map_to_read(StoredMessage& message) const;
    Result<void> replay(const store::Work& work, MessageId id, const HeldPart& part);
    Result<void> hold_again(const store::MessageRow& row, const HeldPart& part, const Error& error) const;
    const Context& context_;
    Unsettled& unsettled_;
    Told told_;
    Look look_;
};

}  // namespace haven::flow
