#include <iostream>
#include <map>

#include "core/agreement/check.h"
#include "core/agreement/print.h"
#include "core/base/code.h"
#include "hub/cli/run.h"

namespace haven::cli {
namespace {

using Records = std::vector<std::shared_ptr<const Agreement>>;

/// The agreements of a site by name: each with its record types.
std::map<std::string, Records> by_name(const site::Site& site) {
    std::map<std::string, Records> out;
    for (const auto& agreement : site.agreements) { out[agreement->terms().name].push_back(agreement); }
    return out;
}

/// "; its users: eastford-council, steadfast": the partners with a map of a version; "" where there is none.
std::string users_of(const site::Site& site, int version) {
    std::string out;
    for (const auto& [name, partner] : site.partners) {
        bool uses = false;
        for (const auto& map : partner.in) { uses |= map->catalogue()->version() == version; }
        for (const auto& [type, map] : partner.out) { uses |= map->catalogue()->version() == version; }
        if (uses) { out += (out.empty() ? "; its users: " : ", ") + name; }
    }
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
        std::cerr << "haven: the site has no agreement of this name; it has:";
        for (const auto& [name, records] : all) { std::cerr << " " << name; }
        std::cerr << "\n";
        return exit_failed;
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
    const auto controller = call.arguments.empty() ? std::string_view(site->hub.text()) : call.arguments[0];
    const auto* partner = controller == site->hub.text() ? nullptr : find_partner(*site, std::string(controller));
    if (partner == nullptr && controller != site->hub.text()) { return exit_failed; }
    const auto name = partner == nullptr ? site->hub : partner->name;
    std::cout << article_30_record(site->agreements, name, SystemClock().now(), *site->zone);
    return exit_ok;
}

bool schema_goes_on(const site::Site& site, Instant now) {
    bool goes_on = true;
    for (const auto& version : site.schema_versions) {
        const auto users = users_of(site, version.number);
        const bool used = !users.empty() || version.number == site.catalogue->version();
        if (!used || !version.end || Date{site.zone->day(now)} <= *version.end) { continue; }
        std::cerr << "haven: " << version.file() << ": version " << version.number
                  << " of the canonical schema ended on " << date_text(*version.end) << users << "\n";
        goes_on = false;
    }
    return goes_on;
}

void warn_of_dates(const site::Site& site, Instant now) {
    for (const auto& version : site.schema_versions) {
        const auto users = users_of(site, version.number);
        const bool used = !users.empty() || version.number == site.catalogue->version();
        if (!used || !version.notice || Date{site.zone->day(now)} < *version.notice) { continue; }
        std::cout << version.file() << ": version " << version.number << " of the canonical schema ends"
                  << (version.end ? " on " + date_text(*version.end) : std::string{}) << users << "\n";
    }
    constexpr std::chrono::days ahead{60};
    for (const auto& date : due(site.agreements, now, ahead)) {
        const bool past = date.at < now;
        std::cout << "agreements/" << date.agreement.text() << ".toml: "
                  << (date.what == Due::What::end ? "ends on "
                      : past                      ? "its review was due on "
                                                  : "is to be reviewed by ")
                  << iso_text(date.what == Due::What::end ? date.at - std::chrono::seconds(1) : date.at).substr(0, 10)
                  << "\n";
    }
}

}  // namespace haven::cli
