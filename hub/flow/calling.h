#pragma once
#include <variant>

#include "core/casework/contact.h"
#include "hub/flow/teller.h"

namespace haven::flow {

/// A call that a hub worker may make now.
struct CallGranted {
    Allowed how;
    Cleared facts;  ///< the numbers that may be rung, and how she may be reached; as a case file in the map's format
};

/// No call now.
struct CallBarred {
    std::string_view reason;           ///< a code: of BarredWhy, or "claimed", "no-way-known", "closed"
    std::optional<Instant> next_call;  ///< nothing where time alone does not change it
};

/// Claims a call to the victim of a case for one person, if she may be called now. Who was shown a number, and what was
/// barred, is in the ledger before the answer leaves.
/// Errors: missing - no such case; conflict; refused - the team's agreement; unreachable.
Result<std::variant<CallGranted, CallBarred>> claim_call(const Context& context, CaseId id, ledger::Actor by,
                                                         const Map& case_map);

}  // namespace haven::flow
