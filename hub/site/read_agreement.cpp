#include "hub/site/read.h"

namespace haven::site {
namespace {

std::optional<RiskLevel> risk_from(std::string_view text) {
    const auto names = code_names(RiskLevel{});
    for (std::size_t i = 0; i < names.size(); ++i) {
        if (names.at(i) == text) { return static_cast<RiskLevel>(i); }
    }
    return std::nullopt;
}

Party read_party(TomlTable& table, std::string_view key) {
    Party party;
    auto side = table.table_if(key);
    if (!side) {
        table.problem(key, "is missing");
        return party;
    }
    party.partner = side->text("partner");
    party.lawful_basis = side->text("lawful_basis");
    party.special_category = side->text_if("special_category");
    party.on_behalf_of = side->text_if("on_behalf_of");
    side->finish();
    return party;
}

// An agreement's dates are whole days where the parties are.
Instant midnight(TomlTable& table, std::string_view key, const Reading& in) {
    return in.site.zone->start_of(Day{table.date(key)});
}

Terms read_terms(TomlTable& table, const std::string& name, Reading& in) {
    Terms terms;
    terms.name = name;
    terms.from = read_party(table, "from");
    terms.to = read_party(table, "to");
    terms.purpose = table.text("purpose");
    terms.legal_power = table.text("legal_power");
    terms.consent = table.word<ConsentRule>("consent", consent_rule_from, ConsentRule::required);
    if (const auto risk = table.text_if("risk_at_least")) {
        terms.risk_at_least = risk_from(*risk);
        if (!terms.risk_at_least) { table.problem("risk_at_least", "expected standard, medium or high"); }
    }
    if (const auto days = table.integer_if("retention_days")) { terms.retention_days = static_cast<int>(*days); }
    terms.start = midnight(table, "start", in);
    terms.review = midnight(table, "review", in);
    terms.end = midnight(table, "end", in);
    for (auto& signed_by : table.tables("signed")) {
        terms.signatories.push_back(
            {signed_by.text("party"), signed_by.text("name"), signed_by.text("role"), signed_by.date("on")});
        signed_by.finish();
    }
    if (terms.signatories.size() < 2) { table.problem("signed", "both parties sign an agreement"); }
    return terms;
}

}  // namespace

void read_agreement(TomlTable& table, const std::string& name, Reading& in) {
    auto terms = read_terms(table, name, in);
    auto records = table.tables("record");
    if (records.empty()) { table.problem("record", "an agreement has at least one [[record]]"); }
    for (auto& record : records) {
        terms.record_type = record.text("type");
        terms.fields.clear();
        for (const auto stage : {Stage::capacity, Stage::offer, Stage::accept}) {
            terms.fields[stage] = record.texts(name_of(stage));
        }
        terms.onward.clear();
        for (auto& onward : record.tables("onward")) {
            terms.onward.push_back({onward.texts("to"), onward.texts("purposes"), onward.texts("fields")});
            onward.finish();
        }
        record.finish();
        if (!in.site.catalogue) { continue; }
        auto agreement = Agreement::make(terms, in.site.catalogue);
        if (agreement) {
            in.site.agreements.push_back(std::move(*agreement));
            continue;
        }
        for (const auto& problem : agreement.error()) {
            record.problem("type", terms.record_type + ": " + problem.line + ": " + problem.message);
        }
    }
}

}  // namespace haven::site
