#include "core/ledger/differences.h"

#include <algorithm>
#include <limits>

namespace haven::ledger {
namespace {

constexpr std::size_t none = std::numeric_limits<std::size_t>::max();

/// For each entry found, the place in `was_signed` of the leaf with its hash; none where no leaf has. Of equal leaves
/// the first that is not taken.
std::vector<std::size_t> match(const std::vector<Digest32>& was_signed, const std::vector<Digest32>& found) {
    std::vector<std::pair<Digest32, std::size_t>> places;
    places.reserve(was_signed.size());
    for (std::size_t i = 0; i < was_signed.size(); ++i) { places.emplace_back(was_signed[i], i); }
    std::sort(places.begin(), places.end());
    std::vector<std::size_t> taken(places.size(), 0);  // how many equal leaves, at the place of the first of them
    std::vector<std::size_t> matches(found.size(), none);
    for (std::size_t i = 0; i < found.size(); ++i) {
        const auto first = static_cast<std::size_t>(
            std::lower_bound(places.begin(), places.end(), std::pair{found[i], std::size_t{0}}) - places.begin());
        if (first == places.size()) { continue; }
        const auto at = first + taken[first];
        if (at == places.size() || places[at].first != found[i]) { continue; }
        ++taken[first];
        matches[i] = places[at].second;
    }
    return matches;
}

/// The longest rising run of matches: the entries that kept their order. All others are named. Answers places in
/// `matches`. (Patience sorting; n log n.)
std::vector<std::size_t> in_order(const std::vector<std::size_t>& matches) {
    std::vector<std::size_t> tails;  // of the best run of each length, as places in `matches`
    std::vector<std::size_t> before(matches.size(), none);
    for (std::size_t i = 0; i < matches.size(); ++i) {
        if (matches[i] == none) { continue; }
        const auto at = std::lower_bound(tails.begin(), tails.end(), matches[i],
                                         [&matches](auto tail, auto value) { return matches[tail] < value; });
        if (at != tails.begin()) { before[i] = *(at - 1); }
        if (at == tails.end()) {
            tails.push_back(i);
        } else {
            *at = i;
        }
    }
    std::vector<std::size_t> run;
    for (auto i = tails.empty() ? none : tails.back(); i != none; i = before[i]) { run.push_back(i); }
    std::reverse(run.begin(), run.end());
    return run;
}

void add_leaf(std::vector<Finding>& findings, Finding::Kind kind, std::uint64_t leaf) {
    if (!findings.empty() && findings.back().kind == kind && findings.back().last + 1 == leaf) {
        findings.back().last = leaf;
    } else {
        findings.push_back({kind, leaf, leaf});
    }
}

}  // namespace

// All that one needs to know of a gap too large to be told apart: its leaves follow each other.
Finding Differences::summary(const Gap& gap) {
    if (gap.missing.empty()) { return {Finding::Kind::inserted, gap.before, gap.before, gap.extra.size()}; }
    const auto kind = gap.extra.empty() ? Finding::Kind::deleted : Finding::Kind::altered;
    return {kind, gap.missing.front().leaf, gap.missing.back().leaf};
}

void Differences::keep(Gap gap) {
    if (gap.missing.size() + gap.extra.size() > Report::findings_max) {
        summaries_.push_back(summary(gap));
        return;
    }
    // What left and came in one gap did neither: a copy that stands earlier took its match.
    std::erase_if(gap.missing, [&gap](const Missing& missing) {
        const auto same = std::find(gap.extra.begin(), gap.extra.end(), missing.hash);
        if (same == gap.extra.end()) { return false; }
        gap.extra.erase(same);
        return true;
    });
    const auto size = gap.missing.size() + gap.extra.size();
    if (size == 0) { return; }
    if (kept_ + size > Report::findings_max) {
        unlisted_ += size;
        return;
    }
    kept_ += size;
    gaps_.push_back(std::move(gap));
}

void Differences::add(std::uint64_t first, const std::vector<Digest32>& was_signed,
                      const std::vector<Digest32>& found) {
    const auto matches = match(was_signed, found);
    std::size_t next_signed = 0;
    std::size_t next_found = 0;
    const auto gap_up_to = [&](std::size_t signed_end, std::size_t found_end) {
        Gap gap{first + signed_end, {}, {}};
        for (; next_signed < signed_end; ++next_signed) {
            gap.missing.push_back({first + next_signed, was_signed[next_signed]});
        }
        gap.extra.assign(found.begin() + static_cast<std::ptrdiff_t>(next_found),
                         found.begin() + static_cast<std::ptrdiff_t>(found_end));
        keep(std::move(gap));
        next_signed = signed_end + 1;
        next_found = found_end + 1;
    };
    for (const auto place : in_order(matches)) { gap_up_to(matches[place], place); }
    gap_up_to(was_signed.size(), found.size());
}

Differences::Places Differences::places_of_missing() const {
    Places places;
    for (std::size_t gap = 0; gap < gaps_.size(); ++gap) {
        for (std::size_t i = 0; i < gaps_[gap].missing.size(); ++i) {
            places.emplace(gaps_[gap].missing[i].hash, std::pair{gap, i});
        }
    }
    return places;
}

std::vector<Finding> Differences::take_moved() {
    std::vector<Finding> moved;
    auto places = places_of_missing();
    std::vector<std::vector<std::size_t>> gone(gaps_.size());
    for (auto& gap : gaps_) {
        std::erase_if(gap.extra, [&](const Digest32& hash) {
            const auto at = places.find(hash);
            if (at == places.end()) { return false; }
            const auto [from, place] = at->second;
            const auto leaf = gaps_[from].missing[place].leaf;
            moved.push_back({Finding::Kind::moved, leaf, leaf, gap.before});
            gone[from].push_back(place);
            places.erase(at);
            return true;
        });
    }
    for (std::size_t gap = 0; gap < gaps_.size(); ++gap) {
        std::sort(gone[gap].rbegin(), gone[gap].rend());
        for (const auto place : gone[gap]) {
            gaps_[gap].missing.erase(gaps_[gap].missing.begin() + static_cast<std::ptrdiff_t>(place));
        }
    }
    return moved;
}

void Differences::name_in(Report& report) {
    auto findings = take_moved();
    findings.insert(findings.end(), summaries_.begin(), summaries_.end());
    for (const auto& gap : gaps_) {
        // An entry gone and another in its place is one altered; which of several is which nobody can tell.
        const auto altered = std::min(gap.missing.size(), gap.extra.size());
        for (std::size_t i = 0; i < gap.missing.size(); ++i) {
            add_leaf(findings, i < altered ? Finding::Kind::altered : Finding::Kind::deleted, gap.missing[i].leaf);
        }
        if (gap.extra.size() > altered) {
            findings.push_back({Finding::Kind::inserted, gap.before, gap.before, gap.extra.size() - altered});
        }
    }
    report.findings.insert(report.findings.end(), findings.begin(), findings.end());
    report.unlisted += unlisted_;
}

}  // namespace haven::ledger
