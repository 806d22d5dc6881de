#include "core/store/erasure.h"

#include "core/base/code.h"
#include "core/store/held.h"

namespace haven::store {
namespace {

std::int64_t number(const std::optional<std::int64_t>& counted) {
    return counted.value_or(0);
}

Result<void> may_be_erased(Sql& sql, CaseId id) {
    const auto row = read_case(sql, id);
    if (!row || row->wrapped_key.empty()) { return fail(Fault::missing, "no such case"); }
    if (!row->legal_hold.empty()) { return fail(Fault::refused, "the case is under legal hold"); }
    const auto unanswered =
        number(sql.one<std::int64_t>("SELECT COUNT(*) FROM copy WHERE case_id = $1"
                                     " AND NOT (wanted = 'destroy' AND state IN ('acknowledged', 'refused'))",
                                     id));
    if (unanswered > 0) { return fail(Fault::conflict, "partners hold copies: recall them, and wait for their word"); }
    const auto held_with_it = number(sql.one<std::int64_t>(
        "SELECT COUNT(*) FROM cases c WHERE c.legal_hold <> '' AND c.id IN (SELECT r.case_id FROM record r"
        " WHERE r.message_id IN (SELECT message_id FROM record WHERE case_id = $1 AND message_id <> 0))",
        id));
    if (held_with_it > 0) { return fail(Fault::refused, "a message of it brought another case under legal hold"); }
    const auto unreviewed = number(sql.one<std::int64_t>(
        "SELECT COUNT(*) FROM guard_override WHERE case_id = $1 AND given_at_us IS NOT NULL AND reviewed_at_us IS NULL",
        id));
    if (unreviewed > 0) { return fail(Fault::conflict, "an override of it waits for its review"); }
    const auto waiting = number(sql.one<std::int64_t>(
        "SELECT COUNT(*) FROM message m WHERE m.id IN (SELECT message_id FROM record WHERE case_id = $1)"
        " AND (m.state IN ('receiving', 'received') OR EXISTS (SELECT 1 FROM held_item i JOIN held h ON h.id = "
        "i.held_id"
        " WHERE i.kind IN ('record', 'message') AND i.subject_id = m.id AND (h.decided_at_us IS NULL"
        " OR EXISTS (SELECT 1 FROM work w WHERE w.kind = 'replay' AND w.subject_id = h.id AND w.state <> 'done'))))",
        id));
    if (waiting > 0) { return fail(Fault::conflict, "a message of it still waits: decide what is held of it first"); }
    return {};
}

std::int64_t erase_message(Sql& sql, MessageId id) {
    sql.run("DELETE FROM chunk WHERE message_id = $1", id);
    return sql.run(
        "UPDATE message SET wrapped_key = NULL, body = NULL, source_token = NULL WHERE body IS NOT NULL AND id = $1",
        id);
}

// Its reference stays as a stop list, its id as what a restored backup is held to.
void erase_record(Sql& sql, RecordId id, MessageId message, ErasedRows& erased) {
    erased.messages += erase_message(sql, message);
    sql.run("UPDATE seen SET erased = 1 WHERE kind = 'record' AND subject_id = $1", id);
    sql.run("DELETE FROM account_decision WHERE record_id = $1", id);
    sql.run("INSERT INTO erased_record (record_id) VALUES ($1) ON CONFLICT DO NOTHING", id);
    erased.records += sql.run("DELETE FROM record WHERE id = $1", id);
}

void erase_held(Sql& sql, CaseId id, Instant now) {
    sql.run("DELETE FROM held_item WHERE case_id = $1 OR (kind = 'case' AND number = $1)", id);
    recount_held(sql, now);
}

void erase_row(Sql& sql, CaseId id, Instant now) {
    CaseProgress nothing;
    nothing.the_case.id = id;
    nothing.the_case.state = CaseState::closed;
    sql.run(
        "UPDATE cases SET state = 'closed', grade = NULL, opened_at_us = $2,"
        " changed_at_us = $2, call_rank = 0, next_call_us = NULL, body = $3, wrapped_key = NULL, ledger_name = NULL,"
        " restricted = '' WHERE id = $1",
        id, now, BytesView{encode(nothing)});
}

ErasedRows erase_rows(Sql& sql, CaseId id, Instant now) {
    ErasedRows erased;
    for (const auto& [record, message] :
         sql.all<RecordId, MessageId>("SELECT id, message_id FROM record WHERE case_id = $1", id)) {
        erase_record(sql, record, message, erased);
    }
    sql.run(
        "DELETE FROM timer WHERE (kind IN ('case', 'retention') AND subject_id = $1)"
        " OR (kind = 'referral' AND subject_id IN (SELECT id FROM referral WHERE case_id = $1))"
        " OR (kind = 'copy' AND subject_id IN (SELECT id FROM copy WHERE case_id = $1))",
        id);
    sql.run("UPDATE near_miss SET case_id = 0 WHERE case_id = $1", id);
    sql.run("DELETE FROM conflict WHERE case_id = $1", id);
    sql.run("UPDATE guard_override SET justification = $2 WHERE case_id = $1", id, BytesView{std::string_view{}});
    erased.copies = sql.run("DELETE FROM copy WHERE case_id = $1", id);
    sql.run("DELETE FROM blind_index WHERE case_id = $1", id);
    sql.run("DELETE FROM attempt WHERE case_id = $1", id);
    sql.run("DELETE FROM work WHERE case_id = $1", id);
    sql.run("DELETE FROM offer WHERE case_id = $1", id);
    sql.run("DELETE FROM referral WHERE case_id = $1", id);
    sql.run("DELETE FROM access_request WHERE case_id = $1", id);
    sql.run("DELETE FROM former_name WHERE case_id = $1", id);
    erase_held(sql, id, now);
    erase_row(sql, id, now);
    return erased;
}

}  // namespace

Result<ErasedRows> erase_case(Sql& sql, CaseId id, Instant now) {
    // Held from here on: what is written of the case meanwhile is either seen below, or finds another revision.
    sql.run("UPDATE cases SET revision = revision + 1 WHERE id = $1", id);
    if (auto may = may_be_erased(sql, id); !may) { return fail(std::move(may).error()); }
    return erase_rows(sql, id, now);
}

std::optional<ErasedRows> erase_again(Sql& sql, CaseId id, Instant now) {
    const auto there =
        sql.run("UPDATE cases SET revision = revision + 1 WHERE id = $1 AND wrapped_key IS NOT NULL", id) == 1;
    return there ? std::optional(erase_rows(sql, id, now)) : std::nullopt;
}

void insert_erasure(Sql& sql, const ErasureRow& row) {
    sql.run(
        "INSERT INTO erasure (case_id, at_us, final_at_us, records, messages, copies) VALUES ($1, $2, $3, $4, $5, $6)"
        " ON CONFLICT DO NOTHING",
        row.id, row.at, row.final_at, row.erased.records, row.erased.messages, row.erased.copies);
}

std::optional<ErasureRow> read_erasure(Sql& sql, CaseId id) {
    const auto row = sql.one<Instant, std::optional<Instant>, std::int64_t, std::int64_t, std::int64_t>(
        "SELECT at_us, final_at_us, records, messages, copies FROM erasure WHERE case_id = $1", id);
    if (!row) { return std::nullopt; }
    const auto& [at, final_at, records, messages, copies] = *row;
    return ErasureRow{id, at, final_at, {records, messages, copies}};
}

std::set<std::int64_t> erased_ids(Sql& sql) {
    std::set<std::int64_t> out;
    sql.each<std::int64_t>([&](std::int64_t id) { out.insert(id); },
                           "SELECT case_id FROM erasure UNION SELECT id FROM cases WHERE merged_into IN"
                           " (SELECT case_id FROM erasure) UNION SELECT record_id FROM erased_record");
    return out;
}

std::set<Digest16> erased_references(Sql& sql) {
    std::set<Digest16> out;
    sql.each<Bytes>(
        [&](const Bytes& bytes) {
            if (const auto digest = Digest16::from(bytes.value)) { out.insert(*digest); }
        },
        "SELECT DISTINCT reference FROM seen WHERE erased = 1");
    return out;
}

void insert_erased_reference(Sql& sql, const Digest16& reference) {
    sql.run(
        "INSERT INTO seen (kind, digest, subject_id, content, as_of_us, erased, reference)"
        " VALUES ('record', $1, 0, $2, 0, 1, $1) ON CONFLICT DO NOTHING",
        BytesView{reference.view()}, BytesView{Digest16{}.view()});
}

BroughtBack brought_back(Sql& sql, const std::set<std::int64_t>& ids) {
    BroughtBack back;
    for (const auto id : ids) {
        if (sql.one<CaseId>("SELECT id FROM cases WHERE id = $1 AND wrapped_key IS NOT NULL", id)) {
            back.cases.push_back(CaseId{id});
        }
        const auto in = sql.one<CaseId>("SELECT case_id FROM record WHERE id = $1", id);
        if (in && !ids.contains(in->value)) { back.records[*in].push_back(RecordId{id}); }
    }
    return back;
}

Result<ErasedRows> erase_records(Sql& sql, CaseId id, std::int64_t revision, const std::vector<RecordId>& records,
                                 const std::vector<BlindKey>& blind_keys) {
    if (sql.run("UPDATE cases SET revision = revision + 1 WHERE id = $1 AND revision = $2", id, revision) != 1) {
        return fail(Fault::conflict, "the case was changed by somebody else first");
    }
    ErasedRows erased;
    for (const auto record : records) {
        const auto message = sql.one<MessageId>("SELECT message_id FROM record WHERE id = $1", record);
        erase_record(sql, record, message.value_or(MessageId{}), erased);
    }
    sql.run("DELETE FROM blind_index WHERE case_id = $1", id);
    for (const auto& key : blind_keys) { insert_blind_key(sql, key, id); }
    return erased;
}

std::int64_t destroy_bodies(Sql& sql, Instant before, std::int64_t most) {
    const auto due = sql.all<MessageId>(
        "SELECT m.id FROM message m WHERE m.settled_at_us <= $1 AND m.body IS NOT NULL"
        " AND (m.source_token IS NULL OR m.receipt_given = 1)"
        " AND NOT EXISTS (SELECT 1 FROM held_item i JOIN held h ON h.id = i.held_id"
        "   WHERE i.kind IN ('record', 'message') AND i.subject_id = m.id AND (h.decided_at_us IS NULL"
        "   OR h.decided_at_us > $1"
        "   OR EXISTS (SELECT 1 FROM work w WHERE w.kind = 'replay' AND w.subject_id = h.id AND w.state <> 'done')))"
        " AND NOT EXISTS (SELECT 1 FROM record r JOIN cases c ON c.id = r.case_id"
        "   WHERE r.message_id = m.id AND c.legal_hold <> '')"
        " ORDER BY m.settled_at_us LIMIT $2",
        before, most);
    for (const auto id : due) { erase_message(sql, id); }
    return static_cast<std::int64_t>(due.size());
}

}  // namespace haven::store
