#include "core/ledger/tree.h"

#include <bit>

#include "core/base/encoding.h"
#include "core/seal/sha256.h"

namespace haven::ledger {
namespace {

constexpr std::string_view leaf_prefix("\0", 1);
constexpr std::string_view node_prefix("\1", 1);

}  // namespace

Digest32 leaf_hash(std::string_view entry) {
    return sha256({leaf_prefix, entry});
}

Digest32 node_hash(const Digest32& left, const Digest32& right) {
    return sha256({node_prefix, left.view(), right.view()});
}

void Tree::append(const Digest32& leaf) {
    auto hash = leaf;
    // Like adding one to a binary number: each carry joins two subtrees of one size.
    for (auto carries = std::countr_one(size_); carries > 0; --carries) {
        hash = node_hash(subtrees_.back(), hash);
        subtrees_.pop_back();
    }
    subtrees_.push_back(hash);
    ++size_;
}

Digest32 Tree::root() const {
    if (subtrees_.empty()) { return sha256(std::string_view()); }
    auto hash = subtrees_.back();
    for (auto at = subtrees_.rbegin() + 1; at != subtrees_.rend(); ++at) { hash = node_hash(*at, hash); }
    return hash;
}

Result<Digest32> Tree::subtree(unsigned level, std::uint64_t index) const {
    const auto width = std::uint64_t{1} << level;
    const auto kept = (size_ & width) != 0 && index << level == (size_ & ~(2 * width - 1));
    if (!kept) { return fail(Fault::missing, "this subtree is not kept"); }
    const auto larger = static_cast<std::size_t>(std::popcount(size_ & ~(2 * width - 1)));
    return subtrees_[larger];
}

std::string Tree::encode() const {
    std::string out;
    put_u64(out, size_);
    for (const auto& hash : subtrees_) { out += hash.view(); }
    return out;
}

Result<Tree> Tree::decode(std::string_view bytes) {
    BytesReader in(bytes);
    Tree tree;
    tree.size_ = in.u64();
    for (auto left = std::popcount(tree.size_); left > 0 && in.ok(); --left) {
        tree.subtrees_.push_back(Digest32::from(in.take(Digest32::size)).value_or(Digest32{}));
    }
    if (!in.ok() || !in.at_end()) { return fail(Fault::malformed, "not the state of a ledger's tree"); }
    return tree;
}

}  // namespace haven::ledger
