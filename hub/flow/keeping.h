#pragma once
#include "hub/flow/context.h"

namespace haven::flow {

/// What has been kept as long as the site declares is destroyed: bytes of messages that are settled, old site keys; and
/// idempotency keys that came long ago are forgotten. Old keys that a rotation left (it was ended by a kill) are
/// wrapped anew. What waits for a witness that the site does not name goes on. Called by the timekeeper each hour.
/// Errors: unreachable, broken.
Result<void> sweep(const Context& context);

/// The retention of the hub's own records of a case is over: a person decides what becomes of them.
inline constexpr std::string_view retention_fault = "retention-ended";
Result<void> retention_ended(const Context& context, CaseId id);

}  // namespace haven::flow
