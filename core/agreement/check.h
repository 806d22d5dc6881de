#pragma once
#include <memory>
#include <span>

#include "core/agreement/agreement.h"

namespace haven {

/// What the parties are: "police", "council", "refuge", "charity", "other"; "" for the hub and its team.
struct PartyKinds {
    std::string from;
    std::string to;
};

/// Checks what an agreement says of parties, law, consent, dates and signatures: all that is not of one record type.
std::vector<TermsProblem> check_terms(const Terms& terms, const Catalogue& catalogue, const PartyKinds& kinds);

/// Checks what one `[[record]]` of an agreement says beside its fields.
std::vector<TermsProblem> check_record(const Terms& terms);

/// Checks that each party has a condition for the special-category data and the data on offences that are told.
/// Source: UK GDPR articles 9 and 10; DPA 2018 sections 11(2) and 35(5).
std::vector<TermsProblem> check_conditions(const Agreement& agreement);

/// Whether some stage tells a number of hers and not the windows in which it may be rung: once she has named some,
/// `disclose()` keeps the number back.
bool tells_number_without_windows(const Agreement& agreement);

/// Whether some stage tells the building of her home or of the perpetrator's and not the flat: a home is then known by
/// its building alone, which bars more than that home, and one that is known by its flat only is known by no door.
bool tells_building_without_unit(const Agreement& agreement);

/// An agreement that people must soon see to.
struct Due {
    enum class What : std::uint8_t { review, end };
    Name agreement;
    What what = What::review;
    Instant at;
};

/// The reviews and ends that come within `ahead`, and the reviews that are overdue, soonest first; one line for each
/// agreement, however many record types it covers. Those that have ended are not listed.
std::vector<Due> due(std::span<const std::shared_ptr<const Agreement>> agreements, Instant now,
                     std::chrono::days ahead);

}  // namespace haven
