#pragma once
#include <optional>

#include "core/store/cases.h"

namespace haven::store {

/// The restricted records of a case: `records_of` leaves them out.
std::vector<RecordRow> accounts_of(Sql& sql, CaseId id);
std::optional<RecordRow> read_account(Sql& sql, RecordId id);

/// What she decided last for one partner: whether it is told her account.
void put_account_decision(Sql& sql, RecordId account, Name partner, bool tell, UserId by, Instant now);
/// No word of hers is a no.
bool is_account_told(Sql& sql, RecordId account, Name partner);
/// What was to be told by an earlier decision of hers and waits for a person.
std::vector<WorkId> held_account_work(Sql& sql, RecordId account, Name partner);

}  // namespace haven::store
