#include <map>

#include "hub/cli/run.h"
#include "hub/cli/schemas.h"
#include "hub/site/dates.h"
#include "mapping/tools/draft.h"

namespace haven::cli {
namespace {

constexpr std::string_view another_version =
    "; the samples here are those of another version of this map: lay those of the published one there";
constexpr std::string_view canonical = "haven/";  // the schema itself, which no person wrote

/// The schemas of a site's files: what is tested is what is published, whatever the folder holds by then.
site::UnpackedFiles unpacked_schemas(const site::SiteFiles& files) {
    site::SiteFiles out;
    for (const auto& [path, text] : files.texts) {
        if (path.starts_with("schemas/")) { out.texts.emplace(path, text); }
    }
    return site::UnpackedFiles(out);
}

/// Without the cases of maps that are not there: no partner of the site names those.
void drop_cases_of_others(DialectFiles& files) {
    std::erase_if(files.samples, [&](const auto& entry) {
        if (!entry.first.ends_with(".case")) { return false; }
        const auto sample = parse_sample(entry.second, entry.first);
        return sample && !files.maps.contains(sample->map);
    });
}

/// What is wrong with the maps of one dialect, by map: "" is what is wrong with all. `here` is where the samples lie.
std::multimap<std::string, std::string> failures(const std::string& schemas, const std::string& here,
                                                 const std::string& name, const Schemas& with) {
    std::multimap<std::string, std::string> out;
    auto files = read_dialect(schemas, name, with.versions);
    if (!files) { return {{"", "its dialect has no folder"}}; }
    files->samples = samples_in(here, name);
    drop_cases_of_others(*files);
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

/// Said where the samples of this machine lie beside another map than the one that was published.
std::string_view if_another(const site::SiteFiles& files, const std::string& here, const std::string& map) {
    const auto path = "dialects/" + map + ".map";
    const auto published = files.texts.find("schemas/" + path);
    if (published == files.texts.end()) { return ""; }
    const auto beside = read_file(here + "/" + path, published->second.size());
    return beside && *beside == published->second ? "" : another_version;
}

}  // namespace

Problems untested_live_maps(const std::string& folder, const site::Site& site, const site::SiteFiles& files) {
    const auto here = schema_folder(folder);
    const auto unpacked = unpacked_schemas(files);
    const auto schemas = unpacked.folder() + "/schemas";
    const auto with = schemas_beside(site.versions, schemas);
    std::map<std::string, std::multimap<std::string, std::string>> known;
    Problems out;
    for (const auto& entry : site.partners) {
        if (entry.second.state != site::PartnerState::live) { continue; }
        for (const auto& map : entry.second.maps) {
            if (map.starts_with(canonical)) { continue; }
            const auto slash = map.find('/');
            const auto dialect = map.substr(0, slash);
            if (!known.contains(dialect)) { known[dialect] = failures(schemas, here, dialect, with); }
            for (const auto& [of, why] : known[dialect]) {
                if (!of.empty() && of != map.substr(slash + 1)) { continue; }
                std::string said = "live, and its map ";
                said.append(map).append(": ").append(why).append(if_another(files, here, map));
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
