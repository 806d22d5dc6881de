#pragma once
#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "core/store/witness.h"
#include "hub/flow/context.h"

/// The ledger's witness, where the site names one: what it is offered, what it hands in, and what waits without it.
namespace haven::flow {

/// For how long a duty manager lets places be told without a witness: an hour, as a broken glass.
inline constexpr std::chrono::hours release_lasts{1};

/// Whether places are held: no countersigned checkpoint is younger than `ledger::witness_grace`, and nobody released
/// them. Pure.
bool locators_held(const store::Witnessed& witnessed, Instant now);

/// How many leaves one offer proves: each is read and hashed for it. Whoever is further behind comes again.
inline constexpr std::int64_t leaves_offered_max = 200'000;

/// A checkpoint, as text, with the proof that it goes on from that of `after` leaves (core/ledger/witness.h): the
/// newest that is at most `leaves_max` further. Of 0 the newest, which needs no proof. Errors: missing - nothing was
/// signed yet, or no checkpoint of `after` leaves; unreachable.
Result<std::string> offer_checkpoint(const Context& context, std::uint64_t after,
                                     std::int64_t leaves_max = leaves_offered_max);

/// Takes in a checkpoint with the witness's signature. Where it is young enough, what was held without it is due again.
/// The same one again changes nothing.
/// Errors: malformed; missing - the site names no witness, or no checkpoint of this size was signed; conflict - it was
/// signed with another root; refused - the site's witness has not signed it; unreachable.
Result<void> take_countersigned(const Context& context, std::string_view note, UserId by);

/// Why somebody lets places be told without a witness.
enum class ReleaseReason : std::uint8_t { risk_to_life, witness_unreachable, other };
constexpr std::array<std::string_view, 3> code_names(ReleaseReason) {
    return {"risk-to-life", "witness-unreachable", "other"};
}

/// Lets places be told for `release_lasts`, and what was held is due again. Answers until when.
/// Errors: missing - the site names no witness; conflict - nothing is held; unreachable.
Result<Instant> release_locators(const Context& context, ReleaseReason reason, UserId by);

/// A site that names no witness holds nothing for want of one: what was held under an earlier site is due again, and
/// decided as ever. Errors: unreachable.
Result<void> let_go_unwitnessed(const Context& context);

}  // namespace haven::flow
