#include "adapters/housing_rest/adapter.h"

#include <algorithm>
#include <array>
#include <utility>

namespace haven::housing_rest {
namespace {

using namespace sdk;
using transport::Exchange;
using transport::HttpClient;
using transport::HttpEndpoint;
using transport::HttpReply;
using transport::NoReply;
using transport::NothingSent;

constexpr std::size_t receipt_bytes_max = 256;
constexpr std::chrono::seconds retry_after_standard = 60s;
constexpr std::chrono::seconds retry_after_max = 15min;  // the hub's clocks run on while the council rests
constexpr int posts_in_flight = 4;

constexpr std::array settings{
    Setting{"url", SettingKind::url, nullptr, "where the council's housing system takes referrals; https only"},
    Setting{"certificate", SettingKind::path, nullptr, "the hub's certificate for this council, PEM, with its chain"},
    Setting{"key", SettingKind::secret, nullptr, "the private key of that certificate, PEM"},
    Setting{"authority", SettingKind::path, nullptr,
            "the authorities that may vouch for the council, PEM; no other is trusted"},
    Setting{"pins", SettingKind::text, "",
            "the council's public keys, current and next: sha256//BASE64;sha256//BASE64"},
    Setting{"poll", SettingKind::boolean, "yes",
            "whether answers are polled; no where the council pushes every answer"},
    Setting{"timeout", SettingKind::duration, "20s", "longest wait for one answer"},
};

Result<HttpClient> connect(const Settings& given, const Environment& environment) {
    auto key = given.secret("key");
    if (!key) { return fail(std::move(key).error()); }
    return HttpClient::make(HttpEndpoint{.url = given.text("url"),
                                         .certificate_file = given.text("certificate"),
                                         .key = std::move(*key),
                                         .ca_file = given.text("authority"),
                                         .pins = given.text("pins"),
                                         .timeout = given.duration("timeout")},
                            *environment.clock);
}

// The council's own reference, if it is one that may be shown and kept.
std::string receipt_of(const HttpReply& reply) {
    const auto reference = reply.header("reference");
    const bool plain = std::all_of(reference.begin(), reference.end(), [](char c) { return c > ' ' && c < 0x7F; });
    return plain && reference.size() <= receipt_bytes_max ? std::string(reference) : std::string();
}

bool is_json(std::string_view content_type) {
    return content_type == "application/json" || content_type.starts_with("application/json;");
}

// What every exchange that brought no complete answer means for the message.
Delivery without_answer(const Exchange& exchange) {
    if (const auto* nothing = std::get_if<NothingSent>(&exchange)) { return Unreachable{nothing->reason}; }
    return Unknown{std::get<NoReply>(exchange).reason};
}

class HousingSink : public Sink {
public:
    HousingSink(HttpClient client, const Clock& clock) : client_(std::move(client)), clock_(clock) {}

    Delivery send(const Cleared& message, std::string_view key) override {
        const auto exchange = client_.post(key, message);
        const auto* reply = std::get_if<HttpReply>(&exchange);
        return believed(reply != nullptr ? understand_post(*reply, key, clock_.now()) : without_answer(exchange));
    }

    std::optional<Delivery> ask(std::string_view key, std::string_view /*file_name*/) override {
        if (!is_key(key)) { return Unknown{"expected a key of letters, digits and hyphens"}; }
        const auto exchange = client_.get("/by-key/" + std::string(key));
        const auto* reply = std::get_if<HttpReply>(&exchange);
        if (reply == nullptr) { return Unknown{"the council could not be asked"}; }
        return believed(understand_ask(*reply, key));
    }

private:
    // What follows on a connection that gave an answer without sense may be the rest of it.
    Delivery believed(Delivery delivery) {
        if (std::holds_alternative<Unknown>(delivery)) { client_.hang_up(); }
        return delivery;
    }

    HttpClient client_;
    const Clock& clock_;
};

class HousingSource : public Source {
public:
    explicit HousingSource(HttpClient client) : client_(std::move(client)) {}

