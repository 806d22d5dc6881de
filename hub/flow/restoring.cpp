#include <algorithm>

#include "hub/flow/chronicle.h"
#include "hub/flow/erasing.h"
#include "hub/flow/erasure_journal.h"
#include "hub/flow/matching.h"
#include "hub/flow/merge_part.h"
#include "hub/flow/timekeeper.h"

// What the journal of erasures says and a store that was put back from an older backup does not know.
namespace haven::flow {
namespace {

store::LedgerRow entry_of(const Context& context, ledger::Word action, std::string_view case_name, Instant now) {
    auto entry =
        Chronicle(context.ids, now).entry(ledger::Operation::erasure, action, ledger::Actor::of_hub("keeping"));
    entry.reason = "restored";
    return Chronicle::row(std::move(entry), case_name);
}

Result<void> erase_case_again(const Context& context, CaseId id) {
    const auto now = context.clock.now();
    return context.writer.submit_and_wait([&](store::Sql& sql) -> Result<void> {
        const auto row = store::read_case(sql, id);
        const auto again = store::erase_again(sql, id, now);
        if (!again) { return {}; }
        store::insert_erasure(sql, {id, now, std::nullopt, *again});
        store::insert_ledger_entry(sql, entry_of(context, "case erased again", row->ledger_name, now));
        return {};
    });
}

// They left this case for the one that was erased after the backup was made. What was told from them meanwhile, and
// what of the case rests on them, is for a person.
Result<void> erase_records_again(const Context& context, CaseId id, const std::vector<RecordId>& records) {
    for (int tries = 1;; ++tries) {
        auto snapshot = read_snapshot(context, id);
        if (!snapshot) { return fail(std::move(snapshot).error()); }
        std::erase_if(snapshot->records, [&](const CaseRecord& one) {
            return std::find(records.begin(), records.end(), one.source.record) != records.end();
        });
        if (snapshot->records.empty()) { return erase_case_again(context, id); }
        const auto now = context.clock.now();
        const auto keys = blind_keys(context, snapshot->records, snapshot->row.fictional);
        Changes changes;
        hold_case(context, *snapshot, "restored", "records",
                  "records that were erased came back with a backup and were taken out: look at what was made of them",
                  now, changes);
        const auto entry = entry_of(context, "records erased again", snapshot->row.ledger_name, now);
        auto done = context.writer.submit_and_wait([&](store::Sql& sql) -> Result<void> {
            auto erased = store::erase_records(sql, id, snapshot->row.revision, records, keys);
            if (!erased) { return fail(std::move(erased).error()); }
            store::insert_ledger_entry(sql, entry);
            return apply(sql, changes, now);
        });
        if (done || done.error().fault != Fault::conflict || tries >= decide_tries_max) { return done; }
    }
}

// A record that came after the backup was made left no trace in it: its reference is held by the journal alone.
// Answers those that the journal lacks.
Result<std::vector<Digest16>> keep_references(const Context& context, const ErasureJournal& journal) {
    const auto named = journal.references();
    if (!named) { return fail(named.error()); }
    const auto known = context.readers.read(
        [](store::Sql& sql) -> Result<std::set<Digest16>> { return store::erased_references(sql); });
    if (!known) { return fail(known.error()); }
    std::vector<Digest16> lost;
    std::set_difference(named->begin(), named->end(), known->begin(), known->end(), std::back_inserter(lost));
    if (!lost.empty()) {
        auto done = context.writer.submit_and_wait([&](store::Sql& sql) -> Result<void> {
            for (const auto& reference : lost) { store::insert_erased_reference(sql, reference); }
            return {};
        });
        if (!done) { return fail(std::move(done).error()); }
    }
    std::vector<Digest16> missing;
    std::set_difference(known->begin(), known->end(), named->begin(), named->end(), std::back_inserter(missing));
    return missing;
}

}  // namespace

// What stands in the store and not in the journal may not be wiped yet: the journal is written last.
Result<void> keep_erased(const Context& context) {
    const ErasureJournal journal(context.erasures);
    const auto references = keep_references(context, journal);
    if (!references) { return fail(references.error()); }
    auto named = journal.read();
    if (!named) { return fail(std::move(named).error()); }
    const auto erased =
        context.readers.read([](store::Sql& sql) -> Result<std::set<std::int64_t>> { return store::erased_ids(sql); });
    if (!erased) { return fail(erased.error()); }
    std::vector<std::int64_t> missing;
    std::set_difference(erased->begin(), erased->end(), named->begin(), named->end(), std::back_inserter(missing));
    std::set<std::int64_t> unknown;
    std::set_difference(named->begin(), named->end(), erased->begin(), erased->end(),
                        std::inserter(unknown, unknown.end()));
    const auto back = context.readers.read([&](store::Sql& sql) -> Result<store::BroughtBack> {
        return unknown.empty() ? store::BroughtBack{} : store::brought_back(sql, *named);
    });
    if (!back) { return fail(back.error()); }
    for (const auto id : back->cases) {
        if (auto done = erase_case_again(context, id); !done) { return done; }
    }
    for (const auto& [id, records] : back->records) {
        if (auto done = erase_records_again(context, id, records); !done) { return done; }
    }
    if (!back->cases.empty() || !back->records.empty() || !missing.empty()) {
        if (auto wiped = context.writer.wipe(); !wiped) { return wiped; }
    }
    return journal.add(missing, *references);
}

}  // namespace haven::flow
