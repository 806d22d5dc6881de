#pragma once
#include "core/ledger/entry.h"
#include "core/store/near_misses.h"
#include "hub/flow/timeline.h"

namespace haven::flow {

/// A page of the register of near misses, oldest first. That `by` looked is in the ledger of each case in it before it
/// is answered. Errors: unreachable.
Result<std::vector<ShownEntry>> near_misses(const Context& context, ledger::Actor by, std::int64_t after,
                                            std::int64_t most);

}  // namespace haven::flow
