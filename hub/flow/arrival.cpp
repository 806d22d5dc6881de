#include "hub/flow/arrival.h"

#include "hub/flow/asked.h"
#include "hub/flow/chronicle.h"
#include "hub/flow/door.h"
#include "hub/flow/vault.h"

namespace haven::flow {
namespace {

bool is_rehearsed(const Context& context, Name sender) {
    const auto* partner = context.site->partner(sender.text());
    return partner == nullptr || partner->state == site::PartnerState::rehearsal;
}

}  // namespace

// The same bytes under another media type are another message, because other maps read them; and what was rehearsed may
// come again in earnest, so the two are known apart.
Arrival::Arrival(const Context& context, const Incoming& message)
    : context_(context),
      idempotency_key_(message.idempotency_key),
      source_token_(message.source_token),
      by_(message.by),
      key_(Key::random()),
      digest_(context.secrets.digests,
              is_rehearsed(context, message.partner) ? Literal("rehearsed message") : Literal("message")) {
    const auto now = context.clock.now();
    row_ = {.id = context.ids.next_as<MessageId>(now),
            .partner = message.partner,
            .received_at = now,
            .media_type = message.media_type,
            .chunks = 0};
    row_.fictional = is_rehearsed(context, message.partner);
    row_.wrapped_key = wrap_message_key(context.keys, row_.id, key_);
    if (!source_token_.empty()) { row_.source_token = seal_token(key_, row_.id, source_token_); }
    for (const std::string_view part : {message.partner.text(), std::string_view(message.media_type)}) {
        digest_.update(part);
        digest_.update(std::string_view("\0", 1));
    }
}

std::string Arrival::seal(std::string_view piece) {
    digest_.update(piece);
    row_.size += static_cast<std::int64_t>(piece.size());
    return seal_chunk(key_, row_.id, row_.chunks++, piece);
}

Arrival::Rows Arrival::finish() {
    Rows rows;
    if (row_.size == 0) { digest_.update(source_token_); }  // an empty one is known by where it came from
    rows.digest = digest_.finish();
    if (!idempotency_key_.empty()) {
        rows.key_digest = idempotency_digest(context_, ledger::Actor::of_partner(row_.partner), idempotency_key_);
    }
    const auto now = row_.received_at;
    rows.work = {.id = context_.ids.next_as<WorkId>(now), .lane = reading_lane, .kind = store::WorkKind::read};
    rows.work.subject = row_.id.value;
    const Chronicle chronicle(context_.ids, now);
    const auto partner = ledger::Actor::of_partner(row_.partner);
    const bool by_hand = by_.kind != ledger::Actor::Kind::none;
    auto entry = chronicle.entry(ledger::Operation::collection, "message received", by_hand ? by_ : partner);
    if (by_hand) { entry.on_behalf_of = partner; }
    entry.message = row_.id;
    rows.ledger = Chronicle::row(std::move(entry));
    rows.message = std::move(row_);
    return rows;
}

}  // namespace haven::flow
