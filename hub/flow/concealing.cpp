#include "hub/flow/concealing.h"

#include <algorithm>

#include "core/base/code.h"
#include "core/store/people.h"
#include "hub/flow/need.h"
#include "hub/flow/rejudging.h"
#include "hub/flow/timekeeper.h"

namespace haven::flow {
namespace {

constexpr std::string_view duty_manager = "duty-manager";

Result<UserId> user_of(const Context& context, std::string_view name) {
    if (name.empty()) { return UserId{}; }
    auto person = context.readers.read(
        [&](store::Sql& sql) -> Result<std::optional<store::Person>> { return store::find_person(sql, name); });
    if (!person) { return fail(std::move(person).error()); }
    if (!*person) { return fail(Fault::missing, "there is no user of this name"); }
    return (*person)->id;
}

}  // namespace

Result<void> declare_conflict(const Context& context, CaseId id, std::optional<Name> partner, std::string_view user,
                              ConflictReason reason, UserId by) {
    const auto person = user_of(context, user);
    if (!person) { return fail(person.error()); }
    const auto actor = ledger::Actor::of_user(by);
    return change_case(context, id, [&](CaseSnapshot& snapshot, Instant now) -> Result<Changes> {
        const store::Conflict row{id, partner.value_or(Name{}), *person, std::string(code_text(reason)), by, now};
        for (const auto& known : snapshot.conflicts) {
            if (known.partner == row.partner && known.person == row.person) {
                return fail(Fault::conflict, "it was declared before");
            }
        }
        const Rejudging before(context, snapshot, now);
        Changes changes;
        changes.conflicts.push_back(row);
        snapshot.conflicts.push_back(row);
        auto entry = Chronicle(context.ids, now).entry(ledger::Operation::decision, "conflict declared", actor);
        entry.recipient = row.partner;
        if (row.person) { entry.on_behalf_of = ledger::Actor::of_user(row.person); }
        entry.reason = Name::declare(code_text(reason));
        changes.ledger.push_back(Chronicle::row(std::move(entry), snapshot.row.ledger_name));
        for (auto follows :
             {before.after(snapshot, actor), in_conflict_in_others(context, snapshot, row, actor, now)}) {
            if (!follows) { return follows; }
            changes.append(std::move(*follows));
        }
        return changes;
    });
}

Result<void> end_conflict(const Context& context, CaseId id, std::optional<Name> partner, std::string_view user,
                          ConflictEnd why, const Answerable& by) {
    const auto person = user_of(context, user);
    if (!person) { return fail(person.error()); }
    const auto actor = ledger::Actor::of_user(by.who);
    return change_case(context, id, [&](CaseSnapshot& snapshot, Instant now) -> Result<Changes> {
        const auto known = std::find_if(snapshot.conflicts.begin(), snapshot.conflicts.end(), [&](const auto& row) {
            return row.partner == partner.value_or(Name{}) && row.person == *person;
        });
        if (known == snapshot.conflicts.end()) { return fail(Fault::missing, "nobody declared such a conflict"); }
        if (known->by != by.who && by.role != duty_manager) {
            return fail(Fault::refused, "whoever declared it, or a duty manager, takes it back");
        }
        Changes changes;
        changes.ended_conflicts.push_back(*known);
        auto entry = Chronicle(context.ids, now).entry(ledger::Operation::decision, "conflict taken back", actor);
        entry.recipient = known->partner;
        if (known->person) { entry.on_behalf_of = ledger::Actor::of_user(known->person); }
        entry.reason = Name::declare(code_text(why));
        changes.ledger.push_back(Chronicle::row(std::move(entry), snapshot.row.ledger_name));
        snapshot.conflicts.erase(known);
        auto looked = looked_at_referrals(context, snapshot, actor, now);
        if (!looked) { return looked; }
        changes.append(std::move(*looked));
        return changes;
    });
}

bool is_in_conflict(const Context& context, const CaseSnapshot& snapshot, Name partner) {
    const auto all = conflicts_of(*context.site, context.fields, snapshot);
    return std::find(all.begin(), all.end(), partner) != all.end();
}

Result<CaseId> see_case(const Context& context, CaseId id, UserId by) {
    return context.readers.read([&](store::Sql& sql) -> Result<CaseId> {
        const auto seen = store::seen_case(sql, id, by);
        if (!seen) { return fail(Fault::missing, "no such case"); }
        return *seen;
    });
}

}  // namespace haven::flow
