#include "hub/flow/publishing.h"

#include "core/base/encoding.h"
#include "hub/flow/chronicle.h"

namespace haven::flow {
namespace {

constexpr std::int64_t listed_max = 20;

// The commitment is the site's hash itself: it is nobody's data, and who has the files can prove what was active when.
store::LedgerRow entry(const SiteStore& store, Instant now, ledger::Word action, const std::string& hash, UserId by) {
    const auto actor = by ? ledger::Actor::of_user(by) : ledger::Actor::of_hub("first start");
    auto made = Chronicle(store.ids, now).entry(ledger::Operation::configuration, action, actor);
    if (const auto bytes = from_hex(hash)) { made.commitment = Digest32::from(*bytes); }
    return Chronicle::row(std::move(made));
}

Result<void> may_activate(store::Sql& sql, const std::string& hash, UserId by) {
    const auto published = store::find_published(sql, hash);
    if (!published) { return fail(Fault::missing, "no site was published under this hash"); }
    const auto active = store::active_site(sql);
    if (!active) { return fail(Fault::missing, "no site is active yet: the first start of the hub activates one"); }
    if (active->hash == hash) { return fail(Fault::conflict, "it is active already"); }
    if (!published->by) {
        return fail(Fault::refused,
                    "nobody but the hub's first start published it: a person must, and another activate");
    }
    if (published->by == by) { return fail(Fault::refused, "you published it: another person must activate it"); }
    return {};
}

}  // namespace

Result<void> may_activate(store::Readers& readers, const std::string& hash, UserId by) {
    return readers.read_snapshot([&](store::Sql& sql) { return may_activate(sql, hash, by); });
}

Result<void> publish_site(const SiteStore& store, const site::SiteFiles& files, UserId by) {
    const auto now = store.clock.now();
    const store::PublishedSite site{files.hash(), by, now};
    const auto row = entry(store, now, "site published", site.hash, by);
    return store.writer.submit_and_wait([&](store::Sql& sql) -> Result<void> {
        if (store::publish_site(sql, site, files.texts)) { store::insert_ledger_entry(sql, row); }
        return {};
    });
}

Result<void> activate_site(const SiteStore& store, const std::string& hash, UserId by) {
    const auto now = store.clock.now();
    const auto row = entry(store, now, "site activated", hash, by);
    return store.writer.submit_and_wait([&](store::Sql& sql) -> Result<void> {
        if (auto may = may_activate(sql, hash, by); !may) { return may; }
        store::activate_site(sql, {hash, by, now});
        store::insert_ledger_entry(sql, row);
        return {};
    });
}

Result<void> activate_first_site(const SiteStore& store, const site::SiteFiles& files) {
    const auto now = store.clock.now();
    const store::PublishedSite site{files.hash(), {}, now};
    const auto published = entry(store, now, "site published", site.hash, {});
    const auto activated = entry(store, now, "first site activated", site.hash, {});
    return store.writer.submit_and_wait([&](store::Sql& sql) -> Result<void> {
        if (!store::activate_first_site(sql, site)) { return {}; }
        if (store::publish_site(sql, site, files.texts)) { store::insert_ledger_entry(sql, published); }
        store::insert_ledger_entry(sql, activated);
        return {};
    });
}

Result<site::SiteFiles> published_files(store::Readers& readers, const std::string& hash) {
    auto texts = readers.read([&](store::Sql& sql) -> Result<std::map<std::string, std::string>> {
        return store::published_files(sql, hash);
    });
    if (!texts) { return fail(std::move(texts).error()); }
    if (texts->empty()) { return fail(Fault::missing, "no site was published under this hash"); }
    site::SiteFiles files{std::move(*texts)};
    if (files.hash() != hash) { return fail(Fault::broken, "the stored site is not what was published"); }
    return files;
}

Result<SiteStatus> site_status(store::Readers& readers) {
    return readers.read_snapshot([](store::Sql& sql) -> Result<SiteStatus> {
        return SiteStatus{store::active_site(sql), store::list_published(sql, listed_max)};
    });
}

}  // namespace haven::flow
