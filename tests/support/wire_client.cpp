#include "tests/support/wire_client.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <openssl/ssl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <utility>

namespace haven::test {

WireClient::WireClient(std::uint16_t port) {
    std::signal(SIGPIPE, SIG_IGN);  // OpenSSL writes with write(), and the server may have gone
    socket_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    wait_at_most(std::chrono::seconds(10));
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_port = htons(port);
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    open_ = ::connect(socket_, reinterpret_cast<const sockaddr*>(&to), sizeof to) == 0;
}

WireClient::WireClient(std::uint16_t port, const ClientTls& how) : WireClient(port) {
    const std::shared_ptr<SSL_CTX> context(SSL_CTX_new(TLS_client_method()), SSL_CTX_free);
    SSL_CTX_set_security_level(context.get(), 0);  // a test may offer what the server must refuse
    if (how.version_max != 0) {
        SSL_CTX_set_min_proto_version(context.get(), TLS1_VERSION);
        SSL_CTX_set_max_proto_version(context.get(), how.version_max);
    }
    if (!how.authority.empty()) {
        SSL_CTX_load_verify_locations(context.get(), how.authority.c_str(), nullptr);
        SSL_CTX_set_verify(context.get(), SSL_VERIFY_PEER, nullptr);
    }
    if (!how.certificate.empty()) {
        SSL_CTX_use_certificate_chain_file(context.get(), how.certificate.c_str());
        SSL_CTX_use_PrivateKey_file(context.get(), how.key.c_str(), SSL_FILETYPE_PEM);
    }
    tls_ = {SSL_new(context.get()), SSL_free};
    SSL_set_fd(tls_.get(), socket_);
    open_ = open_ && SSL_connect(tls_.get()) == 1;
}

void WireClient::wait_at_most(std::chrono::milliseconds patience) {
    const timeval wait{patience.count() / 1000, patience.count() % 1000 * 1000};
    ::setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof wait);
    ::setsockopt(socket_, SOL_SOCKET, SO_SNDTIMEO, &wait, sizeof wait);
}

WireClient::~WireClient() {
    tls_.reset();
    ::close(socket_);
}

std::string WireClient::tls_version() const {
    return SSL_get_version(tls_.get());
}

bool WireClient::send(std::string_view bytes) {
    while (!bytes.empty()) {
        const auto n = tls_ ? SSL_write(tls_.get(), bytes.data(), static_cast<int>(bytes.size()))
                            : ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (n <= 0) { return false; }
        bytes.remove_prefix(static_cast<std::size_t>(n));
    }
    return true;
}

void WireClient::finish_sending() {
    if (tls_) { SSL_shutdown(tls_.get()); }
    ::shutdown(socket_, SHUT_WR);
}

bool WireClient::fill() {
    std::array<char, 16384> piece{};
    const auto n = tls_ ? SSL_read(tls_.get(), piece.data(), static_cast<int>(piece.size()))
                        : ::recv(socket_, piece.data(), piece.size(), 0);
    if (n <= 0) {
        in_order_ = n == 0 && (!tls_ || SSL_get_shutdown(tls_.get()) == SSL_RECEIVED_SHUTDOWN);
        ended_ = n == 0 || (errno != EAGAIN && errno != EWOULDBLOCK);
        return false;
    }
    in_.append(piece.data(), static_cast<std::size_t>(n));
    return true;
}

std::string WireClient::answer(bool head_only) {
    while (in_.find("\r\n\r\n") == std::string::npos) {
        if (!fill()) { return std::exchange(in_, {}); }
    }
    auto size = in_.find("\r\n\r\n") + 4;
    const std::string field = "\r\nContent-Length: ";
    const auto at = in_.find(field);
    if (!head_only && at < size) { size += std::stoul(in_.substr(at + field.size(), 10)); }
    while (in_.size() < size && fill()) {}
    auto whole = in_.substr(0, size);
    in_.erase(0, size);
    return whole;
}

std::string WireClient::until_closed() {
    while (fill()) {}
    return std::exchange(in_, {});
}

bool WireClient::is_closed() {
    return in_.empty() && !fill() && ended_;
}

}  // namespace haven::test
