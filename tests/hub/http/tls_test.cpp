#include <openssl/ssl.h>

#include <csignal>

#include "tests/hub/http/certificates.h"
#include "tests/hub/http/edge_under_test.h"

namespace haven::http::test {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

class TlsTest : public EdgeTest {
protected:
    static const Certificates& files() {
        static const Certificates made;
        return made;
    }
    Handover<Request> got;

    TlsTest() {
        options.address = "0.0.0.0";  // with TLS it may be reached from elsewhere
        options.tls = TlsFiles{files().certificate("server"), files().key("server"), files().certificate("authority")};
        table.push_back({.name = "who",
                         .method = "GET",
                         .pattern = "/who",
                         .callers = {"anyone"},
                         .handle = [this](Request request, const Responder& answer) {
                             got.give(std::move(request));
                             answer({204, "", {}, ""});
                         }});
    }

    static ClientTls as(const std::string& name) {
        return {files().certificate(name), files().key(name), files().certificate("authority")};
    }
    static ClientTls as_nobody() { return {"", "", files().certificate("authority")}; }

    // TLS 1.3 tells a client of its refusal only after the handshake: what counts is whether it is answered.
    std::string answer_to(const ClientTls& tls) const {
        WireClient client(port(), tls);
        client.send(get("/who"));
        return client.answer();
    }
};

TEST_F(TlsTest, SpeaksTls13AndKeepsTheConnection) {
    start();
    WireClient client(port(), as_nobody());
    ASSERT_TRUE(client.is_open());
    EXPECT_EQ(client.tls_version(), "TLSv1.3");
    for (int i = 0; i < 3; ++i) {
        client.send(post("/echo", std::string(100'000, 'a')));
        EXPECT_THAT(client.answer(), HasSubstr("Strict-Transport-Security: "));
    }
    client.send(get("/hello") + get("/hello"));
    EXPECT_TRUE(client.answer().ends_with("hello"));
    EXPECT_TRUE(client.answer().ends_with("hello"));
}

TEST_F(TlsTest, SpeaksTls12AndNothingOlder) {
    start();
    auto older = as_nobody();
    older.version_max = TLS1_2_VERSION;
    WireClient client(port(), older);
    ASSERT_TRUE(client.is_open());
    EXPECT_EQ(client.tls_version(), "TLSv1.2");
    for (const int version : {TLS1_VERSION, TLS1_1_VERSION}) {
        older.version_max = version;
        EXPECT_FALSE(WireClient(port(), older).is_open()) << version;
    }
}

TEST_F(TlsTest, TellsTheHubWhoseCertificateItWas) {
    start();
    EXPECT_THAT(answer_to(as("eastford")), HasStatus(204));
    const auto request = got.take();
    ASSERT_TRUE(request);
    ASSERT_NE(request->certificate, nullptr);
    EXPECT_THAT(request->certificate->dns_names, ElementsAre("housing.eastford.example"));
    EXPECT_THAT(request->certificate->uris, ElementsAre("https://eastford.example/haven"));
    const auto pin = output_of("openssl x509 -in '" + files().certificate("eastford") +
                               "' -noout -pubkey | openssl pkey -pubin -outform DER | openssl dgst -sha256 -r");
    EXPECT_EQ(request->certificate->key_sha256, pin.substr(0, 64));
}

TEST_F(TlsTest, LetsACallerComeWithoutACertificate) {
    start();
    EXPECT_THAT(answer_to(as_nobody()), HasStatus(204));
    EXPECT_EQ(got.take()->certificate, nullptr);
}

TEST_F(TlsTest, CutsACallerWhoseCertificateDoesNotVerify) {
    start();
    for (const auto* name : {"rogue", "expired", "server"}) {
        EXPECT_EQ(answer_to(as(name)), "") << name;
        auto older = as(name);
        older.version_max = TLS1_2_VERSION;
        EXPECT_EQ(answer_to(older), "") << name;
    }
    EXPECT_TRUE(got.is_empty());
}

TEST_F(TlsTest, AsksForNoCertificateWhereNoAuthorityIsNamed) {
    options.tls->client_ca.clear();
    start();
    EXPECT_THAT(answer_to(as("rogue")), HasStatus(204));  // shown to nobody
    EXPECT_EQ(got.take()->certificate, nullptr);
}

TEST_F(TlsTest, SaysGoodbyeInTls) {
    start();
    WireClient client(port(), as_nobody());
    client.send(get("/hello", "Connection: close\r\n"));
    EXPECT_TRUE(client.until_closed().ends_with("hello"));
    EXPECT_TRUE(client.ended_in_order());
}

TEST_F(TlsTest, OutlivesACallerWhoGoesAwayBeforeTheAnswer) {
    Handover<Responder> responders;
    table.push_back({.name = "later",
                     .method = "GET",
                     .pattern = "/later",
                     .callers = {"anyone"},
                     .handle = [&](const Request&, Responder answer) { responders.give(std::move(answer)); }});
    start();
    std::optional<Responder> answer;
    {
        WireClient client(port(), as_nobody());
        client.send(get("/later"));
        answer = responders.take();
        ASSERT_TRUE(answer);
    }
    std::signal(SIGPIPE, SIG_DFL);  // which the client had turned off
    (*answer)({200, "text/plain", {}, std::string(many_bytes, 'a')});
    EXPECT_EQ(served.take()->status, 0);
}

TEST_F(TlsTest, CutsPlainHttp) {
    start();
    EXPECT_EQ(exchange(get("/hello")).find("HTTP/1.1"), std::string::npos);
}

TEST_F(TlsTest, CutsWhoNeverFinishesTheHandshake) {
    options.deadlines.head = 200ms;
    start();
    WireClient client(port());
    client.send("\x16\x03\x01\x02");
    EXPECT_TRUE(client.is_closed());
}

TEST_F(TlsTest, RefusesAKeyFileThatOthersMayRead) {
    const auto open_key = (files().folder() / "open.key").string();
    std::filesystem::copy_file(files().key("server"), open_key, std::filesystem::copy_options::overwrite_existing);
    std::filesystem::permissions(open_key, std::filesystem::perms::group_read, std::filesystem::perm_options::add);
    options.tls->key = open_key;
    const auto started = Server::start(options, *Routes::make({}), authorise, {});
    ASSERT_FALSE(started);
    EXPECT_EQ(started.error().fault, Fault::refused);
}

TEST_F(TlsTest, RefusesFilesThatDoNotFit) {
    const auto starts_with = [&](TlsFiles tls) {
        auto changed = options;
        changed.tls = std::move(tls);
        return Server::start(changed, *Routes::make({}), authorise, {}).has_value();
    };
    const auto good = *options.tls;
    EXPECT_TRUE(starts_with(good));
    EXPECT_FALSE(starts_with({good.certificate, files().key("eastford"), ""}));
    EXPECT_FALSE(starts_with({good.certificate, good.certificate, ""}));
    EXPECT_FALSE(starts_with({good.key, good.key, ""}));
    EXPECT_FALSE(starts_with({good.certificate, "/nonexistent", ""}));
    EXPECT_FALSE(starts_with({"/nonexistent", good.key, ""}));
    EXPECT_FALSE(starts_with({good.certificate, good.key, "/nonexistent"}));
    EXPECT_FALSE(starts_with({good.certificate, good.key, good.key}));
    const auto locked = files().key("locked");
    output_of("umask 077; openssl pkey -in '" + good.key + "' -aes256 -passout pass:fictional -out '" + locked + "'");
    EXPECT_FALSE(starts_with({good.certificate, locked, ""}));  // and asks nobody for the passphrase
}

}  // namespace
}  // namespace haven::http::test
