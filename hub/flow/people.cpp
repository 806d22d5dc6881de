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

Result<std::vector<store::Person>> people(const Context& context) {
    return context.readers.read(
        [](store::Sql& sql) -> Result<std::vector<store::Person>> { return store::list_people(sql); });
}

}  // namespace

Result<UserId> add_person(const Context& context, const std::string& name, site::Role role, ledger::Actor by) {
    const auto id = context.ids.next_as<UserId>(context.clock.now());
    const auto entry = entry_of(context, "user added", {{}, id}, role, by);
    auto done = context.writer.submit_and_wait([&](store::Sql& sql) -> Result<void> {
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
