#include "hub/flow/dry_run.h"

#include "hub/flow/accounts.h"
#include "hub/flow/chronicle.h"
#include "hub/flow/teller.h"

namespace haven::flow {
namespace {

constexpr std::int64_t cases_at_once = 200;

/// One past telling, with what it told of beside the case: an offer, or her account.
struct Told {
    store::Work work;
    std::optional<store::OfferRow> offer;
    std::optional<CaseFile> account;
};

Result<std::vector<Told>> tellings_of(const Context& context, const CaseSnapshot& snapshot) {
    auto told = context.readers.read_snapshot([&](store::Sql& sql) -> Result<std::vector<Told>> {
        std::vector<Told> out;
        for (const auto& work : store::tellings_of(sql, snapshot.row.id)) {
            const bool of_offer = work.kind == store::WorkKind::tell;
            auto offer = of_offer ? store::read_offer(sql, OfferId{work.subject}) : std::nullopt;
            out.push_back({work, std::move(offer), {}});
        }
        return out;
    });
    if (!told) { return told; }
    for (auto& one : *told) {
        if (one.work.kind != store::WorkKind::account) { continue; }
        auto account = open_account(context, snapshot, RecordId{one.work.subject}, one.work.lane);
        if (!account) { return fail(std::move(account).error()); }
        one.account = std::move(account->file);
    }
    return told;
}

Result<void> note_consultation(const Context& context, const store::CaseRow& row, ledger::Actor by, Instant now) {
    const auto entry = Chronicle::row(
        Chronicle(context.ids, now).consultation("dry run of agreements", "agreement-dry-run", by), row.ledger_name);
    return context.writer.submit_and_wait([&](store::Sql& sql) -> Result<void> {
        store::insert_ledger_entry(sql, entry);
        return {};
    });
}

void count(const Context& context, const CaseSnapshot& snapshot, const Told& told, Instant now,
           std::int64_t DryRun::Counts::*side, DryRun& run) {
    const std::string partner(told.work.lane.text());
    const auto entry = Teller(context, now)
                           .would_tell(told.work, snapshot, told.offer ? &*told.offer : nullptr,
                                       told.account ? &*told.account : nullptr);
    if (!entry) {
        ++(run.stopped[{partner, entry.error().reason.text()}].*side);
        return;
    }
    for (const auto f : entry->fields) {
        ++(run.told[{partner, std::string(context.site->catalogue->field({f}).path.text())}].*side);
    }
}

Result<void> look_at(const Context& before, const Context& after, CaseId id, ledger::Actor by, DryRun& run) {
    auto snapshot = read_snapshot(before, id);
    if (!snapshot && snapshot.error().fault == Fault::missing) { return {}; }  // erased
    if (!snapshot) { return fail(std::move(snapshot).error()); }
    auto again = read_snapshot(after, id);
    if (!again) { return fail(std::move(again).error()); }
    const auto tellings = tellings_of(before, *snapshot);
    if (!tellings) { return fail(tellings.error()); }
    const auto now = before.clock.now();
    if (auto noted = note_consultation(before, snapshot->row, by, now); !noted) { return noted; }
    ++run.cases;
    snapshot->in_force = {before.site->hash, {}};  // as if each were active, and nobody stopped
    again->in_force = {after.site->hash, {}};
    for (const auto& told : *tellings) {
        ++run.tellings;
        count(before, *snapshot, told, now, &DryRun::Counts::before, run);
        count(after, *again, told, now, &DryRun::Counts::after, run);
    }
    return {};
}

}  // namespace

Result<DryRun> dry_run(const Context& before, const Context& after, ledger::Actor by) {
    if (before.site->catalogue->hash() != after.site->catalogue->hash()) {
        return fail(Fault::conflict, "the two sites are of different canonical schemas");
    }
    DryRun run;
    CaseId last{};
    for (bool more = true; more;) {
        const auto page = before.readers.read([&](store::Sql& sql) -> Result<std::vector<store::CaseRow>> {
            return store::list_cases(sql, last, cases_at_once);
        });
        if (!page) { return fail(page.error()); }
        more = static_cast<std::int64_t>(page->size()) == cases_at_once;
        for (const auto& row : *page) {
            last = row.id;
            if (auto done = look_at(before, after, row.id, by, run); !done) { return fail(std::move(done).error()); }
        }
    }
    return run;
}

}  // namespace haven::flow
