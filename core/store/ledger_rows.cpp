#include "core/store/ledger_rows.h"

#include <algorithm>

namespace haven::store {
namespace {

using Columns = std::tuple<std::int64_t, std::optional<std::int64_t>, std::optional<Bytes>, MessageId, Bytes>;

std::vector<LedgerRow> rows(std::vector<Columns>&& read) {
    std::vector<LedgerRow> out;
    out.reserve(read.size());
    for (auto& [id, leaf, subject, message, body] : read) {
        out.push_back({id, leaf, subject ? std::move(subject->value) : std::string{}, message, std::move(body.value)});
    }
    return out;
}

}  // namespace

void insert_ledger_entry(Sql& sql, const LedgerRow& row) {
    const auto subject = row.subject.empty() ? std::nullopt : std::optional(BytesView{row.subject});
    sql.run("INSERT INTO ledger_entry (id, leaf, subject, message_id, body) VALUES ($1, NULL, $2, $3, $4)", row.id,
            subject, row.message, BytesView{row.body});
}

std::vector<LedgerRow> unnumbered_entries(Sql& sql, std::int64_t most) {
    return rows(sql.all<std::int64_t, std::optional<std::int64_t>, std::optional<Bytes>, MessageId, Bytes>(
        "SELECT id, leaf, subject, message_id, body FROM ledger_entry WHERE leaf IS NULL ORDER BY id LIMIT $1", most));
}

std::optional<LedgerRow> find_entry(Sql& sql, std::int64_t id) {
    auto found = rows(sql.all<std::int64_t, std::optional<std::int64_t>, std::optional<Bytes>, MessageId, Bytes>(
        "SELECT id, leaf, subject, message_id, body FROM ledger_entry WHERE id = $1", id));
    if (found.empty()) { return std::nullopt; }
    return std::move(found.front());
}

void number_entry(Sql& sql, std::int64_t id, std::int64_t leaf) {
    sql.run("UPDATE ledger_entry SET leaf = $2 WHERE id = $1 AND leaf IS NULL", id, leaf);
}

std::vector<LedgerRow> entries_of_case(Sql& sql, CaseId id, std::int64_t after, std::int64_t most) {
    return rows(sql.all<std::int64_t, std::optional<std::int64_t>, std::optional<Bytes>, MessageId, Bytes>(
        "SELECT id, leaf, subject, message_id, body FROM ledger_entry WHERE subject IN (SELECT ledger_name FROM cases"
        " WHERE id = $1 AND ledger_name IS NOT NULL UNION ALL SELECT name FROM former_name WHERE case_id = $1)"
        " AND id > $2 ORDER BY id LIMIT $3",
        id, after, most));
}

std::vector<LedgerRow> newest_entries_of_case(Sql& sql, CaseId id, std::int64_t most) {
    auto out = rows(sql.all<std::int64_t, std::optional<std::int64_t>, std::optional<Bytes>, MessageId, Bytes>(
        "SELECT id, leaf, subject, message_id, body FROM ledger_entry WHERE subject IN (SELECT ledger_name FROM cases"
        " WHERE id = $1 AND ledger_name IS NOT NULL UNION ALL SELECT name FROM former_name WHERE case_id = $1)"
        " ORDER BY id DESC LIMIT $2",
        id, most));
    std::reverse(out.begin(), out.end());
    return out;
}

std::vector<LedgerRow> entries_of_message(Sql& sql, MessageId message, std::int64_t after, std::int64_t most,
                                          UserId by) {
    return rows(sql.all<std::int64_t, std::optional<std::int64_t>, std::optional<Bytes>, MessageId, Bytes>(
        "SELECT id, leaf, subject, message_id, body FROM ledger_entry WHERE message_id = $1 AND message_id <> 0"
        " AND id > $2 AND NOT EXISTS (SELECT 1 FROM concealed x WHERE x.person_id = $4 AND"
        " x.case_id IN (SELECT id FROM cases WHERE ledger_name = ledger_entry.subject"
        " UNION ALL SELECT case_id FROM former_name WHERE name = ledger_entry.subject)) ORDER BY id LIMIT $3",
        message, after, most, by));
}

std::vector<LedgerRow> entries_from_leaf(Sql& sql, std::int64_t leaf, std::int64_t most) {
    return rows(sql.all<std::int64_t, std::optional<std::int64_t>, std::optional<Bytes>, MessageId, Bytes>(
        "SELECT id, leaf, subject, message_id, body FROM ledger_entry WHERE leaf >= $1 ORDER BY leaf LIMIT $2", leaf,
        most));
}

void each_entry(Sql& sql, const std::function<void(std::string_view body)>& take) {
    sql.each<Bytes>([&](const Bytes& body) { take(body.value); }, "SELECT body FROM ledger_entry ORDER BY id");
}

void each_ledger_name(Sql& sql, const std::function<void(CaseId, std::string)>& take) {
    sql.each<CaseId, Bytes>([&](CaseId id, Bytes name) { take(id, std::move(name.value)); },
                            "SELECT id, ledger_name FROM cases WHERE ledger_name IS NOT NULL"
                            " UNION ALL SELECT case_id, name FROM former_name");
}

void insert_checkpoint(Sql& sql, const CheckpointRow& row) {
    sql.run("INSERT INTO checkpoint (size, at_us, note, tree, witness) VALUES ($1, $2, $3, $4, '')", row.size, row.at,
            row.note, BytesView{row.tree});
}

std::optional<CheckpointRow> last_checkpoint(Sql& sql) {
    auto row = sql.one<std::int64_t, Instant, std::string, Bytes>(
        "SELECT size, at_us, note, tree FROM checkpoint ORDER BY size DESC LIMIT 1");
    if (!row) { return std::nullopt; }
    auto& [size, at, note, tree] = *row;
    return CheckpointRow{size, at, std::move(note), std::move(tree.value)};
}

std::optional<CheckpointRow> find_checkpoint(Sql& sql, std::int64_t size) {
    auto row = sql.one<Instant, std::string, Bytes>("SELECT at_us, note, tree FROM checkpoint WHERE size = $1", size);
    if (!row) { return std::nullopt; }
    auto& [at, note, tree] = *row;
    return CheckpointRow{size, at, std::move(note), std::move(tree.value)};
}

std::optional<CheckpointRow> checkpoint_within(Sql& sql, std::int64_t size, std::int64_t more) {
    const auto at = sql.one<std::int64_t>(
        "SELECT size FROM checkpoint WHERE size > $1 AND size <= $2"
        " ORDER BY size DESC LIMIT 1",
        size, size + more);
    if (at) { return find_checkpoint(sql, *at); }
    auto next = checkpoints_after(sql, size, 1);
    return next.empty() ? find_checkpoint(sql, size) : std::optional(std::move(next.front()));
}

std::vector<CheckpointRow> checkpoints_after(Sql& sql, std::int64_t size, std::int64_t most) {
    std::vector<CheckpointRow> out;
    for (auto& [n, at, note, tree] : sql.all<std::int64_t, Instant, std::string, Bytes>(
             "SELECT size, at_us, note, tree FROM checkpoint WHERE size > $1 ORDER BY size LIMIT $2", size, most)) {
        out.push_back({n, at, std::move(note), std::move(tree.value)});
    }
    return out;
}

}  // namespace haven::store
