#include "hub/http/server.h"

#include <atomic>

#include "tests/hub/http/edge_under_test.h"

namespace haven::http::test {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

TEST_F(EdgeTest, AnswersOneRequestAfterAnotherOnOneConnection) {
    start();
    WireClient client(port());
    for (int i = 0; i < 3; ++i) {
        ASSERT_TRUE(client.send(get("/hello")));
        const auto answer = client.answer();
        EXPECT_THAT(answer, HasStatus(200));
        EXPECT_TRUE(answer.ends_with("\r\n\r\nhello"));
    }
    EXPECT_EQ(served.take()->status, 200);
}

TEST_F(EdgeTest, AnswersPipelinedRequestsInTheirOrder) {
    start();
    WireClient client(port());
    std::string requests;
    for (int i = 0; i < 200; ++i) { requests += post("/echo", "number " + std::to_string(i)); }
    ASSERT_TRUE(client.send(requests));
    for (int i = 0; i < 200; ++i) {
        ASSERT_TRUE(client.answer().ends_with("\r\n\r\nnumber " + std::to_string(i))) << i;
    }
}

TEST_F(EdgeTest, GivesTheSameAnswerHoweverTheRequestIsSplit) {
    start();
    const auto request = post("/echo", "abc");
    const auto chunked = post_chunked("/echo") + "3\r\nabc\r\n0\r\n\r\n";
    for (const auto& bytes : {request, chunked}) {
        for (std::size_t cut = 1; cut < bytes.size(); ++cut) {
            WireClient client(port());
            client.send(bytes.substr(0, cut));
            client.send(bytes.substr(cut));
            ASSERT_TRUE(client.answer().ends_with("\r\n\r\nabc")) << cut;
        }
        WireClient slow(port());
        for (const char c : bytes) { slow.send({&c, 1}); }
        EXPECT_TRUE(slow.answer().ends_with("\r\n\r\nabc"));
    }
}

TEST_F(EdgeTest, GivesTheHandlerTheRequestSplitAndDecoded) {
    Handover<Request> got;
    table.push_back({.name = "messages",
                     .method = "POST",
                     .pattern = "/v1/partners/{partner}/messages",
                     .callers = {"partner"},
                     .handle = [&](Request request, const Responder& answer) {
                         got.give(std::move(request));
                         answer({202, "application/json", {}, "{}"});
                     }});
    start();
    WireClient client(port());
    client.send(post("/v1/partners/east%20ford/messages?dry=yes", "<a/>", "Idempotency-Key: 7\r\n"));
    EXPECT_THAT(client.answer(), HasStatus(202));
    const auto request = got.take();
    ASSERT_TRUE(request);
    EXPECT_EQ(request->part("partner"), "east ford");
    EXPECT_EQ(request->part("other"), "");
    EXPECT_EQ(request->parameter("dry"), "yes");
    EXPECT_EQ(request->header("idempotency-key"), "7");
    EXPECT_FALSE(request->header("last-event-id"));
    EXPECT_EQ(request->body, "<a/>");
    EXPECT_EQ(request->peer, "127.0.0.1");
    EXPECT_EQ(request->certificate, nullptr);
    EXPECT_STREQ(request->caller.kind.text, "partner");
    EXPECT_EQ(request->caller.name.text(), "eastford");
    EXPECT_TRUE(request->id);
}

TEST_F(EdgeTest, AnswersHeadLikeGetWithoutTheBody) {
    start();
    WireClient client(port());
    client.send("HEAD /hello HTTP/1.1\r\nHost: a\r\n\r\nHEAD /none HTTP/1.1\r\nHost: a\r\n\r\n" + get("/hello"));
    EXPECT_THAT(client.answer(true), AllOf(HasStatus(200), HasSubstr("Content-Length: 5\r\n")));
    EXPECT_THAT(client.answer(true), HasStatus(404));
    EXPECT_TRUE(client.answer().ends_with("hello"));
}

TEST_F(EdgeTest, SaysWhatAPathHasAndThatAPathIsNone) {
    start();
    WireClient client(port());
    client.send("PUT /hello HTTP/1.1\r\nHost: a\r\n\r\n" + get("/nowhere"));
    EXPECT_THAT(client.answer(), AllOf(HasStatus(405), HasSubstr("\r\nAllow: GET, HEAD\r\n")));
    EXPECT_THAT(client.answer(),
                AllOf(HasStatus(404), HasSubstr("application/problem+json"), HasSubstr("urn:haven:request:")));
    EXPECT_STREQ(served.take()->route.text, "none");
    EXPECT_EQ(served.take()->status, 404);
}

TEST_F(EdgeTest, AsksWhoCallsBeforeItReadsTheBody) {
    start();
    WireClient client(port());
    client.send("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\n");  // no token; the body never comes
    EXPECT_THAT(client.answer(), HasStatus(403));
    EXPECT_TRUE(client.is_closed());
    WireClient stranger(port());
    stranger.send("POST /echo HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer other\r\nContent-Length: 1000\r\n\r\n");
    EXPECT_THAT(stranger.answer(), HasStatus(401));
    EXPECT_TRUE(stranger.is_closed());
}

TEST_F(EdgeTest, NamesNoProductAndLetsNothingBeKept) {
    start();
    const auto answer = exchange(get("/hello", "Connection: close\r\n"));
    EXPECT_THAT(answer, AllOf(Not(HasSubstr("Server:")), HasSubstr("Cache-Control: no-store\r\n"),
                              HasSubstr("X-Content-Type-Options: nosniff\r\n"), HasSubstr("Connection: close\r\n")));
}

TEST_F(EdgeTest, NeverEchoesWhatItRefuses) {
    start();
    const std::string canary = "ZZ99-3WZ-canary";
    for (const auto& bytes :
         {get("/" + canary), get("/hello%00" + canary), "GET /hello HTTP/1.1\r\nHost: a b " + canary + "\r\n\r\n",
          canary + " / HTTP/1.1\r\nHost: a\r\n\r\n", get("/hello", canary + "\r\n"), get("/hello?x=1&x=" + canary),
          get("/hello", "Transfer-Encoding: " + canary + "\r\n")}) {
        WireClient client(port());
        client.send(bytes);
        client.finish_sending();
        const auto answer = client.until_closed();
        EXPECT_THAT(answer, HasSubstr("HTTP/1.1 "));
        EXPECT_THAT(answer, Not(HasSubstr("canary"))) << bytes;
    }
}

TEST_F(EdgeTest, ClosesAfterTheLastRequestThatAConnectionMayMake) {
    options.limits.requests_per_connection = 2;
    start();
    const auto answers = exchange(get("/hello") + get("/hello") + get("/hello"));
    EXPECT_EQ(answers.find("Connection: close"), answers.rfind("Connection: close"));
    EXPECT_THAT(answers, HasSubstr("Connection: close"));
}

TEST_F(EdgeTest, AnswersHttp10OnceAndCloses) {
    start();
    const auto answers = exchange("GET /hello HTTP/1.0\r\nHost: a\r\nConnection: keep-alive\r\n\r\n" + get("/hello"));
    EXPECT_THAT(answers, AllOf(HasStatus(200), HasSubstr("Connection: close\r\n")));
    EXPECT_EQ(answers.rfind("HTTP/1.1"), 0U);
}

TEST_F(EdgeTest, TellsTheObserverEachRequestOnce) {
    start();
    exchange(get("/hello", "Connection: close\r\n"));
    const auto one = served.take();
    ASSERT_TRUE(one);
    EXPECT_STREQ(one->route.text, "hello");
    EXPECT_EQ(one->status, 200);
    EXPECT_GE(one->took.count(), 0);
    server.reset();
    EXPECT_TRUE(served.is_empty());
}

TEST_F(EdgeTest, RefusesToServePlainWhereOthersCanReachIt) {
    options.address = "0.0.0.0";
    auto started = Server::start(options, *Routes::make({}), authorise, {});
    ASSERT_FALSE(started);
    EXPECT_EQ(started.error().fault, Fault::refused);
}

TEST_F(EdgeTest, RefusesOptionsThatCannotBeMeant) {
    const auto fault_with = [&](auto change) {
        auto changed = options;
        change(changed);
        const auto started = Server::start(changed, *Routes::make({}), authorise, {});
        return started ? std::optional<Fault>() : started.error().fault;
    };
    EXPECT_EQ(fault_with([](auto& o) { o.threads = 0; }), Fault::malformed);
    EXPECT_EQ(fault_with([](auto& o) { o.node = 1024; }), Fault::malformed);
    EXPECT_EQ(fault_with([](auto& o) { o.limits.head_bytes = 10; }), Fault::malformed);
    EXPECT_EQ(fault_with([](auto& o) { o.deadlines.bytes_per_second = 0; }), Fault::malformed);
    EXPECT_EQ(fault_with([](auto& o) { o.address = "localhost"; }), Fault::malformed);
    start();
    EXPECT_EQ(fault_with([&](auto& o) { o.port = port(); }), Fault::unreachable);
    EXPECT_FALSE(Server::start(options, *Routes::make({}), {}, {}));
}

TEST_F(EdgeTest, ServesTheLoopbackOfIpv6) {
    options.address = "::1";
    start();
    EXPECT_NE(port(), 0);
}

}  // namespace
}  // namespace haven::http::test
