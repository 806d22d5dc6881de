#include "core/store/messages.h"

#include "core/base/code.h"

namespace haven::store {

void insert_message(Sql& sql, const MessageRow& row) {
    sql.run(
        "INSERT INTO message (id, partner, state, received_at_us, media_type, size, chunks, reached, records_taken,"
        " records_held, records_repeated, wrapped_key, body, source_token, fictional, receipt_given)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7, 0, 0, 0, 0, $8, $9, $10, $11, 0)",
        row.id, row.partner.text(), code_text(row.state), row.received_at, row.media_type, row.size, row.chunks,
        BytesView{row.wrapped_key}, BytesView{row.body},
        row.source_token.empty() ? std::nullopt : std::optional(BytesView{row.source_token}), row.fictional);
}

void insert_chunk(Sql& sql, MessageId message, std::int64_t number, std::string_view sealed) {
    sql.run("INSERT INTO chunk (message_id, number, body) VALUES ($1, $2, $3)", message, number, BytesView{sealed});
}

void end_receiving(Sql& sql, const MessageRow& row) {
    sql.run("UPDATE message SET state = 'received', size = $2, chunks = $3 WHERE id = $1", row.id, row.size,
            row.chunks);
}

void delete_receiving(Sql& sql, MessageId id) {
    if (sql.run("DELETE FROM message WHERE id = $1 AND state = 'receiving'", id) == 0) { return; }
    sql.run("DELETE FROM chunk WHERE message_id = $1", id);
}

std::vector<MessageId> left_receiving(Sql& sql, std::int64_t most) {
    return sql.all<MessageId>("SELECT id FROM message WHERE state = 'receiving' ORDER BY id LIMIT $1", most);
}

std::optional<std::string> read_chunk(Sql& sql, MessageId message, std::int64_t number) {
    auto body = sql.one<Bytes>("SELECT body FROM chunk WHERE message_id = $1 AND number = $2", message, number);
    if (!body) { return std::nullopt; }
    return std::move(body->value);
}

std::optional<MessageRow> read_message(Sql& sql, MessageId id) {
    auto row = sql.one<std::string, std::string, Instant, std::string, std::int64_t, std::int64_t, std::int64_t,
                       std::int64_t, std::int64_t, std::int64_t, std::optional<Bytes>, std::optional<Bytes>,
                       std::optional<Bytes>, bool, std::optional<std::string>, std::optional<std::string>>(
        "SELECT partner, state, received_at_us, media_type, size, chunks, reached, records_taken, records_held,"
        " records_repeated, wrapped_key, body, source_token, fictional, site_hash, map_hash FROM message WHERE id = $1",
        id);
    if (!row) { return std::nullopt; }
    auto& [partner, state, at, media_type, size, chunks, reached, taken, held, repeated, key, body, token, fictional,
           site, map] = *row;
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
                      token ? std::move(token->value) : std::string{},
                      fictional,
                      site.value_or(""),
                      map.value_or("")};
}

void pin_map(Sql& sql, MessageId id, std::string_view site, std::string_view map) {
    sql.run("UPDATE message SET site_hash = $2, map_hash = $3 WHERE id = $1 AND map_hash IS NULL", id, site, map);
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
        "INSERT INTO seen (kind, digest, subject_id, content, as_of_us, erased, reference)"
        " VALUES ($1, $2, $3, $4, $5, 0, $6) ON CONFLICT DO NOTHING",
        code_text(kind), BytesView{digest.view()}, now.subject, BytesView{now.content.view()}, now.as_of,
        BytesView{now.reference.view()});
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

bool is_erased(Sql& sql, const Digest16& reference) {
    return sql
        .one<std::int64_t>("SELECT 1 FROM seen WHERE erased = 1 AND reference = $1 LIMIT 1",
                           BytesView{reference.view()})
        .has_value();
}

void replace_seen(Sql& sql, SeenKind kind, const Digest16& digest, const Seen& now) {
    sql.run("UPDATE seen SET subject_id = $3, content = $4, as_of_us = $5 WHERE kind = $1 AND digest = $2",
            code_text(kind), BytesView{digest.view()}, now.subject, BytesView{now.content.view()}, now.as_of);
}

std::int64_t forget_idempotency_keys(Sql& sql, Instant before, std::int64_t most) {
    return sql.run(
        "DELETE FROM seen WHERE kind = 'idempotency-key' AND digest IN (SELECT digest FROM seen"
        " WHERE kind = 'idempotency-key' AND as_of_us <= $1 ORDER BY as_of_us LIMIT $2)",
        before, most);
}

void put_receipt_line(Sql& sql, MessageId message, const ReceiptLine& line) {
    sql.run(
        "INSERT INTO receipt_line (message_id, record_number, result, fault, place, reason)"
        " VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (message_id, record_number)"
        " DO UPDATE SET result = $3, fault = $4, place = $5, reason = $6",
        message, line.record_number, line.result, line.fault, line.place, line.reason);
}

std::set<std::int64_t> held_numbers(Sql& sql, MessageId message) {
    std::set<std::int64_t> out;
    sql.each<std::int64_t>([&](std::int64_t number) { out.insert(number); },
                           "SELECT record_number FROM receipt_line WHERE message_id = $1 AND result = 'held'", message);
    return out;
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
