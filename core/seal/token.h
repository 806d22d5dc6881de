#pragma once
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "core/seal/octets.h"

namespace haven {

/// Fills with bytes that nobody can foretell.
void fill_random(std::span<std::uint8_t> bytes);

/// New random octets: a Salt, the ledger's name of a case.
template <class Kind>
Kind random_octets() {
    Kind out;
    fill_random(out.bytes);
    return out;
}

/// A new secret of 256 bits for a user, a partner or a session, as 43 characters that stand in URLs and headers.
/// Shown once; the store keeps `token_digest` of it. Source of the alphabet: RFC 4648, section 5.
std::string new_token();

/// What the store keeps of a token. Unsalted, because a token is random and cannot be tried out.
Digest32 token_digest(std::string_view token);

/// Whether two secrets are the same, in a time that says nothing about where they differ. Their lengths may show.
bool same_secret(std::string_view one, std::string_view other);

}  // namespace haven
