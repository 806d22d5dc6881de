#pragma once
#include <string>

#include "core/catalogue/catalogue.h"

namespace haven {

/// The text of a map whose partner side is the canonical schema itself, in JSON: a key for each step of a path, a list
/// for each group that repeats. For partners without a dialect of their own, and for the hub's own answers.
///
/// `outward_only` for what is shown and never read back.
std::string identity_map(const Catalogue& catalogue, RecordTypeNumber type, bool outward_only);

}  // namespace haven
