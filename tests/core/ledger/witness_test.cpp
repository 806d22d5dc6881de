#include "core/ledger/witness.h"

#include <gtest/gtest.h>

#include "tests/core/ledger/sample_log.h"

namespace haven::ledger {
namespace {

std::vector<Digest32> leaves(std::size_t n, std::int64_t first = 0) {
    std::vector<Digest32> out;
    for (std::size_t i = 0; i < n; ++i) {
        out.push_back(leaf_hash(*encode(sample_entry(first + static_cast<std::int64_t>(i)))));
    }
    return out;
}

SignedCheckpoint signed_over(const std::vector<Digest32>& all, const SigningKey& key = log_key()) {
    Tree tree;
    for (const auto& leaf : all) { tree.append(leaf); }
    return SignedCheckpoint::sign(tree.size(), tree.root(), key);
}

SignedCheckpoint witnessed(const std::vector<Digest32>& all) {
    auto out = signed_over(all);
    EXPECT_TRUE(out.countersign(witness_key()).has_value());
    return out;
}

Offered offered(const std::vector<Digest32>& all, std::size_t old_size) {
    return {old_size, old_size == 0 ? Proof{} : *consistency_proof(old_size, all.size(), subtrees_of(all)),
            signed_over(all)};
}

std::optional<Fault> refusal(const Offered& next, const std::optional<SignedCheckpoint>& last) {
    const auto made = countersigned(next, last, log_key().public_key(), witness_key());
    return made ? std::nullopt : std::optional(made.error().fault);
}

TEST(Witness, SignsWhatGoesOnFromWhatItSignedLast) {
    for (std::size_t old_size = 1; old_size <= 20; ++old_size) {
        for (std::size_t size = old_size; size <= 20; ++size) {
            const auto made = countersigned(offered(leaves(size), old_size), witnessed(leaves(old_size)),
                                            log_key().public_key(), witness_key());
            ASSERT_TRUE(made) << old_size << " to " << size;
            ASSERT_TRUE(made->verified_by(witness_key().public_key()));
            ASSERT_TRUE(made->verified_by(log_key().public_key()));
            ASSERT_EQ(made->checkpoint().size, size);
        }
    }
    EXPECT_EQ(refusal(offered(leaves(7), 0), std::nullopt), std::nullopt) << "the first one is believed";
}

TEST(Witness, NeverSignsAForkOrALedgerThatShrank) {
    for (std::size_t old_size = 1; old_size <= 20; ++old_size) {
        const auto last = witnessed(leaves(old_size));
        for (std::size_t size = 1; size <= 20; ++size) {
            const auto other = leaves(size, 500);  // another history, well signed and well proven in itself
            const auto from = std::min(old_size, size);
            ASSERT_EQ(refusal(offered(other, from), last), Fault::conflict) << old_size << " to " << size;
            ASSERT_EQ(refusal(offered(other, 0), last), Fault::conflict) << "as if it were the first";
            if (size < old_size) { ASSERT_EQ(refusal(offered(leaves(size), size), last), Fault::conflict) << size; }
        }
        auto one_changed = leaves(21);
        one_changed[old_size - 1] = leaf_hash("rewritten");
        ASSERT_EQ(refusal(offered(one_changed, old_size), last), Fault::conflict) << old_size;
    }
}

TEST(Witness, SignsForItsOwnLogAlone) {
    const auto stranger = *SigningKey::random("beacon.example/ledger");
    const auto all = leaves(8);
    auto next = offered(all, 4);
    EXPECT_EQ(refusal(next, witnessed(leaves(4))), std::nullopt);
    next.checkpoint = signed_over(all, stranger);
    EXPECT_EQ(refusal(next, witnessed(leaves(4))), Fault::refused);
    EXPECT_EQ(refusal(offered(all, 4), signed_over(leaves(4))), Fault::refused) << "what it kept, it did not sign";
}

TEST(Witness, WhatIsOfferedIsOneText) {
    const auto next = offered(leaves(21), 13);
    const auto text = next.text();
    const auto read = Offered::parse(text);
    ASSERT_TRUE(read) << read.error().message();
    EXPECT_EQ(read->text(), text);
    EXPECT_EQ(read->old_size, 13U);
    EXPECT_EQ(refusal(*read, witnessed(leaves(13))), std::nullopt);
    EXPECT_EQ(Offered::parse(offered(leaves(3), 0).text())->proof.size(), 0U);
    for (const auto& bad : {std::string(), std::string("old 1"), "old 01\n" + text.substr(7), text.substr(1),
                            text.substr(0, text.size() - 1), "old 13\nAAAA\n" + text.substr(7)}) {
        EXPECT_FALSE(Offered::parse(bad)) << bad;
    }
}

TEST(Witness, AProofNeedsOnlyTheOldTreeAndTheLeavesBehindIt) {
    const auto all = leaves(70);
    Tree old;
    for (std::size_t old_size = 1; old_size <= all.size(); ++old_size) {
        old.append(all[old_size - 1]);
        for (std::size_t size = old_size; size <= all.size(); ++size) {
            const auto newer = std::span(all).subspan(old_size, size - old_size);
            const auto lean = consistency_proof(old_size, size, subtrees_after(old, newer));
            ASSERT_TRUE(lean) << old_size << " to " << size;
            ASSERT_EQ(*lean, *consistency_proof(old_size, size, subtrees_of(std::span(all).first(size))));
        }
    }
}

// A log whose ranges begin so many seconds after its first entry.
SampleLog log_at(const std::vector<int>& seconds, std::size_t witnessed_range) {
    std::vector<std::vector<std::int64_t>> numbers;
    for (const auto s : seconds) { numbers.push_back({std::int64_t{1'000} * s}); }
    auto log = sample_log_of(numbers);
    auto note = *SignedCheckpoint::parse(log.ranges[witnessed_range].checkpoint);
    EXPECT_TRUE(note.countersign(witness_key()).has_value());
    log.ranges[witnessed_range].checkpoint = note.text();
    return log;
}

TEST(Witness, VerifySaysFromWhereOnItsSignatureIsMissing) {
    EXPECT_TRUE(findings(log_at({0, 10, 310}, 0), trust_with_witness()).empty()) << "it still had time";
    const auto late = findings(log_at({0, 10, 311}, 0), trust_with_witness());
    ASSERT_EQ(late.size(), 1U);
    EXPECT_EQ(late[0], (Finding{Finding::Kind::not_countersigned, 1, 2, 1}));
    EXPECT_EQ(late[0].text(), "leaves 1 to 2: not countersigned by witness 1, who is overdue");
    EXPECT_TRUE(findings(log_at({0, 10, 311}, 2), trust_with_witness()).empty())
        << "a later signature covers what was before";
    EXPECT_TRUE(findings(log_at({0, 10, 311}, 0), trust_of()).empty()) << "without a witness";
}

TEST(Witness, VerifyNamesAFalseSignature) {
    auto log = sample_log({10, 10});
    const auto forger = *SigningKey::random("witness.example");
    auto forged = *SignedCheckpoint::parse(log.ranges[1].checkpoint);
    ASSERT_TRUE(forged.countersign(witness_key()).has_value());
    const auto good = forged.text();
    auto spoilt = *SignedCheckpoint::parse(log.ranges[0].checkpoint);
    ASSERT_TRUE(spoilt.countersign(witness_key()).has_value());
    // The witness's line of the checkpoint before, put under this one.
    const auto lead = std::string("\xe2\x80\x94 witness.example ");
    log.ranges[1].checkpoint = good.substr(0, good.find(lead)) + spoilt.text().substr(spoilt.text().find(lead));
    const auto found = findings(log, trust_with_witness());
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0], (Finding{Finding::Kind::false_countersignature, 20, 20, 1}));
    const Trust other{{log_key().public_key()}, {forger.public_key()}, {}};
    EXPECT_EQ(report_of(log.bytes(), other).witnessed.at(0), 0U) << "another key of the same name signed nothing";
}

TEST(Witness, ItsSignatureIsTakenOverFromACopyOfTheSameCheckpointOnly) {
    auto kept = signed_over(leaves(5));
    EXPECT_EQ(kept.take_signature(witnessed(leaves(6)), witness_key().public_key()).error().fault, Fault::conflict);
    EXPECT_EQ(kept.take_signature(kept, witness_key().public_key()).error().fault, Fault::refused);
    ASSERT_TRUE(kept.take_signature(witnessed(leaves(5)), witness_key().public_key()));
    EXPECT_TRUE(kept.verified_by(witness_key().public_key()));
    EXPECT_EQ(kept.take_signature(witnessed(leaves(5)), witness_key().public_key()).error().fault, Fault::conflict);
}

}  // namespace
}  // namespace haven::ledger
