#include "core/store/stops.h"

#include <algorithm>

namespace haven::store {

bool insert_stop(Sql& sql, const Stop& stop) {
    return sql.run(
               "INSERT INTO stop (partner, person_id, reason, at_us) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING",
               stop.partner.text(), stop.by, stop.reason, stop.at) == 1;
}

bool end_stop(Sql& sql, Name partner) {
    return sql.run("DELETE FROM stop WHERE partner = $1", partner.text()) == 1;
}

// Written, not read: on PostgreSQL that takes the row's lock, and whoever ends the stop waits.
bool stop_stands(Sql& sql, Name partner) {
    return sql.run("UPDATE stop SET reason = reason WHERE partner = $1", partner.text()) == 1;
}

std::vector<Stop> stops(Sql& sql) {
    std::vector<Stop> out;
    for (auto& [partner, by, reason, at] : sql.all<std::string, UserId, std::string, Instant>(
             "SELECT partner, person_id, reason, at_us FROM stop ORDER BY partner")) {
        out.push_back({Name::declare(partner), by, std::move(reason), at});
    }
    return out;
}

bool InForce::is_stopped(Name partner) const {
    return std::any_of(stopped.begin(), stopped.end(), [&](Name one) { return one.empty() || one == partner; });
}

InForce in_force(Sql& sql) {
    InForce out;
    for (auto& [partner, site] : sql.all<std::string, std::optional<std::string>>(
             "SELECT '', hash FROM active_site UNION ALL SELECT partner, NULL FROM stop")) {
        if (site) {
            out.site = std::move(*site);
        } else {
            out.stopped.push_back(Name::declare(partner));
        }
    }
    return out;
}

}  // namespace haven::store
