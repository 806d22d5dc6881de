#pragma once
#include "mapping/tools/dialect.h"

namespace haven {

/// What no sample of a dialect exercises, of one of its maps.
struct Coverage {
    std::size_t partner_fields = 0;  ///< that the map knows, those that it ignores too
    std::vector<std::string> partner_left;
    std::size_t canonical_fields = 0;  ///< that the map reads or writes
    std::vector<std::string> canonical_left;
};

/// By the name of each map.
std::map<std::string, Coverage> coverage_of(const Dialect& dialect);

/// The same for people.
std::string coverage_text(const Dialect& dialect);

}  // namespace haven
