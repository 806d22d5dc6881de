#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "core/ledger/checkpoint.h"
#include "core/ledger/entry.h"
#include "core/ledger/proof.h"

namespace haven::ledger {

/// One entry with the proof that a signed ledger holds it, for whoever may see that entry and no other:
///
///     haven-ledger-proof 1
///     leaf 41
///     entry AQAAA...base 64...
///     hash qXt5...44 characters of base 64; one line for each step
///
///     beacon.example/ledger      the checkpoint, with its signatures
///     1024
///     ...
struct ProvenEntry {
    std::uint64_t leaf = 0;
    std::string entry;  ///< its bytes, as `encode` made them
    Proof proof;
    SignedCheckpoint checkpoint;

    std::string text() const;
    /// Errors: malformed - not exactly of the form above; too_large - over the limits of an entry or a checkpoint.
    static Result<ProvenEntry> parse(std::string_view text);

    /// Whether the entry stands at its leaf in the tree that one of these keys signed.
    bool holds(const std::vector<PublicKey>& log) const;
};

inline constexpr std::string_view proof_heading = "haven-ledger-proof 1\n";
inline constexpr std::size_t proof_steps_max = 64;
inline constexpr std::size_t proof_bytes_max = std::size_t{64} * 1024;

}  // namespace haven::ledger
