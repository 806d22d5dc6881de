#include <algorithm>

#include "core/base/log.h"
#include "core/seal/token.h"
#include "hub/node/node.h"

/// Which site a node runs under, and how it comes to another.
namespace haven {
namespace {

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

}  // namespace

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
        if (!options.serves) {
            site_ = std::move(*first);
            return {};
        }
        const auto files = site::SiteFiles::read(machine_.folder);
        if (!files) { return tl::unexpected(files.error()); }
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
    const auto site = site::Site::load(*files, machine_, adapters_);
    if (!site) { return tl::unexpected(site.error()); }
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
