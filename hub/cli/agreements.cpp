#include <algorithm>
#include <iostream>
#include <map>

#include "core/agreement/check.h"
#include "core/agreement/law.h"
#include "core/agreement/print.h"
#include "core/base/code.h"
#include "hub/cli/run.h"
#include "hub/flow/accounts.h"
#include "hub/flow/daily_receipts.h"
#include "hub/site/dates.h"

namespace haven::cli {
namespace {

using Records = std::vector<std::shared_ptr<const Agreement>>;

/// The agreements of a site by name: each with its record types.
std::map<std::string, Records> by_name(const site::Site& site) {
    std::map<std::string, Records> out;
    for (const auto& agreement : site.agreements) { out[agreement->terms().name].push_back(agreement); }
    return out;
}

}  // namespace

int agreement_print(const Call& call) {
    if (call.arguments.size() != 1) { return usage("agreement text"); }
    const auto site = load_site(call.site);
    if (site == nullptr) { return exit_failed; }
    const auto all = by_name(*site);
    const auto found = all.find(call.arguments[0]);
    if (found == all.end()) {
        std::vector<std::string> names;
        for (const auto& [name, records] : all) { names.push_back(name); }
        return no_such("agreement", call.arguments[0], names);
    }
    std::cout << agreement_text(found->second, *site->zone);
    return exit_ok;
}

int agreement_changes(const Call& call) {
    if (call.arguments.size() != 1) { return usage("agreement diff"); }
    const auto old_site = load_site(call.arguments[0]);
    const auto new_site = old_site == nullptr ? nullptr : load_site(call.site);
    if (new_site == nullptr) { return exit_failed; }
    auto before = by_name(*old_site);
    auto after = by_name(*new_site);
    for (const auto& [name, records] : before) { after.try_emplace(name); }
    int changes = 0;
    for (const auto& [name, partner] : new_site->partners) {  // onward sharing names kinds of partner
        const auto* was = old_site->partner(name);
        if (was == nullptr || was->kind == partner.kind) { continue; }
        std::cout << "partners/" << name << ".toml: kind: " << was->kind << " -> " << partner.kind << "\n";
        ++changes;
    }
    for (const auto& [name, records] : after) {
        for (const auto& change : agreement_diff(before[name], records, *new_site->zone)) {
            std::cout << name << ": " << code_text(change.kind) << ": " << change.text << "\n";
            ++changes;
        }
    }
    if (changes == 0) { std::cout << "nothing is different\n"; }
    return exit_ok;
}

int processing_record(const Call& call) {
    if (call.arguments.size() > 1) { return usage("agreement article-30"); }
    const auto site = load_site(call.site);
    if (site == nullptr) { return exit_failed; }
    auto party = site->hub;
    if (!call.arguments.empty() && call.arguments[0] != site->hub.text()) {
        const bool is_team = call.arguments[0] == site->team.text();  // a party of its own agreement, and no partner
        const auto* partner = is_team ? nullptr : find_partner(*site, std::string(call.arguments[0]));
        if (!is_team && partner == nullptr) { return exit_failed; }
        party = is_team ? site->team : partner->name;
    }
    std::cout << article_30_record(site->agreements, party, SystemClock().now(), *site->zone);
    return exit_ok;
}

bool schema_goes_on(const site::Site& site, Instant now) {
    const auto ended = site::versions_ended(site, now);
    for (const auto& date : ended) { std::cerr << "haven: " << date.file << ": " << date.what << "\n"; }
    return ended.empty();
}

void warn_of_dates(const site::Site& site, Instant now) {
    for (const auto& date : site::dates_ahead(site, now)) { std::cout << date.file << ": " << date.what << "\n"; }
}

namespace {

bool any_in_force(const site::Site& site, Instant now, Name from, Name to, RecordTypeNumber type,
                  std::string_view purpose = {}) {
    return std::any_of(site.agreements.begin(), site.agreements.end(), [&](const auto& agreement) {
        const bool is_for = purpose.empty() || agreement->terms().purpose == purpose;
        return agreement->from() == from && agreement->to() == to && agreement->record_type() == type && is_for &&
               agreement->in_force(now);
    });
}

void warn_of_unasked(const site::Site& site, const site::Partner& partner, Instant now) {
    const auto referral = site.catalogue->find_record_type("referral");
    if (!partner.provider || !referral) { return; }
    for (const auto name : partner.provider->services) {
        const auto* service = site.service(name.text());
        if (service == nullptr || any_in_force(site, now, site.hub, partner.name, *referral, service->purpose)) {
            continue;
        }
        std::cout << "partners/" << partner.name.text() << ".toml: provides " << name.text()
                  << ", and no agreement in force lets the hub ask it: a referral for the purpose " << service->purpose
                  << "\n";
    }
}

}  // namespace

void warn_of_nothing_agreed(const site::Site& site, Instant now) {
    for (const auto& named : site.partners) {
        const auto& partner = named.second;
        warn_of_unasked(site, partner, now);
        for (const auto& map : partner.in) {
            if (any_in_force(site, now, partner.name, site.hub, map->hub_type())) { continue; }
            std::cout << "partners/" << partner.name.text() << ".toml: no agreement in force lets the hub take "
                      << site.catalogue->record_type(map->hub_type()).name.text() << ", which " << map->name().text()
                      << " makes\n";
        }
    }
    std::vector<std::string_view> purposes{"outcome", flow::account_purpose, flow::daily_receipt_purpose};
    for (const auto& [name, service] : site.services) { purposes.push_back(service.purpose); }
    for (const auto& agreement : site.agreements) {
        const auto& purpose = agreement->terms().purpose;
        const bool told = std::find(purposes.begin(), purposes.end(), purpose) != purposes.end();
        if (told || agreement->from() != site.hub || agreement->to() == site.team) { continue; }
        std::cout << "agreements/" << agreement->name().text() << ".toml: the hub tells nothing for the purpose "
                  << purpose << did_you_mean(purpose, purposes) << "\n";
    }
}

void warn_of_windows(const site::Site& site) {
    for (const auto& agreement : site.agreements) {
        if (site.partner(agreement->to().text()) == nullptr || !tells_number_without_windows(*agreement)) { continue; }
        std::cout << "agreements/" << agreement->name().text()
                  << ".toml: tells a number of hers without the windows in which it may be rung: once "
                  << "she has named some, the number is kept back; add \"victim/safe-contact/window/*\"\n";
    }
}

void warn_of_flats(const site::Site& site) {
    for (const auto& agreement : site.agreements) {
        if (!tells_building_without_unit(*agreement)) { continue; }
        std::cout << "agreements/" << agreement->name().text()
                  << ".toml: names the building of a home without its flat: add the path that ends in place/unit\n";
    }
}

namespace {

// The safety rules of numbers that the map writes, which it does not write beside them: whether a text is safe.
FieldSet unsaid_rules(const Catalogue& catalogue, RecordTypeNumber type, const Map& map) {
    FieldSet rules;
    map.says().each([&](FieldNumber said) {
        if (!catalogue.field(said).rule) { return; }
        catalogue.record_type(type).fields.each([&](FieldNumber beside) {
            const auto& info = catalogue.field(beside);
            const bool is_rule = info.cls == FieldClass::safety && !info.raises.empty();
            if (is_rule && info.group == catalogue.field(said).group) { rules.add(beside); }
        });
    });
    return rules - map.says();
}

}  // namespace

void warn_of_unsaid_rules(const site::Site& site) {
    const auto& catalogue = *site.catalogue;
    for (const auto& named : site.partners) {
        const auto& partner = named.second;
        for (const auto& out : partner.out) {
            const auto& map = *out.second;
            unsaid_rules(catalogue, out.first, map).each([&](FieldNumber f) {
                const auto& info = catalogue.field(f);
                std::cout << "partners/" << partner.name.text() << ".toml: " << map.name().text()
                          << " writes a number and not its \"" << info.path.text() << "\": where that is \""
                          << info.raises << "\" the number is kept back\n";
            });
        }
    }
}

}  // namespace haven::cli
