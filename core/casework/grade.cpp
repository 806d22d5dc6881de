#include "core/casework/grade.h"

#include <algorithm>
#include <tuple>

namespace haven {
namespace {

std::optional<RiskLevel> newest(std::span<const GradeEntry> series, bool by_person) {
    const GradeEntry* best = nullptr;
    for (const auto& entry : series) {
        if (entry.by_person != by_person) { continue; }
        if (best == nullptr || std::tie(best->assessed, best->level) < std::tie(entry.assessed, entry.level)) {
            best = &entry;
        }
    }
    if (best == nullptr) { return std::nullopt; }
    return best->level;
}

}  // namespace

std::optional<RiskLevel> Grade::for_ranking() const {
    return std::max(human, computed);  // nothing is lower than any grade
}

Grade grade_of(std::span<const GradeEntry> series) {
    return {.human = newest(series, true), .computed = newest(series, false)};
}

bool is_raised(const Grade& before, const Grade& after) {
    return after.human > before.human;
}

}  // namespace haven
