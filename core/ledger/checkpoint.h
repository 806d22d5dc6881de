#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "core/seal/octets.h"
#include "core/seal/signing.h"

namespace haven::ledger {

/// What is signed: that a log of this name had this root when it had this many leaves.
struct Checkpoint {
    std::string origin;  ///< of the log; also the name of its signing key
    std::uint64_t size = 0;
    Digest32 root;

    /// The three lines that are signed. Source: C2SP tlog-checkpoint.
    std::string text() const;
    bool operator==(const Checkpoint&) const = default;
};

/// A checkpoint with its signatures: the log's, and those of witnesses who countersign it.
///
///     beacon.example/ledger
///     1024
///     qXt5...44 characters of base 64...
///
///     — beacon.example/ledger xyz...
///     — witness.example abc...
///
/// Source: C2SP signed-note and tlog-checkpoint, without extension lines.
class SignedCheckpoint {
public:
    /// Signs as the log. The checkpoint's origin is the key's name.
    static SignedCheckpoint sign(std::uint64_t size, const Digest32& root, const SigningKey& key);

    /// Errors: malformed - not exactly of the form above; too_large - over `note_bytes_max` or `signatures_max`.
    /// No signature is checked yet.
    static Result<SignedCheckpoint> parse(std::string_view text);

    const Checkpoint& checkpoint() const { return checkpoint_; }

    /// Countersigns. Errors: conflict - this key has signed already; too_large - over `signatures_max`.
    Result<void> countersign(const SigningKey& key);

    /// Takes over what `key` signed on another copy of the same checkpoint.
    /// Errors: conflict - another checkpoint, or it has this key's signature already; refused - the other has no good
    /// signature of this key; too_large - over `signatures_max`.
    Result<void> take_signature(const SignedCheckpoint& other, const PublicKey& key);

    /// Whether a signature stands there under this key's name and number, good or not.
    bool bears_name_of(const PublicKey& key) const;

    /// Whether this key has signed it.
    bool verified_by(const PublicKey& key) const;

    std::string text() const;

    static constexpr std::size_t note_bytes_max = std::size_t{8} * 1024;
    static constexpr std::size_t signatures_max = 16;

private:
    struct Line {
        std::string name;
        std::uint32_t key_id = 0;
        Signature signature;
    };
    static Result<Line> parse_line(std::string_view line);
    bool has_line_of(const std::string& name, std::uint32_t key_id) const;
    Checkpoint checkpoint_;
    std::vector<Line> lines_;
};

}  // namespace haven::ledger
