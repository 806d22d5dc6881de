#pragma once
#include "core/store/cases.h"
#include "core/store/referrals.h"

/// Two cases become one, and one becomes two: rows move, and each sealed cell is replaced by what was sealed for its
/// new place. Everything is decided and sealed before; the bodies here only write.
namespace haven::store {

/// The tables with a cell that a case's key seals.
enum class SealedIn : std::uint8_t { record, attempt, guard_override };

struct SealedCell {
    SealedIn table = SealedIn::record;
    std::int64_t row = 0;
    MessageId message;  ///< of a record: which brought it
    std::string sealed;
};
/// Every cell of a case that its key seals, a victim's accounts among them.
std::vector<SealedCell> sealed_cells(Sql& sql, CaseId id);

/// Whether work of a case is claimed now: something of it may be on its way.
bool is_worked_on(Sql& sql, CaseId id, Instant now);

struct Merge {
    CaseId from;
    std::int64_t from_revision = 0;
    CaseId into;
    std::vector<SealedCell> cells;    ///< of `from`, sealed for `into`
    std::vector<Referral> referrals;  ///< of `from`, as of `into`
};
/// Moves all that is known of one case to another of the same person. Its key is gone; its row stays as a pointer and
/// is found by `seen_case`; what the ledger called it is a former name of the other. What was signed of it must be
/// signed again. The other case's own row is the caller's to write, in the same transaction.
///
/// Errors: conflict - the case was changed by somebody else first, or work of either is claimed.
Result<void> merge_case(Sql& sql, const Merge& merge, Instant now);

/// The ids that stand for a case because they were merged into it.
std::vector<CaseId> merged_into(Sql& sql, CaseId id);

struct Unmerge {
    CaseId from;
    CaseId into;                       ///< a case that is there already, without any record
    std::vector<SealedCell> cells;     ///< records that leave, sealed for `into`
    std::vector<BlindKey> blind_keys;  ///< by which `from` is found from now on
};
/// Moves records into a case of their own, with its retention and what people declared of conflicts. Ids of cases that
/// were merged into `from` stand for nothing from now on: nobody can say any more which of the two they meant.
///
/// Errors: conflict - a record was moved meanwhile.
Result<void> unmerge_records(Sql& sql, const Unmerge& unmerge);

}  // namespace haven::store
