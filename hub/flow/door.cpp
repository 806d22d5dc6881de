#include "hub/flow/door.h"

#include <future>

#include "core/seal/digest.h"
#include "core/store/work.h"
#include "hub/flow/chronicle.h"
#include "hub/flow/taking.h"
#include "hub/flow/vault.h"

namespace haven::flow {
namespace {

/// Everything that the transaction writes, made before it.
struct Rows {
    store::MessageRow message;
    std::vector<std::string> chunks;  // from number 1
    Digest16 digest;
    std::optional<Digest16> key_digest;
    store::Work work;
    store::LedgerRow ledger;
};

Digest16 digest_of(const Key& key, Literal context, Name partner, std::string_view bytes) {
    KeyedDigest digest(key, context);
    digest.update(partner.text());
    digest.update(std::string_view("\0", 1));
    digest.update(bytes);
    return digest.finish();
}

// The same bytes under another media type are another message, because other maps read them. An empty one is known by
// where it came from.
std::string known_by(const Incoming& message) {
    return message.media_type + std::string(1, '\0') + (message.body.empty() ? message.source_token : message.body);
}

Rows rows_of(const Context& context, const Incoming& incoming) {
    const auto now = context.clock.now();
    Rows rows;
    const auto id = context.ids.next_as<MessageId>(now);
    const auto key = Key::random();
    rows.message = {.id = id, .partner = incoming.partner, .received_at = now, .media_type = incoming.media_type};
    rows.message.size = static_cast<std::int64_t>(incoming.body.size());
    rows.message.wrapped_key = wrap_message_key(context.keys, id, key);
    const std::string_view body = incoming.body;
    if (!incoming.source_token.empty()) { rows.message.source_token = seal_token(key, id, incoming.source_token); }
    rows.message.body = seal_chunk(key, id, 0, body.substr(0, limits::chunk_bytes));
    for (std::size_t at = limits::chunk_bytes; at < body.size(); at += limits::chunk_bytes) {
        const auto number = static_cast<std::int64_t>(rows.chunks.size()) + 1;
        rows.chunks.push_back(seal_chunk(key, id, number, body.substr(at, limits::chunk_bytes)));
    }
    rows.message.chunks = static_cast<std::int64_t>(rows.chunks.size()) + 1;
    rows.digest = digest_of(context.secrets.digests, "message", incoming.partner, known_by(incoming));
    if (!incoming.idempotency_key.empty()) {
        rows.key_digest =
            digest_of(context.secrets.digests, "idempotency key", incoming.partner, incoming.idempotency_key);
    }
    rows.work = {.id = context.ids.next_as<WorkId>(now), .lane = reading_lane, .kind = store::WorkKind::read};
    rows.work.subject = id.value;
    const Chronicle chronicle(context.ids, now);
    auto entry =
        chronicle.entry(ledger::Operation::collection, "message received", ledger::Actor::of_partner(incoming.partner));
    entry.message = id;
    rows.ledger = Chronicle::row(std::move(entry));
    return rows;
}

Result<Accepted> write(store::Sql& sql, const Rows& rows) {
    const store::Seen now{rows.message.id.value, rows.digest, rows.message.received_at};
    if (rows.key_digest) {
        if (const auto before = store::remember(sql, store::SeenKind::idempotency_key, *rows.key_digest, now)) {
            if (before->content == rows.digest) { return Accepted{MessageId{before->subject}, true}; }
            return fail(Fault::conflict, "this idempotency key came before with another message");
        }
    }
    if (const auto before = store::remember(sql, store::SeenKind::message, rows.digest, now)) {
        if (rows.key_digest) {  // the key now stands for the message that came first
            store::replace_seen(sql, store::SeenKind::idempotency_key, *rows.key_digest,
                                {before->subject, rows.digest, before->as_of});
        }
        return Accepted{MessageId{before->subject}, true};
    }
    store::insert_message(sql, rows.message);
    for (std::size_t i = 0; i < rows.chunks.size(); ++i) {
        store::insert_chunk(sql, rows.message.id, static_cast<std::int64_t>(i) + 1, rows.chunks[i]);
    }
    store::insert_work(sql, rows.work, rows.message.received_at);
    store::insert_ledger_entry(sql, rows.ledger);
    return Accepted{rows.message.id, false};
}

}  // namespace

void Door::accept(const Incoming& message, Done done) {
    const auto rows = std::make_shared<const Rows>(rows_of(context_, message));
    const auto answer = std::make_shared<Result<Accepted>>();
    context_.writer.submit(
        [rows, answer](store::Sql& sql) -> Result<void> {
            *answer = write(sql, *rows);
            if (!*answer) { return fail(answer->error()); }
            return {};
        },
        [this, answer, done = std::move(done)](Result<void> committed) {
            if (!committed) { return done(fail(std::move(committed).error())); }
            if (!(*answer)->repeat) { wake_(); }
            done(std::move(*answer));
        });
}

Result<Accepted> Door::accept(const Incoming& message) {
    std::promise<Result<Accepted>> promise;
    accept(message, [&](Result<Accepted> answer) { promise.set_value(std::move(answer)); });
    return promise.get_future().get();
}

Result<Accepted> Door::hold(const Incoming& message, const Error& why) {
    const auto rows = rows_of(context_, message);
    const auto changes = Taking::held_whole(context_, rows.message, why);
    Accepted answer{rows.message.id, false};
    auto done = context_.writer.submit_and_wait([&](store::Sql& sql) -> Result<void> {
        const store::Seen now{rows.message.id.value, rows.digest, rows.message.received_at};
        if (const auto before = store::remember(sql, store::SeenKind::message, rows.digest, now)) {
            answer = {MessageId{before->subject}, true};
            return {};
        }
        store::insert_message(sql, rows.message);
        store::insert_ledger_entry(sql, rows.ledger);
        return apply(sql, changes, rows.message.received_at);
    });
    if (!done) { return fail(std::move(done).error()); }
    return answer;
}

}  // namespace haven::flow
