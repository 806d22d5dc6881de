#include "core/seal/signing.h"

#include <sodium.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <utility>

#include "core/base/encoding.h"
#include "core/base/limits.h"
#include "core/seal/key_access.h"
#include "core/seal/key_line.h"
#include "core/seal/secret_file.h"
#include "core/seal/sha256.h"

namespace haven {
namespace {

constexpr Literal kind = "haven-signing-key";
constexpr char ed25519 = 1;  // the signature type of C2SP signed-note
constexpr std::size_t id_chars = 8;
using SecretKey = std::array<unsigned char, crypto_sign_SECRETKEYBYTES>;  // libsodium's: the seed, then the public key

std::uint32_t key_id(std::string_view name, std::string_view key) {
    const std::array<char, 2> between{'\n', ed25519};
    return BytesReader(sha256({name, {between.data(), between.size()}, key}).view()).u32();
}

}  // namespace

bool is_key_name(std::string_view name) {
    const auto visible = [](char c) { return c > ' ' && c < '\x7f' && c != '+'; };
    return !name.empty() && name.size() <= limits::name_chars_max && std::all_of(name.begin(), name.end(), visible);
}

PublicKey::PublicKey(std::string name, const Bytes& bytes)
    : name_(std::move(name)), bytes_(bytes), id_(key_id(name_, bytes.view())) {}

Result<PublicKey> PublicKey::parse(std::string_view text) {
    const auto first = text.find('+');
    const auto second = first == std::string_view::npos ? first : text.find('+', first + 1);
    if (second == std::string_view::npos || second - first - 1 != id_chars || !is_key_name(text.substr(0, first))) {
        return fail(Fault::malformed, "expected a public key as NAME+ID+BASE64");
    }
    const auto coded = from_base64(text.substr(second + 1));
    if (!coded || coded->size() != 1 + Bytes::size || coded->front() != ed25519) {
        return fail(Fault::malformed, "expected an Ed25519 public key in base 64");
    }
    PublicKey key(std::string(text.substr(0, first)), *Bytes::from(std::string_view(*coded).substr(1)));
    if (key.text() != text) { return fail(Fault::malformed, "the public key's id does not agree with it"); }
    return key;
}

bool PublicKey::verifies(std::string_view message, const Signature& signature) const {
    sodium_ready();
    return crypto_sign_verify_detached(signature.bytes.data(), as_bytes(message), message.size(),
                                       bytes_.bytes.data()) == 0;
}

std::string PublicKey::text() const {
    std::string id;
    put_u32(id, id_);
    std::string coded(1, ed25519);
    coded += bytes_.view();
    return name_ + "+" + to_hex(id) + "+" + to_base64(coded);
}

Result<SigningKey> SigningKey::from_seed(std::string_view name, Key seed) {
    if (!is_key_name(name)) {
        return fail(Fault::malformed, "expected a key name of 1 to 128 visible characters without a plus");
    }
    sodium_ready();
    PublicKey::Bytes public_bytes;
    SecretKey secret{};
    crypto_sign_seed_keypair(public_bytes.bytes.data(), secret.data(), KeyAccess::bytes(seed));
    sodium_memzero(secret.data(), secret.size());
    return SigningKey(std::move(seed), PublicKey(std::string(name), public_bytes));
}

Result<SigningKey> SigningKey::random(std::string_view name) {
    return from_seed(name, Key::random());
}

Result<SigningKey> SigningKey::load(const std::filesystem::path& file) {
    auto text = read_secret_file(file, key_line_chars_max);
    if (!text) { return fail(std::move(text).error()); }
    auto line = parse_key_line(kind, *text);
    wipe(*text);
    if (!line) { return fail(std::move(line).error().at(place_of(file))); }
    return from_seed(line->label, std::move(line->key));
}

Result<void> SigningKey::save(const std::filesystem::path& file) const {
    auto line = key_line(kind, public_key_.name(), seed_);
    auto written = write_new_secret_file(file, line);
    wipe(line);
    return written;
}

Signature SigningKey::sign(std::string_view message) const {
    SecretKey secret{};
    std::memcpy(secret.data(), KeyAccess::bytes(seed_), Key::size);
    std::memcpy(secret.data() + Key::size, public_key_.bytes_.bytes.data(), PublicKey::Bytes::size);
    Signature signature;
    crypto_sign_detached(signature.bytes.data(), nullptr, as_bytes(message), message.size(), secret.data());
    sodium_memzero(secret.data(), secret.size());
    return signature;
}

}  // namespace haven
