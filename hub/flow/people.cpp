#include "hub/flow/people.h"

#include <algorithm>
#include <map>

#include "core/base/code.h"
#include "core/base/log.h"
#include "core/seal/token.h"
#include "core/store/ledger_rows.h"
#include "hub/flow/chronicle.h"

namespace haven::flow {
namespace {

store::LedgerRow entry_of(const Context& context, ledger::Word action, const store::TokenOwner& owner,
                          std::optional<site::Role> role, ledger::Actor by) {
    auto entry = Chronicle(context.ids, context.clock.now()).entry(ledger::Operation::configuration, action, by);
    entry.recipient = owner.partner;
    if (owner.person) { entry.on_behalf_of = ledger::Actor::of_user(owner.person); }
    if (role) { entry.reason = Name::declare(code_text(*role)); }
    return Chronicle::row(std::move(entry));
}

constexpr std::size_t name_bytes_max = 100;

// It is typed again, listed and compared: what nobody sees in it would make two of one.
bool is_name(std::string_view name) {
    const auto is_seen = [](char c) { return static_cast<unsigned char>(c) > 0x20 && c != 0x7F; };
    if (name.empty() || name.size() > name_bytes_max) { return false; }
    if (!is_seen(name.front()) || !is_seen(name.back())) { return false; }
    return std::all_of(name.begin(), name.end(), [&](char c) { return c == ' ' || is_seen(c); });
}

// Without one nobody could let anybody in, and the next start would have to guess who may.
Result<void> another_administers(store::Sql& sql, UserId person) {
    const auto administrator = code_text(site::Role::administrator);
    const auto tokens = store::live_tokens(sql);
    const auto administers = [&](const store::LiveToken& token) { return token.role == administrator; };
    const auto is_theirs = [&](const store::LiveToken& token) { return token.owner.person == person; };
    bool theirs = false;
    for (const auto& token : tokens) {
        if (!administers(token)) { continue; }
        if (!is_theirs(token)) { return {}; }
        theirs = true;
    }
    if (!theirs) { return {}; }
    return fail(Fault::refused, "nobody would administer the hub: make another administrator first");
}

Result<std::vector<store::Person>> people(const Context& context) {
    return context.readers.read(
        [](store::Sql& sql) -> Result<std::vector<store::Person>> { return store::list_people(sql); });
}

}  // namespace

Result<UserId> add_person(const Context& context, const std::string& name, site::Role role, ledger::Actor by) {
    if (!is_name(name)) {
        return fail(Fault::malformed, Reason("expected a name of 1 to ", name_bytes_max,
                                             " bytes, no blank at its ends, no control signs"));
    }
    const auto id = context.ids.next_as<UserId>(context.clock.now());
    const auto entry = entry_of(context, "user added", {{}, id}, role, by);
    auto done = context.writer.submit_and_wait([&](store::Sql& sql) -> Result<void> {
        if (store::find_person(sql, name)) { return fail(Fault::conflict, "there is a user of this name already"); }
        store::insert_person(sql, {id, name, std::string(code_text(role))});
        store::insert_ledger_entry(sql, entry);
        return {};
    });
    if (!done) { return fail(std::move(done).error()); }
    return id;
}

Result<void> change_role(const Context& context, UserId person, site::Role role, ledger::Actor by) {
    const auto entry = entry_of(context, "role changed", {{}, person}, role, by);
    return context.writer.submit_and_wait([&](store::Sql& sql) -> Result<void> {
        if (role != site::Role::administrator) {
            if (auto others = another_administers(sql, person); !others) { return others; }
        }
        if (!store::set_role(sql, person, code_text(role))) { return fail(Fault::missing, "there is no such user"); }
        store::insert_ledger_entry(sql, entry);
        return {};
    });
}

Result<std::vector<std::pair<store::Person, std::size_t>>> people_with_tokens(const Context& context) {
    using Listed = std::vector<std::pair<store::Person, std::size_t>>;
    return context.readers.read([](store::Sql& sql) -> Result<Listed> {
        std::map<std::int64_t, std::size_t> good;
        for (const auto& token : store::live_tokens(sql)) { ++good[token.owner.person.value]; }
        Listed out;
        for (auto& person : store::list_people(sql)) {
            const auto tokens = good[person.id.value];
            out.emplace_back(std::move(person), tokens);
        }
        return out;
    });
}

Result<std::string> make_token(const Context& context, const store::TokenOwner& owner, ledger::Actor by) {
    auto token = new_token();
    const auto now = context.clock.now();
    const auto entry = entry_of(context, "token made", owner, {}, by);
    auto done = context.writer.submit_and_wait([&](store::Sql& sql) -> Result<void> {
        store::insert_token(sql, token_digest(token), owner, now);
        store::insert_ledger_entry(sql, entry);
        return {};
    });
    if (!done) { return fail(std::move(done).error()); }
    return token;
}

Result<void> revoke_tokens(const Context& context, const store::TokenOwner& owner, ledger::Actor by) {
    const auto now = context.clock.now();
    const auto entry = entry_of(context, "tokens revoked", owner, {}, by);
    return context.writer.submit_and_wait([&](store::Sql& sql) -> Result<void> {
        const bool recovers = by.kind == ledger::Actor::Kind::hub;  // another administrator is made at once
        if (owner.person && !recovers) {
            if (auto others = another_administers(sql, owner.person); !others) { return others; }
        }
        store::revoke_tokens(sql, owner, now);
        store::insert_ledger_entry(sql, entry);
        return {};
    });
}

Result<void> make_administrator(const Context& context, std::string_view token, ledger::Actor by) {
    const auto known = people(context);
    if (!known) { return fail(known.error()); }
    const auto taken = [&](const std::string& name) {
        return std::any_of(known->begin(), known->end(), [&](const auto& person) { return person.name == name; });
    };
    std::string name = "admin";
    for (int number = 2; taken(name); ++number) { name = "admin-" + std::to_string(number); }
    const auto now = context.clock.now();
    const auto role = site::Role::administrator;
    const store::TokenOwner owner{{}, context.ids.next_as<UserId>(now)};
    const auto added = entry_of(context, "user added", owner, role, by);
    const auto made = entry_of(context, "token made", owner, {}, by);
    return context.writer.submit_and_wait([&](store::Sql& sql) -> Result<void> {
        store::insert_person(sql, {owner.person, name, std::string(code_text(role))});
        store::insert_token(sql, token_digest(token), owner, now);
        store::insert_ledger_entry(sql, added);
        store::insert_ledger_entry(sql, made);
        return {};
    });
}

Result<std::string> recover_administrator(const Context& context, ledger::Actor by) {
    const auto known = people(context);
    if (!known) { return fail(known.error()); }
    for (const auto& person : *known) {
        if (person.role != code_text(site::Role::administrator)) { continue; }
        if (auto done = revoke_tokens(context, {{}, person.id}, by); !done) { return fail(std::move(done).error()); }
    }
    log(LogLevel::warning, "administrators recovered: every token of an administrator is refused");
    auto token = new_token();
    auto made = make_administrator(context, token, by);
    if (!made) { return fail(std::move(made).error()); }
    return token;
}

}  // namespace haven::flow
