#include <algorithm>
#include <filesystem>
#include <fstream>
#include <set>

#include "core/base/encoding.h"
#include "core/base/log.h"
#include "core/seal/sha256.h"
#include "core/seal/token.h"
#include "hub/flow/chronicle.h"
#include "hub/node/node.h"

/// Which site a node runs under, and how it comes to another.
namespace haven {
namespace {

namespace fs = std::filesystem;

Problems problem(const Error& error) {
    return {{".", 0, 0, 1, error.message()}};
}

// The folder may be ahead of what people activated: somebody prepares the next site in it. That is nothing wrong, but
// nobody must believe that it is in force.
void compare(const std::string& folder, const std::string& active) {
    const auto files = site::SiteFiles::read(folder);
    if (files && files->hash() == active) { return; }
    log(LogLevel::warning,
        "the site's folder is not the active site: the hub runs under the active one; publish and activate the folder");
}

// A file's bytes count where they say who may call or what runs: a hub whose authority or adapter was swapped is
// another.
void add_file(std::string& all, const fs::path& file) {
    std::ifstream in(file, std::ios::binary);
    const std::string bytes{std::istreambuf_iterator<char>(in), {}};
    all.append(file.filename().string()).append("=").append(to_hex(sha256(bytes).view())).append("\n");
}

// Paths are made whole, so that a command in another folder than the hub's is no change.
Digest16 settings_of(const site::Machine& machine) {
    std::error_code ignored;
    std::string all = machine.database + "\n" + machine.http.address + " " + std::to_string(machine.http.port) + "\n";
    for (const auto* path : {&machine.schemas, &machine.key_folder, &machine.plugins, &machine.http.certificate,
                             &machine.http.key, &machine.http.client_ca}) {
        all.append(path->empty() ? "" : fs::weakly_canonical(*path, ignored).string()).append("\n");
    }
    if (!machine.http.client_ca.empty()) { add_file(all, machine.http.client_ca); }
    std::set<fs::path> plugins;
    if (!machine.plugins.empty()) {
        for (const auto& entry : fs::directory_iterator(machine.plugins, ignored)) {
            if (entry.is_regular_file(ignored)) { plugins.insert(entry.path()); }
        }
    }
    for (const auto& file : plugins) { add_file(all, file); }
    return *Digest16::from(sha256(all).view().substr(0, Digest16::size));
}

}  // namespace

// That part of haven.toml is no site's: nobody publishes it, so each change of it is told when a node starts with it.
Result<void> Node::note_machine(std::uint32_t number, Instant now) {
    const auto settings = settings_of(machine_);
    const auto known = readers_->read(
        [&](store::Sql& sql) -> Result<std::optional<Digest16>> { return store::machine_of(sql, number); });
    if (!known) { return fail(known.error()); }
    if (*known == settings) { return {}; }
    auto entry =
        flow::Chronicle(*ids_, now)
            .entry(ledger::Operation::configuration, "machine settings changed", ledger::Actor::of_hub("start"));
    entry.versions.push_back({"haven.toml", settings});
    const auto row = flow::Chronicle::row(std::move(entry));
    return writer_->submit_and_wait([&](store::Sql& sql) -> Result<void> {
        store::set_machine(sql, number, settings);
        store::insert_ledger_entry(sql, row);
        return {};
    });
}

tl::expected<void, Problems> Node::open_site(const NodeOptions& options) {
    const auto active_now = [this] {
        return readers_->read(
            [](store::Sql& sql) -> Result<std::optional<store::PublishedSite>> { return store::active_site(sql); });
    };
    auto active = active_now();
    if (!active) { return tl::unexpected(problem(active.error())); }
    if (!*active) {
        auto first = site::Site::load(machine_.folder, adapters_);
        if (!first) { return tl::unexpected(std::move(first).error()); }
        const auto files = site::SiteFiles::read(machine_.folder);
        if (!files) { return tl::unexpected(files.error()); }
        auto against = against_going_live_ ? against_going_live_(**first, *files) : Problems{};
        if (!against.empty()) { return tl::unexpected(std::move(against)); }
        if (!options.serves) {
            site_ = std::move(*first);
            return {};
        }
        auto done = flow::activate_first_site(site_store(*options.clock), *files);
        if (!done) { return tl::unexpected(problem(done.error())); }
        log(LogLevel::info, "first run: the site's folder was published and activated");
        active = active_now();
        if (!active || !*active) { return tl::unexpected(Problems{{".", 0, 0, 1, "the store has no active site"}}); }
    } else if (options.serves) {
        compare(machine_.folder, (*active)->hash);
    }
    const auto files = flow::published_files(*readers_, (*active)->hash);
    if (!files) { return tl::unexpected(problem(files.error())); }
    auto site = site::Site::load(*files, machine_, adapters_);
    if (!site) { return tl::unexpected(std::move(site).error()); }
    site_ = std::move(*site);
    if (auto done = load_older(); !done) { return tl::unexpected(problem(done.error())); }
    return {};
}

Result<void> Node::load_older() {
    const auto hashes = readers_->read(
        [](store::Sql& sql) -> Result<std::vector<std::string>> { return store::published_schemas(sql); });
    if (!hashes) { return fail(hashes.error()); }
    for (const auto& hash : *hashes) {
        const auto files = flow::published_files(*readers_, hash);
        if (!files) { return fail(files.error()); }
        const auto canonical = site::canonical_of(*files);
        if (!canonical) { return fail(Fault::broken, "the schemas of a site that was published do not compile"); }
        for (const auto number : canonical->versions.numbers()) {
            const auto older = canonical->versions.find(number);
            const bool known = older->hash() == site_->catalogue->hash() ||
                               std::any_of(older_.begin(), older_.end(),
                                           [&](const auto& one) { return one->from()->hash() == older->hash(); });
            if (!known) { older_.push_back(site_->versions.from_older(older)); }
        }
    }
    return {};
}

tl::expected<std::string, Problems> Node::publish_folder(UserId by) {
    const auto files = site::SiteFiles::read(machine_.folder);
    if (!files) { return tl::unexpected(files.error()); }
    // What is checked is what is stored, not what the folder holds by then.
    const auto site = site::Site::load(*files, machine_, adapters_);
    if (!site) { return tl::unexpected(site.error()); }
    if (const auto lost = (*site)->versions.from_older(site_->catalogue)->lost(); !lost.empty()) {
        return tl::unexpected(Problems{{"schemas/canonical", 0, 0, 1,
                                        lost + ": is not there any more, and records in the store may hold it; a path "
                                               "may come, or move with a new version that says where to"}});
    }
    const auto done = flow::publish_site(site_store(context_->clock), *files, by);
    if (!done) { return tl::unexpected(problem(done.error())); }
    return files->hash();
}

tl::expected<void, Problems> Node::activate_site(const std::string& hash, UserId by) {
    const auto files = flow::published_files(*readers_, hash);
    if (!files) { return tl::unexpected(problem(files.error())); }
    if (const auto may = flow::may_activate(*readers_, hash, by); !may) { return tl::unexpected(problem(may.error())); }
    const auto site = site::Site::load(*files, machine_, adapters_);
    if (!site) { return tl::unexpected(site.error()); }
    // What reads and writes may be another program than it was when the samples passed.
    auto against = against_going_live_ ? against_going_live_(**site, *files) : Problems{};
    if (!against.empty()) { return tl::unexpected(std::move(against)); }
    const auto done = flow::activate_site(site_store(context_->clock), hash, by);
    if (!done) { return tl::unexpected(problem(done.error())); }
    return {};
}

Result<store::Person> Node::person_of_token(std::string_view token) const {
    const auto digest = token_digest(token);
    return readers_->read([&](store::Sql& sql) -> Result<store::Person> {
        for (const auto& known : store::live_tokens(sql)) {
            if (known.digest != digest || !known.owner.person) { continue; }
            for (auto& person : store::list_people(sql)) {
                if (person.id == known.owner.person) { return std::move(person); }
            }
        }
        return fail(Fault::refused, "this token is nobody's, or was revoked");
    });
}

}  // namespace haven
