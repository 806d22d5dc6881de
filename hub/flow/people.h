#pragma once
#include <string>

#include "core/ledger/entry.h"
#include "core/store/people.h"
#include "hub/flow/context.h"

/// Who may call the hub: named people with a role, partners, and their tokens. Each change is an entry of the ledger
/// with who made it; a person stands there by number.
namespace haven::flow {

/// A new user. Errors: conflict - the name is taken; malformed - it is empty, over 100 bytes, has a blank at an end or
/// a control sign; unreachable.
Result<UserId> add_person(const Context& context, const std::string& name, site::Role role, ledger::Actor by);

/// Gives a user another role; tokens stay, and are of the new role. Errors: missing; refused - no other administrator
/// has a token; unreachable.
Result<void> change_role(const Context& context, UserId person, site::Role role, ledger::Actor by);

/// Every user by name, with how many tokens are good. Errors: unreachable.
Result<std::vector<std::pair<store::Person, std::size_t>>> people_with_tokens(const Context& context);

/// A new token for a partner or a user, to be shown once. Errors: unreachable.
Result<std::string> make_token(const Context& context, const store::TokenOwner& owner, ledger::Actor by);

/// Refuses every token of a partner or a user from now on. Errors: refused - of the only administrator, but for the
/// hub itself; unreachable.
Result<void> revoke_tokens(const Context& context, const store::TokenOwner& owner, ledger::Actor by);

/// Another administrator, under the first name `admin`, `admin-2`, ... that is free, whose token this is: both, or
/// neither. Errors: conflict - another was made at the same time; unreachable.
Result<void> make_administrator(const Context& context, std::string_view token, ledger::Actor by);

/// For whoever holds the site's keys and no administrator's token any more: every token of every administrator is
/// refused from now on, so that it cannot be done in silence, and there is another administrator. Answers the token.
/// Errors: unreachable.
Result<std::string> recover_administrator(const Context& context, ledger::Actor by);

}  // namespace haven::flow
