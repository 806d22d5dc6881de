#include "hub/cli/schemas.h"

#include <algorithm>
#include <filesystem>
#include <iostream>

#include "hub/cli/run.h"
#include "mapping/identity.h"

namespace haven::cli {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t map_bytes_max = std::size_t{8} << 20;
constexpr std::size_t sample_bytes_max = std::size_t{64} << 20;

std::vector<fs::path> files_of(const fs::path& folder) {
    std::vector<fs::path> out;
    std::error_code none_there;
    for (const auto& entry : fs::directory_iterator(folder, none_there)) {
        if (entry.is_regular_file()) { out.push_back(entry.path()); }
    }
    std::sort(out.begin(), out.end());
    return out;
}

bool names_file(const std::string& map) {
    return map.ends_with(".map");
}

std::string file_of(const std::string& schemas, const std::string& map) {
    return names_file(map) ? map : schemas + "/dialects/" + map + ".map";
}

/// The maps in the folder of one that is not there, as a person would name them.
std::vector<std::string> maps_beside(const std::string& map) {
    std::vector<std::string> out;
    const auto folder = fs::path(map).parent_path();
    for (const auto& path : files_of(folder.empty() ? "." : folder)) {
        if (path.extension() == ".map") { out.push_back((folder / path.filename()).string()); }
    }
    return out;
}

/// The schemas that lie beside a map's file; where one does not, that beside the other map.
DialectSchemas schemas_beside(const std::string& other) {
    auto own = dialect_schemas_of("");
    if (other.empty()) { return own; }
    auto others = dialect_schemas_of(fs::path(other).parent_path().string());
    return [own = std::move(own), others = std::move(others)](const std::string& file) {
        auto found = own(file);
        const bool none_there = !found && found.error().empty();
        return none_there ? others(fs::path(file).filename().string()) : found;
    };
}

void put_canonical_maps(const Versions& versions, DialectFiles& files) {
    for (const auto number : versions.numbers()) {
        const auto catalogue = versions.find(number);
        const auto behind = catalogue == versions.own() ? "" : "/" + std::to_string(number);
        for (std::uint16_t t = 0; t < catalogue->record_type_count(); ++t) {
            const auto type = std::string(catalogue->record_type({t}).name.text());
            if (type == "case-file") { continue; }  // what the hub's people see of a case; nobody exchanges it
            files.maps[type + behind] = identity_map(*catalogue, {t}, false);
        }
    }
}

}  // namespace

std::string schema_folder(const std::string& site) {
    const auto named = site::schemas_of(site);
    return named.empty() ? (fs::path(site) / "schemas").lexically_normal().string() : named;
}

Schemas schemas_beside(const Versions& versions, const std::string& folder) {
    return {versions, code_lists_of(folder + "/codes"), dialect_schemas_of(folder + "/dialects")};
}

std::optional<Schemas> load_schemas(const std::string& folder) {
    auto canonical = site::read_canonical(folder);
    if (canonical) { return schemas_beside(canonical->versions, folder); }
    for (const auto& problem : canonical.error()) { std::cerr << text_of(problem) << "\n"; }
    std::cerr << "haven: the schemas are those that haven.toml of the site names, or the folder schemas in it\n";
    return std::nullopt;
}

std::vector<std::string> dialect_names(const std::string& schemas) {
    std::vector<std::string> out;
    std::error_code none_there;
    for (const auto& entry : fs::directory_iterator(schemas + "/dialects", none_there)) {
        if (entry.is_directory()) { out.push_back(entry.path().filename().string()); }
    }
    std::sort(out.begin(), out.end());
    return out;
}

std::optional<DialectFiles> read_dialect(const std::string& schemas, const std::string& name,
                                         const Versions& versions) {
    const auto folder = fs::path(schemas) / "dialects" / name;
    if (name.empty() || !fs::is_directory(folder)) { return std::nullopt; }
    DialectFiles out{name, {}, {}};
    for (const auto& path : files_of(folder)) {
        if (path.extension() != ".map") { continue; }
        if (auto text = read_file(path.string(), map_bytes_max)) { out.maps[path.stem().string()] = std::move(*text); }
    }
    if (name == "haven") { put_canonical_maps(versions, out); }
    out.samples = samples_in(schemas, name);
    return out;
}

std::map<std::string, std::string> samples_in(const std::string& schemas, const std::string& dialect) {
    std::map<std::string, std::string> out;
    for (const auto& path : files_of(fs::path(schemas) / "dialects" / dialect / "samples")) {
        auto bytes = read_file(path.string(), sample_bytes_max);
        if (bytes) { out[path.filename().string()] = std::move(*bytes); }
    }
    return out;
}

std::optional<NamedMap> read_map(const std::string& schemas, const std::string& name, const Schemas& with,
                                 const std::string& newer) {
    const bool is_file = names_file(name);
    auto text = read_file(file_of(schemas, name), map_bytes_max);
    if (!text) {
        no_such("map", name, is_file ? maps_beside(name) : site::maps_in(schemas));
        return std::nullopt;
    }
    NamedMap out{name, std::move(*text), nullptr};
    auto made =
        Map::compile(out.text, is_file ? name : name + ".map", with.versions, with.code_lists,
                     is_file ? schemas_beside(newer.empty() ? "" : file_of(schemas, newer)) : with.dialect_schemas);
    if (made) {
        out.map = std::move(*made);
        return out;
    }
    for (const auto& problem : made.error()) {
        const bool in_map = problem.file.ends_with(".map");
        std::cout << text_of(problem, in_map ? std::string_view(out.text) : std::string_view{}) << "\n";
    }
    return out;
}

}  // namespace haven::cli
