#include "core/store/people.h"

namespace haven::store {

void insert_person(Sql& sql, const Person& person) {
    sql.run("INSERT INTO person (id, name, role) VALUES ($1, $2, $3)", person.id, person.name, person.role);
}

std::optional<Person> find_person(Sql& sql, std::string_view name) {
    auto row = sql.one<UserId, std::string>("SELECT id, role FROM person WHERE name = $1", name);
    if (!row) { return std::nullopt; }
    auto& [id, role] = *row;
    return Person{id, std::string(name), std::move(role)};
}

std::optional<Person> read_person(Sql& sql, UserId id) {
    auto row = sql.one<std::string, std::string>("SELECT name, role FROM person WHERE id = $1", id);
    if (!row) { return std::nullopt; }
    auto& [name, role] = *row;
    return Person{id, std::move(name), std::move(role)};
}

std::vector<Person> list_people(Sql& sql) {
    std::vector<Person> out;
    for (auto& [id, name, role] :
         sql.all<UserId, std::string, std::string>("SELECT id, name, role FROM person ORDER BY name")) {
        out.push_back({id, std::move(name), std::move(role)});
    }
    return out;
}

bool set_role(Sql& sql, UserId id, std::string_view role) {
    return sql.run("UPDATE person SET role = $2 WHERE id = $1", id, role) == 1;
}

void insert_token(Sql& sql, const Digest32& digest, const TokenOwner& owner, Instant now) {
    sql.run("INSERT INTO token (digest, partner, person_id, made_at_us) VALUES ($1, $2, $3, $4)",
            BytesView{digest.view()}, owner.partner.text(), owner.person, now);
}

std::vector<LiveToken> live_tokens(Sql& sql) {
    std::vector<LiveToken> out;
    for (auto& [digest, partner, person, role] : sql.all<Bytes, std::string, UserId, std::optional<std::string>>(
             "SELECT token.digest, token.partner, token.person_id, person.role FROM token"
             " LEFT JOIN person ON person.id = token.person_id WHERE token.revoked_at_us IS NULL")) {
        out.push_back(
            {Digest32::from(digest.value).value_or(Digest32{}), {Name::declare(partner), person}, role.value_or("")});
    }
    return out;
}

void revoke_tokens(Sql& sql, const TokenOwner& owner, Instant now) {
    sql.run("UPDATE token SET revoked_at_us = $3 WHERE partner = $1 AND person_id = $2 AND revoked_at_us IS NULL",
            owner.partner.text(), owner.person, now);
}

bool has_site_secrets(Sql& sql) {
    return sql.one<std::string>("SELECT name FROM site_secret LIMIT 1").has_value();
}

std::optional<std::string> read_site_secret(Sql& sql, std::string_view name) {
    auto row = sql.one<Bytes>("SELECT wrapped_key FROM site_secret WHERE name = $1", name);
    if (!row) { return std::nullopt; }
    return std::move(row->value);
}

bool insert_site_secret(Sql& sql, std::string_view name, std::string_view wrapped_key) {
    return sql.run("INSERT INTO site_secret (name, wrapped_key) VALUES ($1, $2) ON CONFLICT DO NOTHING", name,
                   BytesView{wrapped_key}) == 1;
}

}  // namespace haven::store
