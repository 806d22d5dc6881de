#pragma once
#include "core/store/cases.h"

namespace haven::store {

/// Who may be rung at `now` of those who were not reached yet, or were and are undecided; not what is concealed from
/// this user. First whose promise ends first, then the higher rank, then who has waited longer.
std::vector<CaseRow> call_list(Sql& sql, Instant now, std::int64_t most, UserId by);

}  // namespace haven::store
