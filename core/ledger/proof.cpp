#include "core/ledger/proof.h"

#include <algorithm>
#include <bit>
#include <optional>

namespace haven::ledger {
namespace {

/// Leaves from `begin` up to but without `end`, where `begin` is a multiple of the power of two that holds them all:
/// the only ranges that the recursion of RFC 6962 meets.
struct Range {
    std::uint64_t begin;
    std::uint64_t end;
    std::uint64_t size() const { return end - begin; }
    std::uint64_t middle() const { return begin + std::bit_floor(size() - 1); }  // for two leaves or more
};

// The hash of a range, out of the complete subtrees that it is made of.
Result<Digest32> hash_of(Range range, const Subtrees& subtrees) {
    std::vector<Digest32> parts;
    while (range.size() > 0) {
        const auto width = std::bit_floor(range.size());
        auto part = subtrees(static_cast<unsigned>(std::countr_zero(width)), range.begin / width);
        if (!part) { return part; }
        parts.push_back(*part);
        range.begin += width;
    }
    auto hash = parts.back();
    for (auto at = parts.rbegin() + 1; at != parts.rend(); ++at) { hash = node_hash(*at, hash); }
    return hash;
}

Result<Proof> hashes_of(const std::vector<Range>& ranges, const Subtrees& subtrees) {
    Proof proof;
    for (const auto& range : ranges) {
        const auto hash = hash_of(range, subtrees);
        if (!hash) { return fail(hash.error()); }
        proof.push_back(*hash);
    }
    return proof;
}

}  // namespace

Subtrees subtrees_of(std::span<const Digest32> leaves) {
    return [leaves](unsigned level, std::uint64_t index) -> Result<Digest32> {
        if (level >= 63 || index + 1 > leaves.size() >> level) { return fail(Fault::missing, "no such subtree"); }
        Tree tree;
        const auto width = std::size_t{1} << level;
        for (const auto& leaf : leaves.subspan(index * width, width)) { tree.append(leaf); }
        return tree.root();
    };
}

Subtrees subtrees_after(const Tree& old, std::span<const Digest32> newer) {
    return [&old, newer](unsigned level, std::uint64_t index) -> Result<Digest32> {
        constexpr unsigned levels_max = 63;
        if (level >= levels_max) { return fail(Fault::missing, "no such subtree"); }
        const auto begin = index << level;
        const auto width = std::uint64_t{1} << level;
        if (begin < old.size()) { return old.subtree(level, index); }
        if (begin + width > old.size() + newer.size()) { return fail(Fault::missing, "no such subtree"); }
        Tree tree;
        for (const auto& leaf : newer.subspan(begin - old.size(), width)) { tree.append(leaf); }
        return tree.root();
    };
}

Result<Proof> inclusion_proof(std::uint64_t index, std::uint64_t size, const Subtrees& subtrees) {
    if (index >= size) { return fail(Fault::missing, "no such leaf in the ledger"); }
    std::vector<Range> siblings;
    for (Range range{0, size}; range.size() > 1;) {
        const auto middle = range.middle();
        const bool left = index < middle;
        siblings.push_back(left ? Range{middle, range.end} : Range{range.begin, middle});
        range = left ? Range{range.begin, middle} : Range{middle, range.end};
    }
    std::reverse(siblings.begin(), siblings.end());  // the proof begins at the leaf
    return hashes_of(siblings, subtrees);
}

Result<Proof> consistency_proof(std::uint64_t old_size, std::uint64_t size, const Subtrees& subtrees) {
    if (old_size == 0 || old_size > size) { return fail(Fault::missing, "no such earlier tree in the ledger"); }
    std::vector<Range> parts;
    Range range{0, size};
    while (range.end != old_size) {
        const auto middle = range.middle();
        const bool left = old_size <= middle;
        parts.push_back(left ? Range{middle, range.end} : Range{range.begin, middle});
        range = left ? Range{range.begin, middle} : Range{middle, range.end};
    }
    if (range.begin != 0) { parts.push_back(range); }  // else it is the old tree, whose root the verifier has
    std::reverse(parts.begin(), parts.end());
    return hashes_of(parts, subtrees);
}

bool proves_inclusion(const Digest32& leaf, std::uint64_t index, std::uint64_t size, const Proof& proof,
                      const Digest32& root) {
    if (index >= size) { return false; }
    auto hash = leaf;
    auto last = size - 1;
    for (const auto& sibling : proof) {
        if (last == 0) { return false; }
        if ((index & 1U) != 0 || index == last) {
            hash = node_hash(sibling, hash);
            while ((index & 1U) == 0 && index != 0) {
                index >>= 1U;
                last >>= 1U;
            }
        } else {
            hash = node_hash(hash, sibling);
        }
        index >>= 1U;
        last >>= 1U;
    }
    return last == 0 && hash == root;
}

bool proves_consistency(std::uint64_t old_size, const Digest32& old_root, std::uint64_t size, const Digest32& root,
                        const Proof& proof) {
    if (old_size == 0 || old_size > size) { return false; }
    if (old_size == size) { return proof.empty() && old_root == root; }
    Proof path = proof;
    if (std::has_single_bit(old_size)) { path.insert(path.begin(), old_root); }
    if (path.empty()) { return false; }
    auto index = old_size - 1;
    auto last = size - 1;
    const auto complete = std::countr_one(index);
    index >>= complete;
    last >>= complete;
    auto old_hash = path.front();
    auto hash = path.front();
    for (auto at = path.begin() + 1; at != path.end(); ++at) {
        if (last == 0) { return false; }
        if ((index & 1U) != 0 || index == last) {
            old_hash = node_hash(*at, old_hash);
            hash = node_hash(*at, hash);
            while ((index & 1U) == 0 && index != 0) {
                index >>= 1U;
                last >>= 1U;
            }
        } else {
            hash = node_hash(hash, *at);
        }
        index >>= 1U;
        last >>= 1U;
    }
    return last == 0 && old_hash == old_root && hash == root;
}

}  // namespace haven::ledger
