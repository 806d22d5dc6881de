#pragma once
#include <cstdint>
#include <map>
#include <utility>
#include <vector>

#include "core/ledger/report.h"
#include "core/seal/octets.h"

/// Inside core/ledger only.
namespace haven::ledger {

/// Names how the entries that were found differ from the leaves that were signed. Takes one range between checkpoints
/// at a time; what left one range and came up in another is told as moved.
class Differences {
public:
    /// `was_signed` are the leaf hashes from leaf `first` on, `found` the hashes of the entries that stand there.
    void add(std::uint64_t first, const std::vector<Digest32>& was_signed, const std::vector<Digest32>& found);

    /// Appends what was found, in order of leaves.
    void name_in(Report& report);

private:
    struct Missing {
        std::uint64_t leaf;
        Digest32 hash;
    };
    struct Gap {               // between two entries that stand in their place
        std::uint64_t before;  // the leaf after the gap
        std::vector<Missing> missing;
        std::vector<Digest32> extra;
    };
    using Places = std::multimap<Digest32, std::pair<std::size_t, std::size_t>>;  // hash -> gap, place in `missing`

    void keep(Gap gap);
    static Finding summary(const Gap& gap);
    Places places_of_missing() const;
    std::vector<Finding> take_moved();
    std::vector<Gap> gaps_;
    std::vector<Finding> summaries_;
    std::uint64_t kept_ = 0;
    std::uint64_t unlisted_ = 0;
};

}  // namespace haven::ledger
