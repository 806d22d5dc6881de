#include "hub/site/dates.h"

#include "core/agreement/check.h"
#include "core/catalogue/value.h"

namespace haven::site {
namespace {

/// "; its users: eastford-council, steadfast": the partners with a map of a version; "" where there is none.
std::string users_of(const Site& site, int version) {
    std::string out;
    for (const auto& [name, partner] : site.partners) {
        bool uses = false;
        for (const auto& map : partner.in) { uses |= map->catalogue()->version() == version; }
        for (const auto& [type, map] : partner.out) { uses |= map->catalogue()->version() == version; }
        if (uses) { out.append(out.empty() ? "; its users: " : ", ").append(name); }
    }
    return out;
}

DateAhead of_version(const Site& site, const SchemaVersion& version, const char* verb, const std::string& users) {
    std::string what = "version " + std::to_string(version.number) + " of the canonical schema " + verb;
    if (version.end) { what.append(" on ").append(date_text(*version.end)); }
    what.append(users);
    const auto at = site.zone->start_of(Day{version.end.value_or(*version.notice)});
    return {version.file(), std::move(what), Role::integration_engineer, at};
}

bool is_used(const Site& site, const SchemaVersion& version, const std::string& users) {
    return !users.empty() || version.number == site.catalogue->version();
}

DateAhead of_agreement(const Site& site, const Due& due, Instant now) {
    const bool ends = due.what == Due::What::end;
    const auto* verb = ends ? "ends on " : due.at < now ? "its review was due on " : "is to be reviewed by ";
    const auto day = date_text(Date{site.zone->day(ends ? due.at - std::chrono::seconds(1) : due.at)});
    return {"agreements/" + std::string(due.agreement.text()) + ".toml", verb + day, Role::information_governance,
            due.at};
}

}  // namespace

std::vector<DateAhead> dates_ahead(const Site& site, Instant now) {
    std::vector<DateAhead> out;
    const Date today{site.zone->day(now)};
    for (const auto& version : site.schema_versions) {
        const auto users = users_of(site, version.number);
        if (!is_used(site, version, users) || !version.notice || today < *version.notice) { continue; }
        out.push_back(of_version(site, version, "ends", users));
    }
    for (const auto& date : due(site.agreements, now, told_ahead)) { out.push_back(of_agreement(site, date, now)); }
    return out;
}

std::vector<DateAhead> versions_ended(const Site& site, Instant now) {
    std::vector<DateAhead> out;
    const Date today{site.zone->day(now)};
    for (const auto& version : site.schema_versions) {
        const auto users = users_of(site, version.number);
        if (!is_used(site, version, users) || !version.end || today <= *version.end) { continue; }
        out.push_back(of_version(site, version, "ended", users));
    }
    return out;
}

}  // namespace haven::site
