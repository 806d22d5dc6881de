#include "core/calendar/zone_names.h"

#include <date/tz.h>

#include <stdexcept>

namespace haven {

std::vector<std::string> zone_names() {
    std::vector<std::string> names;
    try {
        for (const auto& zone : date::get_tzdb().zones) { names.push_back(zone.name()); }
    } catch (const std::runtime_error&) { names.clear(); }
    return names;
}

}  // namespace haven
