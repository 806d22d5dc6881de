#pragma once
#include <initializer_list>
#include <memory>
#include <string_view>

#include "core/seal/octets.h"

namespace haven {

/// SHA-256. Source: FIPS 180-4.
///
/// The one use of OpenSSL's libcrypto outside TLS, for this and nothing else: it uses the processor's SHA instructions
/// and hashes a ledger entry of 250 bytes in 0.22 us, libsodium in 0.80 us.
class Sha256 {
public:
    Sha256();
    void update(std::string_view bytes);
    Digest32 finish();  ///< and begins anew

private:
    struct Free {
        void operator()(void* context) const;
    };
    std::unique_ptr<void, Free> context_;
};

/// The same, of parts that are at hand, one after another without anything between them.
Digest32 sha256(std::initializer_list<std::string_view> parts);
inline Digest32 sha256(std::string_view bytes) {
    return sha256(std::initializer_list<std::string_view>{bytes});
}

/// Sixteen random bytes that keep a commitment from being tried out. Kept sealed under the subject's key; when that key
/// is destroyed the commitment says nothing about anybody any more.
using Salt = Octets<struct SaltTag, 16>;

/// What the ledger holds in place of exact bytes: SHA-256(salt, bytes). Who has the salt and the bytes can prove that
/// these were the bytes; nobody else learns anything. For bytes that stream, feed `Sha256` the salt first.
inline Digest32 commit(const Salt& salt, std::string_view bytes) {
    return sha256({salt.view(), bytes});
}

}  // namespace haven
