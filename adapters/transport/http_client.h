#pragma once
#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "adapters/transport/exchange.h"
#include "core/base/cleared.h"
#include "core/base/result.h"

namespace haven::transport {

/// How one partner's HTTPS endpoint is reached, and how each side knows the other.
struct HttpEndpoint {
    std::string url;               ///< https://host[:port]/path, without a last slash
    std::string certificate_file;  ///< PEM: the hub's certificate for this partner, with its chain
    std::string key;               ///< PEM: its private key itself
    std::string ca_file;           ///< PEM: the only authorities that may vouch for the partner
    std::string pins;  ///< "" or "sha256//BASE64[;sha256//BASE64]": the partner's public keys, current and next
    std::chrono::milliseconds timeout{20'000};  ///< longest whole exchange
    std::size_t reply_bytes_max = 1 << 20;
};

/// A complete answer.
struct HttpReply {
    int status = 0;
    std::vector<std::pair<std::string, std::string>> headers;  ///< names in lower case
    std::string body;

    /// The value of a header; "" where it is absent or stands there more than once.
    std::string_view header(std::string_view lower_name) const;
    /// How long the partner asks to wait: seconds or a date. Nothing where it says nothing that can be read.
    /// Source: RFC 9110, section 10.2.3.
    std::optional<std::chrono::seconds> retry_after(Instant now) const;
};

using Exchange = std::variant<HttpReply, NothingSent, NoReply>;

/// HTTPS to one partner under one identity: its own connection, kept alive between calls, shared with nobody.
///
/// TLS 1.2 or newer with a client certificate, always; only the given authorities are trusted. No redirect, proxy,
/// cookie, compression, netrc or environment variable has any effect. No message is sent a second time inside, not
/// even when a kept connection dies under it. One thread at a time; a call takes at most `timeout`.
class HttpClient {
public:
    /// Errors: refused - the address is not https, a file cannot be read, or a pin has no such form.
    static Result<HttpClient> make(HttpEndpoint endpoint, const Clock& clock);
    HttpClient(HttpClient&&) noexcept;
    HttpClient& operator=(HttpClient&&) noexcept;
    ~HttpClient();

    /// Posts a message with the header `Idempotency-Key`. The message is asked for its bytes before connecting, again
    /// when the connection stands, and again at the first byte: a refusal at any of these is NothingSent.
    Exchange post(std::string_view key, const Cleared& message);
    /// Both send nothing but the address, so NothingSent and NoReply differ only in their reasons.
    Exchange get(std::string_view path);
    Exchange remove(std::string_view path);

    /// Ends the kept connection: after an answer that cannot be the answer to what was asked, nothing on it is
    /// believed.
    void hang_up();

private:
    struct State;
    explicit HttpClient(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
};

}  // namespace haven::transport
