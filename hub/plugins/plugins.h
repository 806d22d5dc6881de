#pragma once
#include <span>
#include <string>
#include <vector>

#include "adapters/sdk/adapter.h"
#include "core/base/result.h"

namespace haven {

/// Loads every plug-in of a folder: each file whose name ends in ".so", in the order of their names. They stay loaded
/// for the life of the process, in which they can do whatever the hub can: so the folder, its files and every folder
/// above must belong to root or to the hub's user, and nobody else may write to them.
///
/// `known` are the adapters that are there already; a plug-in cannot take the name of one.
/// Errors, at the file: missing - no such folder; refused - others may write to it, it is not a plug-in, it was built
/// for another version of the SDK, its declaration is incomplete, or its name is taken.
Result<std::vector<const sdk::Declaration*>> load_plugins(const std::string& folder,
                                                          std::span<const sdk::Declaration* const> known);

}  // namespace haven
