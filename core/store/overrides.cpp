#include "core/store/overrides.h"

#include "core/base/code.h"

namespace haven::store {
namespace {

using Columns =
    std::tuple<OverrideId, NearMissId, WorkId, CaseId, std::string, std::string, std::string, UserId, std::string,
               Instant, UserId, std::string, bool, std::optional<Instant>, Instant, std::int64_t, std::string,
               std::optional<Instant>, UserId, std::optional<Instant>, std::string, Bytes>;

OverrideRow row_of(Columns&& read) {
    auto& [id, miss, work, case_id, partner, why, ground, asked_by, asked_role, asked_at, confirmed_by, confirmed_role,
           broken, given_at, until, lasts, key, due, reviewed_by, reviewed_at, finding, justification] = read;
    OverrideRow row{.id = id, .near_miss = miss, .work = work, .case_id = case_id, .partner = Name::declare(partner)};
    row.given = {*code_from<Refusal>(why), *code_from<Ground>(ground), {asked_by, asked_role}, {}, broken, until};
    if (confirmed_by) { row.given.confirmed = Answerable{confirmed_by, confirmed_role}; }
    row.lasts_us = lasts;
    row.asked_at = asked_at;
    row.given_at = given_at;
    row.used_key = std::move(key);
    row.review_due = due;
    row.reviewed_by = reviewed_by;
    row.reviewed_at = reviewed_at;
    row.finding = code_from<ReviewFinding>(finding);
    row.justification = std::move(justification.value);
    return row;
}

std::vector<OverrideRow> rows_of(std::vector<Columns>&& read) {
    std::vector<OverrideRow> out;
    for (auto& row : read) { out.push_back(row_of(std::move(row))); }
    return out;
}

}  // namespace

void insert_override(Sql& sql, const OverrideRow& row) {
    const auto& given = row.given;
    const auto confirmed = given.confirmed.value_or(Answerable{});
    sql.run(
        "INSERT INTO guard_override (id, near_miss_id, work_id, case_id, partner, why, ground, asked_by, asked_role,"
        " asked_at_us, confirmed_by, confirmed_role, break_glass, given_at_us, until_us, lasts_us, used_key,"
        " review_due_us, reviewed_by, reviewed_at_us, finding, justification) VALUES ($1, $2, $3, $4, $5, $6, $7, $8,"
        " $9, $10, $11, $12, $13, $14, $15, $16, '', $17, 0, NULL, '', $18)",
        row.id, row.near_miss, row.work, row.case_id, row.partner.text(), code_text(given.of), code_text(given.ground),
        given.asked.who, given.asked.role, row.asked_at, confirmed.who, confirmed.role, given.break_glass, row.given_at,
        given.until, row.lasts_us, row.review_due, BytesView{row.justification});
}

std::optional<OverrideRow> read_override(Sql& sql, OverrideId id) {
    auto read = sql.one<OverrideId, NearMissId, WorkId, CaseId, std::string, std::string, std::string, UserId,
                        std::string, Instant, UserId, std::string, bool, std::optional<Instant>, Instant, std::int64_t,
                        std::string, std::optional<Instant>, UserId, std::optional<Instant>, std::string, Bytes>(
        "SELECT id, near_miss_id, work_id, case_id, partner, why, ground, asked_by, asked_role, "
        "asked_at_us, confirmed_by, confirmed_role, break_glass, given_at_us, until_us, "
        "lasts_us, used_key, review_due_us, reviewed_by, reviewed_at_us, finding, justification "
        "FROM guard_override WHERE id = $1",
        id);
    if (!read) { return std::nullopt; }
    return row_of(std::move(*read));
}

std::vector<OverrideRow> list_overrides(Sql& sql, OverrideId after, std::int64_t most, UserId by) {
    return rows_of(
        sql.all<OverrideId, NearMissId, WorkId, CaseId, std::string, std::string, std::string, UserId, std::string,
                Instant, UserId, std::string, bool, std::optional<Instant>, Instant, std::int64_t, std::string,
                std::optional<Instant>, UserId, std::optional<Instant>, std::string, Bytes>(
            "SELECT id, near_miss_id, work_id, case_id, partner, why, ground, asked_by, asked_role, "
            "asked_at_us, confirmed_by, confirmed_role, break_glass, given_at_us, until_us, "
            "lasts_us, used_key, review_due_us, reviewed_by, reviewed_at_us, finding, justification "
            "FROM guard_override WHERE id > $1 AND NOT EXISTS (SELECT 1 FROM concealed x WHERE x.case_id ="
            " guard_override.case_id AND x.person_id = $3) ORDER BY id LIMIT $2",
            after, most, by));
}

std::vector<OverrideRow> overrides_of_work(Sql& sql, WorkId id, Instant now) {
    return rows_of(
        sql.all<OverrideId, NearMissId, WorkId, CaseId, std::string, std::string, std::string, UserId, std::string,
                Instant, UserId, std::string, bool, std::optional<Instant>, Instant, std::int64_t, std::string,
                std::optional<Instant>, UserId, std::optional<Instant>, std::string, Bytes>(
            "SELECT id, near_miss_id, work_id, case_id, partner, why, ground, asked_by, asked_role, "
            "asked_at_us, confirmed_by, confirmed_role, break_glass, given_at_us, until_us, "
            "lasts_us, used_key, review_due_us, reviewed_by, reviewed_at_us, finding, justification "
            "FROM guard_override WHERE work_id = $1 AND given_at_us IS NOT NULL AND until_us > $2 "
            "ORDER BY id",
            id, now));
}

bool confirm_override(Sql& sql, const OverrideRow& row) {
    return sql.run(
               "UPDATE guard_override SET confirmed_by = $2, confirmed_role = $3, given_at_us = $4, until_us = $5,"
               " review_due_us = $6 WHERE id = $1 AND given_at_us IS NULL",
               row.id, row.given.confirmed->who, row.given.confirmed->role, row.given_at, row.given.until,
               row.review_due) == 1;
}

bool use_override(Sql& sql, OverrideId id, std::string_view key) {
    return sql.run("UPDATE guard_override SET used_key = $2 WHERE id = $1 AND used_key IN ('', $2)", id, key) == 1;
}

bool review_override(Sql& sql, OverrideId id, ReviewFinding finding, UserId by, Instant now) {
    return sql.run(
               "UPDATE guard_override SET finding = $2, reviewed_by = $3, reviewed_at_us = $4 WHERE id = $1"
               " AND given_at_us IS NOT NULL AND reviewed_at_us IS NULL",
               id, code_text(finding), by, now) == 1;
}

Unreviewed unreviewed_overrides(Sql& sql, Instant now) {
    const auto counts = *sql.one<std::int64_t, std::int64_t>(
        "SELECT COUNT(*), COALESCE(SUM(CASE WHEN review_due_us <= $1 THEN 1 ELSE 0 END), 0) FROM guard_override"
        " WHERE given_at_us IS NOT NULL AND reviewed_at_us IS NULL",
        now);
    return {std::get<0>(counts), std::get<1>(counts)};
}

}  // namespace haven::store
