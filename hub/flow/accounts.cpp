#include "hub/flow/accounts.h"

#include <algorithm>

#include "core/base/log.h"
#include "core/store/accounts.h"
#include "core/store/conflicts.h"
#include "hub/flow/chronicle.h"
#include "hub/flow/entering.h"
#include "hub/flow/recalling.h"
#include "hub/flow/rejudging.h"
#include "hub/flow/teller.h"
#include "hub/flow/timekeeper.h"
#include "hub/flow/vault.h"

namespace haven::flow {

Result<std::vector<store::RecordRow>> accounts_of(const Context& context, CaseId id) {
    return context.readers.read(
        [&](store::Sql& sql) -> Result<std::vector<store::RecordRow>> { return store::accounts_of(sql, id); });
}

Result<CaseFile> open_account(const Context& context, const CaseSnapshot& snapshot, const store::RecordRow& row) {
    auto record = open_record(snapshot.key, snapshot.row.id, row.id, row.body, context.site->catalogue, context.older);
    if (!record) { return fail(std::move(record).error()); }
    const std::vector<CaseRecord> alone{{std::move(*record), {row.id, row.partner, row.as_of, row.by_person}}};
    return CaseFile::fold(context.site->catalogue, alone);
}

Result<RecordId> enter_account(const Context& context, CaseId id, std::string_view json, UserId by) {
    const auto record = read_canonical(context, "incident-report", json);
    if (!record) { return fail(record.error()); }
    RecordId account;
    auto done = change_case(context, id, [&](CaseSnapshot& snapshot, Instant now) -> Result<Changes> {
        account = context.ids.next_as<RecordId>(now);
        const auto actor = ledger::Actor::of_user(by);
        const Rejudging before(context, snapshot, now);
        const CaseRecord said{*record, {account, context.site->hub, record->as_of(), true}};
        snapshot.beside.push_back({said, id});
        Changes changes;  // whom she names is kept from her
        for (auto follows : {before.after(snapshot, actor), barred_in_others(context, snapshot, said, actor, now)}) {
            if (!follows) { return follows; }
            changes.append(std::move(*follows));
        }
        changes.records.push_back({account,
                                   id,
                                   {},
                                   "incident-report",
                                   context.site->hub,
                                   {},
                                   record->as_of(),
                                   true,
                                   seal_record(snapshot.key, id, account, *record),
                                   true});
        auto entry = Chronicle(context.ids, now).entry(ledger::Operation::collection, "account entered", actor);
        entry.record = account;
        changes.ledger.push_back(Chronicle::row(std::move(entry), snapshot.row.ledger_name));
        return changes;
    });
    if (!done) { return fail(std::move(done).error()); }
    return account;
}

Result<void> decide_account(const Context& context, RecordId account, Name partner, bool tell, UserId by) {
    auto of = context.readers.read([&](store::Sql& sql) -> Result<CaseId> {
        const auto row = store::read_account(sql, account);
        if (!row || !store::is_seen(sql, row->case_id, by)) { return fail(Fault::missing, "no such account"); }
        return row->case_id;
    });
    if (!of) { return fail(std::move(of).error()); }
    const auto id = *of;
    return change_case(context, id, [&](CaseSnapshot& snapshot, Instant now) -> Result<Changes> {
        Changes changes;
        changes.account_decisions.push_back({account, partner, tell, by});
        if (tell) {
            const store::Work work{
                context.ids.next_as<WorkId>(now), partner, store::WorkKind::account, {}, id, account.value, 0};
            changes.work.push_back({work, now, std::nullopt});
        } else {  // what they hold of it already they are to give up
            changes.append(Recalling(context, now)
                               .ask(snapshot, store::Wanted::destroy, CopyReason::consent_withdrawn,
                                    ledger::Actor::of_user(by), partner, id_text(account)));
        }
        const auto action = tell ? ledger::Word("account to be told") : ledger::Word("account not to be told");
        auto entry = Chronicle(context.ids, now).entry(ledger::Operation::decision, action, ledger::Actor::of_user(by));
        entry.record = account;
        entry.recipient = partner;
        changes.ledger.push_back(Chronicle::row(std::move(entry), snapshot.row.ledger_name));
        return changes;
    });
}

Result<std::vector<std::string>> read_accounts(const Context& context, CaseId id, const Map& map, ledger::Actor by) {
    auto snapshot = read_snapshot(context, id);
    if (!snapshot) { return fail(std::move(snapshot).error()); }
    const auto rows = accounts_of(context, id);
    if (!rows) { return fail(rows.error()); }
    std::vector<std::string> out;
    std::vector<store::LedgerRow> looked;
    const auto now = context.clock.now();
    for (const auto& row : *rows) {
        auto file = open_account(context, *snapshot, row);
        if (!file) { return fail(std::move(file).error()); }
        auto shown = Teller(context, now).show_account(*snapshot, *file, map);
        if (!shown) { return fail(std::move(shown).error()); }
        auto entry = std::move(shown->entry);
        entry.operation = ledger::Operation::consultation;
        entry.action = "account shown";
        entry.actor = by;
        entry.record = row.id;
        looked.push_back(Chronicle::row(std::move(entry), snapshot->row.ledger_name));
        const auto bytes = shown->cleared.bytes(now);
        if (!bytes) { return fail(bytes.error()); }
        out.push_back("{\"account\":" + json_string(id_text(row.id)) + ",\"facts\":" + std::string(*bytes) + "}");
    }
    auto logged = context.writer.submit_and_wait([&](store::Sql& sql) -> Result<void> {
        for (const auto& row : looked) { store::insert_ledger_entry(sql, row); }
        return {};
    });
    if (!logged) { return fail(std::move(logged).error()); }
    return out;
}

Result<Account> open_account(const Context& context, const CaseSnapshot& snapshot, RecordId id, Name partner) {
    struct Rows {
        std::optional<store::RecordRow> row;
        bool told = false;
        std::vector<store::Asking> askings;
    };
    const auto* copy = snapshot.copy(partner, id_text(id));
    auto rows = context.readers.read_snapshot([&](store::Sql& sql) -> Result<Rows> {
        return Rows{store::read_account(sql, id), store::is_account_told(sql, id, partner),
                    copy == nullptr ? std::vector<store::Asking>{} : store::askings_of(sql, *copy)};
    });
    if (!rows) { return fail(std::move(rows).error()); }
    if (!rows->row) { return fail(Fault::missing, "no such account"); }
    auto file = open_account(context, snapshot, *rows->row);
    if (!file) { return fail(std::move(file).error()); }
    const auto destroyed = std::count_if(rows->askings.begin(), rows->askings.end(), [](const auto& one) {
        return one.version == recall_version(store::Wanted::destroy);
    });
    return Account{std::move(*file), rows->told, static_cast<int>(destroyed) + 1};
}

}  // namespace haven::flow
