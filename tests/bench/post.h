#pragma once
#include <boost/asio.hpp>
#include <boost/asio/ssl.hpp>
#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "tests/bench/wire.h"

/// The far ends of the benchmark, all on one thread: what posts, and what is posted to.
namespace haven::bench {

namespace asio = boost::asio;
using Tls = asio::ssl::stream<asio::ip::tcp::socket>;

/// One request as it goes over the wire.
std::string request_bytes(std::string_view path, std::string_view token, std::string_view media_type,
                          std::string_view body);

/// A kept connection that posts one thing at a time and connects again where the other end hangs up.
class Poster {
public:
    using Told = std::function<void(const WireMessage& answer)>;
    Poster(asio::io_context& io, asio::ssl::context& tls, std::uint16_t port) : io_(io), tls_(tls), port_(port) {}

    /// Sends and reads one answer; one request at a time.
    void post(std::string request, Told told);

private:
    void connect();
    void read();
    asio::io_context& io_;
    asio::ssl::context& tls_;
    std::uint16_t port_;
    std::unique_ptr<Tls> line_;
    std::string request_, waiting_;
    std::array<char, 8192> piece_{};
    Told told_;
};

/// So many posters; what is more than they can send waits its turn.
class Posters {
public:
    Posters(asio::io_context& io, asio::ssl::context& tls, std::uint16_t port, std::size_t count);
    void post(std::string request, Poster::Told told);

private:
    void next(Poster& poster);
    struct Waiting {
        std::string request;
        Poster::Told told;
    };
    std::vector<std::unique_ptr<Poster>> all_;
    std::vector<Poster*> idle_;
    std::deque<Waiting> waiting_;
};

/// A server that answers every post at once: 201 with its Idempotency-Key and a reference, as a housing system does.
class FastServer {
public:
    using Posted = std::function<void(const WireMessage& message)>;
    FastServer(asio::io_context& io, asio::ssl::context& tls, Posted posted);
    std::uint16_t port() const { return door_.local_endpoint().port(); }

private:
    struct Line;
    void accept();
    asio::ssl::context& tls_;
    asio::ip::tcp::acceptor door_;
    Posted posted_;
};

/// A TLS context with one of the certificates that tests/peers/make_certificates made; it trusts their authority only.
asio::ssl::context tls_of(const std::string& folder, const std::string& name, asio::ssl::context::method method);

}  // namespace haven::bench
