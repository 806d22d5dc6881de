#include "hub/flow/merge_part.h"

#include "hub/flow/casework.h"
#include "hub/flow/rejudging.h"

namespace haven::flow {
void hold_case(const Context& context, const CaseSnapshot& snapshot, Literal fault, std::string_view place,
               Literal reason, Instant now, Changes& changes) {
    store::HeldRow row{context.ids.next_as<HeldId>(now),
                       {},
                       fault.text,
                       std::string(place),
                       reason.text,
                       "duty-manager",
                       now,
                       now + person_due,
                       0};
    changes.held.emplace_back(std::move(row),
                              store::HeldItem{store::HeldKind::victim_case, snapshot.row.id.value, 0, snapshot.row.id});
}

Result<Changes> looked_at_again(const Context& context, CaseSnapshot& snapshot, ledger::Actor by, Instant now) {
    auto changes = looked_at_referrals(context, snapshot, by, now);
    if (!changes) { return changes; }
    auto happened = Casework(context, now).happen(snapshot, case_event::Ticked{}, by);
    if (!happened) { return fail(std::move(happened).error()); }
    changes->append(std::move(happened->changes));
    return changes;
}

store::LedgerRow merge_note(const Context& context, ledger::Operation operation, ledger::Word action,
                            std::string_view why, std::string_view case_name, UserId by, Instant now) {
    auto entry = Chronicle(context.ids, now).entry(operation, action, ledger::Actor::of_user(by));
    entry.reason = Name::declare(why);
    return Chronicle::row(std::move(entry), case_name);
}

Result<std::vector<store::SealedCell>> cells_of(const Context& context, CaseId id) {
    return context.readers.read_snapshot([&](store::Sql& sql) -> Result<std::vector<store::SealedCell>> {
        if (store::is_worked_on(sql, id, context.clock.now())) {
            return fail(Fault::conflict, "something of it is being sent: try again when that has ended");
        }
        return store::sealed_cells(sql, id);
    });
}

Result<std::vector<store::SealedCell>> resealed(const std::vector<store::SealedCell>& cells, const CaseSeal& from,
                                                const CaseSeal& into) {
    std::vector<store::SealedCell> out;
    for (const auto& cell : cells) {
        auto fresh = reseal(cell, from, into);
        if (!fresh) { return fail(std::move(fresh).error()); }
        out.push_back(std::move(*fresh));
    }
    return out;
}

}  // namespace haven::flow
