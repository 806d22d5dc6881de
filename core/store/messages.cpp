#include "core/store/messages.h"

#include "core/base/code.h"

namespace haven::store {

void insert_message(Sql& sql, const MessageRow& row) {
    sql.run(
        "INSERT INTO message (id, partner, state, received_at_us, media_type, size, chunks, reached, records_taken,"
        " records_held, records_repeated, wrapped_key, body, source_token, receipt_given)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7, 0, 0, 0, 0, $8, $9, $10, 0)",
        row.id, row.partner.text(), code_text(row.state), row.received_at, row.media_type, row.size, row.chunks,
        BytesView{row.wrapped_key}, BytesView{row.body},
        row.source_token.empty() ? std::nullopt : std::optional(BytesView{row.source_token}));
}

void insert_chunk(Sql& sql, MessageId message, std::int64_t number, std::string_view sealed) {
    sql.run("INSERT INTO chunk (message_id, number, body) VALUES ($1, $2, $3)", message, number, BytesView{sealed});
}

std::optional<std::string> read_chunk(Sql& sql, MessageId message, std::int64_t number) {
    auto body = sql.one<Bytes>("SELECT body FROM chunk WHERE message_id = $1 AND number = $2", message, number);
    if (!body) { return std::nullopt; }
    return std::move(body->value);
}

std::optional<MessageRow> read_message(Sql& sql, MessageId id) {
    auto row =
        sql.one<std::string, std::string, Instant, std::string, std::int64_t, std::int64_t, std::int64_t, std::int64_t,
                std::int64_t, std::int64_t, std::optional<Bytes>, std::optional<Bytes>, std::optional<Bytes>>(
            "SELECT partner, state, received_at_us, media_type, size, chunks, reached, records_taken, records_held,"
            " records_repeated, wrapped_key, body, source_token FROM message WHERE id = $1",
            id);
    if (!row) { return std::nullopt; }
    auto& [partner, state, at, media_type, size, chunks, reached, taken, held, repeated, key, body, token] = *row;
    return MessageRow{id,
                      Name::declare(partner),
                      *code_from<MessageState>(state),
                      at,
                      std::move(media_type),
                      size,
                      chunks,
                      reached,
                      taken,
                      held,
                      repeated,
                      key ? std::move(key->value) : std::string{},
                      body ? std::move(body->value) : std::string{},
                      token ? std::move(token->value) : std::string{}};
}

std::vector<MessageId> receipts_due(Sql& sql, Name partner, std::int64_t most) {
    return sql.all<MessageId>(
        "SELECT id FROM message WHERE partner = $1 AND source_token IS NOT NULL AND receipt_given = 0"
        " AND state IN ('taken', 'held', 'refused') ORDER BY id LIMIT $2",
        partner.text(), most);
}

void note_receipt_given(Sql& sql, MessageId id) {
    sql.run("UPDATE message SET receipt_given = 1 WHERE id = $1", id);
}

void set_message_state(Sql& sql, MessageId id, MessageState state, Instant now) {
    sql.run("UPDATE message SET state = $2, settled_at_us = $3 WHERE id = $1", id, code_text(state), now);
}

void advance_message(Sql& sql, MessageId id, std::int64_t reached, std::int64_t taken, std::int64_t held,
                     std::int64_t repeated) {
    sql.run(
        "UPDATE message SET reached = $2, records_taken = records_taken + $3, records_held = records_held + $4,"
        " records_repeated = records_repeated + $5 WHERE id = $1",
        id, reached, taken, held, repeated);
}

std::optional<Seen> remember(Sql& sql, SeenKind kind, const Digest16& digest, const Seen& now) {
    const auto inserted = sql.run(
        "INSERT INTO seen (kind, digest, subject_id, content, as_of_us, erased) VALUES ($1, $2, $3, $4, $5, 0)"
        " ON CONFLICT DO NOTHING",
        code_text(kind), BytesView{digest.view()}, now.subject, BytesView{now.content.view()}, now.as_of);
    if (inserted == 1) { return std::nullopt; }
    return recall_seen(sql, kind, digest);
}

std::optional<Seen> recall_seen(Sql& sql, SeenKind kind, const Digest16& digest) {
    const auto row = sql.one<std::int64_t, Bytes, Instant, bool>(
        "SELECT subject_id, content, as_of_us, erased FROM seen WHERE kind = $1 AND digest = $2", code_text(kind),
        BytesView{digest.view()});
    if (!row) { return std::nullopt; }
    const auto& [subject, content, as_of, erased] = *row;
    return Seen{subject, Digest16::from(content.value).value_or(Digest16{}), as_of, erased};
}

void replace_seen(Sql& sql, SeenKind kind, const Digest16& digest, const Seen& now) {
    sql.run("UPDATE seen SET subject_id = $3, content = $4, as_of_us = $5 WHERE kind = $1 AND digest = $2",
            code_text(kind), BytesView{digest.view()}, now.subject, BytesView{now.content.view()}, now.as_of);
}

void put_receipt_line(Sql& sql, MessageId message, const ReceiptLine& line) {
    sql.run(
        "INSERT INTO receipt_line (message_id, record_number, result, fault, place, reason)"
        " VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (message_id, record_number)"
        " DO UPDATE SET result = $3, fault = $4, place = $5, reason = $6",
        message, line.record_number, line.result, line.fault, line.place, line.reason);
}

std::vector<ReceiptLine> receipt_lines(Sql& sql, MessageId message, std::int64_t after, std::int64_t most) {
    std::vector<ReceiptLine> out;
    for (auto& [number, result, fault, place, reason] :
         sql.all<std::int64_t, std::string, std::string, std::string, std::string>(
             "SELECT record_number, result, fault, place, reason FROM receipt_line"
             " WHERE message_id = $1 AND record_number > $2 ORDER BY record_number LIMIT $3",
             message, after, most)) {
        out.push_back({number, std::move(result), std::move(fault), std::move(place), std::move(reason)});
    }
    return out;
}

}  // namespace haven::store
