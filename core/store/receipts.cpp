#include "core/store/receipts.h"

namespace haven::store {

void insert_repeat(Sql& sql, const DueReceipt& repeat) {
    sql.run("INSERT INTO message_repeat (id, message_id, source_token) VALUES ($1, $2, $3)", repeat.id, repeat.message,
            BytesView{repeat.source_token});
}

std::vector<DueReceipt> due_receipts(Sql& sql, Name partner, std::int64_t after, std::int64_t most) {
    std::vector<DueReceipt> out;
    sql.each<std::int64_t, MessageId, Bytes>(
        [&](std::int64_t id, MessageId message, Bytes token) {
            out.push_back({id, message, std::move(token.value)});
        },
        "SELECT id, message_id, source_token FROM ("
        "SELECT id, id AS message_id, source_token FROM message WHERE partner = $1 AND source_token IS NOT NULL"
        " AND receipt_given = 0 AND state IN ('taken', 'held', 'refused') AND id > $2"
        " UNION ALL SELECT r.id, r.message_id, r.source_token FROM message_repeat r JOIN message m"
        " ON m.id = r.message_id WHERE m.partner = $1 AND m.state IN ('taken', 'held', 'refused') AND r.id > $2"
        ") AS due ORDER BY id LIMIT $3",
        partner.text(), after, most);
    return out;
}

void end_receipt(Sql& sql, const DueReceipt& given) {
    sql.run("UPDATE message SET receipt_given = 1 WHERE id = $1", given.id);
    sql.run("DELETE FROM message_repeat WHERE id = $1", given.id);
}

}  // namespace haven::store
