#pragma once
#include <memory>

#include "hub/http/message.h"
#include "hub/http/server.h"

struct ssl_ctx_st;  // OpenSSL's
struct ssl_st;

namespace haven::http {

/// What every TLS connection of a server shares.
using TlsContext = std::shared_ptr<ssl_ctx_st>;

Result<TlsContext> make_tls(const TlsFiles& files);

/// The verified certificate of the other end; null where it showed none.
std::shared_ptr<const ClientCertificate> client_certificate(ssl_st* connection);

}  // namespace haven::http
