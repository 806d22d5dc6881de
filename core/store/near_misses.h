#pragma once
#include <optional>
#include <string>
#include <vector>

#include "core/base/name.h"
#include "core/store/engine/sql.h"

namespace haven::store {

using NearMissId = Id<struct NearMissTag>;

/// What an agreement or the guard stopped on its way out, and what a person then decided. Kept: it says where the next
/// mistake would have been.
struct NearMiss {
    NearMissId id;
    Name partner;
    CaseId case_id;
    WorkId work;
    std::string notice;  ///< what would have been told: "confirm"; empty for a report of what became of it
    std::string why;     ///< a code: "no-consent" (core/agreement/refusal.h)
    Instant at{};
    std::string decision;  ///< "again", "close" or "override"; empty while nobody has decided
    UserId decided_by;
    std::optional<Instant> decided_at{};
};
void insert_near_miss(Sql& sql, const NearMiss& row);
std::optional<NearMiss> read_near_miss(Sql& sql, NearMissId id);
/// Oldest first.
std::vector<NearMiss> near_misses(Sql& sql, NearMissId after, std::int64_t most, UserId by = {});
/// What was decided on the work that was stopped.
void decide_near_miss(Sql& sql, WorkId work, std::string_view decision, UserId by, Instant now);

}  // namespace haven::store
