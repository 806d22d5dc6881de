#include "hub/flow/snapshot.h"

#include <algorithm>
#include <utility>

#include "core/ledger/entry.h"
#include "core/seal/token.h"
#include "core/store/accounts.h"
#include "core/store/held.h"
#include "hub/flow/vault.h"

namespace haven::flow {
namespace {

/// A case that may be of the same victim.
struct OtherCase {
    CaseId id;
    std::string wrapped_key;
    std::vector<store::RecordRow> records;
    std::vector<store::Conflict> conflicts;
};

struct Rows {
    store::CaseRow row;
    std::vector<store::RecordRow> records;
    std::vector<Referral> referrals;
    store::InForce in_force;
    std::vector<store::Conflict> conflicts;
    std::vector<store::CopyRow> copies;
    store::Witnessed witnessed;
    std::vector<store::RecordRow> accounts;
    std::vector<OtherCase> others;
};

std::vector<OtherCase> cases_maybe_hers(store::Sql& sql, CaseId id) {
    std::vector<OtherCase> out;
    for (const auto other : store::asked_about_with(sql, id, same_person, maybe_hers_max)) {
        auto row = store::read_case(sql, other);
        if (!row || row->wrapped_key.empty()) { continue; }  // it was erased
        auto records = store::records_of(sql, other);
        for (auto& account : store::accounts_of(sql, other)) { records.push_back(std::move(account)); }
        out.push_back({other, std::move(row->wrapped_key), std::move(records), store::conflicts_of(sql, other)});
    }
    return out;
}

struct Opened {
    std::vector<CaseRecord> records;
    std::vector<Name> agreements;
};

Result<Opened> open_all(const Context& context, CaseId id, const Key& key, const std::vector<store::RecordRow>& rows) {
    Opened out;
    for (const auto& stored : rows) {
        auto record = open_record(key, id, stored.id, stored.body, context.site->catalogue, context.older);
        if (!record) { return fail(std::move(record).error()); }
        out.records.push_back({std::move(*record), {stored.id, stored.partner, stored.as_of, stored.by_person}});
        out.agreements.push_back(stored.agreement);
    }
    return out;
}

}  // namespace

const Referral* CaseSnapshot::referral(ReferralId id) const {
    const auto at = std::find_if(referrals.begin(), referrals.end(), [&](const Referral& r) { return r.id == id; });
    return at == referrals.end() ? nullptr : &*at;
}

const store::CopyRow* CaseSnapshot::copy(Name partner, std::string_view reference) const {
    const auto at = std::find_if(copies.begin(), copies.end(), [&](const store::CopyRow& c) {
        return c.partner == partner && c.reference == reference;
    });
    return at == copies.end() ? nullptr : &*at;
}

CaseFile CaseSnapshot::said_by(CaseId other) const {
    std::vector<CaseRecord> said;
    std::copy_if(beside.begin(), beside.end(), std::back_inserter(said),
                 [&](const Beside& one) { return one.of == other; });
    return CaseFile::fold(file.facts().shared_catalogue(), said);
}

void CaseSnapshot::part_from(CaseId other) {
    std::erase_if(beside, [&](const Beside& one) { return one.of == other; });
    std::erase_if(conflicts_beside, [&](const store::Conflict& one) { return one.case_id == other; });
    std::erase(maybe_hers, other);
}

FieldSet CaseSnapshot::add(CaseRecord record, Name agreement) {
    const auto catalogue = record.record.shared_catalogue();
    records.push_back(std::move(record));
    agreements.push_back(agreement);
    const auto before = std::exchange(file, CaseFile::fold(catalogue, records));
    return altered(before, file);
}

Result<CaseSnapshot> read_snapshot(const Context& context, CaseId id) {
    auto rows = context.readers.read_snapshot([&](store::Sql& sql) -> Result<Rows> {
        auto row = store::read_case(sql, id);
        if (!row || row->wrapped_key.empty()) { return fail(Fault::missing, "no such case"); }
        const auto& witness = context.site->witness;
        return Rows{std::move(*row),
                    store::records_of(sql, id),
                    store::referrals_of(sql, id),
                    store::in_force(sql),
                    store::conflicts_of(sql, id),
                    store::copies_of(sql, id),
                    witness ? store::witnessed(sql, witness->text()) : store::Witnessed{},
                    store::accounts_of(sql, id),
                    cases_maybe_hers(sql, id)};
    });
    if (!rows) { return fail(std::move(rows).error()); }
    auto key = unwrap_case_key(context.keys, id, rows->row.wrapped_key);
    if (!key) { return fail(std::move(key).error()); }
    auto opened = open_all(context, id, *key, rows->records);
    if (!opened) { return fail(std::move(opened).error()); }
    auto accounts = open_all(context, id, *key, rows->accounts);
    if (!accounts) { return fail(std::move(accounts).error()); }
    std::vector<Beside> beside;
    for (auto& one : accounts->records) { beside.push_back({std::move(one), id}); }
    std::vector<CaseId> maybe_hers;
    std::vector<store::Conflict> conflicts_beside;
    for (const auto& other : rows->others) {
        const auto others_key = unwrap_case_key(context.keys, other.id, other.wrapped_key);
        if (!others_key) { return fail(others_key.error()); }
        auto said = open_all(context, other.id, *others_key, other.records);
        if (!said) { return fail(std::move(said).error()); }
        for (auto& one : said->records) { beside.push_back({std::move(one), other.id}); }
        maybe_hers.push_back(other.id);
        conflicts_beside.insert(conflicts_beside.end(), other.conflicts.begin(), other.conflicts.end());
    }
    auto file = CaseFile::fold(context.site->catalogue, opened->records);
    return CaseSnapshot{std::move(rows->row),       std::move(*key),
                        std::move(opened->records), std::move(opened->agreements),
                        std::move(rows->referrals), std::move(rows->in_force),
                        std::move(rows->conflicts), std::move(file),
                        std::move(rows->copies),    rows->witnessed,
                        std::move(beside),          std::move(maybe_hers),
                        std::move(conflicts_beside)};
}

Result<CaseSnapshot> snapshot_of_nobody(const Context& context, Name partner) {
    auto in_force =
        context.readers.read([&](store::Sql& sql) -> Result<store::InForce> { return store::in_force(sql); });
    if (!in_force) { return fail(std::move(in_force).error()); }
    store::CaseRow row;
    const auto* known = context.site->partner(partner.text());
    row.fictional = known != nullptr && known->state == site::PartnerState::rehearsal;
    return CaseSnapshot{std::move(row),
                        Key::random(),
                        {},
                        {},
                        {},
                        std::move(*in_force),
                        {},
                        CaseFile::fold(context.site->catalogue, {})};
}

CaseSnapshot new_case(const Context& context, CaseRecord first, Name agreement, bool fictional, Instant now) {
    const auto id = context.ids.next_as<CaseId>(now);
    auto key = Key::random();
    store::CaseRow row{.id = id, .revision = 1, .opened_at = now, .changed_at = now};
    row.progress.the_case.id = id;
    row.fictional = fictional;
    row.wrapped_key = wrap_case_key(context.keys, id, key);
    row.ledger_name = std::string(random_octets<ledger::LedgerName>().view());
    std::vector<CaseRecord> records;
    records.push_back(std::move(first));
    auto file = CaseFile::fold(context.site->catalogue, records);
    return CaseSnapshot{
        std::move(row), std::move(key), std::move(records), {agreement}, {}, {context.site->hash, {}}, {},
        std::move(file)};
}

}  // namespace haven::flow
