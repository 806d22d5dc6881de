#include "hub/site/site.h"

#include <algorithm>
#include <filesystem>
#include <set>

#include "hub/site/files.h"
#include "hub/site/read.h"

namespace haven::site {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t files_max = 5'000;

using ReadFile = void (*)(TomlTable&, const std::string&, Reading&);

// Every file of a subfolder, by name, so that problems come in one order.
void read_folder(const std::string& subfolder, ReadFile read, Reading& in) {
    std::error_code ignored;
    std::set<fs::path> files;
    for (const auto& entry : fs::directory_iterator(in.folder + "/" + subfolder, ignored)) {
        if (!is_passed_over(entry.path().filename().string()) && files.size() < files_max) {
            files.insert(entry.path());
        }
    }
    for (const auto& file : files) {
        const auto shown = subfolder + "/" + file.filename().string();
        if (file.extension() != ".toml" || !fs::is_regular_file(file, ignored)) {
            in.problems.push_back({shown, 0, 0, 1, "is not read: here lie files NAME.toml alone, and no folders"});
            continue;
        }
        const auto name = file.stem().string();
        read_toml(file.string(), shown, in.problems, [&](TomlTable& table) { read(table, name, in); });
    }
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

template <class Fits>
std::shared_ptr<const Agreement> in_force_or_last(std::span<const std::shared_ptr<const Agreement>> agreements,
                                                  Instant now, Fits fits) {
    std::shared_ptr<const Agreement> last;
    for (const auto& agreement : agreements) {
        if (!fits(*agreement)) { continue; }
        if (agreement->in_force(now)) { return agreement; }
        if (last == nullptr || last->terms().end < agreement->terms().end) { last = agreement; }
    }
    return last;
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

std::shared_ptr<const Agreement> Site::agreement_to(Name recipient, std::string_view purpose, RecordTypeNumber type,
                                                    Instant now) const {
    return in_force_or_last(agreements, now, [&](const Agreement& agreement) {
        return agreement.from() == hub && agreement.to() == recipient && agreement.record_type() == type &&
               agreement.terms().purpose == purpose;
    });
}

std::shared_ptr<const Agreement> Site::agreement_from(Name partner_name, RecordTypeNumber type, Instant now) const {
    return in_force_or_last(agreements, now, [&](const Agreement& agreement) {
        return agreement.from() == partner_name && agreement.to() == hub && agreement.record_type() == type;
    });
}

std::string plugins_of(const std::string& folder) {
    return folder_named(folder, "plugins");
}

std::string schemas_of(const std::string& folder) {
    return folder_named(folder, "schemas");
}

tl::expected<Machine, Problems> Machine::read(const std::string& folder) {
    Machine machine;
    machine.folder = folder;
    Problems problems;
    read_toml(folder + "/haven.toml", "haven.toml", problems, [&](TomlTable& table) {
        read_machine(table, machine);
        table.leave_rest();
    });
    if (!problems.empty()) { return tl::unexpected(std::move(problems)); }
    return machine;
}

namespace {

using Loaded = tl::expected<std::shared_ptr<const Site>, Problems>;

// `main` reads haven.toml: all of it, or what was published of it.
Loaded load_from(const std::string& folder, std::shared_ptr<Site> made,
                 std::span<const sdk::Declaration* const> adapters, const ReadFile& main, const std::string& schemas) {
    Problems problems;
    Reading in{.site = *made,
               .problems = problems,
               .adapters = adapters,
               .folder = folder,
               .schemas = schemas,
               .bank_holidays = {},
               .maps = {},
               .agreement_lines = {}};
    read_toml(folder + "/haven.toml", "haven.toml", problems, [&](TomlTable& table) { main(table, {}, in); });
    if (!made->zone || !made->catalogue) { return tl::unexpected(std::move(problems)); }
    read_folder("partners", read_partner, in);
    read_folder("services", read_service, in);
    read_folder("agreements", read_agreement, in);
    check_agreements(in);
    if (problems.empty()) { check_whole(in); }
    if (!problems.empty()) { return tl::unexpected(std::move(problems)); }
    return std::shared_ptr<const Site>(std::move(made));
}

}  // namespace

Loaded Site::load(const std::string& folder, std::span<const sdk::Declaration* const> adapters) {
    auto made = std::make_shared<Site>();
    made->machine.folder = folder;
    if (const auto files = SiteFiles::read(folder)) { made->hash = files->hash(); }
    const auto main = [](TomlTable& table, const std::string&, Reading& in) {
        read_machine(table, in.site.machine);
        in.schemas = in.site.machine.schemas;
        read_main(table, in);
    };
    return load_from(folder, std::move(made), adapters, main, {});
}

Loaded Site::load(const SiteFiles& files, const Machine& machine, std::span<const sdk::Declaration* const> adapters) {
    const UnpackedFiles unpacked(files);
    const auto& folder = unpacked.folder();
    if (folder.empty()) { return tl::unexpected(Problems{{".", 0, 0, 1, "the folder for temporary files is full"}}); }
    auto made = std::make_shared<Site>();
    made->machine = machine;
    made->hash = files.hash();
    const auto main = [](TomlTable& table, const std::string&, Reading& in) { read_main(table, in); };
    return load_from(folder, std::move(made), adapters, main, folder + "/schemas");
}

}  // namespace haven::site
