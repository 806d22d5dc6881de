#include "adapters/transport/easy.h"

#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <mutex>
#include <new>

#include "core/base/log.h"

namespace haven::transport {
namespace {

constexpr std::chrono::milliseconds connect_timeout{5'000};
constexpr long slowest_bytes_per_second = 100;
constexpr long slow_for_seconds = 10;

// SSLKEYLOGFILE would make libcurl write every session's keys to a file: the environment has no say here.
void start_libcurl() {
    static std::once_flag once;
    std::call_once(once, [] {
        ::unsetenv("SSLKEYLOGFILE");
        if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) { std::abort(); }
    });
}

CURL* new_handle() {
    start_libcurl();
    CURL* handle = curl_easy_init();
    if (handle == nullptr) { throw std::bad_alloc(); }
    return handle;
}

}  // namespace

void append(CurlList& list, const std::string& line) {
    curl_slist* longer = curl_slist_append(list.get(), line.c_str());
    if (longer == nullptr) { throw std::bad_alloc(); }
    static_cast<void>(list.release());  // the longer list owns it
    list.reset(longer);
}

Easy::Easy() : handle_(new_handle()) {}

void Easy::check(CURLcode code) {
    if (code == CURLE_OK) { return; }
    log(LogLevel::alarm, "libcurl refused an option", {{"code", static_cast<int>(code)}});
    std::abort();
}

void Easy::begin(const char* protocol, std::chrono::milliseconds timeout) {
    curl_easy_reset(handle_.get());
    set(CURLOPT_PROTOCOLS_STR, protocol);
    set(CURLOPT_REDIR_PROTOCOLS_STR, protocol);
    set(CURLOPT_FOLLOWLOCATION, 0L);
    set(CURLOPT_PROXY, "");
    set(CURLOPT_NOPROXY, "*");
    set(CURLOPT_NETRC, static_cast<long>(CURL_NETRC_IGNORED));
    set(CURLOPT_NOSIGNAL, 1L);
    set(CURLOPT_MAXCONNECTS, 1L);
    set(CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(std::min(timeout, connect_timeout).count()));
    set(CURLOPT_TIMEOUT_MS, static_cast<long>(timeout.count()));
    set(CURLOPT_LOW_SPEED_LIMIT, slowest_bytes_per_second);
    set(CURLOPT_LOW_SPEED_TIME, slow_for_seconds);
}

// A partner that answers twice leaves the second answer on the connection, where it would pass for the answer to the
// next request: libcurl 7.88 does not look.
bool Easy::kept_connection_is_spoilt() const {
    curl_socket_t socket = CURL_SOCKET_BAD;
    if (curl_easy_getinfo(handle_.get(), CURLINFO_ACTIVESOCKET, &socket) != CURLE_OK || socket == CURL_SOCKET_BAD) {
        return false;
    }
    char byte = 0;
    const auto n = ::recv(socket, &byte, 1, MSG_PEEK | MSG_DONTWAIT);
    return n >= 0 || (errno != EAGAIN && errno != EWOULDBLOCK);
}

void Easy::hang_up() {
    handle_.reset(new_handle());
}

long Easy::status() const {
    long status = 0;
    curl_easy_getinfo(handle_.get(), CURLINFO_RESPONSE_CODE, &status);
    return status;
}

Reason reason_of(CURLcode code) {
    switch (code) {
        case CURLE_COULDNT_RESOLVE_HOST: return "the partner's host name is not known";
        case CURLE_COULDNT_CONNECT: return "the partner does not take connections";
        case CURLE_OPERATION_TIMEDOUT: return "the partner did not answer in time";
        case CURLE_PEER_FAILED_VERIFICATION: return "the other side could not show that it is the partner";
        case CURLE_SSL_PINNEDPUBKEYNOTMATCH: return "the partner's public key is not one of the pinned keys";
        case CURLE_SSL_CONNECT_ERROR: return "no TLS connection could be agreed with the partner";
        case CURLE_SSL_CACERT_BADFILE: return "the file of authorities cannot be used";
        case CURLE_SSL_CERTPROBLEM: return "the hub's certificate or key cannot be used";
        case CURLE_LOGIN_DENIED: return "the login at the partner did not succeed";
        case CURLE_FAILED_INIT:  // what libcurl says when keys or algorithms of SSH could not be exchanged
        case CURLE_SSH: return "no SSH connection could be agreed with the partner";
        case CURLE_REMOTE_FILE_NOT_FOUND: return "the partner has no such file or folder";
        case CURLE_REMOTE_ACCESS_DENIED: return "the partner does not allow this file or folder";
        case CURLE_REMOTE_DISK_FULL: return "the partner's disk is full";
        case CURLE_QUOTE_ERROR: return "the partner's server did not do what it was asked";
        case CURLE_WRITE_ERROR: return "the partner's answer is longer than allowed";
        case CURLE_UNSUPPORTED_PROTOCOL:
        case CURLE_WEIRD_SERVER_REPLY: return "the partner's answer makes no sense";
        case CURLE_PARTIAL_FILE:
        case CURLE_GOT_NOTHING:
        case CURLE_SEND_ERROR:
        case CURLE_SEND_FAIL_REWIND:
        case CURLE_RECV_ERROR: return "the line to the partner broke";
        default: return Reason("the transport failed, libcurl code ", static_cast<int>(code));
    }
}

}  // namespace haven::transport
