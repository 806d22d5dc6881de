#include "hub/site/files.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <set>

#include "core/base/encoding.h"
#include "core/seal/sha256.h"
#include "hub/site/site.h"
#include "hub/site/toml_table.h"

namespace haven::site {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t files_max = 5'000;

std::string text_of_file(const fs::path& path) {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

/// Puts every file of a folder whose name ends so, and that `wanted` takes.
template <class Wanted>
void put_folder(const fs::path& folder, std::string_view ending, const std::string& under, SiteFiles& files,
                const Wanted& wanted) {
    std::error_code none_there;
    for (const auto& entry : fs::directory_iterator(folder, none_there)) {
        const auto name = entry.path().filename().string();
        if (!entry.is_regular_file() || !name.ends_with(ending) || !wanted(name)) { continue; }
        if (files.texts.size() <= files_max) { files.texts[under + name] = text_of_file(entry.path()); }
    }
}

/// "dialect/map" for each map that a partner of the folder names, in either direction.
std::set<std::string> maps_named(const SiteFiles& files, const fs::path& folder) {
    std::set<std::string> out;
    for (const auto& file : files.texts) {
        if (!file.first.starts_with("partners/")) { continue; }
        Problems told_when_loaded;
        read_toml((folder / file.first).string(), file.first, told_when_loaded, [&](TomlTable& table) {
            for (const auto* key : {"in", "out"}) {
                for (auto& name : table.texts(key)) { out.insert(std::move(name)); }
            }
        });
    }
    return out;
}

void put_schemas(const fs::path& schemas, const std::set<std::string>& maps, SiteFiles& files) {
    const auto all = [](const std::string&) { return true; };
    std::error_code none_there;
    for (const auto& entry : fs::directory_iterator(schemas / "canonical", none_there)) {
        const auto under = "schemas/canonical/" + entry.path().filename().string() + "/";
        put_folder(entry.path(), ".xsd", under, files, all);
        put_folder(entry.path(), ".toml", under, files, all);
    }
    std::string texts;
    for (const auto& name : maps) {
        const auto path = "dialects/" + name + ".map";
        if (!fs::is_regular_file(schemas / path, none_there)) { continue; }  // one that is missing is told when loaded
        texts += files.texts["schemas/" + path] = text_of_file(schemas / path);
        const auto dialect = "dialects/" + name.substr(0, name.find('/'));
        put_folder(schemas / dialect, ".xsd", "schemas/" + dialect + "/", files, all);
        put_folder(schemas / dialect, ".schema.json", "schemas/" + dialect + "/", files, all);
    }
    put_folder(schemas / "codes", ".codes", "schemas/codes/", files, [&](const std::string& file) {
        return texts.find(file.substr(0, file.find('.'))) != std::string::npos;
    });
}

}  // namespace

std::string SiteFiles::hash() const {
    std::string all;
    for (const auto& [path, text] : texts) {
        put_bytes(all, path);
        put_bytes(all, text);
    }
    return to_hex(sha256(all).view());
}

tl::expected<SiteFiles, Problems> SiteFiles::read(const std::string& folder,
                                                  const std::optional<std::set<std::string>>& maps) {
    SiteFiles files;
    Problems problems;
    auto main = toml_without(folder + "/haven.toml", "haven.toml", Machine::keys, problems);
    if (!main) { return tl::unexpected(std::move(problems)); }
    files.texts["haven.toml"] = std::move(*main);
    for (const char* subfolder : subfolders) {
        const std::string under = std::string(subfolder) + "/";
        put_folder(fs::path(folder) / subfolder, ".toml", under, files,
                   [](const std::string& name) { return !is_passed_over(name); });
    }
    put_schemas(schemas_of(folder), maps ? *maps : maps_named(files, folder), files);
    if (files.texts.size() > files_max) { return tl::unexpected(Problems{{".", 0, 0, 1, "too many files"}}); }
    return files;
}

UnpackedFiles::UnpackedFiles(const SiteFiles& files) {
    std::error_code failed;
    auto made = (fs::temp_directory_path(failed) / "haven-site-XXXXXX").string();
    if (failed || ::mkdtemp(made.data()) == nullptr) { return; }
    folder_ = made;
    for (const auto& [path, text] : files.texts) {
        const bool leads_out = path.starts_with("/") || path.find("..") != std::string::npos;
        if (leads_out) { continue; }  // somebody changed the store
        fs::create_directories((fs::path(folder_) / path).parent_path(), failed);
        std::ofstream(fs::path(folder_) / path, std::ios::binary) << text;
    }
}

UnpackedFiles::~UnpackedFiles() {
    std::error_code ignored;
    if (!folder_.empty()) { fs::remove_all(folder_, ignored); }
}

bool is_passed_over(std::string_view file_name) {
    return file_name.starts_with('.') || file_name.ends_with('~');
}

std::vector<std::string> maps_in(const std::string& schemas) {
    std::vector<std::string> out;
    std::error_code none_there;
    for (const auto& dialect : fs::directory_iterator(schemas + "/dialects", none_there)) {
        for (const auto& file : fs::directory_iterator(dialect.path(), none_there)) {
            if (file.path().extension() != ".map") { continue; }
            out.push_back((dialect.path().filename() / file.path().stem()).string());
        }
    }
    std::sort(out.begin(), out.end());
    return out;
}

}  // namespace haven::site
