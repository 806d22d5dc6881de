#pragma once
#include <span>

#include "adapters/sdk/adapter.h"

namespace haven {

/// The adapters that come with the hub: the one list of them.
std::span<const sdk::Declaration* const> builtin_adapters();

}  // namespace haven
