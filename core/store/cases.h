#pragma once
#include <optional>
#include <string>
#include <vector>

#include "core/agreement/agreement.h"
#include "core/casework/case.h"
#include "core/referral/clock.h"
#include "core/seal/octets.h"
#include "core/store/engine/sql.h"

namespace haven::store {

/// How far the hub has come with a case, and what it promised: states and times, nothing about the person.
struct CaseProgress {
    Case the_case{};
    std::vector<PromiseClock> clocks{};
};
std::string encode(const CaseProgress& progress);
/// Errors: broken.
Result<CaseProgress> decode_progress(std::string_view bytes);

/// One case. Its key seals everything that is known of it.
struct CaseRow {
    CaseId id;
    std::int64_t revision = 0;
    CaseProgress progress;
    std::optional<RiskLevel> grade;
    Instant opened_at{};
    Instant changed_at{};
    std::int64_t call_rank = 0;        ///< of the call list: higher first
    std::optional<Instant> next_call;  ///< when she may be rung next; none: no way is known
    std::string wrapped_key;           ///< empty once destroyed
    std::string ledger_name;           ///< empty once destroyed
    bool fictional = false;            ///< of a rehearsal; never changes
    std::string restricted;            ///< why nothing more is told of it, a code; empty: it is not restricted
    std::string legal_hold;            ///< why it may not be erased, a code; empty: it may
};

void insert_case(Sql& sql, const CaseRow& row);
std::optional<CaseRow> read_case(Sql& sql, CaseId id);
/// What the ledger calls a case; empty where there is no such case, or it was erased.
std::string ledger_name_of(Sql& sql, CaseId id);
/// Writes what may change, and the next revision, if `row.revision` is still the one that is stored.
/// Errors: conflict - somebody else changed the case first.
Result<void> update_case(Sql& sql, const CaseRow& row);
/// Cases by id without those that were erased; `after` is the id of the last one of the page before.
std::vector<CaseRow> list_cases(Sql& sql, CaseId after, std::int64_t most, UserId by = {});

/// One record of a case, sealed under the case's key.
struct RecordRow {
    RecordId id;
    CaseId case_id;
    MessageId message;
    std::string record_type;
    Name partner;
    Name agreement;  ///< under which its source gave it
    Instant as_of{};
    bool by_person = false;
    std::string body;
    bool restricted = false;  ///< a victim's account in confidence
};
void insert_record(Sql& sql, const RecordRow& row);
std::optional<CaseId> case_of_record(Sql& sql, RecordId id);
/// What makes the case file: all but the restricted ones.
std::vector<RecordRow> records_of(Sql& sql, CaseId id);

/// What a case may be found by, as digests (core/seal/blind_index.h).
struct BlindKey {
    std::int64_t kind = 0;
    Digest16 digest;
    auto operator<=>(const BlindKey&) const = default;
};
void insert_blind_key(Sql& sql, const BlindKey& key, CaseId id);
std::vector<CaseId> find_by_blind_key(Sql& sql, const BlindKey& key, std::int64_t most);

}  // namespace haven::store
