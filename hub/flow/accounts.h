#pragma once
#include "core/ledger/entry.h"
#include "hub/flow/changes.h"
#include "hub/flow/context.h"
#include "hub/flow/snapshot.h"

/// What a victim tells a practitioner later, in confidence: a restricted record. It is in no case file, no list, no
/// matching and no other record's disclosure. It goes to a partner only as she decides, under an agreement of its own.
namespace haven::flow {

/// The purpose of agreements under which a victim's account is told.
inline constexpr std::string_view account_purpose = "victim-account";

/// Writes her account down as an incident-report in canonical JSON.
/// Errors: missing - no such case; malformed and unmapped - the JSON; unreachable.
Result<RecordId> enter_account(const Context& context, CaseId id, std::string_view json, UserId by);

/// She decides whether a partner is told it. A yes sends it, unless an agreement or the guard stops it; a no that comes
/// before the sending stops that. What waits for a person by an earlier decision of hers ends.
/// Errors: missing - no such account, or none for this user; unreachable.
Result<void> decide_account(const Context& context, RecordId account, Name partner, bool tell, UserId by);

/// Her accounts as the hub's own people may read them: what the team's agreement for incident reports lets them see.
/// That each was read is in the ledger first.
/// Errors: missing - no such case; refused - the team has no agreement for it; unreachable.
Result<std::vector<std::string>> read_accounts(const Context& context, CaseId id, const Map& map, ledger::Actor by);

/// The accounts of a case, sealed; and one of them opened. Errors: unreachable; broken - it does not open.
Result<std::vector<store::RecordRow>> accounts_of(const Context& context, CaseId id);
Result<CaseFile> open_account(const Context& context, const CaseSnapshot& snapshot, const store::RecordRow& row);

/// An account as work to tell it needs it: opened, with her newest word on whether this partner is told.
struct Account {
    CaseFile file;
    bool told = false;
    int version = 1;  ///< one more for each time that the partner was asked to destroy it
};
Result<Account> open_account(const Context& context, const CaseSnapshot& snapshot, RecordId id, Name partner);

}  // namespace haven::flow
