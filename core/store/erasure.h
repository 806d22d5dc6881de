#pragma once
#include <map>
#include <set>

#include "core/store/cases.h"

namespace haven::store {

/// What an erasure took away.
struct ErasedRows {
    std::int64_t records = 0;
    std::int64_t messages = 0;  ///< whose bytes went with it
    std::int64_t copies = 0;    ///< that partners held, all acknowledged or kept by them under their own law
};

/// Erases all that is known of a case: keys, records, what was sent, blind keys, matches, referrals, work, what waits.
/// Left are a row without content, the ledger, the digests of its references, marked as erased, and what the guard
/// stopped and people let go of it, without a word of it. What was sealed in messages that brought it goes too. Ends
/// with `Writer::wipe`, after which the store's files hold nothing of it.
///
/// Errors: missing - no such case, or it was erased; refused - under legal hold, its own or that of another case that a
/// message of it brought too; conflict - a holder of a copy has not answered yet, a message of it still waits,
/// or an override waits for its review.
Result<ErasedRows> erase_case(Sql& sql, CaseId id, Instant now);

/// The same without asking whether it may be: it was erased before, and a backup brought it back. Nothing where the
/// store has no such case, or it is erased.
std::optional<ErasedRows> erase_again(Sql& sql, CaseId id, Instant now);

/// That a case was erased, as whoever asks is told.
struct ErasureRow {
    CaseId id;
    Instant at{};
    std::optional<Instant> final_at{};
    ErasedRows erased{};
};
void insert_erasure(Sql& sql, const ErasureRow& row);
std::optional<ErasureRow> read_erasure(Sql& sql, CaseId id);
/// The id of every case that was erased, of those that were merged into one, and of their records.
std::set<std::int64_t> erased_ids(Sql& sql);
/// The digest of every reference under which a record of an erased case came.
std::set<Digest16> erased_references(Sql& sql);
/// What comes under this reference is held from now on, though the store knows no record that did.
void insert_erased_reference(Sql& sql, const Digest16& reference);

/// What of erased ids a restored backup brought back: cases, and by case the records that stand in another one.
struct BroughtBack {
    std::vector<CaseId> cases;
    std::map<CaseId, std::vector<RecordId>> records;
};
BroughtBack brought_back(Sql& sql, const std::set<std::int64_t>& ids);

/// Erased records leave a case that stays, and the bytes of the messages that brought them are destroyed. `blind_keys`:
/// by which the case is found from now on. Errors: conflict - the case was changed by somebody else first.
Result<ErasedRows> erase_records(Sql& sql, CaseId id, std::int64_t revision, const std::vector<RecordId>& records,
                                 const std::vector<BlindKey>& blind_keys);

/// Destroys the bytes of messages whose records were all settled before `before`: taken, or held and decided. Not
/// those that a legal hold keeps. Answers how many, `most` at most.
std::int64_t destroy_bodies(Sql& sql, Instant before, std::int64_t most);

}  // namespace haven::store
