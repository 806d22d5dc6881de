#include "hub/flow/told.h"

#include <algorithm>
#include <map>
#include <set>

#include "core/base/code.h"
#include "core/base/log.h"
#include "core/store/cases.h"
#include "core/store/conflicts.h"
#include "core/store/ledger_rows.h"
#include "hub/flow/chronicle.h"
#include "hub/flow/looking.h"

namespace haven::flow {
namespace {

constexpr std::int64_t entries_at_once = 1'000;
constexpr std::size_t entries_max = 10'000;

struct Rows {
    std::vector<store::LedgerRow> tellings;
    std::vector<store::SentRow> sent;
};

Result<Rows> read_rows(store::Sql& sql, CaseId id, Name team) {
    const auto row = store::read_case(sql, id);
    if (!row || row->ledger_name.empty()) { return fail(Fault::missing, "no such case"); }
    Rows rows{{}, store::sent_of_case(sql, id)};
    std::int64_t after = 0;
    for (bool more = true; more;) {
        auto some = store::entries_of_case(sql, id, after, entries_at_once);
        more = static_cast<std::int64_t>(some.size()) == entries_at_once;
        for (auto& one : some) {
            after = one.id;
            const auto entry = ledger::decode(one.body);
            if (!entry) { return fail(entry.error()); }
            if (!is_telling(*entry, team)) { continue; }
            if (rows.tellings.size() == entries_max) { return fail(Fault::too_large, "too many tellings of a case"); }
            rows.tellings.push_back(std::move(one));
        }
    }
    return rows;
}

// The commitment is to the exact bytes with a salt of their own, so it names one attempt. What a partner came and saw
// was not sent.
std::string became(const ledger::Entry& entry, const std::map<std::string, const store::SentRow*, std::less<>>& sent) {
    const auto at = entry.commitment ? sent.find(entry.commitment->view()) : sent.end();
    if (at == sent.end()) { return R"(,"sending":"shown")"; }
    auto out = ",\"sending\":" + json_string(code_text(at->second->state));
    if (at->second->ended_at) { out += ",\"ended\":" + json_string(iso_text(*at->second->ended_at)); }
    return out;
}

// "name", or "name DIGEST" with the digest's first digits or all of them.
bool is_in_version(const ledger::Version& version, std::string_view asked) {
    const auto space = asked.find(' ');
    const auto digits = space == std::string_view::npos ? std::string_view{} : asked.substr(space + 1);
    return version.of.text() == asked.substr(0, space) && to_hex(version.hash.view()).starts_with(digits);
}

bool is_partner(const ledger::Actor& actor, std::string_view name) {
    return actor.kind == ledger::Actor::Kind::partner && actor.name.text() == name;
}

/// Whether entries are about what is asked: each is looked at once, in the order of the ledger.
class Concerning {
public:
    explicit Concerning(const BreachQuestion& question) : question_(question) {}

    // What came in by a map is asked for with the map alone: it was neither told nor read.
    bool has(const ledger::Entry& entry) {
        note_who_took_in(entry);
        const bool of_person =
            entry.subject &&
            (entry.operation == ledger::Operation::disclosure || entry.operation == ledger::Operation::consultation ||
             (entry.operation == ledger::Operation::collection && !question_.map.empty()));
        return of_person && entry.at >= question_.from && entry.at < question_.to && is_of_partner(entry) &&
               is_of_user(entry) && is_by_map(entry);
    }

private:
    // The entry of a record names the partner that it is of; who took the file in by hand is in that of its message.
    void note_who_took_in(const ledger::Entry& entry) {
        if (entry.operation == ledger::Operation::collection && !entry.record && entry.message && question_.user &&
            entry.actor.user == question_.user) {
            taken_in_.insert(entry.message);
        }
    }
    bool is_of_partner(const ledger::Entry& entry) const {
        return question_.partner.empty() || entry.recipient.text() == question_.partner ||
               is_partner(entry.actor, question_.partner) || is_partner(entry.on_behalf_of, question_.partner);
    }
    bool is_of_user(const ledger::Entry& entry) const {
        return !question_.user || entry.actor.user == question_.user || entry.on_behalf_of.user == question_.user ||
               (entry.operation == ledger::Operation::collection && taken_in_.contains(entry.message));
    }
    bool is_by_map(const ledger::Entry& entry) const {
        return question_.map.empty() ||
               std::any_of(entry.versions.begin(), entry.versions.end(),
                           [&](const auto& version) { return is_in_version(version, question_.map); });
    }

