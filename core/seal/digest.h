#pragma once
#include <array>
#include <cstddef>
#include <string_view>

#include "core/base/reason.h"
#include "core/seal/key.h"
#include "core/seal/octets.h"

namespace haven {

/// A digest that only a holder of the key can make or check: BLAKE2b, 128 bits, keyed. Source: RFC 7693.
///
/// `context` says what is digested ("message", "record reference"), so that equal bytes of two kinds do not compare.
class KeyedDigest {
public:
    KeyedDigest(const Key& key, Literal context);
    KeyedDigest(const KeyedDigest&) = delete;
    KeyedDigest& operator=(const KeyedDigest&) = delete;
    ~KeyedDigest();

    void update(std::string_view bytes);
    Digest16 finish();  ///< once, at the end

private:
    static constexpr std::size_t state_bytes = 384;
    alignas(64) std::array<unsigned char, state_bytes> state_;
};

/// The same, of bytes that are at hand.
Digest16 keyed_digest(const Key& key, Literal context, std::string_view bytes);

}  // namespace haven
