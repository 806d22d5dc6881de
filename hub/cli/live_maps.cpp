#include <map>

#include "hub/cli/schemas.h"
#include "hub/site/dates.h"
#include "hub/site/stand_in.h"
#include "mapping/tools/draft.h"

namespace haven::cli {
namespace {

constexpr std::string_view canonical = "haven/";  // the schema itself, which no person wrote

/// What is wrong with the maps of one dialect, by map: "" is what is wrong with all.
std::multimap<std::string, std::string> failures(const std::string& schemas, const std::string& name,
                                                 const Schemas& with) {
    std::multimap<std::string, std::string> out;
    const auto files = read_dialect(schemas, name, with.versions);
    if (!files) { return {{"", "its dialect has no folder"}}; }
    const Dialect dialect(*files, with);
    for (const auto& problem : dialect.problems()) { out.emplace("", text_of(problem)); }
    for (const auto& one : dialect.cases()) {
        if (!run_case(one).passed()) { out.emplace(one.sample.map, "samples/" + one.file + " does not pass"); }
    }
    for (const auto& map : untested_maps(dialect)) { out.emplace(map, "no sample tests it"); }
    for (const auto& [map, text] : files->maps) {
        for (const auto line : lines_without_reason(text)) {
            std::string problem = name;
            problem.append("/").append(map).append(".map:").append(std::to_string(line)).append(": \"").append(say_why);
            out.emplace(map, problem.append("\" is no reason to ignore a field"));
        }
    }
    return out;
}

}  // namespace

Problems untested_live_maps(const std::string& folder, const site::Site& site, const site::SiteFiles& files) {
    const auto schemas = schema_folder(folder);
    const auto with = load_schemas(schemas);
    if (!with) { return {{"haven.toml", 0, 0, 1, "its schemas cannot be read"}}; }
    std::map<std::string, std::multimap<std::string, std::string>> known;
    Problems out;
    for (const auto& entry : site.partners) {
        if (entry.second.state != site::PartnerState::live) { continue; }
        for (const auto& map : site::maps_of(files, entry.first)) {
            if (map.starts_with(canonical)) { continue; }
            const auto slash = map.find('/');
            const auto dialect = map.substr(0, slash);
            if (!known.contains(dialect)) { known[dialect] = failures(schemas, dialect, *with); }
            for (const auto& [of, why] : known[dialect]) {
                if (!of.empty() && of != map.substr(slash + 1)) { continue; }
                std::string said = "live, and its map ";
                said.append(map).append(": ").append(why);
                out.push_back({"partners/" + entry.first + ".toml", 0, 0, 1, std::move(said)});
            }
        }
    }
    return out;
}

Problems against_going_live(const std::string& folder, const site::Site& site, const site::SiteFiles& files,
                            Instant now) {
    Problems out;
    for (const auto& date : site::versions_ended(site, now)) { out.push_back({date.file, 0, 0, 1, date.what}); }
    for (auto& problem : untested_live_maps(folder, site, files)) { out.push_back(std::move(problem)); }
    return out;
}

}  // namespace haven::cli
