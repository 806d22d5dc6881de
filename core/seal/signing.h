#pragma once
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

#include "core/base/result.h"
#include "core/seal/key.h"
#include "core/seal/octets.h"

namespace haven {

/// Ed25519. Source: RFC 8032.
using Signature = Octets<struct SignatureTag, 64>;

/// Whether a key may be called so: 1 to 128 visible ASCII characters without a plus. Source: C2SP signed-note.
bool is_key_name(std::string_view name);

/// What checks a signature, and the name it goes by: the ledger's origin, a witness.
class PublicKey {
public:
    /// Reads "NAME+ID+BASE64", as `text` writes it.
    /// Errors: malformed - not of that form, or an ID that is not this key's.
    static Result<PublicKey> parse(std::string_view text);

    const std::string& name() const { return name_; }

    /// Says together with the name which key made a signature: the first four bytes of
    /// SHA-256(name, newline, 1, key). Source: C2SP signed-note.
    std::uint32_t id() const { return id_; }

    bool verifies(std::string_view message, const Signature& signature) const;

    /// "beacon.example/ledger+5c2f0a91+AWk..." Source: C2SP signed-note, verifier keys.
    std::string text() const;

    bool operator==(const PublicKey&) const = default;

private:
    friend class SigningKey;
    using Bytes = Octets<struct PublicKeyTag, 32>;
    PublicKey(std::string name, const Bytes& bytes);
    std::string name_;
    Bytes bytes_;
    std::uint32_t id_ = 0;
};

/// What makes signatures. Kept like a site key: in locked memory, and as one line "haven-signing-key 1 NAME BASE64" in
/// a file that its owner alone may read.
class SigningKey {
public:
    /// A new key. Errors: malformed - a name that `is_key_name` refuses.
    static Result<SigningKey> random(std::string_view name);

    /// Errors: as `read_secret_file`; malformed - not a signing key line.
    static Result<SigningKey> load(const std::filesystem::path& file);

    /// Writes this key to a new file. Errors: as `write_new_secret_file`.
    Result<void> save(const std::filesystem::path& file) const;

    const PublicKey& public_key() const { return public_key_; }
    Signature sign(std::string_view message) const;

private:
    static Result<SigningKey> from_seed(std::string_view name, Key seed);
    SigningKey(Key seed, PublicKey public_key) : seed_(std::move(seed)), public_key_(std::move(public_key)) {}
    Key seed_;
    PublicKey public_key_;
};

}  // namespace haven
