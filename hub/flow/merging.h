#pragma once
#include <array>
#include <vector>

#include "hub/flow/context.h"

/// Two cases of one person become one, and records that are not hers leave again. Design: docs/decisions/0026-merge.md.
namespace haven::flow {

/// How somebody knows that two cases are of one person.
enum class MergeReason : std::uint8_t {
    she_said,        ///< or whoever speaks for her
    identified,      ///< by a document or a number that is hers alone
    opened_by_hand,  ///< before her import came
    reported_twice,
    other,
};
constexpr std::array<std::string_view, 5> code_names(MergeReason) {
    return {"she-said", "identified", "opened-by-hand", "reported-twice", "other"};
}

/// A named user says that `from` is of the same person as `into`: in one transaction all of it moves there, re-sealed
/// under that case's key, and its own key is destroyed. Its id stands for the other case from then on (`see_case`).
///
/// The stricter stands: a legal hold, a restriction, what people declared of conflicts, the earlier promise, the later
/// retention. Those who hold copies of either are told again where what they would be told has changed, as after a
/// correction; each value goes on under what its own source allows. What was signed must be signed again.
///
/// Errors: missing - no such case, or it is concealed from this user; refused - one is rehearsed and one is not, or is
/// restricted at her word; conflict - they are one case already, something of one is being sent, somebody calls her for
/// each, copies of one wait to be destroyed at her word or because their time is over, or others were faster too often;
/// broken, unreachable.
Result<void> merge_cases(const Context& context, CaseId into, CaseId from, MergeReason why, UserId by);

/// Why records leave a case.
enum class UnmergeReason : std::uint8_t {
    another_person,
    she_said,
    source_said,  ///< the partner that sent them corrects itself
    other,
};
constexpr std::array<std::string_view, 4> code_names(UnmergeReason) {
    return {"another-person", "she-said", "source-said", "other"};
}

/// The records that these messages brought to a case leave it for a case of their own, with a key of its own; both are
/// folded anew and found by their own records alone. What was begun for the case stays with it, sent bytes too: those
/// who hold what was told from these records are told again, or asked to destroy it, as after a correction. Holds,
/// restrictions and conflicts stand for both. Answers the new case.
///
/// Errors: missing - no such case, or none of its records came with these messages; malformed - nothing would stay;
/// conflict - something of it is being sent, or others were faster too often; broken, unreachable.
Result<CaseId> unmerge_records(const Context& context, CaseId id, const std::vector<MessageId>& messages,
                               UnmergeReason why, UserId by);

}  // namespace haven::flow
