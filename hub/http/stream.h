#pragma once
#include <memory>
#include <span>
#include <string_view>

#include "hub/http/tls.h"

namespace haven::http {

/// Which readiness of a socket is waited for.
enum class Want : std::uint8_t { read, write };

/// The bytes of one connection, plain or TLS, over a non-blocking socket. OpenSSL reads and writes the socket itself:
/// one type for both kinds, no second pair of buffers, and an idle TLS connection holds none.
class Stream {
public:
    /// What one try came to.
    struct Step {
        enum class Kind : std::uint8_t { done, wait, over };
        Kind kind;
        Want want = Want::read;  ///< for `wait`
        std::size_t bytes = 0;   ///< for `done`
    };

    /// `socket` stays its owner's; without `tls` the bytes are plain.
    Stream(int socket, const TlsContext& tls);

    Step handshake();
    Step read(std::span<char> into);
    Step write(std::string_view bytes);
    /// Says that nothing more will be written. What the other end still sends can only be thrown away.
    void finish();
    Step discard(std::span<char> into);

    std::shared_ptr<const ClientCertificate> certificate() const;

private:
    Step step(int result);
    int socket_;
    std::shared_ptr<ssl_st> tls_;
};

}  // namespace haven::http
