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

std::string cause_of(const HeldRow& row) {
    return std::string(row.partner.text()) + "|" + row.fault + "|" + row.place + "|" + row.reason;
}

}  // namespace

bool was_held(Sql& sql, const HeldRow& row) {
    return sql.one<HeldId>("SELECT id FROM held WHERE cause = $1 LIMIT 1", cause_of(row)).has_value();
}

bool was_item_held(Sql& sql, std::string_view fault, HeldKind kind, std::int64_t subject) {
    return sql
        .one<std::int64_t>(
            "SELECT 1 FROM held_item i JOIN held h ON h.id = i.held_id WHERE h.fault = $1 AND i.kind = $2"
            " AND i.subject_id = $3 LIMIT 1",
            fault, code_text(kind), subject)
        .has_value();
}

HeldId hold(Sql& sql, const HeldRow& row, const HeldItem& item) {
    const auto cause = cause_of(row);
    sql.run(
        "INSERT INTO held (id, cause, partner, fault, place, reason, role, opened_at_us, due_at_us, items)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 0) ON CONFLICT DO NOTHING",
        row.id, cause, row.partner.text(), row.fault, row.place, row.reason, row.role, row.opened_at, row.due_at);
    const auto line = sql.one<HeldId>("SELECT id FROM held WHERE cause = $1 AND decided_at_us IS NULL", cause);
    const auto added = sql.run(
        "INSERT INTO held_item (held_id, kind, subject_id, number, case_id, awaits) VALUES ($1, $2, $3, $4, $5, $6)"
        " ON CONFLICT DO NOTHING",
        *line, code_text(item.kind), item.subject, item.number, item.case_id,
        item.awaits ? std::optional(Bytes{std::string(item.awaits->view())}) : std::nullopt);
    sql.run("UPDATE held SET items = items + $2 WHERE id = $1", *line, added);
    return *line;
}

std::vector<Awaiting> awaiting(Sql& sql, const Digest16& what, std::int64_t most) {
    std::vector<Awaiting> out;
    sql.each<HeldId, std::string, std::string, std::int64_t, std::int64_t, CaseId>(
        [&](HeldId line, std::string&& role, const std::string& kind, std::int64_t subject, std::int64_t number,
            CaseId case_id) {
            if (out.empty() || out.back().line != line) { out.push_back({line, std::move(role), {}}); }
            out.back().items.push_back({*code_from<HeldKind>(kind), subject, number, case_id, what});
        },
        "SELECT h.id, h.role, i.kind, i.subject_id, i.number, i.case_id FROM held_item i JOIN held h ON h.id = "
        "i.held_id"
        " WHERE i.awaits = $1 AND h.decided_at_us IS NULL ORDER BY h.id, i.subject_id, i.number LIMIT $2",
        Bytes{std::string(what.view())}, most);
    return out;
}

std::vector<CaseId> asked_about_with(Sql& sql, CaseId id, std::string_view fault, std::int64_t most) {
    std::vector<CaseId> out;
    for (const auto other : sql.all<std::int64_t>(
             "SELECT i.number FROM held_item i JOIN held h ON h.id = i.held_id WHERE i.kind = 'case' AND i.number <> 0"
             " AND i.subject_id = $1 AND h.fault = $2 AND h.decided_at_us IS NULL"
             " UNION SELECT i.subject_id FROM held_item i JOIN held h ON h.id = i.held_id WHERE i.kind = 'case'"
             " AND i.number <> 0 AND i.number = $1 AND h.fault = $2 AND h.decided_at_us IS NULL LIMIT $3",
             id, fault, most)) {
        out.push_back(CaseId{other});
    }
    return out;
}

// Items of cases that are concealed from who looks are not counted, and a line of nothing else is not there.
std::vector<HeldRow> open_held(Sql& sql, HeldId after, std::int64_t most, UserId by) {
    return rows(sql.all<HeldId, std::string, std::string, std::string, std::string, std::string, Instant, Instant,
                        std::int64_t>(
        "SELECT id, partner, fault, place, reason, role, opened_at_us, due_at_us, seen FROM ("
        "SELECT h.id, partner, fault, place, reason, role, opened_at_us, due_at_us,"
        " items - (SELECT COUNT(*) FROM held_item i WHERE i.held_id = h.id AND EXISTS (SELECT 1 FROM concealed x"
        " WHERE x.person_id = $3 AND (x.case_id = i.case_id OR (i.kind = 'case'"
        " AND x.case_id IN (i.subject_id, i.number))))) AS seen FROM held h"
        " WHERE decided_at_us IS NULL AND h.id > $1) AS lines WHERE seen > 0 ORDER BY id LIMIT $2",
        after, most, by));
}

std::vector<HeldRow> held_because(Sql& sql, std::string_view reason) {
    return rows(
        sql.all<HeldId, std::string, std::string, std::string, std::string, std::string, Instant, Instant,
                std::int64_t>("SELECT id, partner, fault, place, reason, role, opened_at_us, due_at_us, items FROM held"
                              " WHERE decided_at_us IS NULL AND reason = $1 ORDER BY id",
                              reason));
}

std::vector<HeldRow> held_readings(Sql& sql, HeldId line, MessageId message) {
    return rows(
        sql.all<HeldId, std::string, std::string, std::string, std::string, std::string, Instant, Instant,
                std::int64_t>("SELECT id, partner, fault, place, reason, role, opened_at_us, due_at_us, items FROM held"
                              " WHERE decided_at_us IS NULL AND (CAST($1 AS {bigint}) = 0 OR id = $1) AND EXISTS ("
                              " SELECT 1 FROM held_item WHERE held_id = held.id AND kind IN ('record', 'message')"
                              " AND (CAST($2 AS {bigint}) = 0 OR subject_id = $2)) ORDER BY id",
                              line, message));
}

