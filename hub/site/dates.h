#pragma once
#include <string>
#include <vector>

#include "hub/site/site.h"

namespace haven::site {

/// Something that a site declares an end or a review of, and of which people must hear in time.
struct DateAhead {
    std::string file;  ///< in the site's folder, or that of the schemas
    std::string what;  ///< "is to be reviewed by 2027-03-31": the same until the date is past, or put off
    Role whose = Role::information_governance;
    Instant at{};
};

/// How long before a review or an end people hear of it.
inline constexpr std::chrono::days told_ahead{60};

/// The reviews and ends of agreements that come within `told_ahead`, the reviews that are overdue, and the ends of
/// canonical versions from their notice on, where somebody still uses them.
std::vector<DateAhead> dates_ahead(const Site& site, Instant now);

/// The versions of the canonical schema that have ended and that somebody still uses: nothing is published with them.
std::vector<DateAhead> versions_ended(const Site& site, Instant now);

}  // namespace haven::site
