#pragma once
#include <optional>
#include <string>
#include <vector>

#include "core/base/name.h"
#include "core/seal/octets.h"
#include "core/store/engine/sql.h"

namespace haven::store {

/// A named user of the hub.
struct Person {
    UserId id;
    std::string name;
    std::string role;
};
/// Errors: conflict - the name is taken.
void insert_person(Sql& sql, const Person& person);
std::optional<Person> find_person(Sql& sql, std::string_view name);
std::optional<Person> read_person(Sql& sql, UserId id);
std::vector<Person> list_people(Sql& sql);
/// False where there is no such person.
bool set_role(Sql& sql, UserId id, std::string_view role);

/// Whom a token speaks for: a partner, or a person.
struct TokenOwner {
    Name partner;
    UserId person;
};
void insert_token(Sql& sql, const Digest32& digest, const TokenOwner& owner, Instant now);
/// A token that was not revoked, with the role of the person whose it is.
struct LiveToken {
    Digest32 digest;
    TokenOwner owner;
    std::string role;  ///< empty for a partner
};
std::vector<LiveToken> live_tokens(Sql& sql);
void revoke_tokens(Sql& sql, const TokenOwner& owner, Instant now);

/// Whether the store holds keys that only the site keys open: it is not new.
bool has_site_secrets(Sql& sql);
/// A key of the whole site, wrapped.
std::optional<std::string> read_site_secret(Sql& sql, std::string_view name);
/// Keeps the first one where two starts race; answers whether this was the first.
bool insert_site_secret(Sql& sql, std::string_view name, std::string_view wrapped_key);

}  // namespace haven::store
