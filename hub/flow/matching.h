#pragma once
#include <vector>

#include "core/store/cases.h"
#include "hub/flow/context.h"

namespace haven::flow {

/// The digests by which a record's victim can be found again.
std::vector<store::BlindKey> blind_keys(const Context& context, const Record& record);

/// Cases that share a key with a record and are surely of the same person.
/// Errors: unreachable, broken.
Result<std::optional<CaseId>> find_case(const Context& context, const std::vector<store::BlindKey>& keys);

}  // namespace haven::flow
