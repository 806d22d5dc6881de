#include "hub/flow/matching.h"

#include <algorithm>
#include <array>
#include <map>

#include "core/seal/digest.h"

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

std::vector<store::BlindKey> blind_keys(const Context& context, const MatchTerms& terms) {
    std::vector<store::BlindKey> keys;
    for (const auto& term : terms.blind_terms()) {
        keys.push_back({static_cast<std::int64_t>(term.kind), context.secrets.blind_index.of(term.kind, term.value)});
    }
    return keys;
}

std::optional<store::BlindKey> incident_key(const Context& context, const Record& record, Name sender, bool fictional) {
    const auto issuer = record.get(context.fields.incident_issuer);
    const auto reference = record.get(context.fields.incident_reference);
    if (!issuer || !reference) { return std::nullopt; }
    const auto incident =
        std::string(sender.text()) + "|" + *issuer + "|" + *reference + (fictional ? "|rehearsal" : "");
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

std::vector<std::pair<store::HeldRow, store::HeldItem>> ask_whether_same(const Context& context, CaseId made,
                                                                         const std::vector<CaseId>& others,
                                                                         Instant now) {
    constexpr std::chrono::hours ask_due{4};
    std::vector<std::pair<store::HeldRow, store::HeldItem>> asked;
    for (const auto other : others) {
        // The place names the two, so that each pair has a line, and a decision, of its own.
        store::HeldRow row{context.ids.next_as<HeldId>(now),
                           {},
                           std::string(same_person),
                           id_text(made) + " " + id_text(other),
                           "a person decides whether two cases are of one victim",
                           "practitioner",
                           now,
                           now + ask_due,
                           0};
        asked.emplace_back(std::move(row),
                           store::HeldItem{store::HeldKind::victim_case, made.value, other.value, made});
    }
    return asked;
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
                     record.get(fields.incident_reference).value_or("");
    if (fictional) { reference += "|rehearsal"; }  // the same reference may come again once the partner is live
    const auto digest = [&](const std::string& text) {
        return keyed_digest(context.secrets.digests, "record reference", text);
    };
    return {digest(reference), digest(reference + apart)};
}

}  // namespace haven::flow
