#pragma once
#include <optional>
#include <string_view>

#include "core/catalogue/record.h"
#include "hub/flow/asked.h"

/// What the hub's own people, and partners without a system, enter by hand: canonical records in JSON. `asked`: under
/// which key, if any. It is remembered with what was entered, which fails as refused where it was answered meanwhile.
namespace haven::flow {

/// Reads one canonical record from JSON, said in a version that the site exchanges: the hub's own, where none is given.
/// Errors: malformed, unmapped at the field.
Result<Record> read_canonical(const Context& context, std::string_view type, std::string_view json,
                              std::optional<int> version = {});

/// A contact with the victim and what was learned; opens a case where none is given, and asks a person whether another
/// case that matches is hers too. Help that she accepts opens the
/// referrals that she asked for; a consent that she takes back withdraws them. Answers the case.
/// Errors: malformed, unmapped at the field; refused at the field - an override of consent that is not this person's to
/// decide; missing - no such case; conflict; unreachable.
Result<CaseId> enter_contact(const Context& context, std::optional<CaseId> id, std::string_view json, UserId by,
                             bool fictional = false, const std::optional<AskedOnce>& asked = {});

/// A partner's answer, arrival or outcome that a person at the hub writes down. `referral` is the referral's id; the
/// record names the offer by its reference. Answers the case.
Result<CaseId> enter_answer(const Context& context, std::string_view referral, std::string_view json, UserId by,
                            const std::optional<AskedOnce>& asked = {});

/// The same by the partner itself, which knows its offer by the reference alone. It speaks the version of the canonical
/// schema that its agreement on such records names.
Result<CaseId> enter_partner_answer(const Context& context, Name partner, std::string_view reference,
                                    std::string_view json, const std::optional<AskedOnce>& asked = {});

}  // namespace haven::flow
