#include "core/ledger/verify.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "tests/core/ledger/sample_log.h"

namespace haven::ledger {
namespace {

using Kind = Finding::Kind;
using testing::ElementsAre;
using testing::IsEmpty;

TEST(Verify, AGoodLogIsGood) {
    const auto report = report_of(sample_log({1, 399, 600}).bytes());
    EXPECT_TRUE(report.good());
    EXPECT_EQ(report.entries, 1'000U);
    EXPECT_EQ(report.checkpoints, 3U);
    ASSERT_TRUE(report.last.has_value());
    EXPECT_EQ(report.last->checkpoint().size, 1'000U);
    EXPECT_EQ(report.text(), "1000 entries, 3 checkpoints: good\n");
}

TEST(Verify, RaisesNoFalseAlarmOverTenThousandGoodLogs) {
    std::mt19937 random(20'261'122);  // NOLINT(cert-msc51-cpp): the same logs each time
    for (int i = 0; i < 10'000; ++i) {
        std::vector<std::size_t> sizes(random() % 4 + 1);
        for (auto& size : sizes) { size = random() % 9; }
        auto log = sample_log(sizes);
        std::vector<SignedCheckpoint> others;
        for (auto& range : log.ranges) {
            range.with_tree = random() % 2 == 0;
            if (random() % 3 == 0) { others.push_back(*SignedCheckpoint::parse(range.checkpoint)); }
        }
        std::shuffle(others.begin(), others.end(), random);
        // An exporter may leave out a checkpoint; the next one brings its leaf hashes.
        if (log.ranges.size() > 1 && random() % 4 == 0) {
            const auto& left_out = log.ranges[0];
            auto& next = log.ranges[1];
            next.entries.insert(next.entries.begin(), left_out.entries.begin(), left_out.entries.end());
            next.leaf_hashes.insert(next.leaf_hashes.begin(), left_out.leaf_hashes.begin(), left_out.leaf_hashes.end());
            log.ranges.erase(log.ranges.begin());
        }
        const auto report = report_of(log.bytes(), trust_of(others));
        ASSERT_TRUE(report.good()) << i << ": " << report.text();
    }
}

TEST(Verify, WithoutTheTreesStateWhatFollowsARewrittenRangeIsCalledUnproven) {
    auto log = sample_log({10, 10, 10, 10});
    log.ranges[1].entries[3] = *encode(sample_entry(999'999));
    log.ranges[1].leaf_hashes[3] = leaf_hash(log.ranges[1].entries[3]);
    EXPECT_THAT(findings(log), ElementsAre(Finding{Kind::range_altered, 10, 19}, Finding{Kind::unproven, 20, 39}));
    log.ranges[2].with_tree = true;  // a state further on helps from there
    EXPECT_THAT(findings(log), ElementsAre(Finding{Kind::range_altered, 10, 19}, Finding{Kind::unproven, 20, 29}));
    log.ranges[3].entries[5][7] ^= 1;
    EXPECT_THAT(findings(log), ElementsAre(Finding{Kind::range_altered, 10, 19}, Finding{Kind::unproven, 20, 29},
                                           Finding{Kind::altered, 35, 35}));
}

TEST(Verify, AForgedTreeStateHelpsNobody) {
    auto log = sample_log({10, 10, 10});
    auto forged = sample_log({10, 10, 10}, 500);
    for (std::size_t i = 0; i < 3; ++i) {
        log.ranges[i].entries = forged.ranges[i].entries;
        log.ranges[i].leaf_hashes = forged.ranges[i].leaf_hashes;
        log.ranges[i].tree = forged.ranges[i].tree;
        log.ranges[i].with_tree = true;
    }
    EXPECT_THAT(findings(log), ElementsAre(Finding{Kind::range_altered, 0, 9}, Finding{Kind::unproven, 10, 29}));
}

TEST(Verify, TellsSpoiltLeafHashesFromSpoiltEntries) {
    auto log = sample_log({10, 10});
    log.ranges[1].leaf_hashes[4].bytes[0] ^= 1U;
    EXPECT_THAT(findings(log), ElementsAre(Finding{Kind::leaf_hashes_altered, 10, 19}));
    log.ranges[1].leaf_hashes.clear();
    EXPECT_THAT(findings(log), ElementsAre(Finding{Kind::leaf_hashes_altered, 10, 19}));
}

TEST(Verify, NamesManyChangesAtOnce) {
    auto log = sample_log({50, 50});
    auto& first = log.ranges[0].entries;
    auto& second = log.ranges[1].entries;
    first[10][9] ^= 1;
    first.erase(at(first, 20), at(first, 23));
    second.insert(at(second, 5), {*encode(sample_entry(777)), *encode(sample_entry(778))});
    second[40][9] ^= 1;
    EXPECT_THAT(findings(log), ElementsAre(Finding{Kind::miscounted, 0, 0, 100}, Finding{Kind::altered, 10, 10},
                                           Finding{Kind::deleted, 20, 22}, Finding{Kind::inserted, 55, 55, 2},
                                           Finding{Kind::altered, 88, 88}));
}

TEST(Verify, AWholeRangeReplacedIsOneFinding) {
    auto log = sample_log({10, 2'000, 10});
    log.ranges[1].entries = sample_log({2'000}, 90'000).ranges[0].entries;
    EXPECT_THAT(findings(log), ElementsAre(Finding{Kind::altered, 10, 2'009}));
}

TEST(Verify, EqualEntriesThatWereSignedAreNotTakenForCopies) {
    auto log = sample_log_of({{1, 2, 1, 3, 4, 3, 3, 5}});
    EXPECT_THAT(findings(log), IsEmpty());
    log.ranges[0].entries[4][9] ^= 1;
    EXPECT_THAT(findings(log), ElementsAre(Finding{Kind::altered, 4, 4}));
}

TEST(Verify, AFrameOverItsLimitIsDamageAndIsNotRead) {
    std::string bytes;
    export_start(bytes);
    export_entry(bytes, std::string(entry_bytes_max + 1, 'x'));
    const auto first = report_of(bytes).findings.at(0);
    EXPECT_EQ(first, (Finding{Kind::damaged, 0, 0, 0}));
    bytes.clear();
    export_start(bytes);
    bytes += "c\xff\xff\xff\xff";
    EXPECT_EQ(report_of(bytes).findings.at(0), first);
}

TEST(Verify, TruncationShowsAgainstALaterCheckpoint) {
    const auto whole = sample_log({10, 10, 10});
    const auto latest = *SignedCheckpoint::parse(whole.ranges[2].checkpoint);
    auto cut = whole;
    cut.ranges.pop_back();
    cut.claimed = 20;
    EXPECT_THAT(findings(cut), IsEmpty());  // whole in itself
    EXPECT_THAT(findings(cut, trust_of({latest})), ElementsAre(Finding{Kind::truncated, 20, 20, 30}));
    cut.ranges.clear();
    cut.claimed = 0;
    EXPECT_THAT(findings(cut, trust_of({latest})),
                ElementsAre(Finding{Kind::no_checkpoint}, Finding{Kind::truncated, 0, 0, 30}));
}

TEST(Verify, AForkShowsAgainstAnotherCheckpointOfAnySize) {
    const auto ours = sample_log({10, 10, 10});
    const auto whole = *SignedCheckpoint::parse(ours.ranges[2].checkpoint);
    for (std::uint64_t size = 1; size <= 30; ++size) {
        Tree honest;
        Tree forked;
        const auto theirs = sample_log({30}, 1).ranges[0].leaf_hashes;
        const auto mine = sample_log({30}).ranges[0].leaf_hashes;
        for (std::uint64_t i = 0; i < size; ++i) {
            honest.append(mine[i]);
            forked.append(theirs[i]);
        }
        const auto same = SignedCheckpoint::sign(size, honest.root(), log_key());
        const auto other = SignedCheckpoint::sign(size, forked.root(), log_key());
        ASSERT_THAT(findings(ours, trust_of({same})), IsEmpty()) << size;
        ASSERT_THAT(findings(ours, trust_of({whole, other, same})), ElementsAre(Finding{Kind::forked, 0, 0, size}));
    }
}

TEST(Verify, TwoHistoriesInOneExportAreAFork) {
    auto log = sample_log({10, 0});
    log.ranges[1].checkpoint = sample_log({10}, 1).ranges[0].checkpoint;
    EXPECT_THAT(findings(log), ElementsAre(Finding{Kind::forked, 0, 0, 10}));
}

TEST(Verify, EntriesAfterTheLastCheckpointAreSignedByNobodyUnlessALaterCheckpointCoversThem) {
    auto log = sample_log({10, 10});
    const auto last = *SignedCheckpoint::parse(log.ranges[1].checkpoint);
    std::string bytes;
    export_start(bytes);
    for (const auto& entry : log.ranges[0].entries) { export_entry(bytes, entry); }
    export_checkpoint(bytes, *SignedCheckpoint::parse(log.ranges[0].checkpoint), nullptr, log.ranges[0].leaf_hashes);
    for (const auto& entry : log.ranges[1].entries) { export_entry(bytes, entry); }
    export_end(bytes, 20);
    EXPECT_THAT(report_of(bytes).findings, ElementsAre(Finding{Kind::unsigned_tail, 10, 19}));
    EXPECT_THAT(report_of(bytes, trust_of({last})).findings, IsEmpty());
    const auto other = SignedCheckpoint::sign(20, sha256("other"), log_key());
    EXPECT_THAT(report_of(bytes, trust_of({other})).findings, ElementsAre(Finding{Kind::range_altered, 10, 19}));
}

TEST(Verify, ACheckpointOfAnotherKeyIsNone) {
    auto log = sample_log({10, 10});
    const auto stranger = *SigningKey::random("beacon.example/ledger");
    const auto good = SignedCheckpoint::parse(log.ranges[0].checkpoint)->checkpoint();
    log.ranges[0].checkpoint = SignedCheckpoint::sign(good.size, good.root, stranger).text();
    // Its entries are proven by the next checkpoint all the same, one by one.
    log.ranges[0].entries[4][9] ^= 1;
    EXPECT_THAT(findings(log), ElementsAre(Finding{Kind::bad_checkpoint, 0, 0, 10}, Finding{Kind::altered, 4, 4}));
    EXPECT_THAT(findings(sample_log({1}), {{stranger.public_key()}, {}, {}}),
                ElementsAre(Finding{Kind::bad_checkpoint, 0, 0, 1}, Finding{Kind::no_checkpoint},
                            Finding{Kind::unsigned_tail, 0, 0}));
}

TEST(Verify, ACheckpointOfAnotherLogIsNone) {
    auto log = sample_log({5});
    const auto other = *SigningKey::random("elsewhere.example/ledger");
    const auto good = SignedCheckpoint::parse(log.ranges[0].checkpoint)->checkpoint();
    auto cross_signed = SignedCheckpoint::sign(good.size, good.root, other);
    ASSERT_TRUE(cross_signed.countersign(log_key()).has_value());
    log.ranges[0].checkpoint = cross_signed.text();
    EXPECT_FALSE(report_of(log.bytes()).good());
    EXPECT_THAT(findings(sample_log({5}), trust_of({cross_signed})),
                ElementsAre(Finding{Kind::foreign_checkpoint, 0, 0, 1}));
}

TEST(Verify, CheckpointsInAnotherOrderAreFound) {
    auto log = sample_log({10, 10, 10});
    std::swap(log.ranges[0].checkpoint, log.ranges[1].checkpoint);
    EXPECT_THAT(findings(log), ElementsAre(Finding{Kind::range_altered, 0, 19}, Finding{Kind::bad_checkpoint, 0, 0, 20},
                                           Finding{Kind::unproven, 20, 29}));
}

TEST(Verify, AcceptsTheKeysThatTheLedgerHadOverTime) {
    auto log = sample_log({10, 10});
    const auto newer = *SigningKey::random("beacon.example/ledger");
    const auto last = SignedCheckpoint::parse(log.ranges[1].checkpoint)->checkpoint();
    log.ranges[1].checkpoint = SignedCheckpoint::sign(last.size, last.root, newer).text();
    EXPECT_FALSE(report_of(log.bytes()).good());
    EXPECT_TRUE(report_of(log.bytes(), {{log_key().public_key(), newer.public_key()}, {}, {}}).good());
}

TEST(Verify, SaysHowFarAWitnessHasCountersigned) {
    auto log = sample_log({10, 10, 10});
    auto witnessed = *SignedCheckpoint::parse(log.ranges[1].checkpoint);
    ASSERT_TRUE(witnessed.countersign(witness_key()).has_value());
    log.ranges[1].checkpoint = witnessed.text();
    EXPECT_THAT(report_of(log.bytes(), trust_with_witness()).witnessed, ElementsAre(20U));
    EXPECT_THAT(report_of(sample_log({10}).bytes(), trust_with_witness()).witnessed, ElementsAre(0U));
}

TEST(Verify, NoExportCutShortAnywhereIsGood) {
    const std::string bytes = sample_log({2, 3}).bytes();
    for (std::size_t length = 0; length < bytes.size(); ++length) {
        ASSERT_FALSE(report_of(bytes.substr(0, length)).good()) << length;
    }
    EXPECT_FALSE(report_of(bytes + "x").good());
}

TEST(Verify, NoExportWithAnyBitChangedIsGood) {
    auto log = sample_log({2, 3});
    log.ranges[0].with_tree = true;
    const std::string bytes = log.bytes();
    for (std::size_t bit = 0; bit < bytes.size() * 8; bit += 3) {
        auto changed = bytes;
        changed[bit / 8] = static_cast<char>(changed[bit / 8] ^ (1 << bit % 8));
        ASSERT_FALSE(report_of(changed).good()) << "byte " << bit / 8;
    }
}

TEST(Verify, PassesOnThatItsSourceFailed) {
    struct Failing : ByteSource {
        Result<std::size_t> read(std::span<char>) override { return fail(Fault::unreachable, "the disk is gone"); }
    } source;
    const auto report = verify(source, trust_of());
    ASSERT_FALSE(report.has_value());
    EXPECT_EQ(report.error().fault, Fault::unreachable);
}

TEST(Verify, ReadsASourceThatGivesAByteAtATime) {
    struct Trickle : ByteSource {
        std::string bytes = sample_log({3, 4}).bytes();
        std::size_t at = 0;
        Result<std::size_t> read(std::span<char> into) override {
            if (at == bytes.size()) { return 0; }
            into[0] = bytes[at++];
            return 1;
        }
    } source;
    EXPECT_TRUE(verify(source, trust_of())->good());
}

TEST(Report, SaysEveryKindOfFindingInWords) {
    for (int kind = 0; kind <= static_cast<int>(Kind::foreign_checkpoint); ++kind) {
        EXPECT_FALSE((Finding{static_cast<Kind>(kind), 1, 2, 3}).text().empty()) << kind;
    }
    auto log = sample_log({10, 10});
    log.ranges[1].entries[7][9] ^= 1;
    EXPECT_EQ(report_of(log.bytes()).text(), "20 entries, 2 checkpoints: NOT GOOD\nleaf 17: altered\n");
}

}  // namespace
}  // namespace haven::ledger
