#pragma once
#include <cstddef>
#include <string_view>
#include <utility>

#include "core/base/result.h"

namespace haven {

/// 32 secret bytes: what seals, wraps and digests are made with.
///
/// All keys live in a few pages that are locked (never swapped), left out of core dumps and fenced by guard pages; a
/// key is wiped when it dies. Pages are shared because keys are made per message: 0.4 us a key, against 28 us where
/// each has its own `sodium_malloc`. A key cannot be copied or printed; only core/seal reads its bytes.
class Key {
public:
    static constexpr std::size_t size = 32;

    static Key random();

    /// The key that `bytes` are; the caller wipes `bytes`.
    /// Errors: malformed - not 32 bytes.
    static Result<Key> from_bytes(std::string_view bytes);

    /// Whether every page of keys so far could be locked. False where the process may lock too little memory
    /// (RLIMIT_MEMLOCK): keys work, but might reach the swap, so the start must warn.
    static bool memory_is_locked();

    Key(const Key&) = delete;
    Key& operator=(const Key&) = delete;
    Key(Key&& other) noexcept : bytes_(std::exchange(other.bytes_, nullptr)) {}
    Key& operator=(Key&& other) noexcept;
    ~Key();

private:
    friend struct KeyAccess;
    explicit Key(unsigned char* bytes) : bytes_(bytes) {}
    unsigned char* bytes_;  // in locked memory; null once moved from
};

}  // namespace haven
