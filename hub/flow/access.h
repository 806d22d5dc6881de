#pragma once
#include <string>

#include "core/store/access.h"
#include "hub/flow/context.h"
#include "hub/flow/teller.h"

/// What a data subject is given of a case: prepared by one person, signed by another, made when it is read.
namespace haven::flow {

/// Why something is kept back.
enum class Redacted : std::uint8_t {
    other_person,   ///< about somebody else (DPA 2018 schedule 2 paragraph 16)
    investigation,  ///< would prejudice the detection of crime (schedule 2 paragraph 2)
    free_text,      ///< may speak of others: a person copies out what is hers
    not_the_teams,  ///< the agreement of the hub's own team does not show it: whoever gave it is asked
};
constexpr std::array<std::string_view, 4> code_names(Redacted) {
    return {"other-person", "investigation", "free-text", "not-the-teams"};
}

/// Starts a request. Errors: missing - no such case; conflict - several perpetrators are known, so that nobody can tell
/// here which of them asks; unreachable.
Result<store::AccessId> prepare_access(const Context& context, CaseId id, store::Subject subject, UserId by);

/// Signs what `show_access` shows now. Errors: missing; refused - whoever prepared it does not sign it; conflict.
Result<void> sign_access(const Context& context, store::AccessId id, UserId by);

/// What would be given, or is given once it is signed, as JSON.
///
/// The victim's own: her data and her children's as they stand, what each source said of them and when, also what
/// stands no more, each path that is kept back with its reason, who was told what, and the accounts that she gave in
/// confidence, each by itself. Nobody else's shows an account, or that there is one. The
/// perpetrator's: what the police gave of him and is his own, and one sentence that is the same for everybody; nothing
/// says that there is a victim, a case, a request, a meeting or anything that was kept back. Whether it was a draft or
/// the release, and who read it, is in the ledger first.
struct Access {
    bool is_signed = false;
    std::string json;
    std::string redacted;  ///< for the signer alone: every path that is kept back, with its reason, as a JSON list
};
/// In whose words it is shown: the case file, and an account.
struct AccessMaps {
    const Map& of_case;
    const Map& of_account;
};
/// Errors: missing; conflict - the case has changed since it was signed, or another site is active: sign it again; or
/// several perpetrators are known by now; refused; unreachable.
Result<Access> show_access(const Context& context, store::AccessId id, const AccessMaps& maps, ledger::Actor by);

}  // namespace haven::flow
