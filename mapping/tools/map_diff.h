#pragma once
#include "mapping/tools/dialect.h"
#include "mapping/tools/listeners.h"

namespace haven {

/// What another version of a map makes of a message otherwise, value by value, and who would be told it; "" where
/// nothing changes.
std::string inward_diff(const Map& before, const Map& after, std::string_view message, const Listeners& listeners);

/// What another version of a map writes otherwise of a record in canonical JSON; "" where nothing changes. Whoever the
/// partner is sees it.
std::string outward_diff(const Map& before, const Map& after, std::string_view json);

}  // namespace haven
