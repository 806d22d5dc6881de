#pragma once
#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

struct ssl_st;

namespace haven::test {

/// A certificate and key that a client shows, and whom it believes: PEM files, "" for none.
struct ClientTls {
    std::string certificate;
    std::string key;
    std::string authority;
    int version_max = 0;  ///< OpenSSL's number of the highest TLS version to offer; 0: the library's own
};

/// One connection to 127.0.0.1 that sends exactly the bytes that a test gives it, and reads what comes back.
class WireClient {
public:
    explicit WireClient(std::uint16_t port);
    WireClient(std::uint16_t port, const ClientTls& tls);
    WireClient(const WireClient&) = delete;
    WireClient& operator=(const WireClient&) = delete;
    ~WireClient();

    bool is_open() const { return open_; }  ///< connected, and its TLS handshake went through
    std::string tls_version() const;        ///< "TLSv1.3"
    int socket() const { return socket_; }

    bool send(std::string_view bytes);  ///< false: the other end does not take them
    void finish_sending();
    /// The next whole answer, interim ones included, or what had come when the connection ended or patience was out.
    /// `head_only` for the answer to HEAD.
    std::string answer(bool head_only = false);
    std::string until_closed();                        ///< all that comes before the other end closes
    bool is_closed();                                  ///< waits for the other end to close, with nothing more to read
    bool ended_in_order() const { return in_order_; }  ///< not reset, and with TLS's own goodbye

    /// How long one read may wait: ten seconds unless said otherwise.
    void wait_at_most(std::chrono::milliseconds patience);

private:
    bool fill();  ///< reads once; false at the end or when patience is out
    int socket_ = -1;
    bool open_ = false;
    bool ended_ = false;
    bool in_order_ = false;
    std::shared_ptr<ssl_st> tls_;
    std::string in_;
};

}  // namespace haven::test
