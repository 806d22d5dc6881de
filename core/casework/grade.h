#pragma once
#include <optional>
#include <span>

#include "core/agreement/agreement.h"
#include "core/base/instant.h"

namespace haven {

/// One grade of a case's series: every assessment is kept, with who or what gave it.
struct GradeEntry {
    RiskLevel level;
    bool by_person = false;  ///< an officer's or a hub worker's, not a tool's band
    Instant assessed;
};

/// What a series says. A computed band stands beside the human grade; it never lowers or replaces it.
struct Grade {
    std::optional<RiskLevel> human{};     ///< the newest human grade; of several at one moment the highest
    std::optional<RiskLevel> computed{};  ///< the newest computed band

    /// What the call list goes by: the higher of the two.
    std::optional<RiskLevel> for_ranking() const;
    /// A computed band above the human grade: shown to a person, who decides.
    bool proposes_higher() const { return computed && human && *computed > *human; }
    bool operator==(const Grade&) const = default;
};

/// `series` in any order.
Grade grade_of(std::span<const GradeEntry> series);

/// Whether live referrals must be told: the human grade has risen.
bool is_raised(const Grade& before, const Grade& after);

}  // namespace haven
