#include "hub/flow/matching.h"

#include <algorithm>
#include <array>
#include <map>
#include <tuple>

#include "core/seal/digest.h"
#include "core/store/accounts.h"
#include "hub/flow/casework.h"
#include "hub/flow/rejudging.h"
#include "hub/flow/vault.h"

namespace haven::flow {
namespace {

constexpr std::size_t candidates_max = 50;

// A telephone may be a refuge's, with more cases than are opened: what is nearly one person's own is looked up first.
constexpr std::array most_telling_first{Indexed::reference,           Indexed::nhs_number, Indexed::pupil_number,
                                        Indexed::name_and_birth_date, Indexed::email,      Indexed::phone,
                                        Indexed::name_and_birth_month};
static_assert(most_telling_first.size() == indexed_kinds);

// Beyond those: several people share an incident, so that it finds nobody as a person.
constexpr std::int64_t of_incident = indexed_kinds + 1;

std::vector<CaseId> candidates(store::Sql& sql, const std::vector<store::BlindKey>& keys) {
    std::vector<CaseId> found;
    for (const auto kind : most_telling_first) {
        for (const auto& key : keys) {
            if (key.kind != static_cast<std::int64_t>(kind)) { continue; }
            for (const auto id : store::find_by_blind_key(sql, key, candidates_max)) {
                if (found.size() == candidates_max) { return found; }
                if (std::find(found.begin(), found.end(), id) == found.end()) { found.push_back(id); }
            }
        }
    }
    return found;
}

// Everything below "victim", as bytes that only compare.
std::string said_of_victim(const Record& record) {
    std::vector<bool> keep;
    for (const auto& value : record.values()) {
        keep.push_back(record.catalogue().field(value.field).path.text().starts_with("victim/"));
    }
    return record.part(record.type(), keep).content();
}

}  // namespace

// The place names the two, so that each pair has a line, and a decision, of its own. The newer asks.
std::pair<store::HeldRow, store::HeldItem> line_of_pair(const Context& context, CaseId a, CaseId b, Instant now) {
    constexpr std::chrono::hours ask_due{4};
    const auto older = std::min(a, b);
    const auto newer = std::max(a, b);
    store::HeldRow row{context.ids.next_as<HeldId>(now),
                       {},
                       std::string(same_person),
                       id_text(newer) + " " + id_text(older),
                       "a person decides whether two cases are of one victim",
                       "practitioner",
                       now,
                       now + ask_due,
                       0};
    return {std::move(row), store::HeldItem{store::HeldKind::victim_case, newer.value, older.value, newer}};
}

namespace {

// Whether a person was asked, be it decided or not.
Result<bool> was_asked(const Context& context, CaseId a, CaseId b) {
    const auto line = line_of_pair(context, a, b, context.clock.now()).first;
    return context.readers.read([&](store::Sql& sql) -> Result<bool> { return store::was_held(sql, line); });
}

// What a case says, in confidence too: all of it bars in one that may be hers.
Result<std::vector<Beside>> all_said(const Context& context, const CaseSnapshot& snapshot) {
    const auto id = snapshot.row.id;
    const auto accounts = context.readers.read(
        [&](store::Sql& sql) -> Result<std::vector<store::RecordRow>> { return store::accounts_of(sql, id); });
    if (!accounts) { return fail(accounts.error()); }
    std::vector<Beside> said;
    for (const auto& one : snapshot.records) { said.push_back({one, id}); }
    for (const auto& row : *accounts) {
        auto account = open_record(snapshot.key, id, row.id, row.body, context.site->catalogue, context.older);
        if (!account) { return fail(std::move(account).error()); }
        said.push_back({{std::move(*account), {row.id, row.partner, row.as_of, row.by_person}}, id});
    }
    return said;
}

template <class T>
void add_all(std::vector<T>& into, const std::vector<T>& more) {
    into.insert(into.end(), more.begin(), more.end());
}

}  // namespace

std::vector<store::BlindKey> blind_keys(const Context& context, const MatchTerms& terms) {
    std::vector<store::BlindKey> keys;
    for (const auto& term : terms.blind_terms()) {
        keys.push_back({static_cast<std::int64_t>(term.kind), context.secrets.blind_index.of(term.kind, term.value)});
    }
    return keys;
}

namespace {

// Blanks around a reference are the file's, a spreadsheet's no-break ones too: its issuer wrote the same.
std::string without_blanks(std::string_view text) {
    constexpr std::array<std::string_view, 5> blanks{" ", "\t", "\r", "\n", "\u00a0"};
    const auto blank_where = [&](auto stands) {
        const auto found = std::find_if(blanks.begin(), blanks.end(), stands);
        return found == blanks.end() ? 0 : found->size();
    };
    while (const auto bytes = blank_where([&](auto one) { return text.starts_with(one); })) {
        text.remove_prefix(bytes);
    }
    while (const auto bytes = blank_where([&](auto one) { return text.ends_with(one); })) { text.remove_suffix(bytes); }
    return std::string(text);
}

}  // namespace

std::optional<store::BlindKey> incident_key(const Context& context, const Record& record, Name sender, bool fictional) {
    const auto issuer = record.get(context.fields.incident_issuer);
    const auto reference = record.get(context.fields.incident_reference);
    if (!issuer || !reference) { return std::nullopt; }
    const auto incident =
        std::string(sender.text()) + "|" + *issuer + "|" + without_blanks(*reference) + (fictional ? "|rehearsal" : "");
    return store::BlindKey{of_incident, keyed_digest(context.secrets.digests, "incident", incident)};
}

std::vector<store::BlindKey> blind_keys(const Context& context, const std::vector<CaseRecord>& records,
                                        bool fictional) {
    std::vector<store::BlindKey> out;
    for (const auto& one : records) {
        const auto keys = blind_keys(context, context.fields.match.read(one.record));
        out.insert(out.end(), keys.begin(), keys.end());
        const bool reports = one.record.catalogue().record_type(one.record.type()).name.text() == "incident-report";
        const auto incident = reports ? incident_key(context, one.record, one.source.partner, fictional) : std::nullopt;
        if (incident) { out.push_back(*incident); }
    }
    return out;
}

Result<Matched> find_case(const Context& context, const MatchTerms& terms, const std::vector<store::BlindKey>& keys,
                          bool fictional) {
    const auto shared =
        context.readers.read([&](store::Sql& sql) -> Result<std::vector<CaseId>> { return candidates(sql, keys); });
    if (!shared) { return fail(shared.error()); }
    Matched matched;
    for (const auto id : *shared) {
        auto snapshot = read_snapshot(context, id);
        if (!snapshot && snapshot.error().fault == Fault::missing) { continue; }  // it was erased
        if (!snapshot) { return fail(std::move(snapshot).error()); }
        if (snapshot->row.fictional != fictional) { continue; }
        const auto verdict = compare(terms, context.fields.match.read(snapshot->file.facts()));
        if (verdict == Match::same) { return Matched{id, {}}; }
        if (verdict == Match::unsure) { matched.unsure.push_back(id); }
    }
    return matched;
}

std::vector<MatchTerms> terms_since(const Context& context, const MatchTerms& before, const CaseSnapshot& joined,
                                    const Record& said) {
    auto alone = context.fields.match.read(said);
    auto all = context.fields.match.read(joined.file.facts());
    const auto who = [](const MatchTerms& t) { return std::tie(t.family, t.given, t.born, t.phones, t.identifiers); };
    const auto known = before.blind_terms();
    const auto told = alone.blind_terms();
    const bool says_nothing_new =
        who(before) == who(all) && std::includes(known.begin(), known.end(), told.begin(), told.end());
    if (says_nothing_new) { return {}; }
    return {std::move(all), std::move(alone)};
}

Result<std::vector<CaseId>> find_unsure(const Context& context, const CaseSnapshot& of,
                                        const std::vector<MatchTerms>& terms, std::vector<CaseId> nearby,
                                        const Touched& touched) {
    std::vector<CaseId> out;
    if (terms.empty()) { return out; }
    std::vector<store::BlindKey> keys;
    for (const auto& one : terms) { add_all(keys, blind_keys(context, one)); }
    const auto shared =
        context.readers.read([&](store::Sql& sql) -> Result<std::vector<CaseId>> { return candidates(sql, keys); });
    if (!shared) { return fail(shared.error()); }
    add_all(nearby, *shared);
    std::sort(nearby.begin(), nearby.end());
    nearby.erase(std::unique(nearby.begin(), nearby.end()), nearby.end());
    for (const auto id : nearby) {
        const auto& open = of.maybe_hers;
        if (id == of.row.id || std::find(open.begin(), open.end(), id) != open.end()) { continue; }
        const auto asked = was_asked(context, id, of.row.id);
        if (!asked) { return fail(asked.error()); }
        if (*asked) { continue; }
        const auto* there = touched ? touched(id) : nullptr;
        std::optional<CaseSnapshot> stored;
        if (there == nullptr) {
            auto snapshot = read_snapshot(context, id);
            if (!snapshot && snapshot.error().fault == Fault::missing) { continue; }  // it was erased
            if (!snapshot) { return fail(std::move(snapshot).error()); }
            there = &stored.emplace(std::move(*snapshot));
        }
        const auto theirs = context.fields.match.read(there->file.facts());
        const bool alike = std::any_of(terms.begin(), terms.end(), [&](const MatchTerms& ours) {
            return compare(ours, theirs) != Match::different;
        });
        if (alike && there->row.fictional == of.row.fictional) { out.push_back(id); }
    }
    return out;
}

Result<Changes> ask_whether_same(const Context& context, CaseSnapshot& one, CaseSnapshot& other, ledger::Actor by,
                                 Instant now) {
    const auto ours = all_said(context, one);
    if (!ours) { return fail(ours.error()); }
    const auto theirs = all_said(context, other);
    if (!theirs) { return fail(theirs.error()); }
    const Rejudging before(context, other, now);
    add_all(one.beside, *theirs);
    add_all(other.beside, *ours);
    add_all(one.conflicts_beside, other.conflicts);
    add_all(other.conflicts_beside, one.conflicts);
    one.maybe_hers.push_back(other.row.id);
    other.maybe_hers.push_back(one.row.id);
    auto changes = before.after(other, by);
    if (!changes) { return changes; }
    auto ticked = Casework(context, now).happen(other, case_event::Ticked{}, by);  // she may be rung less by now
    if (!ticked) { return fail(std::move(ticked).error()); }
    changes->append(std::move(ticked->changes));
    changes->held.push_back(line_of_pair(context, one.row.id, other.row.id, now));
    return changes;
}

Result<Changes> ask_whether_same(const Context& context, CaseSnapshot& one, const std::vector<CaseId>& others,
                                 ledger::Actor by, Instant now) {
    Changes changes;
    for (const auto id : others) {
        auto other = read_snapshot(context, id);
        if (!other && other.error().fault == Fault::missing) { continue; }  // it was erased, or merged, meanwhile
        if (!other) { return fail(std::move(other).error()); }
        auto follows = ask_whether_same(context, one, *other, by, now);
        if (!follows) { return follows; }
        changes.append(std::move(*follows));
        other->row.changed_at = now;
        changes.changed_cases.push_back(std::move(other->row));
    }
    return changes;
}

std::vector<std::string> apart(const Context& context, const std::vector<Record>& victims) {
    std::vector<std::string> out(victims.size());
    if (victims.size() < 2) { return out; }
    std::vector<bool> all_told;
    for (std::size_t i = 0; i < victims.size(); ++i) {
        const auto victim = context.fields.match.read(victims[i]);
        out[i] = "|" + victim.family + "|" + victim.given + "|" + (victim.born ? date_text(*victim.born) : "");
        all_told.push_back(!victim.family.empty() && !victim.given.empty() && victim.born);
    }
    const auto names = out;
    std::map<std::string, int> alike;
    for (std::size_t i = 0; i < victims.size(); ++i) {
        if (all_told[i] || std::count(names.begin(), names.end(), names[i]) == 1) { continue; }
        out[i] += "|" + said_of_victim(victims[i]);
        out[i] += "|" + std::to_string(++alike[out[i]]);
    }
    return out;
}

KnownBy known_by(const Context& context, const Record& record, Name sender, const std::string& apart, bool fictional) {
    const auto& fields = context.fields;
    auto reference = std::string(sender.text()) + "|" +
                     std::string(record.catalogue().record_type(record.type()).name.text()) + "|" +
                     record.get(fields.incident_issuer).value_or("") + "|" +
                     without_blanks(record.get(fields.incident_reference).value_or(""));
    if (fictional) { reference += "|rehearsal"; }  // the same reference may come again once the partner is live
    const auto digest = [&](const std::string& text) {
        return keyed_digest(context.secrets.digests, "record reference", text);
    };
    return {digest(reference), digest(reference + apart)};
}

}  // namespace haven::flow
