#include <algorithm>
#include <fstream>
#include <iterator>

#include "core/agreement/check.h"
#include "core/agreement/law.h"
#include "core/base/code.h"
#include "core/seal/sha256.h"
#include "hub/site/read.h"

namespace haven::site {
namespace {

void tell(const TomlTable& table, const std::vector<TermsProblem>& problems) {
    for (const auto& problem : problems) {
        if (problem.line == "end") { continue; }  // told once, of the whole agreement
        table.problem_at(problem.key, problem.line, problem.message);
    }
}

Party read_party(TomlTable& table, std::string_view key) {
    Party party;
    auto side = table.table_if(key);
    if (!side) {
        table.problem(key, "is missing");
        return party;
    }
    party.partner = side->text("partner");
    party.contact = side->text("contact");
    party.lawful_basis = side->text("lawful_basis");
    party.special_category = side->said_if("special_category");
    party.offence_data = side->said_if("offence_data");
    party.schedule_1 = side->said_if("schedule_1");
    party.on_behalf_of = side->said_if("on_behalf_of");
    side->finish();
    return party;
}

std::vector<std::string_view> party_names(const Site& site) {
    std::vector<std::string_view> names{site.hub.text(), site.team.text()};
    for (const auto& [name, partner] : site.partners) { names.push_back(name); }
    return names;
}

bool is_one_of(std::string_view word, const std::vector<std::string_view>& known) {
    return std::find(known.begin(), known.end(), word) != known.end();
}

// An agreement's dates are whole days where the parties are. Where one of them cannot be read, what would follow from
// it is not told: the terms get dates that nothing is wrong with.
void read_dates(TomlTable& table, Terms& terms, const Reading& in) {
    const auto before = in.problems.size();
    const auto midnight = [&](std::string_view key) { return in.site.zone->start_of(Day{table.date(key)}); };
    terms.start = midnight("start");
    terms.review = midnight("review");
    // The last day counts: people sign "until 31 December" and mean that day too.
    terms.end = in.site.zone->start_of(Day{table.date("end")} + std::chrono::days(1));
    if (in.problems.size() != before) {
        terms.start = from_us(INT64_MAX / 2);
        terms.review = terms.start + 24h;
        terms.end = terms.review + 24h;
    }
}

std::optional<Override> read_override(TomlTable& table) {
    auto written = table.table_if("override");
    if (!written) { return std::nullopt; }
    Override may{written->texts("by"), written->texts("grounds")};
    written->finish();
    return may;
}

// In range even where it is told that it was not, so that nothing else is told of it.
std::optional<int> read_days(TomlTable& table) {
    constexpr std::int64_t days_max = 73'050;  // two hundred years: the longest that anybody keeps
    const auto days = table.integer_if("retention_days");
    if (!days) { return std::nullopt; }
    if (*days < 1) { table.problem("retention_days", "a copy is kept for at least a day"); }
    if (*days > days_max) { table.problem("retention_days", "a copy is kept for at most 200 years"); }
    return static_cast<int>(std::clamp<std::int64_t>(*days, 1, days_max));
}

void read_conditions(TomlTable& table, Terms& terms) {
    const auto consents = code_names(ConsentRule{});
    const auto consent = table.text("consent");
    terms.consent = code_from<ConsentRule>(consent).value_or(ConsentRule::required);
    if (!consent.empty() && !code_from<ConsentRule>(consent)) {
        table.problem("consent", "no such word" + did_you_mean(consent, {consents.begin(), consents.end()}));
    }
    terms.override_consent = read_override(table);
    if (const auto risk = table.text_if("risk_at_least")) {
        terms.risk_at_least = code_from<RiskLevel>(*risk);
        if (!terms.risk_at_least) { table.problem("risk_at_least", "expected standard, medium or high"); }
    }
    if (const auto age = table.integer_if("age_at_least")) { terms.age_at_least = small(*age); }
    terms.retention_days = read_days(table);
}

// An agreement with which the hub has nothing to do decides nothing here. Who acts for an authority is none itself.
void check_parties(const TomlTable& table, const Terms& terms, const Reading& in) {
    const auto& site = in.site;
    const auto hub = site.hub.text();
    const bool both = !terms.from.partner.empty() && !terms.to.partner.empty();
    if (both && terms.from.partner != hub && terms.to.partner != hub) {
        table.problem_at("from/partner", "", "the hub gives or takes: one of both parties is " + std::string(hub));
    }
    if (terms.legal_power == power_s213b && terms.from.partner == hub && in.hub_kind.empty()) {
        table.problem_at(
            "legal_power", "",
            "section 213B of the Housing Act 1996 names who must refer: say in haven.toml what the hub is, "
            "`kind`");
    }
    for (const auto* side : {"from", "to"}) {
        const auto& party = side == std::string_view("from") ? terms.from : terms.to;
        const auto* acts_for = party.on_behalf_of ? site.partner(*party.on_behalf_of) : nullptr;
        if (acts_for == nullptr || (acts_for->kind != "charity" && acts_for->kind != "refuge")) { continue; }
        table.problem_at(std::string(side) + "/on_behalf_of", "", "a " + acts_for->kind + " is no relevant authority");
    }
}

Terms read_terms(TomlTable& table, const std::string& name, Reading& in) {
    Terms terms;
    terms.name = name;
    terms.purpose = table.text("purpose");
    terms.legal_power = table.text("legal_power");
    read_conditions(table, terms);
    read_dates(table, terms, in);
    terms.from = read_party(table, "from");
    terms.to = read_party(table, "to");
    for (auto& signed_by : table.tables("signed")) {
        terms.signatories.push_back(
            {signed_by.text("party"), signed_by.text("name"), signed_by.text("role"), signed_by.date("on")});
        signed_by.finish();
    }
    const auto names = party_names(in.site);
    for (const auto* side : {"from", "to"}) {
        const auto& party = side == std::string_view("from") ? terms.from.partner : terms.to.partner;
        if (!party.empty() && !is_one_of(party, names)) {
            table.problem_at(std::string(side) + "/partner", "", "no partner " + party + did_you_mean(party, names));
        }
    }
    if (in.site.catalogue) {
        const auto kind = [&](const std::string& party) {
            if (party == in.site.hub.text()) { return in.hub_kind; }
            const auto* partner = in.site.partner(party);
            return partner == nullptr ? std::string{} : partner->kind;
        };
        check_parties(table, terms, in);
        tell(table, check_terms(terms, *in.site.catalogue, {kind(terms.from.partner), kind(terms.to.partner)}));
    }
    return terms;
}

void read_onward(TomlTable& record, Terms& terms, const Reading& in) {
    terms.onward.clear();
    for (auto& onward : record.tables("onward")) {
        terms.onward.push_back({onward.texts("to"), onward.texts("purposes"), onward.texts("fields")});
        auto names = party_names(in.site);
        names.insert(names.end(), partner_kinds.begin(), partner_kinds.end());
        for (const auto& to : terms.onward.back().to) {
            if (!is_one_of(to, names)) {
                onward.problem_at("to", to, "no partner and no kind of partner" + did_you_mean(to, names));
            }
        }
        onward.finish();
    }
}

// What the ledger calls these very words by: a file that is changed in one letter is another version.
std::string version_of(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    const std::string bytes{std::istreambuf_iterator<char>(file), {}};
    return file ? std::string(sha256(bytes).view()) : std::string{};
}

}  // namespace

void read_agreement(TomlTable& table, const std::string& name, Reading& in) {
    auto common = read_terms(table, name, in);
    common.version = version_of(in.folder + "/agreements/" + name + ".toml");
    auto records = table.tables("record");
    if (records.empty()) { table.problem("record", "an agreement has at least one [[record]]"); }
    std::vector<TermsProblem> conditions;
    for (auto& record : records) {
        auto terms = common;
        terms.record_type = record.text("type");
        if (const auto days = read_days(record)) { terms.retention_days = days; }
        for (const auto stage : {Stage::capacity, Stage::offer, Stage::accept}) {
            terms.fields[stage] = record.texts(name_of(stage));
        }
        read_onward(record, terms, in);
        (void)record.integer_if("schema");
        record.finish();
        if (!in.site.catalogue) { continue; }
        tell(record, check_record(terms));
        if (!record.has("schema") && in.site.schema_versions.size() > 1) {
            record.problem("schema",
                           "is missing: with more than one version of the canonical schema, say of which the fields "
                           "are, or what a new version adds would come under what was signed before");
            continue;
        }
        const auto version =
            record.has("schema") ? small(record.integer_if("schema").value_or(0)) : in.site.catalogue->version();
        const auto named_in = in.site.versions.find(version);
        if (named_in == nullptr) {
            record.problem("schema", "no such version of the canonical schema is in schemas/canonical");
            continue;
        }
        auto agreement = Agreement::make(terms, named_in, in.site.versions.to_own(version).get());
        if (!agreement) {
            tell(record, agreement.error());
            continue;
        }
        if (conditions.empty()) { conditions = check_conditions(**agreement); }
        in.site.agreements.push_back(std::move(*agreement));
        in.agreement_lines.push_back(record.line());
    }
    tell(table, conditions);
}

}  // namespace haven::site
