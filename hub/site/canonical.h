#pragma once
#include <optional>
#include <string>
#include <vector>

#include "core/base/problem.h"
#include "core/catalogue/value.h"
#include "core/catalogue/versions.h"
#include "hub/site/files.h"

namespace haven::site {

/// How long one version of the canonical schema is exchanged, where those who keep it have said so.
struct SchemaVersion {
    int number = 0;
    std::optional<Date> notice{};  ///< from then on `haven check` says that it ends
    std::optional<Date> end{};     ///< the last day on which a site that uses it may be published

    /// How problems name its file.
    std::string file() const { return "schemas/canonical/" + std::to_string(number) + "/version.toml"; }
};

struct CanonicalSchema {
    Versions versions;
    std::vector<SchemaVersion> dates;  ///< of each version, oldest first
};

/// Compiles every version of a folder of schemas: `canonical/1`, `canonical/2`. The highest number is the hub's own.
///
/// Errors: one does not compile; an older one has a path that the newest has no place for; version.toml is wrong; none
/// is there, or more than eight.
tl::expected<CanonicalSchema, Problems> read_canonical(const std::string& schemas);
/// The same of a published site.
tl::expected<CanonicalSchema, Problems> canonical_of(const SiteFiles& files);

}  // namespace haven::site
