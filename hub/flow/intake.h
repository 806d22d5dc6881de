#pragma once
#include <map>

#include "hub/flow/broker.h"
#include "hub/flow/stored_message.h"

namespace haven::flow {

/// Reads messages into records, and records into cases.
class Intake {
public:
    explicit Intake(const Context& context) : context_(context) {}

    /// Reads a message from where reading stopped, and ends the work. Records are committed in batches, each with its
    /// place in the message, so a restart goes on behind the last batch.
    /// Errors: unreachable, conflict - nothing of the last batch was committed; the work is tried again.
    Result<void> read(const store::Work& work);

private:
    const Context& context_;
};

}  // namespace haven::flow
