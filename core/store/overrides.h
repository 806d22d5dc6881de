#pragma once
#include "core/agreement/override.h"
#include "core/store/near_misses.h"

namespace haven::store {

using OverrideId = Id<struct OverrideTag>;

/// What whoever looks at an override afterwards found.
enum class ReviewFinding : std::uint8_t { justified, not_justified };
constexpr std::array<std::string_view, 2> code_names(ReviewFinding) {
    return {"justified", "not-justified"};
}

/// An override as it was asked for, given, used and reviewed.
struct OverrideRow {
    OverrideId id;
    NearMissId near_miss;
    WorkId work;
    CaseId case_id;
    Name partner;
    GivenOverride given;  ///< `until` is the end of its time once it is given; before that how long it may be asked
    std::int64_t lasts_us = 0;
    Instant asked_at{};
    std::optional<Instant> given_at{};  ///< confirmed, or the glass broken
    std::string used_key;               ///< of the bytes that went under it; empty: none yet
    std::optional<Instant> review_due{};
    UserId reviewed_by;
    std::optional<Instant> reviewed_at{};
    std::optional<ReviewFinding> finding{};
    std::string justification;  ///< what was typed, sealed under the case's key
};
void insert_override(Sql& sql, const OverrideRow& row);
std::optional<OverrideRow> read_override(Sql& sql, OverrideId id);
/// Oldest first.
std::vector<OverrideRow> list_overrides(Sql& sql, OverrideId after, std::int64_t most, UserId by = {});
/// Those that were given for a piece of work and whose time is not over.
std::vector<OverrideRow> overrides_of_work(Sql& sql, WorkId id, Instant now);
/// Another person agreed. False where somebody did already.
bool confirm_override(Sql& sql, const OverrideRow& row);
/// Its one sending has these bytes. False where it was used for others.
bool use_override(Sql& sql, OverrideId id, std::string_view key);
/// False where it was not given, or is reviewed already.
bool review_override(Sql& sql, OverrideId id, ReviewFinding finding, UserId by, Instant now);
/// Given and not reviewed; and of those how many are overdue.
struct Unreviewed {
    std::int64_t all = 0;
    std::int64_t overdue = 0;
};
Unreviewed unreviewed_overrides(Sql& sql, Instant now);

}  // namespace haven::store
