#include "core/ledger/proven_entry.h"

#include <gtest/gtest.h>

#include "core/ledger/tree.h"
#include "tests/core/ledger/sample_log.h"

namespace haven::ledger {
namespace {

struct Log {
    SigningKey key = *SigningKey::random("beacon.example/ledger");
    std::vector<std::string> entries;
    std::vector<Digest32> hashes;
    Tree tree;

    explicit Log(int size) {
        for (int i = 0; i < size; ++i) {
            entries.push_back(*encode(sample_entry(i)));
            hashes.push_back(leaf_hash(entries.back()));
            tree.append(hashes.back());
        }
    }
    ProvenEntry prove(std::uint64_t leaf) const {
        return {leaf, entries.at(leaf), *inclusion_proof(leaf, entries.size(), subtrees_of(hashes)),
                SignedCheckpoint::sign(tree.size(), tree.root(), key)};
    }
    bool holds(const ProvenEntry& one) const { return one.holds({key.public_key()}); }
};

TEST(ProvenEntry, HoldsForEveryEntryOfALogAndComesBackFromItsText) {
    for (const int size : {1, 2, 3, 100}) {
        const Log log(size);
        for (int leaf = 0; leaf < size; ++leaf) {
            const auto made = log.prove(static_cast<std::uint64_t>(leaf));
            EXPECT_TRUE(log.holds(made));
            const auto read = ProvenEntry::parse(made.text());
            ASSERT_TRUE(read);
            EXPECT_TRUE(log.holds(*read));
            EXPECT_EQ(read->text(), made.text());
        }
    }
}

TEST(ProvenEntry, HoldsForNoOtherEntryPlaceKeyOrRoot) {
    const Log log(100);
    const auto good = log.prove(41);
    auto other = good;
    other.entry = log.entries[42];
    EXPECT_FALSE(log.holds(other));
    other = good;
    other.leaf = 40;
    EXPECT_FALSE(log.holds(other));
    other = good;
    other.proof.pop_back();
    EXPECT_FALSE(log.holds(other));
    const auto stranger = SigningKey::random("beacon.example/ledger");
    EXPECT_FALSE(good.holds({stranger->public_key()}));
    EXPECT_FALSE(good.holds({}));
    other = good;
    other.checkpoint = SignedCheckpoint::sign(100, log.hashes[0], log.key);
    EXPECT_FALSE(log.holds(other)) << "signed, and of another tree";
}

TEST(ProvenEntry, NoTextWithACharacterChangedHolds) {
    const Log log(9);
    const auto text = log.prove(4).text();
    for (std::size_t i = 0; i < text.size(); ++i) {
        auto changed = text;
        changed[i] = changed[i] == 'A' ? 'B' : 'A';
        const auto read = ProvenEntry::parse(changed);
        EXPECT_FALSE(read && log.holds(*read)) << i;
    }
    for (std::size_t n = 0; n < text.size(); ++n) { EXPECT_FALSE(ProvenEntry::parse(text.substr(0, n))) << n; }
}

}  // namespace
}  // namespace haven::ledger
