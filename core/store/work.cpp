#include "core/store/work.h"

#include <algorithm>

#include "core/base/code.h"

namespace haven::store {
namespace {

std::vector<AttemptRow> attempts(
    const std::vector<std::tuple<AttemptId, WorkId, CaseId, OfferId, std::string, std::string, std::int64_t,
                                 std::string, std::string, Instant, Bytes, bool>>& rows) {
    std::vector<AttemptRow> out;
    for (const auto& [id, work, case_id, offer, partner, notice, version, state, key, begun, commitment, for_handler] :
         rows) {
        out.push_back({id,
                       work,
                       case_id,
                       offer,
                       Name::declare(partner),
                       *code_from<Notice>(notice),
                       version,
                       *code_from<AttemptState>(state),
                       key,
                       begun,
                       commitment.value,
                       {},
                       for_handler});
    }
    return out;
}

}  // namespace

void insert_work(Sql& sql, const Work& work, Instant due, const std::optional<Claim>& claim) {
    sql.run(
        "INSERT INTO work (id, lane, kind, notice, case_id, subject_id, state, due_at_us, lease_until_us, holder,"
        " attempts) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
        work.id, work.lane.text(), code_text(work.kind), work.notice ? code_text(*work.notice) : "", work.case_id,
        work.subject, claim ? "claimed" : "due", due, claim ? claim->until : from_us(0), claim ? claim->node : 0,
        claim ? 1 : 0);
}

// One statement with a lease, so nothing is locked while a partner is slow. Within a case the oldest open work goes
// first: what is held or claimed there holds back what stands behind it, and nothing else. What is held holds back no
// recall and no ending, which must be heard whatever a person decides on it. The states are spelled as in the index
// work_of_case, or SQLite cannot use it and looks at all work that was ever done.
const Literal claim_statement =
    "UPDATE work SET state = 'claimed', attempts = attempts + 1, lease_until_us = $3, holder = $4 WHERE id IN ("
    "  SELECT w.id FROM work w WHERE w.lane = $1 AND w.due_at_us <= $2 AND w.state IN ('due', 'claimed')"
    "  AND w.lease_until_us <= $2 AND (w.case_id = 0 OR NOT EXISTS ("
    "    SELECT 1 FROM work o WHERE o.case_id = w.case_id AND o.lane = w.lane AND o.id < w.id"
    "    AND o.state IN ('due', 'claimed', 'held')"
    "    AND (o.state <> 'held' OR (w.kind <> 'recall' AND w.notice NOT IN ('release', 'withdraw')))))"
    "  ORDER BY w.due_at_us, w.id LIMIT $5 {skip_locked}"
    ") RETURNING id, kind, notice, case_id, subject_id, attempts";

std::vector<Work> claim_work(Sql& sql, Name lane, Instant now, const Claim& claim, std::int64_t most) {
    std::vector<Work> out;
    for (const auto& [id, kind, notice, case_id, subject, attempts] :
         sql.all<WorkId, std::string, std::string, CaseId, std::int64_t, std::int64_t>(
             claim_statement, lane.text(), now, claim.until, claim.node, most)) {
        out.push_back({id, lane, *code_from<WorkKind>(kind), code_from<Notice>(notice), case_id, subject, attempts});
    }
    std::sort(out.begin(), out.end(), [](const Work& a, const Work& b) { return a.id < b.id; });
    return out;
}

void release_claims(Sql& sql, std::int64_t node) {
    sql.run("UPDATE work SET lease_until_us = 0 WHERE state = 'claimed' AND holder = $1", node);
}

bool has_due_work(Sql& sql, Name lane, Instant now) {
    return sql
        .one<std::int64_t>(
            "SELECT 1 FROM work WHERE lane = $1 AND state IN ('due', 'claimed') AND due_at_us <= $2"
            " AND lease_until_us <= $2 LIMIT 1",
            lane.text(), now)
        .has_value();
}

// One step into the index for each lane, however much work there is.
std::vector<Name> open_lanes(Sql& sql) {
    std::vector<Name> out;
    for (std::optional<std::string> last = "";;) {
        last = sql.one<std::string>(
            "SELECT lane FROM work WHERE state IN ('due', 'claimed') AND lane > $1 ORDER BY lane LIMIT 1", *last);
        if (!last) { return out; }
        out.push_back(Name::declare(*last));
    }
}

bool finish_work(Sql& sql, WorkId id, std::int64_t attempts) {
    return sql.run("UPDATE work SET state = 'done' WHERE id = $1 AND state = 'claimed' AND attempts = $2", id,
                   attempts) == 1;
}

bool hold_work(Sql& sql, WorkId id, std::int64_t attempts) {
    return sql.run("UPDATE work SET state = 'held' WHERE id = $1 AND state = 'claimed' AND attempts = $2", id,
                   attempts) == 1;
}

bool retry_work(Sql& sql, WorkId id, std::int64_t attempts, Instant due) {
    return sql.run(
               "UPDATE work SET state = 'due', due_at_us = $3, lease_until_us = 0"
               " WHERE id = $1 AND state = 'claimed' AND attempts = $2",
               id, attempts, due) == 1;
}

bool is_claimed(Sql& sql, WorkId id, std::int64_t attempts) {
    return sql
        .one<std::int64_t>("SELECT 1 FROM work WHERE id = $1 AND state = 'claimed' AND attempts = $2", id, attempts)
        .has_value();
}

std::vector<OfferId> offers_to_amend(Sql& sql, CaseId id) {
    return sql.all<OfferId>(
        "SELECT subject_id FROM work WHERE case_id = $1 AND state IN ('due', 'claimed', 'held') AND kind = 'tell'"
        " AND notice = 'amend'",
        id);
}

bool give_way(Sql& sql, WorkId id, std::int64_t attempts, Instant due) {
    return sql.run(
               "UPDATE work SET state = 'due', due_at_us = $3, lease_until_us = 0, attempts = attempts - 1"
               " WHERE id = $1 AND state = 'claimed' AND attempts = $2",
               id, attempts, due) == 1;
}

void release_work(Sql& sql, WorkId id, Instant due) {
    sql.run("UPDATE work SET state = 'due', due_at_us = $2, lease_until_us = 0 WHERE id = $1 AND state = 'held'", id,
            due);
}

std::optional<Work> held_work(Sql& sql, WorkId id) {
    const auto row = sql.one<std::string, std::string, std::string, CaseId, std::int64_t, std::int64_t>(
        "SELECT lane, kind, notice, case_id, subject_id, attempts FROM work WHERE id = $1 AND state = 'held'", id);
    if (!row) { return std::nullopt; }
    const auto& [lane, kind, notice, case_id, subject, attempts] = *row;
    return Work{id,      Name::declare(lane), *code_from<WorkKind>(kind), code_from<Notice>(notice), case_id, subject,
                attempts};
}

void drop_held_work(Sql& sql, WorkId id) {
    sql.run("UPDATE work SET state = 'done' WHERE id = $1 AND state = 'held'", id);
}

void insert_attempt(Sql& sql, const AttemptRow& row) {
    sql.run(
        "INSERT INTO attempt (id, work_id, case_id, offer_id, partner, notice, version, state, idempotency_key,"
        " begun_at_us, commitment, body, for_handler) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)",
        row.id, row.work, row.case_id, row.offer, row.partner.text(), code_text(row.notice), row.version,
        code_text(row.state), row.idempotency_key, row.begun_at, BytesView{row.commitment}, BytesView{row.body},
        row.for_handler);
}

void end_attempt(Sql& sql, AttemptId id, AttemptState state, Instant now) {
    sql.run("UPDATE attempt SET state = $2, ended_at_us = $3 WHERE id = $1", id, code_text(state), now);
}

std::vector<AttemptRow> attempts_of_work(Sql& sql, WorkId id) {
    return attempts(
        sql.all<AttemptId, WorkId, CaseId, OfferId, std::string, std::string, std::int64_t, std::string, std::string,
                Instant, Bytes, bool>("SELECT id, work_id, case_id, offer_id, partner, notice, version, state, "
                                      "idempotency_key, begun_at_us, commitment, for_handler"
                                      " FROM attempt WHERE work_id = $1 ORDER BY id",
                                      id));
}

std::vector<SentRow> sent_of_case(Sql& sql, CaseId id) {
    std::vector<SentRow> out;
    sql.each<Bytes, std::string, std::optional<Instant>>(
        [&](Bytes commitment, const std::string& state, std::optional<Instant> ended) {
            out.push_back({std::move(commitment.value), *code_from<AttemptState>(state), ended});
        },
        "SELECT commitment, state, ended_at_us FROM attempt WHERE case_id = $1 ORDER BY id", id);
    return out;
}

std::vector<Work> tellings_of(Sql& sql, CaseId id) {
    std::vector<Work> out;
    for (const auto& [work, lane, kind, notice, subject] :
         sql.all<WorkId, std::string, std::string, std::string, std::int64_t>(
             "SELECT MAX(id) AS newest, lane, kind, notice, subject_id FROM work"
             " WHERE kind IN ('tell', 'report', 'account') AND id IN ("
             " SELECT work_id FROM attempt WHERE case_id = $1 UNION SELECT work_id FROM near_miss WHERE case_id = $1)"
             " GROUP BY lane, kind, notice, subject_id ORDER BY newest",
             id)) {
        out.push_back(
            {work, Name::declare(lane), *code_from<WorkKind>(kind), code_from<Notice>(notice), id, subject, 0});
    }
    return out;
}

std::optional<Instant> last_decided(Sql& sql, WorkId id) {
    const auto at = sql.one<std::optional<std::int64_t>>(
        "SELECT MAX(at_us) FROM (SELECT begun_at_us AS at_us FROM attempt WHERE work_id = $1"
        " UNION SELECT at_us FROM near_miss WHERE work_id = $1) AS decided",
        id);
    return at && *at ? std::optional(from_us(**at)) : std::nullopt;
}

}  // namespace haven::store
