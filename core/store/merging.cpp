#include "core/store/merging.h"

#include "core/store/held.h"
#include "core/store/timers.h"

namespace haven::store {
namespace {

// A pointer: closed, without content or key. It waits for nobody and is in no list.
Result<void> leave_pointer(Sql& sql, const Merge& merge, Instant now) {
    CaseProgress nothing;
    nothing.the_case.id = merge.from;
    nothing.the_case.state = CaseState::closed;
    nothing.the_case.close_reason = CloseReason::duplicate;
    sql.run(
        "INSERT INTO former_name (name, case_id) SELECT ledger_name, CAST($2 AS {bigint}) FROM cases WHERE id = $1"
        " AND revision = $3 AND ledger_name IS NOT NULL",
        merge.from, merge.into, merge.from_revision);
    sql.run("UPDATE former_name SET case_id = $2 WHERE case_id = $1", merge.from, merge.into);
    const auto left = sql.run(
        "UPDATE cases SET revision = revision + 1, state = 'closed', grade = NULL, changed_at_us = $3, call_rank = 0,"
        " next_call_us = NULL, body = $4, wrapped_key = NULL, ledger_name = NULL, restricted = '', legal_hold = '',"
        " merged_into = $5 WHERE id = $1 AND revision = $2 AND wrapped_key IS NOT NULL",
        merge.from, merge.from_revision, now, BytesView{encode(nothing)}, merge.into);
    if (left != 1) { return fail(Fault::conflict, "the case was changed by somebody else first"); }
    sql.run("UPDATE cases SET merged_into = $2 WHERE merged_into = $1", merge.from, merge.into);
    return {};
}

bool put_cell(Sql& sql, const SealedCell& cell, CaseId from, CaseId into) {
    const BytesView body{cell.sealed};
    switch (cell.table) {
        case SealedIn::record:
            return sql.run("UPDATE record SET case_id = $3, body = $4 WHERE id = $1 AND case_id = $2", cell.row, from,
                           into, body) == 1;
        case SealedIn::attempt:
            return sql.run("UPDATE attempt SET case_id = $3, body = $4 WHERE id = $1 AND case_id = $2", cell.row, from,
                           into, body) == 1;
        case SealedIn::guard_override:
            return sql.run("UPDATE guard_override SET case_id = $3, justification = $4 WHERE id = $1 AND case_id = $2",
                           cell.row, from, into, body) == 1;
    }
    return false;
}

Result<void> put_cells(Sql& sql, const std::vector<SealedCell>& cells, CaseId from, CaseId into) {
    for (const auto& cell : cells) {
        if (!put_cell(sql, cell, from, into)) { return fail(Fault::conflict, "the case was changed meanwhile"); }
    }
    return {};
}

void move_referrals(Sql& sql, const Merge& merge) {
    for (const auto& referral : merge.referrals) {
        sql.run("UPDATE referral SET case_id = $2, body = $3 WHERE id = $1", referral.id, merge.into,
                BytesView{encode(referral)});
    }
    sql.run("UPDATE offer SET case_id = $2 WHERE case_id = $1", merge.from, merge.into);
    sql.run("UPDATE copy SET case_id = $2 WHERE case_id = $1", merge.from, merge.into);
    sql.run("UPDATE near_miss SET case_id = $2 WHERE case_id = $1", merge.from, merge.into);
    sql.run(
        "UPDATE access_request SET case_id = $2, signed_by = NULL, signed_revision = NULL,"
        " signed_site = NULL WHERE case_id = $1",
        merge.from, merge.into);
}

void copy_conflicts(Sql& sql, CaseId from, CaseId into) {
    sql.run(
        "INSERT INTO conflict (case_id, partner, person_id, reason, by_id, at_us) SELECT CAST($2 AS {bigint}), partner,"
        " person_id, reason, by_id, at_us FROM conflict WHERE case_id = $1 ON CONFLICT DO NOTHING",
        from, into);
}

// Kept as long as the one that is kept longer. What is to be looked at now in the one is looked at in the other.
void move_timers(Sql& sql, const Merge& merge, Instant now) {
    sql.run(
        "INSERT INTO timer (kind, subject_id, due_at_us) SELECT kind, CAST($2 AS {bigint}), due_at_us FROM timer"
        " WHERE kind = 'case' AND subject_id = $1 AND due_at_us <= $3"
        " ON CONFLICT (kind, subject_id) DO UPDATE SET due_at_us ="
        " CASE WHEN timer.due_at_us < excluded.due_at_us THEN timer.due_at_us ELSE excluded.due_at_us END",
        merge.from, merge.into, now);
    const auto due =
        sql.one<Instant>("SELECT due_at_us FROM timer WHERE kind = 'retention' AND subject_id = $1", merge.from);
    if (due) { put_timer_later(sql, TimerKind::retention, merge.into.value, *due); }
    sql.run("DELETE FROM timer WHERE kind IN ('case', 'retention') AND subject_id = $1", merge.from);
}

// Whether the two are one person is decided by this; what else waits of either waits under the one that stays.
void move_held(Sql& sql, const Merge& merge, Instant now) {
    sql.run(
        "DELETE FROM held_item WHERE kind = 'case' AND ((subject_id = $1 AND number = $2)"
        " OR (subject_id = $2 AND number = $1))",
        merge.from, merge.into);
    sql.run(
        "INSERT INTO held_item (held_id, kind, subject_id, number, case_id) SELECT held_id, kind,"
        " CASE WHEN subject_id = $1 THEN CAST($2 AS {bigint}) ELSE subject_id END,"
        " CASE WHEN number = $1 THEN CAST($2 AS {bigint}) ELSE number END,"
        " CASE WHEN case_id = $1 THEN CAST($2 AS {bigint}) ELSE case_id END"
        " FROM held_item WHERE kind = 'case' AND (subject_id = $1 OR number = $1) ON CONFLICT DO NOTHING",
        merge.from, merge.into);
    sql.run("DELETE FROM held_item WHERE kind = 'case' AND (subject_id = $1 OR number = $1)", merge.from);
    sql.run("UPDATE held_item SET case_id = $2 WHERE case_id = $1", merge.from, merge.into);
    // A third case that was asked about with each of the two is asked about once: the older line stands.
    sql.run(
        "DELETE FROM held_item WHERE kind = 'case' AND number <> 0 AND (subject_id = $1 OR number = $1)"
        " AND EXISTS (SELECT 1 FROM held h JOIN held other ON other.fault = h.fault AND other.id < h.id"
        " JOIN held_item i ON i.held_id = other.id WHERE h.id = held_item.held_id AND h.decided_at_us IS NULL"
        " AND other.decided_at_us IS NULL AND i.kind = 'case'"
        " AND ((i.subject_id = held_item.subject_id AND i.number = held_item.number)"
        " OR (i.subject_id = held_item.number AND i.number = held_item.subject_id)))",
        merge.into);
    recount_held(sql, now);
}

}  // namespace

std::vector<SealedCell> sealed_cells(Sql& sql, CaseId id) {
    std::vector<SealedCell> out;
    sql.each<std::int64_t, MessageId, Bytes>(
        [&](std::int64_t row, MessageId message, Bytes body) {
            out.push_back({SealedIn::record, row, message, std::move(body.value)});
        },
        "SELECT id, message_id, body FROM record WHERE case_id = $1 ORDER BY id", id);
    sql.each<std::int64_t, Bytes>(
        [&](std::int64_t row, Bytes body) {
            out.push_back({SealedIn::attempt, row, {}, std::move(body.value)});
        },
        "SELECT id, body FROM attempt WHERE case_id = $1 ORDER BY id", id);
    sql.each<std::int64_t, Bytes>(
        [&](std::int64_t row, Bytes body) {
            out.push_back({SealedIn::guard_override, row, {}, std::move(body.value)});
        },
        "SELECT id, justification FROM guard_override WHERE case_id = $1 ORDER BY id", id);
    return out;
}

bool is_worked_on(Sql& sql, CaseId id, Instant now) {
    return *sql.one<std::int64_t>(
               "SELECT COUNT(*) FROM work WHERE case_id = $1 AND state = 'claimed' AND lease_until_us > $2", id, now) >
           0;
}

// Rows are moved before they are looked at: whoever writes of the case meanwhile is seen below, or waits for this.
Result<void> merge_case(Sql& sql, const Merge& merge, Instant now) {
    if (auto left = leave_pointer(sql, merge, now); !left) { return left; }
    sql.run("UPDATE cases SET opened_at_us = (SELECT MIN(opened_at_us) FROM cases WHERE id IN ($1, $2)) WHERE id = $2",
            merge.from, merge.into);
    sql.run("UPDATE work SET case_id = $2 WHERE case_id = $1", merge.from, merge.into);
    if (is_worked_on(sql, merge.into, now)) { return fail(Fault::conflict, "work of it is under way"); }
    if (auto put = put_cells(sql, merge.cells, merge.from, merge.into); !put) { return put; }
    move_referrals(sql, merge);
    sql.run(
        "INSERT INTO blind_index (kind, digest, case_id) SELECT kind, digest, CAST($2 AS {bigint}) FROM blind_index"
        " WHERE case_id = $1 ON CONFLICT DO NOTHING",
        merge.from, merge.into);
    sql.run("DELETE FROM blind_index WHERE case_id = $1", merge.from);
    copy_conflicts(sql, merge.from, merge.into);
    sql.run("DELETE FROM conflict WHERE case_id = $1", merge.from);
    move_timers(sql, merge, now);
    move_held(sql, merge, now);
    const auto left = *sql.one<std::int64_t>(
        "SELECT (SELECT COUNT(*) FROM record WHERE case_id = $1) + (SELECT COUNT(*) FROM attempt WHERE case_id = $1)"
        " + (SELECT COUNT(*) FROM guard_override WHERE case_id = $1)"
        " + (SELECT COUNT(*) FROM referral WHERE case_id = $1)",
        merge.from);
    if (left > 0) { return fail(Fault::conflict, "the case was changed meanwhile"); }
    return {};
}

std::vector<CaseId> merged_into(Sql& sql, CaseId id) {
    return sql.all<CaseId>("SELECT id FROM cases WHERE merged_into = $1 ORDER BY id", id);
}

Result<void> unmerge_records(Sql& sql, const Unmerge& unmerge) {
    if (auto put = put_cells(sql, unmerge.cells, unmerge.from, unmerge.into); !put) { return put; }
    sql.run("DELETE FROM blind_index WHERE case_id = $1", unmerge.from);
    for (const auto& key : unmerge.blind_keys) { insert_blind_key(sql, key, unmerge.from); }
    copy_conflicts(sql, unmerge.from, unmerge.into);
    const auto due =
        sql.one<Instant>("SELECT due_at_us FROM timer WHERE kind = 'retention' AND subject_id = $1", unmerge.from);
    if (due) { set_timer(sql, TimerKind::retention, unmerge.into.value, *due); }
    sql.run("UPDATE cases SET merged_into = NULL WHERE merged_into = $1", unmerge.from);
    return {};
}

}  // namespace haven::store
