#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"

namespace haven::transport {

/// A server's public key: its kind and its bytes as SSH sends them.
struct HostKey {
    std::string kind;
    std::string bytes;
};

/// Reads host keys as `ssh-keyscan` prints them: "host kind base64" a line; empty lines and # comments are passed over.
///
/// RSA and DSA lines are passed over too: libssh2 1.10 signs them with SHA-1 only, which servers refuse.
/// Errors: malformed - a line has another form (with its number); missing - no ed25519 or ecdsa key is among them.
Result<std::vector<HostKey>> host_keys_from(std::string_view text);

/// Checks that a private key is one that the client can log in with: ed25519 or ecdsa, in OpenSSH's own form, without a
/// passphrase (its protection is the file's rights).
///
/// Errors: refused - another kind, another form, or a passphrase.
/// Source: OpenSSH PROTOCOL.key, sections 1 and 3.
Result<void> check_private_key(std::string_view pem);

}  // namespace haven::transport
