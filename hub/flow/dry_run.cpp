#include "hub/flow/dry_run.h"

#include <algorithm>

#include "hub/flow/accounts.h"
#include "hub/flow/chronicle.h"
#include "hub/flow/teller.h"

namespace haven::flow {
namespace {

constexpr std::int64_t cases_at_once = 200;

/// One past telling, with what it told of beside the case: an offer, or her account.
struct Told {
    store::Work work;
    Instant at;  ///< when it was told, or stopped
    std::optional<store::OfferRow> offer;
    std::optional<CaseFile> account;
};

Result<std::vector<Told>> tellings_of(const Context& context, const CaseSnapshot& snapshot) {
    auto told = context.readers.read_snapshot([&](store::Sql& sql) -> Result<std::vector<Told>> {
        std::vector<Told> out;
        for (const auto& work : store::tellings_of(sql, snapshot.row.id)) {
            const bool of_offer = work.kind == store::WorkKind::tell;
            auto offer = of_offer ? store::read_offer(sql, OfferId{work.subject}) : std::nullopt;
            const auto at = store::last_decided(sql, work.id).value_or(made_at(work.id));
            out.push_back({work, at, std::move(offer), {}});
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

/// A case as it was known at earlier moments: without what was heard, entered, declared or asked back since.
class Known {
public:
    Known(const Context& context, CaseSnapshot now)
        : context_(context),
          snapshot_(std::move(now)),
          records_(snapshot_.records),
          agreements_(snapshot_.agreements),
          beside_(snapshot_.beside),
          conflicts_(snapshot_.conflicts),
          conflicts_beside_(snapshot_.conflicts_beside) {
        snapshot_.in_force = {context.site->hash, {}};  // as if it were active, and nobody stopped
        snapshot_.row.restricted.clear();
        for (auto& copy : snapshot_.copies) { copy.wanted = store::Wanted::keep; }
    }

    const CaseSnapshot& at(Instant then) {
        const auto is_heard = [&](const CaseRecord& one) { return made_at(one.source.record) <= then; };
        const auto is_declared = [&](const store::Conflict& one) { return one.at <= then; };
        snapshot_.records.clear();
        snapshot_.agreements.clear();
        for (std::size_t i = 0; i < records_.size(); ++i) {
            if (!is_heard(records_[i])) { continue; }
            snapshot_.records.push_back(records_[i]);
            snapshot_.agreements.push_back(agreements_[i]);
        }
        snapshot_.beside = those(beside_, is_heard);
        snapshot_.conflicts = those(conflicts_, is_declared);
        snapshot_.conflicts_beside = those(conflicts_beside_, is_declared);
        snapshot_.file = CaseFile::fold(context_.site->catalogue, snapshot_.records);
        return snapshot_;
    }

private:
    template <class T, class Is>
    static std::vector<T> those(const std::vector<T>& all, Is is) {
        std::vector<T> out;
        std::copy_if(all.begin(), all.end(), std::back_inserter(out), is);
        return out;
    }

    const Context& context_;
    CaseSnapshot snapshot_;
    std::vector<CaseRecord> records_;
    std::vector<Name> agreements_;
    std::vector<Beside> beside_;
    std::vector<store::Conflict> conflicts_;
    std::vector<store::Conflict> conflicts_beside_;
};

// For each giver, recipient, purpose and record type the agreement that comes last counts at every moment, also where
// it has not begun; where that is over by now none counts. So an agreement and the one that renews it are compared, and
// not one of them with itself.
std::shared_ptr<const site::Site> as_if_always(const site::Site& site, Instant now) {
    const auto all = site.agreements;
    auto made = std::make_shared<site::Site>(site);
    for (auto& agreement : made->agreements) {
        const auto& terms = agreement->terms();
        const bool is_last = std::none_of(all.begin(), all.end(), [&](const auto& other) {
            return other->from() == agreement->from() && other->to() == agreement->to() &&
                   other->record_type() == agreement->record_type() && other->terms().purpose == terms.purpose &&
                   other->terms().start > terms.start;
        });
        const bool counts = is_last && now < terms.end;
        agreement = agreement->supposed(Instant::min(), counts ? Instant::max() : Instant::min());
    }
    return made;
}

Context under(const Context& context, Instant now) {
    auto made = context;
    made.site = as_if_always(*context.site, now);
    return made;
}

void count(const Context& context, Known& known, const Told& told, std::int64_t DryRun::Counts::*side, DryRun& run) {
    const std::string partner(told.work.lane.text());
    const auto entry = Teller(context, told.at)
                           .would_tell(told.work, known.at(told.at), told.offer ? &*told.offer : nullptr,
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
    if (auto noted = note_consultation(before, snapshot->row, by, before.clock.now()); !noted) { return noted; }
    ++run.cases;
    Known old(before, std::move(*snapshot));
    Known renewed(after, std::move(*again));
    for (const auto& told : *tellings) {
        ++run.tellings;
        count(before, old, told, &DryRun::Counts::before, run);
        count(after, renewed, told, &DryRun::Counts::after, run);
    }
    return {};
}

}  // namespace

Result<DryRun> dry_run(const Context& old_site, const Context& new_site, ledger::Actor by) {
    if (old_site.site->catalogue->hash() != new_site.site->catalogue->hash()) {
        return fail(Fault::conflict, "the two sites are of different canonical schemas");
    }
    const auto before = under(old_site, old_site.clock.now());
    const auto after = under(new_site, new_site.clock.now());
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
