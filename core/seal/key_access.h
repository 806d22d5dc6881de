#pragma once
#include <string_view>

#include "core/seal/key.h"

/// Inside core/seal and its tests only.
namespace haven {

/// Readies libsodium: picks its fastest code for this processor. Cheap after the first call.
void sodium_ready();

struct KeyAccess {
    /// The 32 bytes. A key that was moved away has none: that is a fault of the program, which stops.
    static unsigned char* bytes(const Key& key);
    static std::string_view view(const Key& key) { return {reinterpret_cast<const char*>(bytes(key)), Key::size}; }
    static Key blank();  ///< 32 bytes yet to be written
};

inline const unsigned char* as_bytes(std::string_view text) {
    return reinterpret_cast<const unsigned char*>(text.data());
}
inline unsigned char* as_bytes(std::string& text) {
    return reinterpret_cast<unsigned char*>(text.data());
}

}  // namespace haven
