#include "core/store/near_misses.h"

namespace haven::store {
namespace {

using Columns = std::tuple<NearMissId, std::string, CaseId, WorkId, std::string, std::string, Instant, std::string,
                           UserId, std::optional<Instant>>;

NearMiss row_of(Columns&& read) {
    auto& [id, partner, case_id, work, notice, why, at, decision, by, decided_at] = read;
    return {id, Name::declare(partner), case_id, work,      std::move(notice), std::move(why),
            at, std::move(decision),    by,      decided_at};
}

}  // namespace

void insert_near_miss(Sql& sql, const NearMiss& row) {
    sql.run(
        "INSERT INTO near_miss (id, partner, case_id, work_id, notice, why, at_us, decision, decided_by, decided_at_us)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        row.id, row.partner.text(), row.case_id, row.work, row.notice, row.why, row.at, row.decision, row.decided_by,
        row.decided_at);
}

std::optional<NearMiss> read_near_miss(Sql& sql, NearMissId id) {
    auto read = sql.one<NearMissId, std::string, CaseId, WorkId, std::string, std::string, Instant, std::string, UserId,
                        std::optional<Instant>>(
        "SELECT id, partner, case_id, work_id, notice, why, at_us, decision, decided_by, decided_at_us FROM near_miss"
        " WHERE id = $1",
        id);
    if (!read) { return std::nullopt; }
    return row_of(std::move(*read));
}

std::vector<NearMiss> near_misses(Sql& sql, NearMissId after, std::int64_t most, UserId by) {
    std::vector<NearMiss> out;
    for (auto& read : sql.all<NearMissId, std::string, CaseId, WorkId, std::string, std::string, Instant, std::string,
                              UserId, std::optional<Instant>>(
             "SELECT id, partner, case_id, work_id, notice, why, at_us, decision, decided_by, decided_at_us"
             " FROM near_miss WHERE id > $1 AND NOT EXISTS (SELECT 1 FROM concealed x WHERE x.case_id = "
             "near_miss.case_id"
             " AND x.person_id = $3) ORDER BY id LIMIT $2",
             after, most, by)) {
        out.push_back(row_of(std::move(read)));
    }
    return out;
}

void decide_near_miss(Sql& sql, WorkId work, std::string_view decision, UserId by, Instant now) {
    sql.run(
        "UPDATE near_miss SET decision = $2, decided_by = $3, decided_at_us = $4 WHERE work_id = $1 AND decision = ''",
        work, decision, by, now);
}

}  // namespace haven::store
