#pragma once
#include <algorithm>
#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <string_view>

namespace haven {

/// A fixed number of bytes that are made, stored and compared whole. Octets of different things do not mix.
///
/// Comparison is not in constant time: for what an outsider may guess at use `same_secret` (token.h).
template <class Of, std::size_t N>
struct Octets {
    static constexpr std::size_t size = N;
    std::array<std::uint8_t, N> bytes{};

    std::string_view view() const { return {reinterpret_cast<const char*>(bytes.data()), N}; }

    /// The octets that `from` is; nothing where it is not exactly N bytes long.
    static std::optional<Octets> from(std::string_view from) {
        if (from.size() != N) { return std::nullopt; }
        Octets out;
        std::copy(from.begin(), from.end(), out.bytes.begin());
        return out;
    }

    auto operator<=>(const Octets&) const = default;
};

using Digest16 = Octets<struct DigestTag, 16>;
using Digest32 = Octets<struct DigestTag, 32>;

}  // namespace haven
