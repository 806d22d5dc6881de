#pragma once
#include "core/agreement/disclosure.h"
#include "tests/support/catalogue.h"

/// Agreements and facts that permit, for tests to take single permissions away from.
namespace haven::test {

inline const Name council = Name::declare("eastford-council");
inline const Name force = Name::declare("northshire-police");
constexpr Instant noon = from_us(1'795'262'400'000'000);  // 2026-11-21T12:00:00Z

/// An agreement from the hub to the council over the given fields, in force around `noon`.
inline Terms terms(std::string record_type, std::map<Stage, std::vector<std::string>> fields) {
    Terms t;
    t.name = "test-agreement";
    t.from.partner = "beacon";
    t.to.partner = std::string(council.text());
    t.purpose = "rehousing";
    t.record_type = std::move(record_type);
    t.consent = ConsentRule::required;
    t.fields = std::move(fields);
    t.start = noon - 24h * 30;
    t.review = noon + 24h * 30;
    t.end = noon + 24h * 60;
    return t;
}

inline std::shared_ptr<const Agreement> agreement(const Terms& t) {
    auto made = Agreement::make(t, catalogue());
    if (!made) {
        for (const auto& problem : made.error()) { ADD_FAILURE() << problem.line << ": " << problem.message; }
        std::abort();
    }
    return *made;
}

/// Every path of a record type, one by one, so that locators and narrative are among them.
inline std::vector<std::string> every_field(std::string_view record_type) {
    std::vector<std::string> out;
    const auto& type = catalogue()->record_type(*catalogue()->find_record_type(record_type));
    type.fields.each([&](FieldNumber f) { out.emplace_back(catalogue()->field(f).path.text()); });
    return out;
}

inline FieldSet all_fields() {
    FieldSet all;
    for (std::size_t f = 0; f < catalogue()->field_count(); ++f) { all.add({static_cast<std::uint16_t>(f)}); }
    return all;
}

/// Facts under which nothing but the agreement limits what is told.
inline Facts permissive_facts(std::size_t sources = 1) {
    Facts facts;
    facts.recipient = council;
    facts.onward.assign(sources, all_fields());
    facts.said = all_fields();
    facts.risk = RiskLevel::high;
    facts.consent_to_referral = Answer::yes;
    facts.consent_to_pass_contact = Answer::yes;
    facts.withdrawn = facts.stopped = facts.site_stopped = facts.conflict = facts.locators_held =
        facts.mixes_rehearsal = false;
    facts.outside_safe_window = facts.sent_alone = false;
    facts.victim_age = 36;
    return facts;
}

/// A case file of one record that the force sent.
inline CaseFile file_of(Record record) {
    const std::vector<CaseRecord> records{{std::move(record), {RecordId{1}, force, noon, false}}};
    return CaseFile::fold(catalogue(), records);
}

/// The fields that a partner is told of a record once it has accepted.
inline FieldSet told(const Terms& t, const Record& record, const Facts& facts = permissive_facts()) {
    const auto made = disclose(agreement(t), file_of(record), Stage::accept, facts, noon);
    EXPECT_TRUE(made) << (made ? "" : name_of(made.error()));
    return made ? made->fields() : FieldSet{};
}

/// Everything of a record, as the hub's own team would be told it: for tests of what comes after a disclosure.
inline Disclosure whole(const Record& record, std::string_view record_type) {
    const auto all = agreement(terms(std::string(record_type), {{Stage::accept, every_field(record_type)}}));
    auto facts = permissive_facts();
    facts.hub_team = true;
    auto made = disclose(all, file_of(record), Stage::accept, facts, noon);
    if (!made) {
        ADD_FAILURE() << name_of(made.error());
        std::abort();
    }
    return std::move(*made);
}

}  // namespace haven::test
