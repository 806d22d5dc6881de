#include "core/seal/digest.h"

#include <sodium.h>

#include <new>

#include "core/seal/key_access.h"

namespace haven {
namespace {

using State = crypto_generichash_state;

State* state_of(std::array<unsigned char, sizeof(State)>& bytes) {
    return std::launder(reinterpret_cast<State*>(bytes.data()));
}

}  // namespace

static_assert(Digest16::size == crypto_generichash_BYTES_MIN);

KeyedDigest::KeyedDigest(const Key& key, Literal context) {
    static_assert(alignof(State) <= 64);
    sodium_ready();
    crypto_generichash_init(new (state_.data()) State, KeyAccess::bytes(key), Key::size, Digest16::size);
    // The closing NUL ends the context, so no context is the beginning of another one's text.
    const std::string_view name = context.text;
    update({name.data(), name.size() + 1});
}

KeyedDigest::~KeyedDigest() {
    sodium_memzero(state_.data(), state_.size());  // it holds the key's block until the first 128 bytes have gone in
}

void KeyedDigest::update(std::string_view bytes) {
    crypto_generichash_update(state_of(state_), as_bytes(bytes), bytes.size());
}

Digest16 KeyedDigest::finish() {
    Digest16 digest;
    crypto_generichash_final(state_of(state_), digest.bytes.data(), digest.bytes.size());
    return digest;
}

Digest16 keyed_digest(const Key& key, Literal context, std::string_view bytes) {
    KeyedDigest digest(key, context);
    digest.update(bytes);
    return digest.finish();
}

}  // namespace haven