    Result<std::optional<Arrival>> read() override {
        auto exchange = client_.get("/answers");
        auto* reply = std::get_if<HttpReply>(&exchange);
        if (reply == nullptr) { return fail(Fault::unreachable, "the council's answers could not be asked for"); }
        if (reply->status == 204) { return std::nullopt; }
        const auto id = reply->header("answer-id");
        if (reply->status != 200 || !is_key(id) || !is_json(reply->header("content-type"))) {
            client_.hang_up();
            return fail(Fault::unreachable,
                        Reason("expected an answer with its id as JSON, got status ", reply->status));
        }
        return Arrival{std::string(id), "application/json", std::make_unique<OwnedSource>(std::move(reply->body))};
    }

    Result<void> acknowledge(std::string_view token) override {
        if (!is_key(token)) { return fail(Fault::refused, "expected the id of an answer"); }
        const auto exchange = client_.remove("/answers/" + std::string(token));
        const auto* reply = std::get_if<HttpReply>(&exchange);
        if (reply == nullptr) {
            return fail(Fault::unreachable, "the council could not be told that its answer is here");
        }
        if (reply->status == 204 || reply->status == 404) { return {}; }  // 404: an earlier telling arrived
        client_.hang_up();
        return fail(Fault::unreachable, Reason("expected status 204 or 404, got ", reply->status));
    }

private:
    HttpClient client_;
};

Result<std::unique_ptr<Sink>> make_sink(const Settings& given, const Environment& environment) {
    auto client = connect(given, environment);
    if (!client) { return fail(std::move(client).error()); }
    return std::make_unique<HousingSink>(std::move(*client), *environment.clock);
}

Result<std::unique_ptr<Source>> make_source(const Settings& given, const Environment& environment) {
    if (!given.boolean("poll")) { return nullptr; }
    auto client = connect(given, environment);
    if (!client) { return fail(std::move(client).error()); }
    return std::make_unique<HousingSource>(std::move(*client));
}

// Asks about a key that no message has: the whole way there and back, certificates and all, without a message.
Result<void> self_test(const Settings& given, const Environment& environment) {
    auto client = connect(given, environment);
    if (!client) { return fail(std::move(client).error()); }
    const auto exchange = client->get("/by-key/self-test");
    if (const auto* nothing = std::get_if<NothingSent>(&exchange)) { return fail(Fault::unreachable, nothing->reason); }
    if (const auto* lost = std::get_if<NoReply>(&exchange)) { return fail(Fault::unreachable, lost->reason); }
    const auto& reply = std::get<HttpReply>(exchange);
    if (std::holds_alternative<Unreachable>(understand_ask(reply, "self-test"))) { return {}; }
    return fail(Fault::rejected, Reason("expected status 404 with the key asked about, got ", reply.status));
}

}  // namespace

// Only 408, 429 and 503 say that nothing was taken and that it may be tried again. A 500, 502 or 504 may come from
// behind the moment at which the referral was stored; a 3xx or a 200 without our key comes from something that is not
// the system.
Delivery understand_post(const HttpReply& reply, std::string_view key, Instant now) {
    const bool ours = reply.header("idempotency-key") == key;
    switch (reply.status) {
        case 200:
        case 201:
        case 202:
        case 409:
            if (ours) { return Accepted{receipt_of(reply)}; }
            return Unknown{Reason("the council answered without the key that it was sent, status ", reply.status)};
        case 408:
        case 429:
        case 503:
            return RetryAfter{std::clamp(reply.retry_after(now).value_or(retry_after_standard), 1s, retry_after_max)};
        default: break;
    }
    if (reply.status >= 400 && reply.status < 500) {
        return Rejected{Reason("the council refused the message, status ", reply.status)};
    }
    return Unknown{Reason("the council's answer does not say whether it took the message, status ", reply.status)};
}

Delivery understand_ask(const HttpReply& reply, std::string_view key) {
    const bool ours = reply.header("idempotency-key") == key;
    if (ours && reply.status == 200) { return Accepted{receipt_of(reply)}; }
    if (ours && reply.status == 404) { return Unreachable{"the council does not hold the message"}; }
    return Unknown{Reason("the council's answer does not say whether it holds the message, status ", reply.status)};
}

const Declaration declaration{
    .name = "housing_rest",
    .summary = "Sends referrals to a council's housing system that takes JSON over HTTPS, and polls its answers.",
    .settings = settings,
    .posture = Posture::hardened,
    .in_flight = posts_in_flight,
    .make_sink = make_sink,
    .make_source = make_source,
    .self_test = self_test,
};

}  // namespace haven::housing_rest
