#include "core/ledger/tree.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <span>

#include "core/base/encoding.h"
#include "core/ledger/proof.h"
#include "core/seal/sha256.h"

namespace haven::ledger {
namespace {

// Source of leaves, roots and proofs: the tests of certificate-transparency (merkletree/merkle_tree_test.cc).
const std::vector<std::string>& ct_leaves() {
    static const std::vector<std::string> leaves = [] {
        std::vector<std::string> out;
        for (const auto* hex :
             {"", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"}) {
            out.push_back(*from_hex(hex));
        }
        return out;
    }();
    return leaves;
}

constexpr const char* ct_roots[] = {"6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
                                    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
                                    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
                                    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
                                    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
                                    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
                                    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
                                    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"};

Digest32 digest(const char* hex) {
    return *Digest32::from(*from_hex(hex));
}

std::vector<Digest32> hashes_of(const std::vector<std::string>& entries) {
    std::vector<Digest32> out;
    out.reserve(entries.size());
    for (const auto& entry : entries) { out.push_back(leaf_hash(entry)); }
    return out;
}

// RFC 6962, section 2.1, word for word: the oracle.
Digest32 naive_root(std::span<const Digest32> leaves) {
    if (leaves.empty()) { return sha256(std::string_view()); }
    if (leaves.size() == 1) { return leaves[0]; }
    const auto k = std::bit_floor(leaves.size() - 1);
    return node_hash(naive_root(leaves.first(k)), naive_root(leaves.subspan(k)));
}

std::vector<Digest32> numbered_leaves(std::size_t count) {
    std::vector<Digest32> out;
    out.reserve(count);
    for (std::size_t i = 0; i < count; ++i) { out.push_back(leaf_hash(std::to_string(i))); }
    return out;
}

TEST(Tree, AgreesWithTheVectorsOfCertificateTransparency) {
    Tree tree;
    EXPECT_EQ(to_hex(tree.root().view()), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    for (std::size_t i = 0; i < 8; ++i) {
        tree.append(leaf_hash(ct_leaves()[i]));
        EXPECT_EQ(to_hex(tree.root().view()), ct_roots[i]) << i;
    }
}

TEST(Tree, AgreesWithTheDefinitionAtEverySizeAndComesBackFromItsState) {
    const auto leaves = numbered_leaves(260);
    Tree tree;
    for (std::size_t size = 0; size <= leaves.size(); ++size) {
        ASSERT_EQ(tree.size(), size);
        ASSERT_EQ(tree.root(), naive_root(std::span(leaves).first(size))) << size;
        const auto again = Tree::decode(tree.encode());
        ASSERT_TRUE(again.has_value());
        ASSERT_EQ(again->root(), tree.root());
        if (size < leaves.size()) {
            tree = *again;
            tree.append(leaves[size]);
        }
    }
}

TEST(Tree, RefusesAStateOfAnotherLength) {
    Tree tree;
    for (const auto& leaf : numbered_leaves(11)) { tree.append(leaf); }
    const auto state = tree.encode();
    EXPECT_FALSE(Tree::decode("").has_value());
    EXPECT_FALSE(Tree::decode(state.substr(1)).has_value());
    EXPECT_FALSE(Tree::decode(state + "x").has_value());
    EXPECT_FALSE(Tree::decode(std::string(8, '\xff')).has_value());
}

TEST(InclusionProof, AgreesWithTheVectorsOfCertificateTransparency) {
    const auto leaves = hashes_of(ct_leaves());
    const Proof expected{digest("bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b"),
                         digest("ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0"),
                         digest("d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7")};
    EXPECT_EQ(*inclusion_proof(5, 8, subtrees_of(leaves)), expected);
    EXPECT_TRUE(proves_inclusion(leaves[5], 5, 8, expected, digest(ct_roots[7])));
}

TEST(ConsistencyProof, AgreesWithTheVectorsOfCertificateTransparency) {
    const auto leaves = hashes_of(ct_leaves());
    const Proof six_to_eight{digest("0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a"),
                             digest("ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0"),
                             digest("d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7")};
    const Proof two_to_five{digest("5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e"),
                            digest("bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b")};
    EXPECT_EQ(*consistency_proof(6, 8, subtrees_of(leaves)), six_to_eight);
    EXPECT_EQ(*consistency_proof(2, 5, subtrees_of(leaves)), two_to_five);
    EXPECT_TRUE(proves_consistency(6, digest(ct_roots[5]), 8, digest(ct_roots[7]), six_to_eight));
    EXPECT_TRUE(proves_consistency(2, digest(ct_roots[1]), 5, digest(ct_roots[4]), two_to_five));
}

TEST(InclusionProof, HoldsForEveryLeafOfEverySizeAndForNoOther) {
    const auto leaves = numbered_leaves(70);
    for (std::uint64_t size = 1; size <= leaves.size(); ++size) {
        const auto root = naive_root(std::span(leaves).first(size));
        for (std::uint64_t index = 0; index < size; ++index) {
            const auto proof = *inclusion_proof(index, size, subtrees_of(leaves));
            ASSERT_TRUE(proves_inclusion(leaves[index], index, size, proof, root)) << index << " of " << size;
            ASSERT_FALSE(proves_inclusion(leaves[(index + 1) % 70], index, size, proof, root));
            ASSERT_FALSE(proves_inclusion(leaves[index], index + 1, size, proof, root));
            auto longer = proof;
            longer.push_back(root);
            ASSERT_FALSE(proves_inclusion(leaves[index], index, size, longer, root));
            if (proof.empty()) { continue; }
            auto shorter = proof;
            shorter.pop_back();
            ASSERT_FALSE(proves_inclusion(leaves[index], index, size, shorter, root));
            auto spoilt = proof;
            spoilt.back().bytes[0] ^= 1U;
            ASSERT_FALSE(proves_inclusion(leaves[index], index, size, spoilt, root));
        }
    }
}

TEST(ConsistencyProof, HoldsForEveryTwoSizesAndForNoOtherRoots) {
    const auto leaves = numbered_leaves(70);
    for (std::uint64_t size = 1; size <= leaves.size(); ++size) {
        const auto root = naive_root(std::span(leaves).first(size));
        for (std::uint64_t old_size = 1; old_size <= size; ++old_size) {
            const auto old_root = naive_root(std::span(leaves).first(old_size));
            const auto proof = *consistency_proof(old_size, size, subtrees_of(leaves));
            ASSERT_TRUE(proves_consistency(old_size, old_root, size, root, proof)) << old_size << " " << size;
            ASSERT_FALSE(proves_consistency(old_size, leaves[0], size, leaves[1], proof));
            auto longer = proof;
            longer.push_back(root);
            ASSERT_FALSE(proves_consistency(old_size, old_root, size, root, longer));
            if (old_size == size) { continue; }
            ASSERT_FALSE(proves_consistency(old_size, root, size, root, proof));
            ASSERT_FALSE(proves_consistency(old_size, old_root, size, old_root, proof));
            ASSERT_FALSE(proves_consistency(old_size, old_root, size, root, {}));
        }
    }
}

TEST(Proof, IsRefusedForWhatIsNotThere) {
    const auto leaves = numbered_leaves(5);
    const auto subtrees = subtrees_of(leaves);
    EXPECT_FALSE(inclusion_proof(5, 5, subtrees).has_value());
    EXPECT_FALSE(inclusion_proof(0, 0, subtrees).has_value());
    EXPECT_FALSE(inclusion_proof(0, 6, subtrees).has_value());  // the tree has only five leaves
    EXPECT_FALSE(consistency_proof(0, 5, subtrees).has_value());
    EXPECT_FALSE(consistency_proof(6, 5, subtrees).has_value());
    EXPECT_FALSE(proves_inclusion(leaves[0], 0, 0, {}, leaves[0]));
    EXPECT_FALSE(proves_inclusion(leaves[0], 0, 5, {}, leaves[0]));  // the root of a smaller tree
    EXPECT_FALSE(proves_consistency(0, sha256(std::string_view()), 5, naive_root(leaves), {}));
    EXPECT_FALSE(proves_consistency(5, naive_root(leaves), 4, naive_root(leaves), {}));
}

}  // namespace
}  // namespace haven::ledger
