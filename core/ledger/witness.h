#pragma once
#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "core/ledger/checkpoint.h"
#include "core/ledger/proof.h"

/// Somebody outside the hub who sees that its ledger only grows, and signs that.
namespace haven::ledger {

/// How old the newest checkpoint that the witness countersigned may be. Beyond it the hub tells nobody a place, and
/// `verify` says from which leaf on the witness is missing.
inline constexpr std::chrono::seconds witness_grace{300};

/// A checkpoint as a log offers it to a witness, with the proof that it goes on from an older one:
///
///     old 1000
///     qXt5...44 characters of base 64; one line for each step
///
///     beacon.example/ledger      the checkpoint, with its signatures
///     1024
///     ...
///
/// `old 0` and no step to whoever has signed none yet. Source: C2SP tlog-witness, the request add-checkpoint.
struct Offered {
    std::uint64_t old_size = 0;
    Proof proof;
    SignedCheckpoint checkpoint;

    std::string text() const;
    /// Errors: malformed - not exactly of the form above; too_large - over the limits of a proof or a checkpoint.
    static Result<Offered> parse(std::string_view text);
};

inline constexpr std::size_t offered_bytes_max = std::size_t{16} * 1024;

/// What the witness signs: the checkpoint that is offered, where it is the log's and goes on from `last`, the one that
/// this witness signed last. Where `last` is none it is believed, once. Pure: whoever calls keeps the answer as the
/// next `last`, durably, before anybody else gets it.
///
/// Errors: refused  - the log's key has not signed it, or this witness has not signed `last`.
///         conflict - it is smaller than `last`, is offered from another size, or does not go on from it: a fork.
Result<SignedCheckpoint> countersigned(const Offered& offered, const std::optional<SignedCheckpoint>& last,
                                       const PublicKey& log, const SigningKey& witness);

}  // namespace haven::ledger
