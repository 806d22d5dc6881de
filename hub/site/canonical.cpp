#include "hub/site/canonical.h"

#include <filesystem>
#include <map>

#include "hub/site/toml_table.h"

namespace haven::site {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t versions_max = 8;
constexpr std::string_view folder_shown = "schemas/canonical";

struct Described {
    SchemaVersion dates;
    Moves moves;
};

// "[moved]": the path in the version before, and where it stands in this one.
void read_moves(TomlTable& version, Moves& moves) {
    auto table = version.table_if("moved");
    if (!table) { return; }
    for (const auto& from : table->keys()) { moves[from] = table->text(from); }
    table->finish();
}

Described describe(const fs::path& folder, int number, Problems& problems) {
    Described out{{number}, {}};
    const auto file = folder / "version.toml";
    std::error_code none_there;
    if (!fs::is_regular_file(file, none_there)) { return out; }
    read_toml(file.string(), out.dates.file(), problems, [&](TomlTable& version) {
        if (version.has("notice")) { out.dates.notice = version.date("notice"); }
        if (version.has("end")) { out.dates.end = version.date("end"); }
        if (out.dates.notice && out.dates.end && *out.dates.end < *out.dates.notice) {
            version.problem("end", "lies before the notice");
        }
        (void)version.date("since");
        read_moves(version, out.moves);
    });
    return out;
}

// By number, so that 10 comes after 9. What has another name is no version.
std::map<int, fs::path> version_folders(const fs::path& canonical) {
    std::map<int, fs::path> out;
    std::error_code none_there;
    for (const auto& entry : fs::directory_iterator(canonical, none_there)) {
        const auto number = parse_integer(entry.path().filename().string());
        if (entry.is_directory() && number && *number > 0 && *number < 1'000) {
            out[static_cast<int>(*number)] = entry.path();
        }
    }
    return out;
}

}  // namespace

tl::expected<CanonicalSchema, Problems> read_canonical(const std::string& schemas) {
    CanonicalSchema out;
    Problems problems;
    const auto problem = [&](const std::string& file, std::string message) {
        problems.push_back({file, 0, 0, 1, std::move(message)});
    };
    const auto folders = version_folders(fs::path(schemas) / "canonical");
    if (folders.empty() || folders.size() > versions_max) {
        problem(std::string(folder_shown),
                "expected one to " + std::to_string(versions_max) + " versions of the canonical schema in " + schemas);
        return tl::unexpected(std::move(problems));
    }
    std::vector<Versions::Version> rising;
    for (const auto& [number, folder] : folders) {
        auto described = describe(folder, number, problems);
        auto catalogue = Catalogue::load(folder.string());
        if (!catalogue) {
            problem(std::string(folder_shown) + "/" + std::to_string(number), catalogue.error().message());
            continue;
        }
        out.dates.push_back(described.dates);
        rising.push_back({std::move(*catalogue), std::move(described.moves)});
    }
    if (!problems.empty()) { return tl::unexpected(std::move(problems)); }
    auto versions = Versions::make(std::move(rising));
    if (!versions) {
        problem(std::string(folder_shown), versions.error().message());
        return tl::unexpected(std::move(problems));
    }
    out.versions = std::move(*versions);
    return out;
}

tl::expected<CanonicalSchema, Problems> canonical_of(const SiteFiles& files) {
    SiteFiles schema;
    for (const auto& [path, text] : files.texts) {
        if (path.starts_with("schemas/canonical/")) { schema.texts.emplace(path, text); }
    }
    const UnpackedFiles unpacked(schema);
    return read_canonical(unpacked.folder() + "/schemas");
}

}  // namespace haven::site
