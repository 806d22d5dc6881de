#pragma once
#include <string>
#include <vector>

#include "core/store/published.h"
#include "hub/flow/context.h"

/// Sites as they are published into the store and activated there. Everything that changes who is told what takes two
/// people: one publishes, another activates.
namespace haven::flow {

/// What the functions below need; there before a site is, which the rest of the flow is not.
struct SiteStore {
    store::Writer& writer;
    store::Readers& readers;
    IdSource& ids;
    const Clock& clock;
};

/// Keeps a site's files under their hash. That nothing is wrong with the site is the caller's to see to. What was
/// published before stays as it is, with whoever published it first.
/// Errors: unreachable.
Result<void> publish_site(const SiteStore& store, const site::SiteFiles& files, UserId by);

/// From the commit on nothing is sent but under this site.
/// Errors: missing - not published; refused - the same person published it, or only the hub's first start did; conflict
/// - it is active already; unreachable.
Result<void> activate_site(const SiteStore& store, const std::string& hash, UserId by);

/// Whether this person may activate that site now. Errors: as `activate_site`.
Result<void> may_activate(store::Readers& readers, const std::string& hash, UserId by);

/// Publishes and activates the site of an empty store, as the hub's own deed. Where another start was faster its site
/// stands.
/// Errors: unreachable.
Result<void> activate_first_site(const SiteStore& store, const site::SiteFiles& files);

/// The files of a published site. Errors: missing; broken - they were changed in the store; unreachable.
Result<site::SiteFiles> published_files(store::Readers& readers, const std::string& hash);

/// What is active, and the last that were published, the newest first.
struct SiteStatus {
    std::optional<store::PublishedSite> active;
    std::vector<store::PublishedSite> published;
};
Result<SiteStatus> site_status(store::Readers& readers);

}  // namespace haven::flow
