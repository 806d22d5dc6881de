#pragma once
#include <vector>

#include "core/ledger/entry.h"
#include "hub/flow/context.h"

namespace haven::flow {

/// What a rotation did.
struct Rotated {
    SiteKeyId current;
    std::int64_t wrapped = 0;  ///< keys that are under the current site key now and were not before
};

/// Wraps every key that an older site key wraps under the current one, in batches, while the hub goes on. It may be
/// ended at any moment and begun again: each key is under one site key or the other, and both are there.
/// Errors: broken - a key that does not open; missing - wrapped by a site key that is not here; unreachable.
Result<Rotated> wrap_anew(const Context& context);

/// Makes a new site key, which this process uses at once and every other node when it meets it, or within seconds; then
/// as `wrap_anew`. Errors: as `SiteKeys::make` and `wrap_anew`.
Result<Rotated> rotate_keys(const Context& context, ledger::Actor by);

/// One site key: how many keys it wraps, and when it may be destroyed.
struct KeyState {
    SiteKeyId id;
    std::int64_t keys = 0;
    bool current = false;
    std::optional<Instant> destroy_at;  ///< none: current, or the site declares no `backups`
};
Result<std::vector<KeyState>> key_states(const Context& context);

/// Destroys old site keys that wrap nothing and whose backups are past their time. Answers how many.
/// Errors: unreachable - also where the folder of the keys cannot be written: a person must take the file away.
Result<int> destroy_old_keys(const Context& context);

}  // namespace haven::flow
