#include "core/store/conflicts.h"

namespace haven::store {

bool insert_conflict(Sql& sql, const Conflict& conflict) {
    return sql.run(
               "INSERT INTO conflict (case_id, partner, person_id, reason, by_id, at_us) VALUES ($1, $2, $3, $4, $5, "
               "$6)"
               " ON CONFLICT DO NOTHING",
               conflict.case_id, conflict.partner.text(), conflict.person, conflict.reason, conflict.by,
               conflict.at) == 1;
}

bool delete_conflict(Sql& sql, const Conflict& conflict) {
    return sql.run("DELETE FROM conflict WHERE case_id = $1 AND partner = $2 AND person_id = $3", conflict.case_id,
                   conflict.partner.text(), conflict.person) == 1;
}

std::vector<Conflict> conflicts_of(Sql& sql, CaseId id) {
    std::vector<Conflict> out;
    for (auto& [partner, person, reason, by, at] : sql.all<std::string, UserId, std::string, UserId, Instant>(
             "SELECT partner, person_id, reason, by_id, at_us FROM conflict WHERE case_id = $1"
             " ORDER BY partner, person_id",
             id)) {
        out.push_back({id, Name::declare(partner), person, std::move(reason), by, at});
    }
    return out;
}

bool is_seen(Sql& sql, CaseId id, UserId by) {
    return sql
        .one<CaseId>(
            "SELECT c.id FROM cases c WHERE c.id = $1 AND c.wrapped_key IS NOT NULL AND NOT EXISTS (SELECT 1 FROM"
            " concealed x WHERE x.case_id = c.id AND x.person_id = $2)",
            id, by)
        .has_value();
}

std::optional<CaseId> seen_case(Sql& sql, CaseId id, UserId by) {
    const auto into = sql.one<std::optional<CaseId>>("SELECT merged_into FROM cases WHERE id = $1", id);
    const auto stands_for = into ? into->value_or(id) : id;
    return is_seen(sql, stands_for, by) ? std::optional(stands_for) : std::nullopt;
}

std::vector<CaseId> concealed_from(Sql& sql, UserId by) {
    return sql.all<CaseId>("SELECT DISTINCT case_id FROM concealed WHERE person_id = $1 ORDER BY case_id", by);
}

}  // namespace haven::store
