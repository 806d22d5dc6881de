#include "adapters/transport/http_client.h"

#include <unistd.h>

#include <algorithm>

#include "adapters/sdk/plain_name.h"
#include "adapters/transport/easy.h"
#include "adapters/transport/outgoing.h"

namespace haven::transport {

struct HttpClient::State {
    HttpEndpoint endpoint;
    const Clock* clock;
    Easy easy;
};

namespace {

constexpr std::size_t reply_header_bytes_max = std::size_t{16} * 1024;
constexpr std::size_t digits_of_seconds_max = 9;

// One exchange as libcurl's callbacks see it.
struct Transfer {
    Outgoing* outgoing = nullptr;  // none for get and remove
    std::size_t body_bytes_max = 0;
    std::size_t header_bytes = 0;
    bool requested = false;  // the connection stands and the request may go
    HttpReply reply = {};
};

// The connection stands, nothing of the request has left.
int before_request(void* self, char* /*address*/, char* /*local*/, int /*port*/, int /*local_port*/) {
    auto& transfer = *static_cast<Transfer*>(self);
    transfer.requested = true;
    const bool may_go = transfer.outgoing == nullptr || transfer.outgoing->clear();
    return may_go ? CURL_PREREQFUNC_OK : CURL_PREREQFUNC_ABORT;
}

std::string_view trimmed(std::string_view text) {
    const auto from = text.find_first_not_of(" \t\r\n");
    if (from == std::string_view::npos) { return {}; }
    return text.substr(from, text.find_last_not_of(" \t\r\n") - from + 1);
}

std::size_t take_header(char* bytes, std::size_t size, std::size_t count, void* self) {
    auto& transfer = *static_cast<Transfer*>(self);
    const std::string_view line(bytes, size * count);
    transfer.header_bytes += line.size();
    if (transfer.header_bytes > reply_header_bytes_max) { return 0; }
    if (line.starts_with("HTTP/")) { transfer.reply.headers.clear(); }  // an interim answer came before
    const auto colon = line.find(':');
    if (colon == std::string_view::npos) { return line.size(); }
    std::string name(line.substr(0, colon));
    std::transform(name.begin(), name.end(), name.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
    transfer.reply.headers.emplace_back(std::move(name), trimmed(line.substr(colon + 1)));
    return line.size();
}

std::size_t take_body(char* bytes, std::size_t size, std::size_t count, void* self) {
    auto& transfer = *static_cast<Transfer*>(self);
    const auto n = size * count;
    if (transfer.reply.body.size() + n > transfer.body_bytes_max) { return 0; }
    transfer.reply.body.append(bytes, n);
    return n;
}

void begin(Easy& easy, const HttpEndpoint& endpoint, Transfer& transfer, const std::string& url) {
    if (easy.kept_connection_is_spoilt()) { easy.hang_up(); }
    easy.begin("https", endpoint.timeout);
    easy.set(CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
    easy.set(CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
    easy.set(CURLOPT_SSL_CIPHER_LIST, "ECDHE+AESGCM:ECDHE+CHACHA20");  // of TLS 1.2: forward secrecy and AEAD only
    easy.set(CURLOPT_SSL_VERIFYPEER, 1L);
    easy.set(CURLOPT_SSL_VERIFYHOST, 2L);
    easy.set(CURLOPT_CAINFO, endpoint.ca_file.c_str());
    easy.set(CURLOPT_CAPATH, nullptr);  // Debian's libcurl would trust the machine's authorities as well
    easy.set(CURLOPT_SSLCERT, endpoint.certificate_file.c_str());
    curl_blob key{const_cast<char*>(endpoint.key.data()), endpoint.key.size(), CURL_BLOB_COPY};
    easy.set(CURLOPT_SSLKEY_BLOB, &key);
    if (!endpoint.pins.empty()) { easy.set(CURLOPT_PINNEDPUBLICKEY, endpoint.pins.c_str()); }
    easy.set(CURLOPT_URL, url.c_str());
    easy.set(CURLOPT_PREREQFUNCTION, before_request);
    easy.set(CURLOPT_PREREQDATA, &transfer);
    easy.set(CURLOPT_HEADERFUNCTION, take_header);
    easy.set(CURLOPT_HEADERDATA, &transfer);
    easy.set(CURLOPT_WRITEFUNCTION, take_body);
    easy.set(CURLOPT_WRITEDATA, &transfer);
}

Exchange finish(Easy& easy, Transfer& transfer) {
    const auto code = easy.perform();
    if (code == CURLE_OK) {
        transfer.reply.status = static_cast<int>(easy.status());
        return std::move(transfer.reply);
    }
    easy.hang_up();
    const auto why = reason_of(code);
    const auto* outgoing = transfer.outgoing;
    if (outgoing == nullptr ? transfer.requested : outgoing->left()) { return NoReply{why}; }
    return NothingSent{outgoing == nullptr ? why : outgoing->refusal().value_or(why)};
}

bool is_pins(std::string_view pins) {
    while (!pins.empty()) {
        const auto end = std::min(pins.find(';'), pins.size());
        constexpr std::size_t pin_chars = 8 + 44;  // "sha256//" and 32 bytes in base 64
        if (!pins.starts_with("sha256//") || end != pin_chars) { return false; }
        pins.remove_prefix(std::min(end + 1, pins.size()));
    }
    return true;
}

bool is_header_text(std::string_view text) {
    return std::all_of(text.begin(), text.end(), [](char c) { return c >= ' ' && c < 0x7F; });
}

bool is_readable(const std::string& file) {
    return ::access(file.c_str(), R_OK) == 0;
}

}  // namespace

std::string_view HttpReply::header(std::string_view lower_name) const {
    const auto is_it = [&](const auto& header) { return header.first == lower_name; };
    const auto found = std::find_if(headers.begin(), headers.end(), is_it);
    if (found == headers.end() || std::any_of(found + 1, headers.end(), is_it)) { return {}; }
    return found->second;
}

std::optional<std::chrono::seconds> HttpReply::retry_after(Instant now) const {
    const std::string text(header("retry-after"));
    if (text.empty()) { return std::nullopt; }
    if (text.find_first_not_of("0123456789") == std::string::npos) {
        if (text.size() > digits_of_seconds_max) { return std::nullopt; }
        return std::chrono::seconds(std::stol(text));
    }
    const auto date = curl_getdate(text.c_str(), nullptr);
    if (date < 0) { return std::nullopt; }
    const auto wait = std::chrono::seconds(date) - std::chrono::floor<std::chrono::seconds>(now.time_since_epoch());
    return std::max(wait, std::chrono::seconds::zero());
}

Result<HttpClient> HttpClient::make(HttpEndpoint endpoint, const Clock& clock) {
    if (!endpoint.url.starts_with("https://") || endpoint.url.ends_with('/')) {
        return fail(Fault::refused, "expected an https address without a last slash");
    }
    if (!is_readable(endpoint.certificate_file)) {
        return fail(Fault::refused, "the file of the certificate cannot be read");
    }
    if (!is_readable(endpoint.ca_file)) { return fail(Fault::refused, "the file of authorities cannot be read"); }
    if (endpoint.key.empty()) { return fail(Fault::refused, "expected a private key"); }
    if (!is_pins(endpoint.pins)) {
        return fail(Fault::refused, "expected pins as sha256// and 44 characters of base 64, parted by semicolons");
    }
    return HttpClient(std::unique_ptr<State>(new State{std::move(endpoint), &clock, Easy{}}));
}

HttpClient::HttpClient(std::unique_ptr<State> state) : state_(std::move(state)) {}
HttpClient::HttpClient(HttpClient&&) noexcept = default;
HttpClient& HttpClient::operator=(HttpClient&&) noexcept = default;
HttpClient::~HttpClient() = default;

Exchange HttpClient::post(std::string_view key, const Cleared& message) {
    if (!is_header_text(message.media_type())) { return NothingSent{"expected a media type of visible characters"}; }
    if (!sdk::is_key(key)) { return NothingSent{"expected a key of letters, digits and hyphens"}; }
    Outgoing outgoing(message, *state_->clock);
    if (!outgoing.clear()) { return NothingSent{*outgoing.refusal()}; }
    Transfer transfer{&outgoing, state_->endpoint.reply_bytes_max};

    auto& easy = state_->easy;
    begin(easy, state_->endpoint, transfer, state_->endpoint.url);
    CurlList headers;
    append(headers, "Content-Type: " + std::string(message.media_type()));
    append(headers, "Idempotency-Key: " + std::string(key));
    append(headers, "Expect:");  // libcurl would wait a second for leave to send a long body
    easy.set(CURLOPT_HTTPHEADER, headers.get());
    easy.set(CURLOPT_POST, 1L);
    easy.set(CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(outgoing.bytes()));
    // No CURLOPT_SEEKFUNCTION: when a kept connection dies under a request, libcurl would send the request again by
    // itself; without a way back to the first byte it cannot, once a byte was written.
    easy.set(CURLOPT_READFUNCTION, &Outgoing::give);
    easy.set(CURLOPT_READDATA, &outgoing);
    return finish(easy, transfer);
}

Exchange HttpClient::get(std::string_view path) {
    Transfer transfer{nullptr, state_->endpoint.reply_bytes_max};
    begin(state_->easy, state_->endpoint, transfer, state_->endpoint.url + std::string(path));
    return finish(state_->easy, transfer);
}

Exchange HttpClient::remove(std::string_view path) {
    Transfer transfer{nullptr, state_->endpoint.reply_bytes_max};
    begin(state_->easy, state_->endpoint, transfer, state_->endpoint.url + std::string(path));
    state_->easy.set(CURLOPT_CUSTOMREQUEST, "DELETE");
    return finish(state_->easy, transfer);
}

void HttpClient::hang_up() {
    state_->easy.hang_up();
}

}  // namespace haven::transport
