#pragma once
#include <optional>
#include <string>
#include <vector>

#include "hub/site/site.h"
#include "mapping/tools/dialect.h"

/// How the commands for people who write maps find the schemas and the files of dialects.
namespace haven::cli {

/// The folder of the schemas: what the site's haven.toml names, else `schemas` in the site's folder.
std::string schema_folder(const std::string& site);
/// What maps are compiled with; nothing after it has said why not.
std::optional<Schemas> load_schemas(const std::string& folder);
/// The same where a site was read from these very schemas: theirs are not read a second time.
Schemas schemas_beside(const Versions& versions, const std::string& folder);

/// The names of all dialects of a schema folder, sorted.
std::vector<std::string> dialect_names(const std::string& schemas);
/// The files of one dialect; nothing where it has no folder. The maps of `haven` are no files but the canonical schema
/// itself: one for each record type, "referral", and "referral/1" of an older version.
std::optional<DialectFiles> read_dialect(const std::string& schemas, const std::string& name, const Versions& versions);

/// Every file of `samples/` of one dialect, by its name.
std::map<std::string, std::string> samples_in(const std::string& schemas, const std::string& dialect);

/// What keeps a site that loads from going live, by whichever way: its schema has ended, or a live partner has a map
/// that no sample tests, that fails one, or that ignores a field for no reason. Maps and schemas are those of `files`,
/// which may have been published long ago; the samples are those that lie in the schemas of `folder`.
Problems against_going_live(const std::string& folder, const site::Site& site, const site::SiteFiles& files,
                            Instant now);
/// The second of them alone.
Problems untested_live_maps(const std::string& folder, const site::Site& site, const site::SiteFiles& files);

/// A map that a person named: "eastford-housing/answer", or the path of a file that ends in .map.
struct NamedMap {
    std::string name;  ///< as it was named
    std::string text;
    std::shared_ptr<const Map> map;  ///< null after what is wrong with it has been said
};
/// Nothing after it has said that there is no such map. Where the schema of a file does not lie beside it, that beside
/// the map `newer` is taken, where one is named.
std::optional<NamedMap> read_map(const std::string& schemas, const std::string& name, const Schemas& with,
                                 const std::string& newer = {});

}  // namespace haven::cli
