#include "hub/flow/erasing.h"

#include "core/base/code.h"
#include "core/base/crash_point.h"
#include "core/base/log.h"
#include "core/store/held.h"
#include "core/store/merging.h"
#include "core/store/timers.h"
#include "hub/flow/chronicle.h"
#include "hub/flow/concealing.h"
#include "hub/flow/keeping.h"
#include "hub/flow/snapshot.h"
#include "hub/flow/timekeeper.h"

namespace haven::flow {

Result<ErasureReceipt> erase_case(const Context& context, CaseId id, EraseReason why, ledger::Actor by) {
    const auto now = context.clock.now();
    auto entry = Chronicle(context.ids, now).entry(ledger::Operation::erasure, "case erased", by);
    entry.reason = Name::declare(code_text(why));
    ErasureReceipt receipt{entry.id, now, std::nullopt, {}};
    const auto& backups = context.site->keeping.backups;
    if (backups) { receipt.final_at = now + *backups; }
    auto done = context.writer.submit_and_wait([&](store::Sql& sql) -> Result<void> {
        const auto row = store::read_case(sql, id);
        const auto others = store::asked_about_with(sql, id, same_person, INT64_MAX);
        auto erased = store::erase_case(sql, id, now);
        if (!erased) { return fail(std::move(erased).error()); }
        receipt.erased = *erased;
        crash_point("erase-within");
        store::insert_erasure(sql, {id, now, receipt.final_at, *erased});
        // In an older backup they are cases of their own.
        for (const auto merged : store::merged_into(sql, id)) {
            store::insert_erasure(sql, {merged, now, receipt.final_at, *erased});
        }
        for (const auto other : others) {  // what barred in them is gone: they are looked at anew
            if (store::is_due(sql, store::TimerKind::casework, other.value, now)) { continue; }
            store::set_timer(sql, store::TimerKind::casework, other.value, now);
        }
        store::insert_ledger_entry(sql, Chronicle::row(std::move(entry), row->ledger_name));
        return {};
    });
    if (!done) { return fail(std::move(done).error()); }
    crash_point("erase-before");
    if (auto kept = keep_erased(context); !kept) { return fail(std::move(kept).error()); }
    crash_point("erase-after");
    return receipt;
}

Result<ErasureReceipt> erasure_receipt(const Context& context, CaseId id) {
    auto row = context.readers.read(
        [&](store::Sql& sql) -> Result<std::optional<store::ErasureRow>> { return store::read_erasure(sql, id); });
    if (!row) { return fail(std::move(row).error()); }
    if (!*row) { return fail(Fault::missing, "no such case"); }
    if (auto kept = keep_erased(context); !kept) { return fail(std::move(kept).error()); }
    return ErasureReceipt{std::nullopt, (*row)->at, (*row)->final_at, (*row)->erased};
}

Result<ErasureReceipt> erase_or_receipt(const Context& context, CaseId named, EraseReason why, UserId by) {
    const auto seen = see_case(context, named, by);
    if (seen) { return erase_case(context, *seen, why, ledger::Actor::of_user(by)); }
    return seen.error().fault == Fault::missing ? erasure_receipt(context, named) : fail(seen.error());
}

std::string receipt_text(const ErasureReceipt& receipt) {
    return "{\"erasure\":" + (receipt.entry ? json_string(id_text(*receipt.entry)) : "null") +
           ",\"at\":" + json_string(iso_text(receipt.at)) +
           ",\"final\":" + (receipt.final_at ? json_string(iso_text(*receipt.final_at)) : "null") +
           ",\"records\":" + std::to_string(receipt.erased.records) +
           ",\"messages\":" + std::to_string(receipt.erased.messages) +
           ",\"copies\":" + std::to_string(receipt.erased.copies) + "}";
}

Result<void> set_legal_hold(const Context& context, CaseId id, std::optional<HoldReason> why, UserId by) {
    const auto code = why ? code_text(*why) : std::string_view{};
    const auto ended = context.readers.read([&](store::Sql& sql) -> Result<bool> {
        return store::was_item_held(sql, retention_fault, store::HeldKind::victim_case, id.value);
    });
    if (!ended) { return fail(ended.error()); }
    return change_case(context, id, [&](CaseSnapshot& snapshot, Instant now) -> Result<Changes> {
        auto& hold = snapshot.row.legal_hold;
        if (!why && hold.empty()) { return fail(Fault::missing, "the case is under no legal hold"); }
        if (why && !hold.empty()) { return fail(Fault::conflict, "the case is under legal hold already"); }
        hold = std::string(code);
        Changes changes;
        // It was kept beyond its time for a reason that is gone: a person decides again.
        if (!why && *ended) { changes.retention.emplace_back(id, now); }
        auto entry = Chronicle(context.ids, now)
                         .entry(ledger::Operation::decision,
                                why ? ledger::Word("legal hold set") : ledger::Word("legal hold lifted"),
                                ledger::Actor::of_user(by));
        entry.reason = Name::declare(code);
        changes.ledger.push_back(Chronicle::row(std::move(entry), snapshot.row.ledger_name));
        return changes;
    });
}

}  // namespace haven::flow
