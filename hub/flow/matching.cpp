#include "hub/flow/matching.h"

#include <algorithm>

#include "core/seal/digest.h"

namespace haven::flow {
namespace {

constexpr std::size_t candidates_max = 50;

}  // namespace

std::vector<store::BlindKey> blind_keys(const Context& context, const MatchTerms& terms) {
    std::vector<store::BlindKey> keys;
    for (const auto& term : terms.blind_terms()) {
        keys.push_back({static_cast<std::int64_t>(term.kind), context.secrets.blind_index.of(term.kind, term.value)});
    }
    return keys;
}

Result<Matched> find_case(const Context& context, const MatchTerms& terms, const std::vector<store::BlindKey>& keys,
                          bool fictional) {
    auto candidates = context.readers.read([&](store::Sql& sql) -> Result<std::vector<CaseId>> {
        std::vector<CaseId> found;
        for (const auto& key : keys) {
            const auto some = store::find_by_blind_key(sql, key, candidates_max);
            found.insert(found.end(), some.begin(), some.end());
        }
        std::sort(found.begin(), found.end());
        found.erase(std::unique(found.begin(), found.end()), found.end());
        return found;
    });
    if (!candidates) { return fail(std::move(candidates).error()); }
    candidates->resize(std::min(candidates->size(), candidates_max));
    Matched matched;
    for (const auto id : *candidates) {
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

Digest16 reference_digest(const Context& context, const Record& record, bool of_several, bool fictional) {
    const auto& fields = context.fields;
    auto known_by = std::string(record.catalogue().record_type(record.type()).name.text()) + "|" +
                    record.get(fields.incident_issuer).value_or("") + "|" +
                    record.get(fields.incident_reference).value_or("");
    if (fictional) { known_by += "|rehearsal"; }  // the same reference may come again once the partner is live
    if (of_several) {
        const auto victim = fields.match.read(record);
        known_by += "|" + victim.family + "|" + victim.given + "|" + (victim.born ? date_text(*victim.born) : "");
    }
    return keyed_digest(context.secrets.digests, "record reference", known_by);
}

}  // namespace haven::flow
