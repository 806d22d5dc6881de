#pragma once
#include "core/ledger/entry.h"
#include "hub/flow/context.h"
#include "hub/flow/held_part.h"

/// Held records and messages read again at once, under the maps of now: what an operator does after mending a map.
namespace haven::flow {

/// Which of them: those of one line, of one message, or (neither) all.
struct ReplayScope {
    HeldId line;
    MessageId message;
};

/// What became of what waited under one line, or would become of it.
struct Replayed {
    std::int64_t taken = 0;
    std::int64_t held = 0;
    std::vector<Error> why;  ///< of those that would be held still: the first few, each once
};

/// The open lines under which such things wait that are of the role in which `by` acts, oldest first. Errors:
/// unreachable.
Result<std::vector<store::HeldRow>> lines_to_replay(const Context& context, const ReplayScope& scope,
                                                    const ledger::Actor& by);

/// What the maps and agreements of now would take of a line, as far as `by` may know of what waits under it; changes
/// nothing. Errors: unreachable.
Result<Replayed> rehearse_replay(const Context& context, const store::HeldRow& line, const ReplayScope& scope,
                                 const ledger::Actor& by);

/// Decides the line, or the message's part of it, as `again` (`close_line`), and reads it on this thread. What fails
/// again is held again. If the process ends on the way, a running hub reads the rest.
/// Errors: missing - somebody has decided meanwhile; unreachable - a hub tries again what was decided.
Result<Replayed> replay_now(const Context& context, const store::HeldRow& line, const ReplayScope& scope,
                            const ledger::Actor& by);

}  // namespace haven::flow
