#pragma once
#include <chrono>
#include <optional>
#include <string_view>
#include <vector>

#include "core/ledger/entry.h"
#include "hub/flow/context.h"

/// What a caller may ask again after a dropped line: its idempotency key says that it is the same request.
namespace haven::flow {

inline constexpr std::size_t idempotency_key_max = 200;       ///< bytes
inline constexpr std::chrono::days idempotency_key_keep{30};  ///< since it first came

inline constexpr Reason idempotency_key_taken("this idempotency key came before with other bytes");

/// One request under its caller's idempotency key, as keyed digests.
struct AskedOnce {
    Digest16 key;
    Digest16 content;  ///< of all that was asked
};

/// What an idempotency key of this caller is known by. A partner has one set of keys, for messages and whatever else.
Digest16 idempotency_digest(const Context& context, const ledger::Actor& by, std::string_view key);

/// A request under a key; `said` is all that tells it from another one.
AskedOnce asked_once(const Context& context, const ledger::Actor& by, std::string_view key,
                     const std::vector<std::string_view>& said);

/// The case that the same request was about, where it was answered before. Who does what was asked puts it into the
/// same commit (`Changes::asked`), which fails where another was faster; then this says what that one did.
/// Errors: conflict - the key came with something else; unreachable.
Result<std::optional<CaseId>> answered_before(const Context& context, const AskedOnce& asked);

}  // namespace haven::flow
