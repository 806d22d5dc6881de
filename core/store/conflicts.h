#pragma once
#include <optional>
#include <string>
#include <vector>

#include "core/base/name.h"
#include "core/store/engine/sql.h"

namespace haven::store {

/// A partner where the perpetrator or a relative works, or a user who knows one of them: declared by a person, for one
/// case. A partner gets nothing of the case but through its nominated handler; to a user the case does not exist.
struct Conflict {
    CaseId case_id;
    Name partner;        ///< or empty
    UserId person;       ///< or 0
    std::string reason;  ///< a declared code
    UserId by;
    Instant at{};
};
/// False where it was declared before.
bool insert_conflict(Sql& sql, const Conflict& conflict);
/// False where there is none any more.
bool delete_conflict(Sql& sql, const Conflict& conflict);
std::vector<Conflict> conflicts_of(Sql& sql, CaseId id);
/// Whether there is such a case, and it is not concealed from this user, itself or as one that may be the same victim's
/// as a concealed one. To both answers no is the same.
bool is_seen(Sql& sql, CaseId id, UserId by);
/// The case that an id stands for: itself, or the one that it was merged into; none where that is not seen.
std::optional<CaseId> seen_case(Sql& sql, CaseId id, UserId by);
/// The cases that are concealed from a user, by id.
std::vector<CaseId> concealed_from(Sql& sql, UserId by);

}  // namespace haven::store
