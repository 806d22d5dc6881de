#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "core/base/id.h"
#include "core/base/instant.h"
#include "core/store/engine/sql.h"

/// What the ledger's witness signed, and what a duty manager let go without it.
namespace haven::store {

struct Witnessed {
    std::optional<Instant> checkpoint_at;   ///< when the newest checkpoint was made that this witness countersigned
    std::optional<Instant> released_until;  ///< the latest end of a release
};
Witnessed witnessed(Sql& sql, std::string_view witness);

/// Puts a checkpoint's note with the witness's signature in place of the one that was read.
/// False where it is another one by now.
bool countersign(Sql& sql, std::int64_t size, std::string_view was, std::string_view note, std::string_view witness);

struct LocatorRelease {
    Id<struct LocatorReleaseTag> id;
    UserId by;
    std::string reason;  ///< a declared code
    Instant at{};
    Instant until{};
};
void insert_locator_release(Sql& sql, const LocatorRelease& release);

}  // namespace haven::store
