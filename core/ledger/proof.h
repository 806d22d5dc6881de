#pragma once
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "core/base/result.h"
#include "core/ledger/tree.h"
#include "core/seal/octets.h"

namespace haven::ledger {

using Proof = std::vector<Digest32>;

/// Gives the hash of a complete subtree: number `index` (from 0) of those over 2^level leaves each. Whoever keeps the
/// leaf hashes decides what else it keeps: `subtrees_of` needs nothing more.
using Subtrees = std::function<Result<Digest32>(unsigned level, std::uint64_t index)>;

/// Subtrees computed from all leaf hashes, which must outlive it.
Subtrees subtrees_of(std::span<const Digest32> leaves);

/// Those that a proof of consistency from `old` on needs: the complete subtrees that `old` keeps, and what is computed
/// from the leaf hashes behind it. All must outlive it.
Subtrees subtrees_after(const Tree& old, std::span<const Digest32> newer);

/// That the leaf number `index` (from 0) is in the tree of the first `size` leaves. Source: RFC 6962, section 2.1.1.
/// Errors: missing - no such leaf; others are those of `subtrees`.
Result<Proof> inclusion_proof(std::uint64_t index, std::uint64_t size, const Subtrees& subtrees);

/// That the tree of `old_size` leaves is the beginning of that of `size` leaves. Source: RFC 6962, section 2.1.2.
/// Errors: missing - the old tree is empty or larger; others are those of `subtrees`.
Result<Proof> consistency_proof(std::uint64_t old_size, std::uint64_t size, const Subtrees& subtrees);

/// Source of both: RFC 9162, sections 2.1.3.2 and 2.1.4.2.
bool proves_inclusion(const Digest32& leaf, std::uint64_t index, std::uint64_t size, const Proof& proof,
                      const Digest32& root);
bool proves_consistency(std::uint64_t old_size, const Digest32& old_root, std::uint64_t size, const Digest32& root,
                        const Proof& proof);

}  // namespace haven::ledger
