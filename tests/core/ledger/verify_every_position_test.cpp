#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>

#include "core/ledger/verify.h"
#include "tests/core/ledger/sample_log.h"

namespace haven::ledger {
namespace {

using Kind = Finding::Kind;
using testing::ElementsAre;
using testing::IsEmpty;

// A log of 1,000 entries with few checkpoints, so that the test spends its time on entries.
const SampleLog& thousand() {
    static const SampleLog log = sample_log({1, 399, 600});
    return log;
}

constexpr std::array<std::uint64_t, 3> ends{1, 400, 1'000};  // of its ranges

struct Position {
    std::size_t range;
    std::size_t place;  ///< within the range
    std::uint64_t leaf;
};

template <class Body>
void at_every_leaf(const SampleLog& log, Body body) {
    std::uint64_t leaf = 0;
    for (std::size_t range = 0; range < log.ranges.size(); ++range) {
        for (std::size_t place = 0; place < log.ranges[range].entries.size(); ++place) {
            body(Position{range, place, leaf++});
            if (testing::Test::HasFatalFailure()) { return; }  // the body left the log spoilt
        }
    }
}

TEST(Verify, NamesAnAlteredEntryAtEveryPosition) {
    auto log = thousand();
    at_every_leaf(log, [&](Position here) {
        auto& entry = log.ranges[here.range].entries[here.place];
        const auto kept = entry;
        entry[entry.size() / 2] ^= 1;
        ASSERT_THAT(findings(log), ElementsAre(Finding{Kind::altered, here.leaf, here.leaf}));
        entry = kept;
    });
}

TEST(Verify, NamesADeletedEntryAtEveryPosition) {
    auto log = thousand();
    --log.claimed;  // whoever deletes an entry corrects the count
    at_every_leaf(log, [&](Position here) {
        auto& entries = log.ranges[here.range].entries;
        const auto kept = entries;
        entries.erase(at(entries, here.place));
        ASSERT_THAT(findings(log), ElementsAre(Finding{Kind::deleted, here.leaf, here.leaf}));
        entries = kept;
    });
}

TEST(Verify, NamesAnInsertedEntryAtEveryPosition) {
    auto log = thousand();
    ++log.claimed;
    const auto forged = *encode(sample_entry(999'999));
    at_every_leaf(log, [&](Position here) {
        auto& entries = log.ranges[here.range].entries;
        entries.insert(at(entries, here.place), forged);
        ASSERT_THAT(findings(log), ElementsAre(Finding{Kind::inserted, here.leaf, here.leaf, 1}));
        entries.erase(at(entries, here.place));
    });
    log.ranges.back().entries.push_back(forged);
    EXPECT_THAT(findings(log), ElementsAre(Finding{Kind::inserted, 1'000, 1'000, 1}));
}

TEST(Verify, NamesARepeatedEntryAtEveryPosition) {
    auto log = thousand();
    ++log.claimed;
    const auto repeated = log.ranges[1].entries[355];  // leaf 356
    at_every_leaf(log, [&](Position here) {
        if (here.leaf == 356 || here.leaf == 357) { return; }  // before or after itself is the same place
        auto& entries = log.ranges[here.range].entries;
        entries.insert(at(entries, here.place), repeated);
        ASSERT_THAT(findings(log), ElementsAre(Finding{Kind::inserted, here.leaf, here.leaf, 1})) << here.leaf;
        entries.erase(at(entries, here.place));
    });
}

TEST(Verify, NamesEntriesThatChangedPlacesAtEveryPosition) {
    auto log = thousand();
    at_every_leaf(log, [&](Position here) {
        auto& entries = log.ranges[here.range].entries;
        if (here.place + 1 == entries.size()) { return; }
        std::swap(entries[here.place], entries[here.place + 1]);
        const auto found = findings(log);
        ASSERT_EQ(found.size(), 1U) << here.leaf;
        EXPECT_EQ(found[0].kind, Kind::moved);
        EXPECT_TRUE(found[0].first == here.leaf || found[0].first == here.leaf + 1);
        std::swap(entries[here.place], entries[here.place + 1]);
    });
}

TEST(Verify, NamesAnEntryMovedAcrossCheckpointsAtEveryPosition) {
    auto log = thousand();
    at_every_leaf(log, [&](Position here) {
        auto& from = log.ranges[here.range].entries;
        auto& to = log.ranges[(here.range + 1) % log.ranges.size()].entries;
        const auto entry = from[here.place];
        from.erase(at(from, here.place));
        to.push_back(entry);
        const auto before = ends[(here.range + 1) % ends.size()];
        ASSERT_THAT(findings(log), ElementsAre(Finding{Kind::moved, here.leaf, here.leaf, before}));
        to.pop_back();
        from.insert(at(from, here.place), entry);
    });
}

TEST(Verify, NamesTheRangeWhereLeafHashesWereRewrittenTooAtEveryPosition) {
    auto log = thousand();
    for (auto& range : log.ranges) { range.with_tree = true; }
    at_every_leaf(log, [&](Position here) {
        auto& range = log.ranges[here.range];
        const auto kept = range.entries[here.place];
        range.entries[here.place] = *encode(sample_entry(999'999));
        const auto kept_hash = range.leaf_hashes[here.place];
        range.leaf_hashes[here.place] = leaf_hash(range.entries[here.place]);
        const auto first = here.range == 0 ? 0 : ends[here.range - 1];
        ASSERT_THAT(findings(log), ElementsAre(Finding{Kind::range_altered, first, ends[here.range] - 1}));
        range.entries[here.place] = kept;
        range.leaf_hashes[here.place] = kept_hash;
    });
}

// The same entries up to here, signed anew as if there had never been more.
TEST(Verify, NamesATruncationAtEveryPositionAgainstALaterCheckpoint) {
    const auto& whole = thousand();
    const auto latest = trust_of({*SignedCheckpoint::parse(whole.ranges.back().checkpoint)});
    SampleLog cut;
    cut.ranges.emplace_back();
    auto& range = cut.ranges[0];
    at_every_leaf(whole, [&](Position here) {
        const auto& from = whole.ranges[here.range];
        if (here.leaf > 0) {
            range.checkpoint = SignedCheckpoint::sign(here.leaf, range.tree.root(), log_key()).text();
            ASSERT_THAT(findings(cut), IsEmpty()) << "whole in itself";
            ASSERT_THAT(findings(cut, latest), ElementsAre(Finding{Kind::truncated, here.leaf, here.leaf, 1'000}));
        }
        range.entries.push_back(from.entries[here.place]);
        range.leaf_hashes.push_back(from.leaf_hashes[here.place]);
        range.tree.append(from.leaf_hashes[here.place]);
        cut.claimed = here.leaf + 1;
    });
}

// Another history that parts from this one here, and was signed at its end.
TEST(Verify, NamesAForkAtEveryPositionAgainstAnotherCheckpoint) {
    const auto& ours = thousand();
    const auto forged = leaf_hash(*encode(sample_entry(999'999)));
    Tree honest;
    at_every_leaf(ours, [&](Position here) {
        auto forked = honest;
        forked.append(forged);
        const auto other = SignedCheckpoint::sign(here.leaf + 1, forked.root(), log_key());
        ASSERT_THAT(findings(ours, trust_of({other})), ElementsAre(Finding{Kind::forked, 0, 0, here.leaf + 1}));
        honest.append(ours.ranges[here.range].leaf_hashes[here.place]);
        const auto same = SignedCheckpoint::sign(here.leaf + 1, honest.root(), log_key());
        ASSERT_THAT(findings(ours, trust_of({same})), IsEmpty());
    });
}

}  // namespace
}  // namespace haven::ledger
