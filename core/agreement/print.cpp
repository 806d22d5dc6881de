#include "core/agreement/print.h"

#include <algorithm>
#include <set>

#include "core/agreement/law.h"
#include "core/base/code.h"

namespace haven {
namespace {

constexpr std::array stages{Stage::capacity, Stage::offer, Stage::accept};

std::string day_text(const Zone& zone, Instant t) {
    return date_text(Date{zone.day(t)});
}

// The last day is the one before the first moment after it.
std::string last_day_text(const Zone& zone, Instant end) {
    return day_text(zone, end - 1us);
}

std::string joined(const std::vector<std::string>& words) {
    std::string out;
    for (const auto& word : words) { out += (out.empty() ? "" : ", ") + word; }
    return out;
}

void line(std::string& out, std::string_view key, std::string_view value) {
    out += "  ";
    out += key;
    out += ": ";
    out += value;
    out += '\n';
}

void put_party(std::string& out, std::string_view title, const Party& party) {
    out += std::string(title) + ": " + party.partner + "\n";
    line(out, "contact for data protection", party.contact);
    line(out, "lawful basis", party.lawful_basis);
    if (party.special_category) { line(out, "special-category data", *party.special_category); }
    if (party.offence_data) { line(out, "data on offences", *party.offence_data); }
    if (party.schedule_1) { line(out, "condition", *party.schedule_1); }
    if (party.on_behalf_of) { line(out, "acting on behalf of", *party.on_behalf_of); }
}

void put_fields(std::string& out, const Agreement& agreement, const FieldSet& fields, std::string_view indent) {
    fields.each([&](FieldNumber f) {
        const auto& info = agreement.catalogue().field(f);
        out += std::string(indent) + std::string(info.path.text()) + " (" + std::string(name_of(info.cls)) + ")";
        if (!info.meaning.empty()) { out += ": " + info.meaning; }
        out += '\n';
    });
}

void put_record(std::string& out, const Agreement& agreement) {
    const auto& terms = agreement.terms();
    out += "\nRECORD: " + terms.record_type + "\n";
    if (terms.retention_days) {
        line(out, "the recipient keeps its copy", std::to_string(*terms.retention_days) + " days");
    }
    for (const auto stage : stages) {
        const auto& fields = agreement.fields(stage);
        if (fields.empty()) { continue; }
        const auto written = terms.fields.find(stage);
        out += "  at " + std::string(name_of(stage)) +
               ", as agreed: " + (written == terms.fields.end() ? "" : joined(written->second)) + "\n";
        put_fields(out, agreement, fields, "    ");
    }
    for (const auto& onward : agreement.onward_rules()) {
        out += "  may go on to " + joined(onward.terms.to) + " for " + joined(onward.terms.purposes) + ":\n";
        put_fields(out, agreement, onward.fields, "    ");
    }
    if (agreement.onward_rules().empty()) { out += "  may not go on to anybody else\n"; }
}

std::string condition_text(const Terms& terms) {
    std::string out = "consent " + std::string(code_text(terms.consent));
    if (terms.override_consent) {
        out += ", by " + joined(terms.override_consent->by) + " on the ground of " +
               joined(terms.override_consent->grounds) + "; each decision is recorded with both";
    }
    if (terms.risk_at_least) { out += "; risk at least " + std::string(code_text(*terms.risk_at_least)); }
    if (terms.age_at_least) { out += "; aged at least " + std::to_string(*terms.age_at_least); }
    return out;
}

}  // namespace

std::string terms_line(const Terms& terms, const Zone& zone) {
    return terms.from.partner + " to " + terms.to.partner + " for " + terms.purpose + ", " + terms.legal_power + ", " +
           condition_text(terms) + ", " + day_text(zone, terms.start) + " to " + last_day_text(zone, terms.end);
}

std::string agreement_text(AgreementRecords records, const Zone& zone) {
    if (records.empty()) { return {}; }
    const auto& terms = records.front()->terms();
    std::string out = "DATA SHARING AGREEMENT " + terms.name + "\n\n";
    put_party(out, "FROM", terms.from);
    put_party(out, "TO", terms.to);
    out += "\nPURPOSE: " + terms.purpose + "\n";
    line(out, "legal power", terms.legal_power);
    line(out, "conditions", condition_text(terms));
    line(out, "from", day_text(zone, terms.start));
    line(out, "review by", day_text(zone, terms.review));
    line(out, "until", last_day_text(zone, terms.end));
    for (const auto& record : records) { put_record(out, *record); }
    out += "\nA field that is not listed is not shared. Free text and places are listed one by one.\n\nSIGNED\n";
    for (const auto& signatory : terms.signatories) {
        out += "  for " + signatory.party + ": " + signatory.name + ", " + signatory.role + ", " +
               date_text(signatory.signed_on) + "\n";
    }
    for (const auto* party : {&terms.from, &terms.to}) {
        out += "  for " + party->partner + ": ______________________  date: ____________\n";
    }
    return out;
}

namespace {

// Whom a path speaks of: its first step.
std::string_view subject_of(std::string_view path) {
    const auto step = path.substr(0, path.find('/'));
    if (step == "victim" || step == "household" || step == "consent" || step == "approach" || step == "contact") {
        return "victims of domestic abuse";
    }
    if (step == "child") { return "their children"; }
    if (step == "perpetrator" || step == "offence" || step == "investigation") { return "those said to do them harm"; }
    return step == "person" ? "others involved" : std::string_view{};
}

void put_activity(std::string& out, const Agreement& agreement, const Party& controller, const Zone& zone) {
    const auto& terms = agreement.terms();
    const bool gives = terms.from.partner == controller.partner;
    std::set<std::string_view> people;
    std::set<std::string_view> kinds;
    for (const auto stage : stages) {
        agreement.fields(stage).each([&](FieldNumber f) {
            const auto& info = agreement.catalogue().field(f);
            if (const auto who = subject_of(info.path.text()); !who.empty()) { people.insert(who); }
            kinds.insert(name_of(info.cls));
        });
    }
    const auto list = [](const std::set<std::string_view>& words) { return joined({words.begin(), words.end()}); };
    out += "\n" + terms.name + ": " + terms.record_type + "\n";
    line(out, "purpose", terms.purpose);
    line(out, "lawful basis", controller.lawful_basis);
    line(out, "legal power", terms.legal_power);
    if (controller.special_category) { line(out, "special-category condition", *controller.special_category); }
    if (controller.offence_data) { line(out, "data on offences", *controller.offence_data); }
    if (controller.schedule_1) { line(out, "condition of schedule 1", *controller.schedule_1); }
    line(out, "people", people.empty() ? "nobody by name" : list(people));
    line(out, "categories of data", list(kinds));
    line(out, gives ? "disclosed to" : "received from", gives ? terms.to.partner : terms.from.partner);
    line(out, "other countries", "to be entered by hand: no agreement declares transfers");
    if (terms.retention_days) {
        line(out, gives ? "the recipient erases its copy after" : "erased after",
             std::to_string(*terms.retention_days) + " days");
    }
    line(out, "in force", day_text(zone, terms.start) + " to " + last_day_text(zone, terms.end));
}

}  // namespace

std::string article_30_record(AgreementRecords all, Name controller, Instant now, const Zone& zone) {
    std::string out =
        "RECORD OF PROCESSING ACTIVITIES of " + std::string(controller.text()) + ", " + day_text(zone, now) + "\n";
    bool first = true;
    for (const auto& agreement : all) {
        const bool gives = agreement->from() == controller;
        if (!agreement->in_force(now) || (!gives && agreement->to() != controller)) { continue; }
        const auto& party = gives ? agreement->terms().from : agreement->terms().to;
        if (first) {
            line(out, "contact for data protection", party.contact);
            line(out, "security",
                 "sealed under a key for each case; a field leaves only as an agreement names it; each reading and "
                 "telling is in a signed ledger");
        }
        first = false;
        put_activity(out, *agreement, party, zone);
    }
    return out;
}

}  // namespace haven
