#include "tests/hub/http/edge_under_test.h"

// Slow and idle callers. The deadlines are short here; what a test waits for is the server's own act.
namespace haven::http::test {
namespace {

class DeadlineTest : public EdgeTest {
protected:
    DeadlineTest() {
        options.deadlines = {
            .head = 200ms, .idle = 200ms, .handler = 10s, .grace = 200ms, .bytes_per_second = 1000, .farewell = 200ms};
    }
};

TEST_F(DeadlineTest, CutsWhoSaysNothing) {
    start();
    WireClient client(port());
    EXPECT_TRUE(client.is_closed());
}

TEST_F(DeadlineTest, CutsWhoSaysNothingMore) {
    start();
    WireClient client(port());
    client.send(get("/hello"));
    EXPECT_THAT(client.answer(), HasStatus(200));
    EXPECT_TRUE(client.is_closed());
}

TEST_F(DeadlineTest, CutsWhoSendsAHeadByteByByte) {
    start();
    WireClient client(port());
    client.wait_at_most(20ms);
    std::string answer;
    for (const char c : get("/hello", "X: " + std::string(4000, 'a') + "\r\n")) {
        if (!client.send({&c, 1})) { break; }
        answer = client.answer();
        if (!answer.empty()) { break; }
    }
    EXPECT_THAT(answer, HasStatus(408));
}

TEST_F(DeadlineTest, CutsWhoStopsInTheMiddleOfABody) {
    start();
    WireClient client(port());
    client.send("POST /echo HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer fictional\r\nContent-Length: 100000\r\n\r\n");
    client.send(std::string(90'000, 'a'));  // a fast start buys no rest
    EXPECT_THAT(client.answer(), HasStatus(408));
    EXPECT_TRUE(client.is_closed());
    EXPECT_EQ(served.take()->status, 408);
}

TEST_F(DeadlineTest, HearsOutWhoSendsABodySlowlyButFastEnough) {
    options.deadlines.bytes_per_second = 10;
    start();
    WireClient client(port());
    client.send("POST /echo HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer fictional\r\nContent-Length: 60\r\n\r\n");
    client.wait_at_most(10ms);
    for (int i = 0; i < 59; ++i) {  // three times the grace
        ASSERT_TRUE(client.send("a"));
        ASSERT_EQ(client.answer(), "");
    }
    client.wait_at_most(10s);
    client.send("a");
    EXPECT_THAT(client.answer(), HasStatus(200));
}

TEST_F(DeadlineTest, CutsWhoDoesNotReadTheAnswer) {
    table.push_back({.name = "big",
                     .method = "GET",
                     .pattern = "/big",
                     .callers = {"anyone"},
                     .handle = [](const Request&, const Responder& answer) {
                         answer({200, "text/plain", {}, std::string(many_bytes, 'a')});
                     }});
    options.deadlines.bytes_per_second = 1'000'000'000;
    start();
    WireClient client(port());
    client.send(get("/big"));
    const auto one = served.take();  // given up
    ASSERT_TRUE(one);
    EXPECT_EQ(one->status, 0);
    EXPECT_LT(client.until_closed().size(), many_bytes);
}

TEST_F(DeadlineTest, KeepsGoodCallersServedWhileOthersCrawl) {
    options.limits.connections_per_address = 1000;
    options.deadlines.head = 10s;
    start();
    std::vector<std::unique_ptr<WireClient>> crawlers;
    for (int i = 0; i < 300; ++i) {
        crawlers.push_back(std::make_unique<WireClient>(port()));
        crawlers.back()->send("GET /hello HTT");
    }
    for (int i = 0; i < 100; ++i) {
        WireClient client(port());
        client.send(get("/hello"));
        ASSERT_THAT(client.answer(), HasStatus(200));
    }
}

TEST_F(DeadlineTest, TakesNoMoreConnectionsThanItsLimits) {
    options.deadlines.head = 10s;
    options.limits.connections_per_address = 3;
    options.threads = 1;  // which takes them in their order
    start();
    const auto is_served = [&](WireClient& client) {
        client.send(get("/hello"));
        return client.answer().starts_with("HTTP/1.1 200");
    };
    std::vector<std::unique_ptr<WireClient>> taken;
    for (int i = 0; i < 3; ++i) {
        taken.push_back(std::make_unique<WireClient>(port()));
        taken.back()->send("G");
    }
    WireClient fourth(port());
    EXPECT_FALSE(is_served(fourth));
    taken[0]->send("ET /hello HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
    EXPECT_THAT(taken[0]->until_closed(), HasStatus(200));
    bool served_again = false;
    while (!served_again) {  // once the place is free
        WireClient client(port());
        served_again = is_served(client);
    }
    EXPECT_TRUE(served_again);
}

TEST_F(DeadlineTest, TakesNoMoreConnectionsInAllThanItsLimit) {
    options.deadlines.head = 10s;
    options.limits.connections = 1;
    options.threads = 1;
    start();
    WireClient first(port());
    first.send("G");
    WireClient second(port());
    EXPECT_EQ(second.until_closed(), "");
    first.send(get("/hello").substr(1));
    EXPECT_THAT(first.answer(), HasStatus(200));
}

}  // namespace
}  // namespace haven::http::test
