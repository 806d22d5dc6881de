#pragma once
#include "core/ledger/entry.h"
#include "hub/flow/changes.h"
#include "hub/flow/snapshot.h"
#include "hub/flow/vault.h"

/// What merging and unmerging share. Theirs alone.
namespace haven::flow {

/// A line for the duty manager, of a case.
void hold_case(const Context& context, const CaseSnapshot& snapshot, Literal fault, std::string_view place,
               Literal reason, Instant now, Changes& changes);

/// Time passes for the case and for each of its live referrals, so that what is known by now counts.
/// Errors: those of `Broker::happen` and `Casework::happen`.
Result<Changes> looked_at_again(const Context& context, CaseSnapshot& snapshot, ledger::Actor by, Instant now);

/// An entry of a case that says why two became one, or one became two.
store::LedgerRow merge_note(const Context& context, ledger::Operation operation, ledger::Word action,
                            std::string_view why, std::string_view case_name, UserId by, Instant now);

/// Every cell under the case's key. Errors: conflict - work of the case is claimed; unreachable.
Result<std::vector<store::SealedCell>> cells_of(const Context& context, CaseId id);

/// The same cells sealed for another case. Errors: broken.
Result<std::vector<store::SealedCell>> resealed(const std::vector<store::SealedCell>& cells, const CaseSeal& from,
                                                const CaseSeal& into);

}  // namespace haven::flow