    const BreachQuestion& question_;
    std::set<MessageId> taken_in_;
};

std::string touched_json(const ledger::Entry& entry, const Catalogue& catalogue, std::optional<CaseId> of_case) {
    auto out = telling_json(entry, catalogue) + ",\"operation\":" + json_string(ledger::name_of(entry.operation)) +
               ",\"action\":" + json_string(entry.action.text()) +
               ",\"by\":" + json_string(ledger::text_of(entry.actor));
    const auto on_behalf_of = ledger::text_of(entry.on_behalf_of);
    if (!on_behalf_of.empty()) { out += ",\"on-behalf-of\":" + json_string(on_behalf_of); }
    return out + ",\"case\":" + (of_case ? json_string(id_text(*of_case)) : "null") + "}";
}

}  // namespace

Result<std::vector<std::string>> breach_report(const Context& context, const BreachQuestion& question,
                                               ledger::Actor by) {
    LookedAt named;
    auto found = context.readers.read_snapshot([&](store::Sql& sql) -> Result<std::vector<std::string>> {
        std::map<std::string, CaseId, std::less<>> names;
        store::each_ledger_name(sql, [&](CaseId id, std::string name) { names.emplace(std::move(name), id); });
        const auto concealed = store::concealed_from(sql, by.user);
        std::vector<std::string> out;
        std::optional<Error> broken;
        Concerning concerning(question);
        store::each_entry(sql, [&](std::string_view body) {
            const auto entry = ledger::decode(body);
            if (!entry && !broken) { broken = entry.error(); }
            if (!entry || broken || out.size() > entries_max || !concerning.has(*entry)) { return; }
            const auto name = entry->subject ? names.find(entry->subject->view()) : names.end();
            if (name != names.end() && std::binary_search(concealed.begin(), concealed.end(), name->second)) { return; }
            if (name != names.end()) { named.cases.insert(name->second); }
            out.push_back(touched_json(*entry, *context.site->catalogue,
                                       name == names.end() ? std::nullopt : std::optional(name->second)));
        });
        if (broken) { return fail(*broken); }
        if (out.size() > entries_max) { return fail(Fault::malformed, "over 10,000 entries: ask for less time"); }
        return out;
    });
    if (!found) { return found; }
    auto entry = Chronicle(context.ids, context.clock.now()).consultation("breach report", "breach-report", by);
    if (const auto* partner = context.site->partner(question.partner)) { entry.recipient = partner->name; }
    auto logged = context.writer.submit_and_wait([&](store::Sql& sql) -> Result<void> {
        store::insert_ledger_entry(sql, Chronicle::row(std::move(entry)));
        return {};
    });
    if (!logged) { return fail(std::move(logged).error()); }
    auto noted = note_looks(context, named, "breach report", "breach-report", by);
    if (!noted) { return fail(std::move(noted).error()); }
    return found;
}

bool is_telling(const ledger::Entry& entry, Name team) {
    return entry.operation == ledger::Operation::disclosure && !entry.recipient.empty() &&
           entry.recipient.text() != team.text();
}

std::string telling_json(const ledger::Entry& entry, const Catalogue& catalogue) {
    std::string out =
        "{\"at\":" + json_string(iso_text(entry.at)) + ",\"recipient\":" + json_string(entry.recipient.text());
    for (const auto& [name, word] : {std::pair{"agreement", entry.agreement}, std::pair{"basis", entry.lawful_basis},
                                     std::pair{"purpose", entry.purpose}, std::pair{"stage", entry.stage}}) {
        out += ",\"" + std::string(name) + "\":" + json_string(word.text());
    }
    if (entry.agreement_version) {
        out += ",\"agreement-version\":" + json_string(to_hex(entry.agreement_version->view()));
    }
    const bool known = entry.schema.view() == catalogue.hash();
    out += ",\"fields\":[";
    for (std::size_t i = 0; known && i < entry.fields.size(); ++i) {
        out += (i == 0 ? "" : ",") + json_string(catalogue.field({entry.fields[i]}).path.text());
    }
    out += "],\"count\":" + std::to_string(entry.fields.size()) + ",\"maps\":[";
    for (std::size_t i = 0; i < entry.versions.size(); ++i) {
        const auto& version = entry.versions[i];
        out += (i == 0 ? "" : ",") + json_string(std::string(version.of.text()) + " " + to_hex(version.hash.view()));
    }
    return out + "]";
}

Result<std::vector<std::string>> told_of_case(const Context& context, CaseId id) {
    const auto team = context.site->team;
    auto rows = context.readers.read_snapshot([&](store::Sql& sql) { return read_rows(sql, id, team); });
    if (!rows) { return fail(std::move(rows).error()); }
    std::map<std::string, const store::SentRow*, std::less<>> sent;
    for (const auto& one : rows->sent) { sent[one.commitment] = &one; }
    std::vector<std::string> out;
    for (const auto& row : rows->tellings) {
        const auto entry = ledger::decode(row.body);
        if (!entry) { return fail(entry.error()); }
        out.push_back(telling_json(*entry, *context.site->catalogue) + became(*entry, sent) + "}");
    }
    return out;
}

Result<std::vector<std::string>> show_told(const Context& context, CaseId id, ledger::Actor by) {
    auto told = told_of_case(context, id);
    if (!told) { return told; }
    auto entry = Chronicle(context.ids, context.clock.now()).consultation("disclosures shown", "who-was-told", by);
    auto logged = context.writer.submit_and_wait([&](store::Sql& sql) -> Result<void> {
        const auto row = store::read_case(sql, id);
        if (!row || row->ledger_name.empty()) { return fail(Fault::missing, "no such case"); }
        store::insert_ledger_entry(sql, Chronicle::row(std::move(entry), row->ledger_name));
        return {};
    });
    if (!logged) { return fail(std::move(logged).error()); }
    return told;
}

}  // namespace haven::flow
