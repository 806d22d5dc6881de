#include "adapters/transport/http_client.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>

#include "tests/peers/council.h"
#include "tests/peers/line.h"
#include "tests/support/cleared_for_test.h"

namespace haven::transport {

namespace {

using peers::certificates;
using peers::Council;
using peers::Line;

// Before libcurl starts: the environment of a hub must have no say in where bytes and keys go.
const std::string key_log = std::filesystem::temp_directory_path() / ("haven-test-keys-" + std::to_string(::getpid()));
const bool hostile_environment = [] {
    ::setenv("SSLKEYLOGFILE", key_log.c_str(), 1);
    for (const auto* name : {"https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"}) {
        ::setenv(name, "http://127.0.0.1:1", 1);
    }
    return true;
}();

HttpEndpoint endpoint(const std::string& url) {
    return {.url = url,
            .certificate_file = certificates() / "hub.crt",
            .key = peers::file_text(certificates() / "hub.key"),
            .ca_file = certificates() / "authority.crt",
            .pins = "",
            .timeout = 5s};
}

std::string port_url(int port) {
    return "https://localhost:" + std::to_string(port) + "/referrals";
}

std::string text_of(const Exchange& exchange) {
    if (const auto* nothing = std::get_if<NothingSent>(&exchange)) { return "nothing sent: " + nothing->reason.text(); }
    if (const auto* lost = std::get_if<NoReply>(&exchange)) { return "no reply: " + lost->reason.text(); }
    return "status " + std::to_string(std::get<HttpReply>(exchange).status);
}

int status_of(const Exchange& exchange) {
    const auto* reply = std::get_if<HttpReply>(&exchange);
    return reply == nullptr ? 0 : reply->status;
}

class HttpClientTest : public testing::Test {
protected:
    static void SetUpTestSuite() { council = new Council; }
    static void TearDownTestSuite() { delete council; }
    void SetUp() override { council->behave(); }

    HttpClient client(HttpEndpoint to) { return HttpClient::make(std::move(to), clock).value(); }
    HttpClient client() { return client(endpoint(council->url())); }

