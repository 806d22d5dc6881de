#include "core/seal/seal.h"

#include <sodium.h>

#include "core/base/encoding.h"
#include "core/seal/aead.h"
#include "core/seal/key_access.h"

namespace haven {
namespace {

constexpr char version = 1;
constexpr std::size_t nonce_bytes = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES;
constexpr std::size_t tag_bytes = crypto_aead_xchacha20poly1305_ietf_ABYTES;
static_assert(1 + nonce_bytes + tag_bytes == sealed_overhead);
static_assert(crypto_aead_xchacha20poly1305_ietf_KEYBYTES == Key::size);

}  // namespace

std::string associated_data(const Cell& cell) {
    std::string out;
    out.reserve(96);
    out += version;
    put_bytes(out, cell.table.text);
    put_bytes(out, cell.column.text);
    put_u64(out, static_cast<std::uint64_t>(cell.row));
    put_u64(out, static_cast<std::uint64_t>(cell.subject));
    put_u64(out, static_cast<std::uint64_t>(cell.part));
    return out;
}

void encrypt(const Key& key, std::string_view associated, std::string_view plaintext, std::string& out) {
    sodium_ready();
    const auto start = out.size();
    out.resize(start + sealed_overhead + plaintext.size());
    auto* const to = as_bytes(out) + start;
    to[0] = static_cast<unsigned char>(version);
    randombytes_buf(to + 1, nonce_bytes);
    crypto_aead_xchacha20poly1305_ietf_encrypt(to + 1 + nonce_bytes, nullptr, as_bytes(plaintext), plaintext.size(),
                                               as_bytes(associated), associated.size(), nullptr, to + 1,
                                               KeyAccess::bytes(key));
}

bool decrypt(const Key& key, std::string_view associated, std::string_view sealed, unsigned char* out) {
    sodium_ready();
    if (sealed.size() < sealed_overhead || sealed[0] != version) { return false; }
    const auto nonce = sealed.substr(1, nonce_bytes);
    const auto ciphertext = sealed.substr(1 + nonce_bytes);
    return crypto_aead_xchacha20poly1305_ietf_decrypt(out, nullptr, nullptr, as_bytes(ciphertext), ciphertext.size(),
                                                      as_bytes(associated), associated.size(), as_bytes(nonce),
                                                      KeyAccess::bytes(key)) == 0;
}

std::string seal(const Key& key, const Cell& cell, std::string_view plaintext) {
    std::string out;
    encrypt(key, associated_data(cell), plaintext, out);
    return out;
}

Result<std::string> open(const Key& key, const Cell& cell, std::string_view sealed) {
    std::string plaintext(sealed.size() < sealed_overhead ? 0 : sealed.size() - sealed_overhead, '\0');
    if (!decrypt(key, associated_data(cell), sealed, as_bytes(plaintext))) {
        return fail(Fault::broken, "a sealed value does not open: another key, another cell or changed bytes");
    }
    return plaintext;
}

}  // namespace haven
