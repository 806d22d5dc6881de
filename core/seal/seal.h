#pragma once
#include <cstdint>
#include <string>
#include <string_view>

#include "core/base/id.h"
#include "core/base/result.h"
#include "core/seal/key.h"

namespace haven {

/// The place of a sealed value in the store. It is authenticated with the value, so a value that was moved to another
/// cell does not open there.
struct Cell {
    Literal table;
    Literal column;
    std::int64_t row = 0;      ///< the hub's id of the row, made before the insert
    std::int64_t subject = 0;  ///< whose key it is sealed with: the case, or the message that has joined none yet
    std::int64_t part = 0;     ///< a further number where a row is found by two, such as a chunk's
};

/// What sealing adds to a value: one byte of version, 24 of nonce, 16 of tag.
inline constexpr std::size_t sealed_overhead = 41;

/// Seals a value for its cell: XChaCha20-Poly1305 (IETF) with a random nonce, so one key may seal any number of values.
///
/// The length shows: whoever seals a locator pads it first. 2.3 us for 2 kB.
std::string seal(const Key& key, const Cell& cell, std::string_view plaintext);

/// Opens what `seal` made with this key for this very cell.
/// Errors: broken - another key, another cell, another version or changed bytes; which one cannot be told.
Result<std::string> open(const Key& key, const Cell& cell, std::string_view sealed);

}  // namespace haven
