#include "hub/site/site.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <set>

#include "core/base/encoding.h"
#include "core/seal/sha256.h"
#include "hub/site/read.h"

namespace haven::site {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t files_max = 5'000;

using ReadFile = void (*)(TomlTable&, const std::string&, Reading&);

// Every .toml of a subfolder, by name, so that problems come in one order.
void read_folder(const std::string& subfolder, ReadFile read, Reading& in) {
    std::error_code ignored;
    std::set<fs::path> files;
    for (const auto& entry : fs::directory_iterator(in.site.folder + "/" + subfolder, ignored)) {
        if (entry.path().extension() == ".toml" && files.size() < files_max) { files.insert(entry.path()); }
    }
    for (const auto& file : files) {
        const auto name = file.stem().string();
        read_toml(file.string(), subfolder + "/" + file.filename().string(), in.problems,
                  [&](TomlTable& table) { read(table, name, in); });
    }
}

// What the site is known by: every file that it was read from, the schema and the maps.
std::string hash_of(const Site& site, const Reading& in) {
    std::string all;
    std::set<fs::path> files{site.folder + "/haven.toml"};
    std::error_code ignored;
    for (const char* subfolder : {"partners", "agreements", "services"}) {
        for (const auto& entry : fs::directory_iterator(site.folder + "/" + subfolder, ignored)) {
            if (entry.path().extension() == ".toml") { files.insert(entry.path()); }
        }
    }
    for (const auto& file : files) {
        std::ifstream text(file, std::ios::binary);
        put_bytes(all, fs::relative(file, site.folder).string());
        put_bytes(all, std::string(std::istreambuf_iterator<char>(text), {}));
    }
    put_bytes(all, site.catalogue->hash());
    for (const auto& [name, map] : in.maps) { put_bytes(all, map->digest().view()); }
    return to_hex(sha256(all).view());
}

// What one key of haven.toml names, before the rest of the site is read.
std::string folder_named(const std::string& folder, std::string_view key) {
    std::string found;
    Problems told_when_read;
    read_toml(folder + "/haven.toml", "haven.toml", told_when_read, [&](TomlTable& table) {
        if (const auto named = table.text_if(key)) { found = (fs::path(folder) / *named).lexically_normal(); }
    });
    return found;
}

}  // namespace

const Partner* Site::partner(std::string_view name) const {
    const auto found = partners.find(name);
    return found == partners.end() ? nullptr : &found->second;
}

const Service* Site::service(std::string_view name) const {
    const auto found = services.find(name);
    return found == services.end() ? nullptr : &found->second;
}

std::shared_ptr<const Agreement> Site::agreement_to(Name recipient, std::string_view purpose,
                                                    RecordTypeNumber type) const {
    for (const auto& agreement : agreements) {
        if (agreement->from() == hub && agreement->to() == recipient && agreement->record_type() == type &&
            agreement->terms().purpose == purpose) {
            return agreement;
        }
    }
    return nullptr;
}

std::shared_ptr<const Agreement> Site::agreement_from(Name partner_name, RecordTypeNumber type) const {
    for (const auto& agreement : agreements) {
        if (agreement->from() == partner_name && agreement->to() == hub && agreement->record_type() == type) {
            return agreement;
        }
    }
    return nullptr;
}

std::string plugins_of(const std::string& folder) {
    return folder_named(folder, "plugins");
}

std::string schemas_of(const std::string& folder) {
    return folder_named(folder, "schemas");
}

tl::expected<std::shared_ptr<const Site>, Problems> Site::load(const std::string& folder,
                                                               std::span<const sdk::Declaration* const> adapters) {
    const auto made = std::make_shared<Site>();
    made->folder = folder;
    Problems problems;
    Reading in{.site = *made,
               .problems = problems,
               .adapters = adapters,
               .dialects = {},
               .codes = {},
               .bank_holidays = {},
               .maps = {},
               .agreement_lines = {}};
    read_toml(folder + "/haven.toml", "haven.toml", problems, [&](TomlTable& table) { read_main(table, in); });
    if (!made->zone || !made->catalogue) { return tl::unexpected(std::move(problems)); }
    read_folder("partners", read_partner, in);
    read_folder("services", read_service, in);
    read_folder("agreements", read_agreement, in);
    check_agreements(in);
    if (problems.empty()) { check_whole(in); }
    if (!problems.empty()) { return tl::unexpected(std::move(problems)); }
    made->hash = hash_of(*made, in);
    return std::shared_ptr<const Site>(made);
}

}  // namespace haven::site
