#pragma once
#include "mapping/tools/dialect.h"
#include "mapping/tools/listeners.h"

namespace haven {

/// A message of a partner field by field: from where, through what, to which canonical path, and who would be told it
/// at which stage. The facts of the moment may stop more (consent, conflict, a place that is not safe); a contact point
/// whose rule is not yes is said to go to nobody. What the map ignores is named; what holds a record is said as in a
/// case.
std::string explain_inward(const DialectMap& map, std::string_view message, const Listeners& listeners);

/// A record in canonical JSON field by field: what tells it to this partner, and where the map writes it.
std::string explain_outward(const DialectMap& map, std::string_view json, const Listeners& listeners);

}  // namespace haven
