#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/seal/octets.h"

/// Inside core/ledger only: the lines of the texts that a ledger is proven with.
namespace haven::ledger {

/// The next line without its newline; nothing where no newline follows.
std::optional<std::string_view> take_line(std::string_view& rest);
/// Canonical base 64 only: the bits that padding leaves over are zero, so one text stands for one value.
std::optional<std::string> strict_base64(std::string_view text);
std::optional<Digest32> parse_hash(std::string_view text);
/// A number as `std::to_string` writes it.
std::optional<std::uint64_t> parse_size(std::string_view text);

}  // namespace haven::ledger
