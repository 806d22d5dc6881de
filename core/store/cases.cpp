#include "core/store/cases.h"

#include <limits>

#include "core/base/code.h"

namespace haven::store {
namespace {

std::optional<std::string_view> text_of(const std::optional<RiskLevel>& grade) {
    if (!grade) { return std::nullopt; }
    return code_text(*grade);
}

using CaseColumns =
    std::tuple<CaseId, std::int64_t, std::optional<std::string>, Instant, Instant, std::int64_t, std::optional<Instant>,
               Bytes, std::optional<Bytes>, std::optional<Bytes>, bool, std::string, std::string>;

CaseRow case_of(CaseColumns& row) {
    auto& [id, revision, grade, opened, changed, rank, next_call, body, key, name, fictional, restricted, legal_hold] =
        row;
    auto progress = decode_progress(body.value);
    if (!progress) { refuse_column(); }
    return {id,
            revision,
            std::move(*progress),
            grade ? code_from<RiskLevel>(*grade) : std::nullopt,
            opened,
            changed,
            rank,
            next_call,
            key ? std::move(key->value) : std::string{},
            name ? std::move(name->value) : std::string{},
            fictional,
            std::move(restricted),
            std::move(legal_hold)};
}

std::vector<CaseRow> cases_of(std::vector<CaseColumns> rows) {
    std::vector<CaseRow> out;
    for (auto& row : rows) { out.push_back(case_of(row)); }
    return out;
}

// When the first of its promises that run ends.
Instant call_by(const CaseProgress& progress) {
    auto out = from_us(std::numeric_limits<std::int64_t>::max());
    for (const auto& clock : progress.clocks) {
        if (!clock.stopped_at && !clock.paused_at) { out = std::min(out, clock.breach_at); }
    }
    return out;
}

}  // namespace

void insert_case(Sql& sql, const CaseRow& row) {
    sql.run(
        "INSERT INTO cases (id, revision, state, grade, opened_at_us, changed_at_us, call_rank, next_call_us, body,"
        " wrapped_key, ledger_name, fictional, restricted, legal_hold, call_by_us)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)",
        row.id, row.revision, code_text(row.progress.the_case.state), text_of(row.grade), row.opened_at, row.changed_at,
        row.call_rank, row.next_call, BytesView{encode(row.progress)}, BytesView{row.wrapped_key},
        BytesView{row.ledger_name}, row.fictional, row.restricted, row.legal_hold, call_by(row.progress));
}

std::optional<CaseRow> read_case(Sql& sql, CaseId id) {
    auto row = sql.one<CaseId, std::int64_t, std::optional<std::string>, Instant, Instant, std::int64_t,
                       std::optional<Instant>, Bytes, std::optional<Bytes>, std::optional<Bytes>, bool, std::string,
                       std::string>(
        "SELECT id, revision, grade, opened_at_us, changed_at_us, call_rank, next_call_us, body, wrapped_key, "
        "ledger_name, fictional, restricted, legal_hold"
        " FROM cases WHERE id = $1",
        id);
    if (!row) { return std::nullopt; }
    return case_of(*row);
}

std::string ledger_name_of(Sql& sql, CaseId id) {
    auto name = sql.one<Bytes>("SELECT ledger_name FROM cases WHERE id = $1 AND ledger_name IS NOT NULL", id);
    return name ? std::move(name->value) : std::string{};
}

Result<void> update_case(Sql& sql, const CaseRow& row) {
    const auto changed = sql.run(
        "UPDATE cases SET revision = revision + 1, state = $3, grade = $4, changed_at_us = $5, call_rank = $6,"
        " next_call_us = $7, body = $8, restricted = $9, legal_hold = $10, call_by_us = $11 WHERE id = $1 AND revision "
        "= $2",
        row.id, row.revision, code_text(row.progress.the_case.state), text_of(row.grade), row.changed_at, row.call_rank,
        row.next_call, BytesView{encode(row.progress)}, row.restricted, row.legal_hold, call_by(row.progress));
    if (changed == 1) { return {}; }
    return fail(Fault::conflict, "the case was changed by somebody else first");
}

std::vector<CaseRow> list_cases(Sql& sql, CaseId after, std::int64_t most, UserId by) {
    return cases_of(sql.all<CaseId, std::int64_t, std::optional<std::string>, Instant, Instant, std::int64_t,
                            std::optional<Instant>, Bytes, std::optional<Bytes>, std::optional<Bytes>, bool,
                            std::string, std::string>(
        "SELECT id, revision, grade, opened_at_us, changed_at_us, call_rank, next_call_us, body, wrapped_key, "
        "ledger_name, fictional, restricted, legal_hold"
        " FROM cases WHERE id > $1 AND wrapped_key IS NOT NULL AND NOT EXISTS (SELECT 1 FROM concealed x"
        " WHERE x.case_id = cases.id AND x.person_id = $3) ORDER BY id LIMIT $2",
        after, most, by));
}

void insert_record(Sql& sql, const RecordRow& row) {
    sql.run(
        "INSERT INTO record (id, case_id, message_id, record_type, partner, agreement, as_of_us, by_person, body,"
        " restricted) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        row.id, row.case_id, row.message, row.record_type, row.partner.text(), row.agreement.text(), row.as_of,
        row.by_person, BytesView{row.body}, row.restricted);
}

std::optional<CaseId> case_of_record(Sql& sql, RecordId id) {
    return sql.one<CaseId>("SELECT case_id FROM record WHERE id = $1", id);
}

std::vector<RecordRow> records_of(Sql& sql, CaseId id) {
    std::vector<RecordRow> out;
    for (auto& [record, message, type, partner, agreement, as_of, by_person, body] :
         sql.all<RecordId, MessageId, std::string, std::string, std::string, Instant, bool, Bytes>(
             "SELECT id, message_id, record_type, partner, agreement, as_of_us, by_person, body FROM record"
             " WHERE case_id = $1 AND restricted = 0 ORDER BY id",
             id)) {
        out.push_back({record, id, message, std::move(type), Name::declare(partner), Name::declare(agreement), as_of,
                       by_person, std::move(body.value)});
    }
    return out;
}

void insert_blind_key(Sql& sql, const BlindKey& key, CaseId id) {
    sql.run("INSERT INTO blind_index (kind, digest, case_id) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING", key.kind,
            BytesView{key.digest.view()}, id);
}

std::vector<CaseId> find_by_blind_key(Sql& sql, const BlindKey& key, std::int64_t most) {
    return sql.all<CaseId>("SELECT case_id FROM blind_index WHERE kind = $1 AND digest = $2 ORDER BY case_id LIMIT $3",
                           key.kind, BytesView{key.digest.view()}, most);
}

}  // namespace haven::store
