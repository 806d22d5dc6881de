#include "core/store/access.h"

namespace haven::store {

void insert_access(Sql& sql, const AccessRow& row) {
    sql.run(
        "INSERT INTO access_request (id, case_id, subject, prepared_by, prepared_at_us, signed_by, signed_revision,"
        " signed_site) VALUES ($1, $2, $3, $4, $5, NULL, NULL, NULL)",
        row.id, row.case_id, code_text(row.subject), row.prepared_by, row.prepared_at);
}

std::optional<AccessRow> read_access(Sql& sql, AccessId id) {
    auto row = sql.one<CaseId, std::string, UserId, Instant, std::optional<UserId>, std::optional<std::int64_t>,
                       std::optional<std::string>>(
        "SELECT case_id, subject, prepared_by, prepared_at_us, signed_by, signed_revision, signed_site"
        " FROM access_request WHERE id = $1",
        id);
    if (!row) { return std::nullopt; }
    auto& [case_id, subject, by, at, signer, revision, site] = *row;
    return AccessRow{id, case_id, *code_from<Subject>(subject), by,
                     at, signer,  revision.value_or(0),         std::move(site).value_or("")};
}

void sign_access(Sql& sql, AccessId id, UserId by, std::int64_t revision, std::string_view site) {
    sql.run("UPDATE access_request SET signed_by = $2, signed_revision = $3, signed_site = $4 WHERE id = $1", id, by,
            revision, site);
}

}  // namespace haven::store
