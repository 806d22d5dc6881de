#pragma once
#include <string_view>

#include "core/catalogue/record.h"
#include "hub/flow/context.h"

/// What the hub's own people, and partners without a system, enter by hand: canonical records in JSON.
namespace haven::flow {

/// Reads one canonical record from JSON. Errors: malformed, unmapped at the field.
Result<Record> read_canonical(const Context& context, std::string_view type, std::string_view json);

/// A contact with the victim and what was learned; opens a case where none is given, and asks a person whether another
/// case that matches is hers too. Help that she accepts opens the
/// referrals that she asked for; a consent that she takes back withdraws them. Answers the case.
/// Errors: malformed, unmapped at the field; missing - no such case; conflict; unreachable.
Result<CaseId> enter_contact(const Context& context, std::optional<CaseId> id, std::string_view json, UserId by,
                             bool fictional = false);

/// A partner's answer, arrival or outcome that a person at the hub writes down. `referral` is the referral's id; the
/// record names the offer by its reference.
Result<void> enter_answer(const Context& context, std::string_view referral, std::string_view json, UserId by);

/// The same by the partner itself, which knows its offer by the reference alone.
Result<void> enter_partner_answer(const Context& context, Name partner, std::string_view reference,
                                  std::string_view json);

}  // namespace haven::flow