bool split_held(Sql& sql, HeldId line, std::string_view role, const std::vector<HeldItem>& items, HeldId into,
                Instant now) {
    std::int64_t moved = 0;
    for (const auto& item : items) {
        moved += sql.run(
            "UPDATE held_item SET held_id = $2 WHERE held_id = $1 AND kind = $4 AND subject_id = $5 AND number = $6"
            " AND EXISTS (SELECT 1 FROM held WHERE id = $1 AND role = $3 AND decided_at_us IS NULL)",
            line, into, role, code_text(item.kind), item.subject, item.number);
    }
    if (moved == 0) { return false; }
    sql.run(
        "INSERT INTO held (id, cause, partner, fault, place, reason, role, opened_at_us, due_at_us, items,"
        " decided_at_us) SELECT $2, cause, partner, fault, place, reason, role, opened_at_us, due_at_us, $3, $4"
        " FROM held WHERE id = $1",
        line, into, moved, now);
    sql.run("UPDATE held SET items = items - $2 WHERE id = $1", line, moved);
    sql.run("DELETE FROM held WHERE id = $1 AND items = 0", line);
    return true;
}

std::int64_t held_again(Sql& sql, HeldId id) {
    return *sql.one<std::int64_t>(
        "SELECT COUNT(*) FROM held_item i WHERE i.held_id = $1 AND EXISTS (SELECT 1 FROM held_item j JOIN held h"
        " ON h.id = j.held_id WHERE h.decided_at_us IS NULL AND j.kind = i.kind AND j.subject_id = i.subject_id"
        " AND j.number = i.number)",
        id);
}

std::vector<HeldItem> items_of(Sql& sql, HeldId id) {
    std::vector<HeldItem> out;
    sql.each<std::string, std::int64_t, std::int64_t, CaseId>(
        [&](const std::string& kind, std::int64_t subject, std::int64_t number, CaseId case_id) {
            out.push_back({*code_from<HeldKind>(kind), subject, number, case_id});
        },
        "SELECT kind, subject_id, number, case_id FROM held_item WHERE held_id = $1 ORDER BY subject_id, number", id);
    return out;
}

// Of a pair of cases the item names both, so neither may be concealed.
std::vector<HeldItem> seen_items(Sql& sql, HeldId id, const HeldItem& after, std::int64_t most, UserId by) {
    std::vector<HeldItem> out;
    sql.each<std::string, std::int64_t, std::int64_t, CaseId>(
        [&](const std::string& kind, std::int64_t subject, std::int64_t number, CaseId case_id) {
            out.push_back({*code_from<HeldKind>(kind), subject, number, case_id});
        },
        "SELECT kind, subject_id, number, case_id FROM held_item i WHERE held_id = $1"
        " AND (subject_id > $2 OR (subject_id = $2 AND (number > $3 OR (number = $3 AND kind > $4))))"
        " AND NOT EXISTS (SELECT 1 FROM concealed x WHERE x.person_id = $6 AND (x.case_id ="
        " i.case_id OR (i.kind = 'case' AND x.case_id IN (i.subject_id, i.number))))"
        " ORDER BY subject_id, number, kind LIMIT $5",
        id, after.subject, after.number, after == HeldItem{} ? "" : code_text(after.kind), most, by);
    return out;
}

bool is_held_seen(Sql& sql, HeldId id, UserId by) {
    return !seen_items(sql, id, {}, 1, by).empty();
}

std::string fault_of(Sql& sql, HeldId id) {
    return sql.one<std::string>("SELECT fault FROM held WHERE id = $1", id).value_or("");
}

void release_held_item(Sql& sql, HeldKind kind, std::int64_t subject, Instant now, std::string_view fault,
                       Name partner) {
    for (const auto line : sql.all<HeldId>("SELECT h.id FROM held h JOIN held_item i ON i.held_id = h.id WHERE"
                                           " i.kind = $1 AND i.subject_id = $2 AND h.decided_at_us IS NULL"
                                           " AND ($3 = '' OR h.fault = $3) AND ($4 = '' OR h.partner = $4)",
                                           code_text(kind), subject, fault, partner.text())) {
        const auto gone = sql.run("DELETE FROM held_item WHERE held_id = $1 AND kind = $2 AND subject_id = $3", line,
                                  code_text(kind), subject);
        sql.run("UPDATE held SET items = items - $2 WHERE id = $1", line, gone);
        sql.run("UPDATE held SET decided_at_us = $2 WHERE id = $1 AND items = 0", line, now);
    }
}

void recount_held(Sql& sql, Instant now) {
    sql.run(
        "UPDATE held SET items = (SELECT COUNT(*) FROM held_item i WHERE i.held_id = held.id)"
        " WHERE decided_at_us IS NULL");
    sql.run("UPDATE held SET decided_at_us = $1 WHERE decided_at_us IS NULL AND items = 0", now);
}

bool decide_held(Sql& sql, HeldId id, std::string_view role, Instant now) {
    return sql.run("UPDATE held SET decided_at_us = $3 WHERE id = $1 AND role = $2 AND decided_at_us IS NULL", id, role,
                   now) == 1;
}

}  // namespace haven::store
