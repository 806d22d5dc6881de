#include "core/store/accounts.h"

#include "core/store/work.h"

namespace haven::store {
namespace {

using Columns = std::tuple<RecordId, MessageId, std::string, std::string, std::string, Instant, bool, Bytes>;

RecordRow row_of(CaseId id, Columns&& read) {
    auto& [record, message, type, partner, agreement, as_of, by_person, body] = read;
    return {record,
            id,
            message,
            std::move(type),
            Name::declare(partner),
            Name::declare(agreement),
            as_of,
            by_person,
            std::move(body.value),
            true};
}

}  // namespace

std::vector<RecordRow> accounts_of(Sql& sql, CaseId id) {
    std::vector<RecordRow> out;
    for (auto& read : sql.all<RecordId, MessageId, std::string, std::string, std::string, Instant, bool, Bytes>(
             "SELECT id, message_id, record_type, partner, agreement, as_of_us, by_person, body FROM record"
             " WHERE case_id = $1 AND restricted = 1 ORDER BY id",
             id)) {
        out.push_back(row_of(id, std::move(read)));
    }
    return out;
}

std::optional<RecordRow> read_account(Sql& sql, RecordId id) {
    const auto of = sql.one<CaseId>("SELECT case_id FROM record WHERE id = $1 AND restricted = 1", id);
    if (!of) { return std::nullopt; }
    for (auto& row : accounts_of(sql, *of)) {
        if (row.id == id) { return std::move(row); }
    }
    return std::nullopt;
}

void put_account_decision(Sql& sql, RecordId account, Name partner, bool tell, UserId by, Instant now) {
    sql.run(
        "INSERT INTO account_decision (record_id, partner, tell, by_id, at_us) VALUES ($1, $2, $3, $4, $5)"
        " ON CONFLICT (record_id, partner) DO UPDATE SET tell = $3, by_id = $4, at_us = $5",
        account, partner.text(), tell, by, now);
}

bool is_account_told(Sql& sql, RecordId account, Name partner) {
    return sql
        .one<bool>("SELECT tell FROM account_decision WHERE record_id = $1 AND partner = $2", account, partner.text())
        .value_or(false);
}

std::vector<WorkId> held_account_work(Sql& sql, RecordId account, Name partner) {
    return sql.all<WorkId>(
        "SELECT id FROM work WHERE case_id = (SELECT case_id FROM record WHERE id = $3) AND state = 'held'"
        " AND lane = $1 AND kind = $2 AND subject_id = $3 ORDER BY id",
        partner.text(), code_text(WorkKind::account), account);
}

}  // namespace haven::store