    static Council* council;
    ManualClock clock{test_noon};
};
Council* HttpClientTest::council = nullptr;

TEST_F(HttpClientTest, PostsAMessageWithItsKeyAndReadsTheWholeAnswer) {
    auto http = client();
    const auto exchange = http.post("key-1", cleared_for_test(R"({"ref":1})"));
    const auto* reply = std::get_if<HttpReply>(&exchange);
    ASSERT_NE(reply, nullptr);
    EXPECT_EQ(reply->status, 201);
    EXPECT_EQ(reply->header("idempotency-key"), "key-1");
    EXPECT_EQ(reply->body, "{}");
    EXPECT_EQ(council->effects("key-1"), 1);
    EXPECT_EQ(council->received({R"({\"ref\":1})"}), 1);
}

TEST_F(HttpClientTest, CarriesALongMessageWhole) {
    auto http = client();
    EXPECT_EQ(status_of(http.post("key-long", cleared_for_test(std::string(3'000'000, 'x')))), 201);
    EXPECT_EQ(council->received({"key-long", "\"bytes\": 3000000"}), 1);
}

TEST_F(HttpClientTest, KeepsItsConnection) {
    const Line line(council->port());
    auto http = client(endpoint(port_url(line.port())));
    for (int i = 0; i < 5; ++i) {
        EXPECT_EQ(status_of(http.post("kept-" + std::to_string(i), cleared_for_test("{}"))), 201);
    }
    EXPECT_EQ(status_of(http.get("/by-key/kept-1")), 200);
    EXPECT_EQ(status_of(http.remove("/answers/none")), 404);
    EXPECT_EQ(line.connections(), 1);
}

TEST_F(HttpClientTest, LetsTheEnvironmentSayNothing) {
    ASSERT_TRUE(hostile_environment);
    auto http = client();
    EXPECT_EQ(status_of(http.get("/answers")), 204);  // not through the proxy that the environment names
    EXPECT_FALSE(std::filesystem::exists(key_log));   // and no session's keys in the file that it names
}

TEST_F(HttpClientTest, IsNotMadeForAnAddressThatIsNotHttpsOrWithoutWhatItNeeds) {
    const auto refusal = [&](auto&& change) {
        auto to = endpoint(council->url());
        change(to);
        const auto made = HttpClient::make(to, clock);
        return made ? "none" : made.error().message();
    };
    EXPECT_EQ(refusal([](HttpEndpoint&) {}), "none");
    EXPECT_EQ(refusal([](HttpEndpoint& to) { to.url = "http://localhost/"; }),
              "expected an https address without a last slash");
    EXPECT_NE(refusal([](HttpEndpoint& to) { to.url += "/"; }), "none");
    EXPECT_NE(refusal([](HttpEndpoint& to) { to.certificate_file += "x"; }), "none");
    EXPECT_NE(refusal([](HttpEndpoint& to) { to.ca_file = ""; }), "none");
    EXPECT_NE(refusal([](HttpEndpoint& to) { to.key = ""; }), "none");
    EXPECT_NE(refusal([](HttpEndpoint& to) { to.pins = "sha256//short"; }), "none");
    EXPECT_NE(refusal([](HttpEndpoint& to) { to.pins = "/some/file"; }), "none");
}

// Threat 14: whoever answers at the address without being the partner gets no byte of the message.
class ImpostorTest : public HttpClientTest {
protected:
    void expect_nothing_sent(const Council& impostor, HttpEndpoint to) {
        auto http = client(std::move(to));
        const auto exchange = http.post("secret-key", cleared_for_test("secret bytes"));
        EXPECT_TRUE(std::holds_alternative<NothingSent>(exchange));
        EXPECT_EQ(impostor.received(), 0);
    }
    void expect_nothing_sent_to(const std::vector<std::string>& how) {
        const Council impostor(how);
        expect_nothing_sent(impostor, endpoint(impostor.url()));
    }
};

TEST_F(ImpostorTest, GetsNothingWithAnExpiredCertificate) {
    expect_nothing_sent_to({"--certificate", "expired"});
}
TEST_F(ImpostorTest, GetsNothingWithACertificateForAnotherHost) {
    expect_nothing_sent_to({"--certificate", "elsewhere"});
}
TEST_F(ImpostorTest, GetsNothingWithACertificateOfAnotherAuthority) {
    expect_nothing_sent_to({"--certificate", "rogue"});
}
TEST_F(ImpostorTest, GetsNothingOverAnOldTls) {
    expect_nothing_sent_to({"--tls-at-most", "1.1"});
}
TEST_F(ImpostorTest, GetsNothingWithAKeyThatIsNotPinned) {
    const Council next({"--certificate", "council-next"});
    auto to = endpoint(next.url());
    to.pins = peers::file_text(certificates() / "council.pin").substr(0, 52);
    expect_nothing_sent(next, to);
}

TEST_F(HttpClientTest, TakesAPinnedKeyAndTls12) {
    const Council older({"--tls-at-most", "1.2"});
    auto to = endpoint(older.url());
    to.pins = "sha256//AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=;" +
              peers::file_text(certificates() / "council.pin").substr(0, 52);
    EXPECT_EQ(status_of(client(to).post("pinned", cleared_for_test("{}"))), 201);
}

TEST_F(HttpClientTest, GetsNoAnswerWithACertificateThatThePartnerDoesNotKnow) {
    auto to = endpoint(council->url());
    to.certificate_file = certificates() / "rogue-hub.crt";
    to.key = peers::file_text(certificates() / "rogue-hub.key");
    EXPECT_EQ(status_of(client(to).post("rogue", cleared_for_test("{}"))), 0);
    EXPECT_EQ(council->received({"rogue"}), 0);
}

TEST_F(HttpClientTest, FollowsNoRedirect) {
    council->misbehave("redirect");
    EXPECT_EQ(status_of(client().post("redirected", cleared_for_test("{}"))), 307);
    EXPECT_EQ(council->received({"redirected"}), 1);
}

// The three moments at which a decision may have grown too old: before the connection, once it stands, at the first
// byte.
TEST_F(HttpClientTest, SendsNothingOnADecisionThatIsTooOldAtAnyMoment) {
    const Line line(council->port());
    for (int moment = 0; moment < 3; ++moment) {
        const SteppingClock stepping(test_noon, 1s);
        auto http = HttpClient::make(endpoint(port_url(line.port())), stepping).value();
        const auto old = cleared_for_test("too old", "EH-1.json", test_noon + moment * 1s - 1us);
        const auto exchange = http.post("old", old);
        ASSERT_TRUE(std::holds_alternative<NothingSent>(exchange)) << moment;
        EXPECT_EQ(std::get<NothingSent>(exchange).reason.text(), "the guard's decision is too old to send on");
        EXPECT_EQ(line.connections(), moment);  // none before the first moment
    }
    EXPECT_EQ(council->received({"old"}), 0);
    const SteppingClock stepping(test_noon, 1s);
    auto http = HttpClient::make(endpoint(port_url(line.port())), stepping).value();
    EXPECT_EQ(status_of(http.post("fresh", cleared_for_test("{}", "EH-1.json", test_noon + 2s))), 201);
}

TEST_F(HttpClientTest, SendsNoEmptyMessageAndNoOddHeader) {
    auto http = client();
    EXPECT_TRUE(std::holds_alternative<NothingSent>(http.post("empty", cleared_for_test(""))));
    EXPECT_TRUE(std::holds_alternative<NothingSent>(http.post("a\r\nX-Evil: 1", cleared_for_test("{}"))));
    const auto odd = Guard::clear(Name::declare("eastford"), "text/xml\r\nX-Evil: 1", "EH-1.xml", "<a/>", test_noon);
    EXPECT_TRUE(std::holds_alternative<NothingSent>(http.post("odd-type", odd)));
    EXPECT_EQ(council->received({"empty"}) + council->received({"odd-type"}), 0);
}

TEST_F(HttpClientTest, KnowsNothingSentFromMayHaveArrived) {
    EXPECT_TRUE(std::holds_alternative<NothingSent>(
        client(endpoint("https://localhost:1/x")).post("k", cleared_for_test("{}"))));
    EXPECT_TRUE(std::holds_alternative<NothingSent>(
        client(endpoint("https://council.invalid/x")).post("k", cleared_for_test("{}"))));
    auto hasty = endpoint(council->url());
    hasty.timeout = 300ms;
    for (const auto* trouble :
         {"cut_in_body", "cut_after_body", "cut_after_taken", "reset_after_taken", "cut_in_answer", "garbage", "huge",
          "silent", "silent_after_taken", "slow_to_answer", "delay"}) {
        council->misbehave(trouble);
        auto http = client(hasty);
        EXPECT_THAT(text_of(http.post("unlucky", cleared_for_test("{}"))), testing::StartsWith("no reply")) << trouble;
    }
}

TEST_F(HttpClientTest, DoesNotSendAgainByItselfWhenAKeptConnectionDies) {
    auto http = client();
    EXPECT_EQ(status_of(http.post("first", cleared_for_test("{}"))), 201);
    council->misbehave("cut_after_taken");
    EXPECT_TRUE(std::holds_alternative<NoReply>(http.post("second", cleared_for_test("{}"))));
    EXPECT_EQ(council->received({"\"second\""}), 1);
    council->behave();
    EXPECT_EQ(status_of(http.post("second", cleared_for_test("{}"))), 409);
}

TEST_F(HttpClientTest, DoesNotTakeASecondAnswerForTheNextOne) {
    auto http = client();
    council->misbehave(R"("twice", "times": 1)");
    EXPECT_EQ(status_of(http.post("double", cleared_for_test("{}"))), 201);
    ASSERT_TRUE(peers::eventually([] { return council->answered_twice(); }));
    const auto exchange = http.get("/by-key/unheard-of");
    ASSERT_EQ(status_of(exchange), 404);
    EXPECT_EQ(std::get<HttpReply>(exchange).header("idempotency-key"), "unheard-of");
}

TEST_F(HttpClientTest, TakesNoMoreOfAnAnswerThanIsAllowed) {
    auto to = endpoint(council->url());
    to.reply_bytes_max = 1;
    EXPECT_TRUE(std::holds_alternative<NoReply>(client(to).post("small", cleared_for_test("{}"))));
    to.reply_bytes_max = 2;
    EXPECT_EQ(status_of(client(to).post("small", cleared_for_test("{}"))), 409);
}

TEST(HttpReply, ReadsAHeaderOnlyWhereItStandsOnce) {
    const HttpReply reply{200, {{"a", "1"}, {"b", "2"}, {"b", "3"}}, ""};
    EXPECT_EQ(reply.header("a"), "1");
    EXPECT_EQ(reply.header("b"), "");
    EXPECT_EQ(reply.header("c"), "");
}

TEST(HttpReply, ReadsRetryAfterAsSecondsOrAsADate) {
    const auto wait = [](const std::string& text) {
        return HttpReply{503, {{"retry-after", text}}, ""}.retry_after(test_noon);
    };
    EXPECT_EQ(wait("120"), 120s);
    EXPECT_EQ(wait("Sat, 21 Nov 2026 12:02:00 GMT"), 120s);
    EXPECT_EQ(wait("Sat, 21 Nov 2026 11:00:00 GMT"), 0s);
    EXPECT_EQ(wait("99999999999999999999"), std::nullopt);
    EXPECT_EQ(wait("-5"), std::nullopt);
    EXPECT_EQ(wait("soon"), std::nullopt);
    EXPECT_EQ(HttpReply{}.retry_after(test_noon), std::nullopt);
}

}  // namespace
}  // namespace haven::transport
