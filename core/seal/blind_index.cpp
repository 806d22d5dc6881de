#include "core/seal/blind_index.h"

#include <sodium.h>

#include <utility>

#include "core/seal/digest.h"
#include "core/seal/key_access.h"

namespace haven {
namespace {

constexpr std::array<char, crypto_kdf_CONTEXTBYTES> kdf_context{'h', 'v', 'n', 'i', 'n', 'd', 'e', 'x'};
static_assert(crypto_kdf_KEYBYTES == Key::size);

Key subkey(const Key& index_key, std::size_t kind) {
    Key key = KeyAccess::blank();
    crypto_kdf_derive_from_key(KeyAccess::bytes(key), Key::size, kind, kdf_context.data(), KeyAccess::bytes(index_key));
    return key;
}

template <std::size_t... N>
std::array<Key, sizeof...(N)> subkeys(const Key& index_key, std::index_sequence<N...>) {
    return {subkey(index_key, N + 1)...};
}

}  // namespace

BlindIndex::BlindIndex(const Key& index_key)
    : subkeys_(subkeys(index_key, std::make_index_sequence<indexed_kinds>())) {}

Digest16 BlindIndex::of(Indexed kind, std::string_view normalised) const {
    return keyed_digest(subkeys_.at(static_cast<std::size_t>(kind) - 1), "blind index", normalised);
}

}  // namespace haven
