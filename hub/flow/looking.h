#pragma once
#include <set>

#include "core/ledger/entry.h"
#include "hub/flow/context.h"

/// Every reading of a person's data is in the ledger before its bytes leave.
namespace haven::flow {

/// Of whom a page of a list speaks: cases, and messages of which no case is known.
struct LookedAt {
    std::set<CaseId> cases;
    std::set<MessageId> messages;
};

/// Writes down that somebody looks at a page, before it is answered: an entry for each case, as it is by case that she
/// is told who looked. One that was erased meanwhile has none. Errors: unreachable.
Result<void> note_looks(const Context& context, const LookedAt& at, ledger::Word action, ledger::Word purpose,
                        ledger::Actor by);

}  // namespace haven::flow
