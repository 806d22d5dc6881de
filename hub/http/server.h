#pragma once
#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/base/instant.h"
#include "hub/http/route.h"

namespace haven::http {

/// PEM files. TLS 1.2 with forward secrecy and authenticated encryption, or 1.3; no resumption, so that what a
/// certificate proves is proved on every connection.
struct TlsFiles {
    std::string certificate;  ///< the hub's own, followed by its chain
    std::string key;          ///< read only if nobody but its owner may read it
    /// Whose client certificates are believed; "" asks for none. A caller may come without one (a bearer token then
    /// says who it is); one whose certificate does not verify is cut off.
    std::string client_ca;
};

struct Limits {
    std::size_t head_bytes = 8192;
    std::size_t body_bytes = std::size_t{1} << 20;     ///< where the route says nothing else
    std::size_t bodies_bytes = std::size_t{64} << 20;  ///< of all requests under way together; more are answered 503
    std::size_t connections = 4096;                    ///< more are closed at once
    std::size_t connections_per_address = 256;         ///< IPv6: per /64
    std::size_t requests_per_connection = 10'000;
};

struct Deadlines {
    std::chrono::milliseconds head = 10s;  ///< handshake and first head together; each later head from its first byte
    std::chrono::milliseconds idle = 30s;  ///< between two requests
    std::chrono::milliseconds handler = 30s;
    std::chrono::milliseconds grace = 10s;    ///< how long a body or the reading of an answer may stand still ...
    std::size_t bytes_per_second = 1024;      ///< ... beyond what comes or goes at this rate
    std::chrono::milliseconds farewell = 2s;  ///< to read the last answer before the connection is cut
};

struct ServerOptions {
    std::string address = "127.0.0.1";  ///< numeric
    std::uint16_t port = 0;             ///< 0: the system chooses
    unsigned threads = 2;
    std::optional<TlsFiles> tls;     ///< needed unless the address is a loopback one
    std::vector<std::string> hosts;  ///< what the Host field may say, without port; empty: anything
    std::uint32_t node = 0;          ///< 0 to 1023, for request ids
    Limits limits;
    Deadlines deadlines;
};

/// Who calls? Asked once a route is found and before any of the body is read; nothing is let in without its leave. The
/// refusal is the hub's own response (401, 403, 429). Runs on an I/O thread and must not block.
using Authorise = std::function<tl::expected<Caller, Response>(const Route&, const Request&)>;

/// One answered request, for metrics and the log. `route` is "none" where no route was found.
struct Served {
    Literal route;
    int status;                      ///< 0: the caller went away before its answer
    std::chrono::microseconds took;  ///< from the whole head to the last byte of the answer
    RequestId request;               ///< as a problem's `instance` names it
    Caller caller = {};              ///< of no kind where it was not let in
};
using Observe = std::function<void(const Served&)>;

/// The HTTP/1.1 edge: gate, routes, limits, deadlines. Few threads; no thread waits for a handler.
class Server {
public:
    /// Opens the port and starts to answer.
    /// Errors: refused - plain HTTP elsewhere than on loopback, a key that others may read; missing - no key file;
    ///         malformed - an address, certificate, key or option that cannot be used; unreachable - the port is taken.
    static Result<std::unique_ptr<Server>> start(ServerOptions options, Routes routes, Authorise authorise,
                                                 Observe observe);
    Server(const Server&) = delete;
    Server& operator=(const Server&) = delete;
    ~Server();  ///< stops without waiting for requests under way

    std::uint16_t port() const;
    const Routes& routes() const;

    /// Takes no more connections, lets requests under way finish until the deadline, then cuts what is left. Returns
    /// when all is closed. Not to be called by a handler.
    void stop(std::chrono::milliseconds deadline);

private:
    struct Parts;
    explicit Server(std::unique_ptr<Parts> parts);
    std::unique_ptr<Parts> parts_;
};

}  // namespace haven::http
