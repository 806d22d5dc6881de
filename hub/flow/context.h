#pragma once
#include <filesystem>
#include <memory>

#include "core/seal/blind_index.h"
#include "core/seal/site_keys.h"
#include "core/store/engine/readers.h"
#include "core/store/engine/writer.h"
#include "hub/flow/fields.h"
#include "hub/site/site.h"

namespace haven::flow {

/// Keys of the whole site that are not the site keys: made at the first start, kept wrapped in the store.
struct SiteSecrets {
    Key digests;     ///< of messages, idempotency keys and references that were seen
    Key references;  ///< of what partners know an offer by
    BlindIndex blind_index;

    /// Reads them, or makes them at the first start.
    /// Errors: those of the store; missing, broken - the site keys do not open them.
    static Result<SiteSecrets> load(store::Writer& writer, store::Readers& readers, const SiteKeys& keys);
};

/// A key of the whole site, by its name in the store, under the current site key. Errors: as `SiteKeys::unwrap`.
Result<std::string> rewrap_site_secret(const SiteKeys& keys, std::string_view name, std::string_view wrapped);

/// What every part of the flow works with. Lives as long as the hub.
struct Context {
    std::shared_ptr<const site::Site> site;
    store::Writer& writer;
    store::Readers& readers;
    const SiteKeys& keys;
    const SiteSecrets& secrets;
    const Fields& fields;
    IdSource& ids;
    const Clock& clock;
    std::int64_t node = 0;  ///< this process among those that share the store
    /// From the schemas of sites that were published before, under which records of the store may have been written,
    /// and from the older versions that are exchanged.
    std::vector<SharedCorrespondence> older{};
    std::filesystem::path erasures{};  ///< the journal of erasures (hub/flow/erasure_journal.h)
};

}  // namespace haven::flow
