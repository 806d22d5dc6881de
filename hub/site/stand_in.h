#pragma once
#include <string>
#include <vector>

#include "hub/site/files.h"

/// A partner's part of a site: for its analyst, who tests against it before the two hubs meet.
namespace haven::site {

/// "dialect/map" for each map that a partner's file names, those it writes first.
std::vector<std::string> maps_of(const SiteFiles& site, const std::string& partner);

/// The names of the agreements that a partner is a party of.
std::vector<std::string> agreements_of(const SiteFiles& site, const std::string& partner);

/// A whole small site with this partner and no other: in rehearsal, without a system to reach (it comes and looks),
/// open at every hour, with its agreements and services. What a source lets go on to others is left out, because there
/// are no others. It lies beside its schemas, in a folder of its own, and listens on loopback.
SiteFiles stand_in(const SiteFiles& site, const std::string& partner);

}  // namespace haven::site
