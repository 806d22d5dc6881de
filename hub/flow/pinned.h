#pragma once
#include "core/store/messages.h"
#include "hub/flow/context.h"

namespace haven::flow {

/// The map that began to read a message, of the site that was active then, compiled with the schema of
/// now, or of then where its version is not exchanged any more.
/// Errors: missing - no published site has it; unmapped - the schema of now does not fit it any more; unreachable.
Result<std::shared_ptr<const Map>> pinned_map(const Context& context, const store::MessageRow& message);

}  // namespace haven::flow
