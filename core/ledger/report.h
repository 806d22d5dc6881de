#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/ledger/checkpoint.h"

namespace haven::ledger {

/// One thing that is not as it was signed. Leaves are counted from 0, as in RFC 6962.
struct Finding {
    enum class Kind : std::uint8_t {
        altered,              ///< the entries of leaves first..last are not those that were signed
        deleted,              ///< the entries of leaves first..last are gone
        inserted,             ///< `number` entries that were never signed stand before leaf `first`
        moved,                ///< the entry of leaf `first` stands before leaf `number`
        range_altered,        ///< somewhere in leaves first..last, leaf hashes and all; no narrower place can be told
        unproven,             ///< leaves first..last come after such a range and cannot be checked
        leaf_hashes_altered,  ///< the leaf hashes kept for first..last are not those signed; the entries are
        bad_checkpoint,  ///< after `number` entries stands a checkpoint that the ledger's key did not sign so there
        forked,          ///< another checkpoint that the ledger's key signed has another root at `number` leaves
        truncated,       ///< the export ends after `first` leaves, though a checkpoint of `number` was signed
        unsigned_tail,   ///< entries first..last stand after the last checkpoint
        miscounted,      ///< the end frame does not count the entries that stand there
        cut_short,       ///< the file breaks off after `number` entries
        damaged,         ///< after `number` entries the file is not readable, or it is no export
        no_checkpoint,   ///< nothing in the export is signed by the ledger's key
        false_countersignature,  ///< beside the checkpoint of `first` leaves, under the name of witness `number`
        not_countersigned,   ///< witness `number` covers leaves first..last with no signature, though it had its time
        foreign_checkpoint,  ///< checkpoint `number` of those given beside is not signed by the ledger's key
    };
    Kind kind;
    std::uint64_t first = 0;
    std::uint64_t last = 0;
    std::uint64_t number = 0;

    std::string text() const;  ///< one line for a person
    bool operator==(const Finding&) const = default;
};

/// What the verifier has to say of an export.
struct Report {
    std::uint64_t entries = 0;             ///< that were read
    std::uint64_t checkpoints = 0;         ///< that were good
    std::optional<SignedCheckpoint> last;  ///< the last good one
    std::vector<std::uint64_t> witnessed;  ///< for each witness, how many leaves its latest countersignature covers
    std::vector<Finding> findings;         ///< in order of leaves, those without one first
    std::uint64_t unlisted = 0;            ///< further differences, which are only counted

    /// Every entry is what was signed, where it was signed, and nothing is missing or added.
    bool good() const { return findings.empty() && unlisted == 0; }
    std::string text() const;

    static constexpr std::size_t findings_max = 1'000;  ///< then differences are counted, or told as ranges
};

}  // namespace haven::ledger
