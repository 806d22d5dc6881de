#include "core/store/copies.h"

#include <tuple>

#include "core/base/code.h"

namespace haven::store {
namespace {

using Columns =
    std::tuple<CopyId, CaseId, std::string, OfferId, std::string, std::string, Instant, std::optional<Instant>,
               std::string, std::string, std::string, Instant, std::optional<Instant>>;

CopyRow row_of(Columns& columns) {
    auto& [id, case_id, partner, offer, reference, purpose, told, delete_by, wanted, why, state, changed, due] =
        columns;
    return {
        id,   case_id,   Name::declare(partner),     offer,          std::move(reference),         std::move(purpose),
        told, delete_by, *code_from<Wanted>(wanted), std::move(why), *code_from<CopyState>(state), changed,
        due};
}

}  // namespace

void put_copy(Sql& sql, const CopyRow& row) {
    sql.run(
        "INSERT INTO copy (id, case_id, partner, offer_id, reference, purpose, told_at_us, delete_by_us, wanted, why,"
        " state, changed_at_us, due_at_us) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)"
        " ON CONFLICT (id) DO UPDATE SET told_at_us = $7, delete_by_us = $8, wanted = $9, why = $10, state = $11,"
        " changed_at_us = $12, due_at_us = $13",
        row.id, row.case_id, row.partner.text(), row.offer, row.reference, row.purpose, row.told_at, row.delete_by,
        code_text(row.wanted), row.why, code_text(row.state), row.changed_at, row.due_at);
}

std::vector<CopyRow> copies_of(Sql& sql, CaseId id) {
    std::vector<CopyRow> out;
    for (auto& columns :
         sql.all<CopyId, CaseId, std::string, OfferId, std::string, std::string, Instant, std::optional<Instant>,
                 std::string, std::string, std::string, Instant, std::optional<Instant>>(
             "SELECT id, case_id, partner, offer_id, reference, purpose, told_at_us, delete_by_us, wanted, why, state,"
             " changed_at_us, due_at_us FROM copy WHERE case_id = $1 ORDER BY id",
             id)) {
        out.push_back(row_of(columns));
    }
    return out;
}

std::optional<CopyRow> read_copy(Sql& sql, CopyId id) {
    auto columns =
        sql.one<CopyId, CaseId, std::string, OfferId, std::string, std::string, Instant, std::optional<Instant>,
                std::string, std::string, std::string, Instant, std::optional<Instant>>(
            "SELECT id, case_id, partner, offer_id, reference, purpose, told_at_us, delete_by_us, wanted, why, state,"
            " changed_at_us, due_at_us FROM copy WHERE id = $1",
            id);
    if (!columns) { return std::nullopt; }
    return row_of(*columns);
}

std::vector<Asking> askings_of(Sql& sql, const CopyRow& copy) {
    std::vector<Asking> out;
    for (const auto& [work, version, told_at] :
         sql.all<std::int64_t, std::optional<std::int64_t>, std::optional<Instant>>(
             "SELECT work.id, MAX(attempt.version), MIN(attempt.begun_at_us) FROM work"
             " LEFT JOIN attempt ON attempt.work_id = work.id"
             " WHERE work.id IN (SELECT work_id FROM attempt WHERE case_id = $1 UNION"
             " SELECT id FROM work WHERE case_id = $1 AND state IN ('due', 'claimed', 'held'))"
             " AND work.kind = 'recall' AND work.subject_id = $2"
             " GROUP BY work.id ORDER BY work.id DESC",
             copy.case_id, copy.id)) {
        out.push_back({version, told_at});
    }
    return out;
}

}  // namespace haven::store
