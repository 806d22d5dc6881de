#include "core/seal/token.h"

#include <sodium.h>

#include <array>

#include "core/seal/key_access.h"
#include "core/seal/sha256.h"

namespace haven {
namespace {

constexpr std::size_t token_bytes = 32;
constexpr std::size_t token_chars = 43;

}  // namespace

void fill_random(std::span<std::uint8_t> bytes) {
    sodium_ready();
    randombytes_buf(bytes.data(), bytes.size());
}

std::string new_token() {
    std::array<std::uint8_t, token_bytes> secret{};
    fill_random(secret);
    std::string token(token_chars + 1, '\0');  // libsodium writes a NUL at the end
    sodium_bin2base64(token.data(), token.size(), secret.data(), secret.size(),
                      sodium_base64_VARIANT_URLSAFE_NO_PADDING);
    sodium_memzero(secret.data(), secret.size());
    token.pop_back();
    return token;
}

Digest32 token_digest(std::string_view token) {
    return sha256({"haven token\n", token});
}

bool same_secret(std::string_view one, std::string_view other) {
    return one.size() == other.size() && sodium_memcmp(one.data(), other.data(), one.size()) == 0;
}

}  // namespace haven
