#include "hub/http/stream.h"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <sys/socket.h>

#include <cerrno>
#include <new>

namespace haven::http {
namespace {

using Kind = Stream::Step::Kind;

Stream::Step plain_step(ssize_t result, Want want) {
    if (result > 0) { return {Kind::done, want, static_cast<std::size_t>(result)}; }
    if (result < 0 && (errno == EAGAIN || errno == EINTR)) { return {Kind::wait, want}; }
    return {Kind::over};
}

}  // namespace

Stream::Stream(int socket, const TlsContext& tls) : socket_(socket) {
    if (!tls) { return; }
    tls_ = {SSL_new(tls.get()), SSL_free};
    if (!tls_) { throw std::bad_alloc(); }  // never fall back to plain
    SSL_set_accept_state(tls_.get());
    SSL_set_fd(tls_.get(), socket);
}

Stream::Step Stream::step(int result) {
    if (result > 0) { return {Kind::done, Want::read, static_cast<std::size_t>(result)}; }
    switch (SSL_get_error(tls_.get(), result)) {
        case SSL_ERROR_WANT_READ: return {Kind::wait, Want::read};
        case SSL_ERROR_WANT_WRITE: return {Kind::wait, Want::write};
        default: return {Kind::over};
    }
}

Stream::Step Stream::handshake() {
    if (!tls_) { return {Kind::done}; }
    ERR_clear_error();  // the queue is the thread's: another connection's error must not be taken for this one's
    return step(SSL_do_handshake(tls_.get()));
}

Stream::Step Stream::read(std::span<char> into) {
    if (!tls_) { return plain_step(::recv(socket_, into.data(), into.size(), 0), Want::read); }
    ERR_clear_error();
    return step(SSL_read(tls_.get(), into.data(), static_cast<int>(into.size())));
}

Stream::Step Stream::write(std::string_view bytes) {
    if (!tls_) { return plain_step(::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL), Want::write); }
    constexpr std::size_t once_max = std::size_t{1} << 20;
    ERR_clear_error();
    return step(SSL_write(tls_.get(), bytes.data(), static_cast<int>(std::min(bytes.size(), once_max))));
}

void Stream::finish() {
    if (tls_ && SSL_is_init_finished(tls_.get()) == 1) {
        ERR_clear_error();
        SSL_shutdown(tls_.get());
    }
    ::shutdown(socket_, SHUT_WR);
}

Stream::Step Stream::discard(std::span<char> into) {
    return plain_step(::recv(socket_, into.data(), into.size(), 0), Want::read);
}

std::shared_ptr<const ClientCertificate> Stream::certificate() const {
    return tls_ ? client_certificate(tls_.get()) : nullptr;
}

}  // namespace haven::http
