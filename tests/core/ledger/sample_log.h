#pragma once
#include <cstdint>
#include <numeric>
#include <ostream>
#include <string>
#include <utility>
#include <vector>

#include "core/ledger/entry.h"
#include "core/ledger/export.h"
#include "core/ledger/verify.h"
#include "core/seal/sha256.h"

namespace haven::ledger {

inline const SigningKey& log_key() {
    static const SigningKey key = *SigningKey::random("beacon.example/ledger");
    return key;
}
inline const SigningKey& witness_key() {
    static const SigningKey key = *SigningKey::random("witness.example");
    return key;
}

/// A disclosure as it is usual: which ids it speaks of depends on `n`.
inline Entry sample_entry(std::int64_t n) {
    Entry entry;
    entry.id.value = 1'000 + n;
    entry.at = from_us(1'795'262'400'000'000 + n * 1'000);
    entry.operation = Operation::disclosure;
    entry.action = "referral offered";
    entry.actor = Actor::of_hub("dispatch");
    entry.on_behalf_of = Actor::of_user(UserId{7});
    entry.subject = LedgerName::from("0123456789abcdef");
    entry.message.value = 50'000 + n;
    entry.referral.value = 60'000 + n;
    entry.recipient = Name::declare("eastford-housing");
    entry.agreement = Name::declare("NP-7");
    entry.agreement_version = sha256("agreement");
    entry.lawful_basis = "uk-gdpr-6-1-e";
    entry.purpose = "rehousing";
    entry.stage = "offer";
    entry.fields = {3, 4, 9, 17, 40, 41, 42, 77, 80, 81};
    entry.schema = *Digest16::from("schema-hash-0001");
    entry.versions = {{"map eastford.referral 2", *Digest16::from("map-hash-0000001")}};
    entry.commitment = sha256("bytes");
    return entry;
}

/// The entries between two checkpoints, as an export holds them; a test spoils a copy.
struct SampleRange {
    std::vector<std::string> entries;
    std::vector<Digest32> leaf_hashes;
    std::string checkpoint;
    Tree tree;
    bool with_tree = false;
};

struct SampleLog {
    std::vector<SampleRange> ranges;
    std::uint64_t claimed = 0;  ///< by the end frame

    const std::string& bytes() const {
        static std::string out;  // kept: thousands of exports are made from spoilt logs
        out.clear();
        export_start(out);
        for (const auto& range : ranges) {
            for (const auto& entry : range.entries) { export_entry(out, entry); }
            auto checkpoint = SignedCheckpoint::parse(range.checkpoint);
            export_checkpoint(out, *checkpoint, range.with_tree ? &range.tree : nullptr, range.leaf_hashes);
        }
        export_end(out, claimed);
        return out;
    }
};

/// A good log of these entries, by the numbers of their samples, a vector for each range.
inline SampleLog sample_log_of(const std::vector<std::vector<std::int64_t>>& numbers) {
    SampleLog log;
    Tree tree;
    for (const auto& of_range : numbers) {
        SampleRange range;
        for (const auto number : of_range) {
            range.entries.push_back(*encode(sample_entry(number)));
            range.leaf_hashes.push_back(leaf_hash(range.entries.back()));
            tree.append(range.leaf_hashes.back());
        }
        range.tree = tree;
        range.checkpoint = SignedCheckpoint::sign(tree.size(), tree.root(), log_key()).text();
        log.ranges.push_back(std::move(range));
    }
    log.claimed = tree.size();
    return log;
}

// For what a test prints when it fails.
inline void PrintTo(const Finding& finding, std::ostream* out) {
    *out << finding.text();
}

inline Trust trust_of(std::vector<SignedCheckpoint> others = {}) {
    return {{log_key().public_key()}, {}, std::move(others)};
}

inline Trust trust_with_witness() {
    return {{log_key().public_key()}, {witness_key().public_key()}, {}};
}

/// A good log whose ranges have these sizes. `first` makes the entries of two logs differ.
inline SampleLog sample_log(const std::vector<std::size_t>& sizes, std::int64_t first = 0) {
    std::vector<std::vector<std::int64_t>> numbers;
    for (const auto size : sizes) {
        auto& of_range = numbers.emplace_back(size);
        std::iota(of_range.begin(), of_range.end(), first);
        first += static_cast<std::int64_t>(size);
    }
    return sample_log_of(numbers);
}

inline Report report_of(const std::string& bytes, const Trust& trust = trust_of()) {
    MemorySource source(bytes);
    return *verify(source, trust);
}

inline std::vector<Finding> findings(const SampleLog& log, const Trust& trust = trust_of()) {
    return report_of(log.bytes(), trust).findings;
}

inline auto at(std::vector<std::string>& entries, std::size_t place) {
    return entries.begin() + static_cast<std::ptrdiff_t>(place);
}

}  // namespace haven::ledger
