#include "core/store/held.h"

#include <tuple>

#include "core/base/code.h"

namespace haven::store {
namespace {

using HeldColumns =
    std::tuple<HeldId, std::string, std::string, std::string, std::string, std::string, Instant, Instant, std::int64_t>;

std::vector<HeldRow> rows(std::vector<HeldColumns>&& read) {
    std::vector<HeldRow> out;
    for (auto& [id, partner, fault, place, reason, role, opened, due, items] : read) {
        out.push_back({id, Name::declare(partner), std::move(fault), std::move(place), std::move(reason),
                       std::move(role), opened, due, items});
    }
    return out;
}

}  // namespace

HeldId hold(Sql& sql, const HeldRow& row, const HeldItem& item) {
    const auto cause = std::string(row.partner.text()) + "|" + row.fault + "|" + row.place + "|" + row.reason;
    sql.run(
        "INSERT INTO held (id, cause, partner, fault, place, reason, role, opened_at_us, due_at_us, items)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 0) ON CONFLICT DO NOTHING",
        row.id, cause, row.partner.text(), row.fault, row.place, row.reason, row.role, row.opened_at, row.due_at);
    const auto line = sql.one<HeldId>("SELECT id FROM held WHERE cause = $1 AND decided_at_us IS NULL", cause);
    const auto added = sql.run(
        "INSERT INTO held_item (held_id, kind, subject_id, number, case_id) VALUES ($1, $2, $3, $4, $5)"
        " ON CONFLICT DO NOTHING",
        *line, code_text(item.kind), item.subject, item.number, item.case_id);
    sql.run("UPDATE held SET items = items + $2 WHERE id = $1", *line, added);
    return *line;
}

std::vector<HeldRow> open_held(Sql& sql, HeldId after, std::int64_t most) {
    return rows(
        sql.all<HeldId, std::string, std::string, std::string, std::string, std::string, Instant, Instant,
                std::int64_t>("SELECT id, partner, fault, place, reason, role, opened_at_us, due_at_us, items FROM held"
                              " WHERE decided_at_us IS NULL AND id > $1 ORDER BY id LIMIT $2",
                              after, most));
}

std::vector<HeldRow> held_because(Sql& sql, std::string_view reason) {
    return rows(
        sql.all<HeldId, std::string, std::string, std::string, std::string, std::string, Instant, Instant,
                std::int64_t>("SELECT id, partner, fault, place, reason, role, opened_at_us, due_at_us, items FROM held"
                              " WHERE decided_at_us IS NULL AND reason = $1 ORDER BY id",
                              reason));
}

std::vector<HeldItem> items_of(Sql& sql, HeldId id) {
    std::vector<HeldItem> out;
    for (const auto& [kind, subject, number, case_id] : sql.all<std::string, std::int64_t, std::int64_t, CaseId>(
             "SELECT kind, subject_id, number, case_id FROM held_item WHERE held_id = $1 ORDER BY subject_id, number",
             id)) {
        out.push_back({*code_from<HeldKind>(kind), subject, number, case_id});
    }
    return out;
}

bool decide_held(Sql& sql, HeldId id, std::string_view role, Instant now) {
    return sql.run("UPDATE held SET decided_at_us = $3 WHERE id = $1 AND role = $2 AND decided_at_us IS NULL", id, role,
                   now) == 1;
}

}  // namespace haven::store
