#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "core/seal/octets.h"

namespace haven::ledger {

/// Hash of an entry as a leaf, and of two neighbouring subtrees. Source: RFC 6962, section 2.1.
Digest32 leaf_hash(std::string_view entry);
Digest32 node_hash(const Digest32& left, const Digest32& right);

/// The Merkle tree of a growing log, of which only the roots of its complete subtrees are kept: at most 64 hashes.
///
/// What the sequencer keeps between two checkpoints, and an export may hold beside one.
class Tree {
public:
    void append(const Digest32& leaf);
    std::uint64_t size() const { return size_; }
    /// The Merkle tree hash over all leaves; of none, SHA-256 of nothing.
    Digest32 root() const;

    /// The hash of one of the complete subtrees that are kept: number `index` of those over 2^level leaves each.
    /// Errors: missing - it is not among them.
    Result<Digest32> subtree(unsigned level, std::uint64_t index) const;

    std::string encode() const;
    /// Errors: malformed - not what `encode` makes.
    static Result<Tree> decode(std::string_view bytes);

private:
    std::uint64_t size_ = 0;
    std::vector<Digest32> subtrees_;  // largest first; one for each bit that is set in size_
};

}  // namespace haven::ledger
