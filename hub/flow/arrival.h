#pragma once
#include <optional>
#include <vector>

#include "core/ledger/entry.h"
#include "core/seal/digest.h"
#include "core/store/ledger_rows.h"
#include "core/store/messages.h"
#include "core/store/work.h"
#include "hub/flow/context.h"

namespace haven::flow {

/// A message as it came.
struct Incoming {
    Name partner;
    std::string media_type;
    std::string body;             ///< empty where it comes piece by piece
    std::string idempotency_key;  ///< empty where the partner gave none
    std::string source_token;     ///< the adapter's word for it; empty where it was pushed
    ledger::Actor by = {};        ///< the person who took it in on the partner's behalf; none: the partner itself
};

/// A message on its way in: each piece is sealed as it comes, and its digest grows with it.
class Arrival {
public:
    /// What the transaction writes that takes the message in, made before it.
    struct Rows {
        store::MessageRow message;
        Digest16 digest;
        std::optional<Digest16> key_digest;
        store::Work work;
        store::LedgerRow ledger;
    };

    Arrival(const Context& context, const Incoming& message);
    /// The next piece, of `limits::chunk_bytes` except the last, sealed for its row.
    std::string seal(std::string_view piece);
    MessageId id() const { return row_.id; }
    std::size_t bytes() const { return static_cast<std::size_t>(row_.size); }
    /// The message's row as it stands, without a body.
    const store::MessageRow& row() const { return row_; }
    /// Once, after the last piece.
    Rows finish();

private:
    const Context& context_;
    std::string idempotency_key_;
    std::string source_token_;
    ledger::Actor by_;
    Key key_;
    store::MessageRow row_;
    KeyedDigest digest_;
};

}  // namespace haven::flow
