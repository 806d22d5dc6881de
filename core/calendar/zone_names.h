#pragma once
#include <string>
#include <vector>

namespace haven {

/// Every zone of the system's time zone database; none where there is no database. For whoever misspelled one.
std::vector<std::string> zone_names();

}  // namespace haven
