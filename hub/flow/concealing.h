#pragma once
#include <optional>

#include "core/store/conflicts.h"
#include "hub/flow/snapshot.h"

/// Conflicts of interest that people declare, and who must not know of a case because of one.
namespace haven::flow {

enum class ConflictReason : std::uint8_t {
    perpetrator,   ///< works there, or is this user
    relative,      ///< of the perpetrator works there, or is this user
    acquaintance,  ///< this user knows her or the perpetrator
    other,
};
constexpr std::array<std::string_view, 4> code_names(ConflictReason) {
    return {"perpetrator", "relative", "acquaintance", "other"};
}

/// Declares a conflict of a partner, or of a user by name. From its commit on the partner gets nothing of the case but
/// through its nominated handler, and to the user there is no such case. What the partner was told before waits for a
/// person.
/// Errors: missing - no such case, partner or user; conflict - it was declared before; unreachable.
Result<void> declare_conflict(const Context& context, CaseId id, std::optional<Name> partner, std::string_view user,
                              ConflictReason reason, UserId by);

/// Why a declared conflict is one no more.
enum class ConflictEnd : std::uint8_t {
    mistaken,   ///< it never was one
    no_longer,  ///< whoever it was has left
    other,
};
constexpr std::array<std::string_view, 3> code_names(ConflictEnd) {
    return {"mistaken", "no-longer", "other"};
}

/// Takes back a conflict that a person declared. From its commit on the partner may be asked again, and the user sees
/// the case. What was held because of it stays held: whoever decides on it has it judged anew by the guard.
/// Errors: missing - no such case, partner or user, or nobody declared it (what a record shows is put right there);
/// refused - neither who declared it nor a duty manager; unreachable.
Result<void> end_conflict(const Context& context, CaseId id, std::optional<Name> partner, std::string_view user,
                          ConflictEnd why, const Answerable& by);

/// Whether the partner has a conflict of interest in this case, by a record or by a person's word.
bool is_in_conflict(const Context& context, const CaseSnapshot& snapshot, Name partner);

/// The case that an id stands for: itself, or the one that it was merged into. Fails as if there were no such case
/// where that is concealed from this user. Errors: missing, unreachable.
Result<CaseId> see_case(const Context& context, CaseId id, UserId by);

}  // namespace haven::flow
