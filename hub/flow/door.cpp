#include "hub/flow/door.h"

#include <future>

#include "core/base/crash_point.h"
#include "core/base/limits.h"
#include "core/store/work.h"
#include "hub/flow/asked.h"
#include "hub/flow/holding.h"

namespace haven::flow {
namespace {

Error too_large(std::size_t bytes_max) {
    return {Fault::too_large, Reason("expected a message of at most ", bytes_max, " bytes"), {}};
}

Result<std::string> next_piece(ByteSource& body) {
    std::string piece(limits::chunk_bytes, '\0');
    std::size_t filled = 0;
    while (filled < piece.size()) {
        auto n = body.read(std::span(piece).subspan(filled));
        if (!n) { return fail(std::move(n).error()); }
        if (*n == 0) { break; }
        filled += *n;
    }
    piece.resize(filled);
    return piece;
}

/// A whole message's rows, and its chunks from number 1.
struct Rows : Arrival::Rows {
    std::vector<std::string> chunks;
};

Rows rows_of(const Context& context, const Incoming& message) {
    Arrival arrival(context, message);
    const std::string_view body = message.body;
    auto first = arrival.seal(body.substr(0, limits::chunk_bytes));
    std::vector<std::string> chunks;
    for (std::size_t at = limits::chunk_bytes; at < body.size(); at += limits::chunk_bytes) {
        chunks.push_back(arrival.seal(body.substr(at, limits::chunk_bytes)));
    }
    Rows rows{arrival.finish(), std::move(chunks)};
    rows.message.body = std::move(first);
    return rows;
}

/// What came before under the same key or of the same bytes; nothing where the message is new, which it remembers.
Result<std::optional<Accepted>> known(store::Sql& sql, const Arrival::Rows& rows) {
    const store::Seen now{rows.message.id.value, rows.digest, rows.message.received_at};
    const auto repeat = [](const store::Seen& before) {
        return std::optional(Accepted{MessageId{before.subject}, true});
    };
    if (rows.key_digest) {
        if (const auto before = store::remember(sql, store::SeenKind::idempotency_key, *rows.key_digest, now)) {
            if (before->content == rows.digest) { return repeat(*before); }
            return fail(Fault::conflict, idempotency_key_taken);
        }
    }
    const auto before = store::remember(sql, store::SeenKind::message, rows.digest, now);
    if (!before) { return std::optional<Accepted>{}; }
    if (rows.key_digest) {  // the key now stands for the message that came first
        store::replace_seen(sql, store::SeenKind::idempotency_key, *rows.key_digest,
                            {before->subject, rows.digest, now.as_of});
    }
    return repeat(*before);
}

Result<Accepted> write(store::Sql& sql, const Rows& rows) {
    auto before = known(sql, rows);
    if (!before) { return fail(std::move(before).error()); }
    if (*before) { return **before; }
    store::insert_message(sql, rows.message);
    for (std::size_t i = 0; i < rows.chunks.size(); ++i) {
        store::insert_chunk(sql, rows.message.id, static_cast<std::int64_t>(i) + 1, rows.chunks[i]);
    }
    store::insert_work(sql, rows.work, rows.message.received_at);
    store::insert_ledger_entry(sql, rows.ledger);
    return Accepted{rows.message.id, false};
}

Result<Accepted> write_received(store::Sql& sql, const Arrival::Rows& rows) {
    auto before = known(sql, rows);
    if (!before) { return fail(std::move(before).error()); }
    if (*before) {
        store::delete_receiving(sql, rows.message.id);
        return **before;
    }
    store::end_receiving(sql, rows.message);
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
        },
        store::Writer::Turn::door);
}

Result<Accepted> Door::accept(const Incoming& message) {
    std::promise<Result<Accepted>> promise;
    accept(message, [&](Result<Accepted> answer) { promise.set_value(std::move(answer)); });
    return promise.get_future().get();
}

Result<void> Door::receive_chunks(Arrival& arrival, std::string first, ByteSource& body, std::size_t bytes_max) {
    auto row = arrival.row();
    row.state = store::MessageState::receiving;
    row.body = arrival.seal(std::exchange(first, {}));
    auto done = context_.writer.submit_and_wait([&](store::Sql& sql) -> Result<void> {
        store::insert_message(sql, row);
        return {};
    });
    while (done) {
        const auto number = arrival.row().chunks;
        auto piece = next_piece(body);
        if (!piece) { return fail(std::move(piece).error()); }
        if (piece->empty()) { return {}; }
        const auto sealed = arrival.seal(*piece);
        if (arrival.bytes() > bytes_max) { return fail(too_large(bytes_max)); }
        crash_point("chunk-before");
        done = context_.writer.submit_and_wait([&](store::Sql& sql) -> Result<void> {
            store::insert_chunk(sql, arrival.id(), number, sealed);
            return {};
        });
    }
    return done;
}

Result<Accepted> Door::receive(Incoming message, ByteSource& body, std::size_t bytes_max) {
    auto first = next_piece(body);
    if (!first) { return fail(std::move(first).error()); }
    if (first->size() > bytes_max) { return fail(too_large(bytes_max)); }
    if (first->size() < limits::chunk_bytes) {
        message.body = std::move(*first);
        return accept(message);
    }
    Arrival arrival(context_, message);
    const auto id = arrival.id();
    auto received = receive_chunks(arrival, std::move(*first), body, bytes_max);
    std::optional<Accepted> answer;
    if (received) {
        const auto rows = arrival.finish();
        received = context_.writer.submit_and_wait([&](store::Sql& sql) -> Result<void> {
            auto written = write_received(sql, rows);
            if (!written) { return fail(std::move(written).error()); }
            answer = *written;
            return {};
        });
    }
    if (!received) {
        (void)context_.writer.submit_and_wait([&](store::Sql& sql) -> Result<void> {
            store::delete_receiving(sql, id);
            return {};
        });
        return fail(std::move(received).error());
    }
    if (!answer->repeat) { wake_(); }
    return *answer;
}

Result<void> Door::clear_half_received() {
    constexpr std::int64_t left_max = 1'000;  // one for each source, times the starts that were cut short
    auto left = context_.readers.read(
        [](store::Sql& sql) -> Result<std::vector<MessageId>> { return store::left_receiving(sql, left_max); });
    if (!left) { return fail(std::move(left).error()); }
    std::erase_if(*left, [&](MessageId id) { return node_of(id.value) != context_.node; });
    return context_.writer.submit_and_wait([&](store::Sql& sql) -> Result<void> {
        for (const auto id : *left) { store::delete_receiving(sql, id); }
        return {};
    });
}

Result<Accepted> Door::hold(const Incoming& message, const Error& why) {
    const auto rows = rows_of(context_, message);
    const auto changes = held_whole(context_, rows.message, why);
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
