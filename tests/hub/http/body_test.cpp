#include <atomic>
#include <thread>

#include "core/base/limits.h"
#include "tests/hub/http/edge_under_test.h"

namespace haven::http::test {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

/// Writes down what comes, and calls `next` when the test says so.
class NotingSink : public BodySink {
public:
    struct Seen {
        std::string piece;
        std::function<void()> next;
        const char* what;
    };
    NotingSink(Handover<Seen>& seen, Responder answer) : seen_(seen), answer_(std::move(answer)) {}
    void on_piece(std::string piece, std::function<void()> next) override {
        size_ += piece.size();
        seen_.give({std::move(piece), std::move(next), "piece"});
    }
    void on_end() override {
        seen_.give({"", {}, "end"});
        answer_({200, "text/plain", {}, std::to_string(size_)});
    }
    void on_abort() override { seen_.give({"", {}, "abort"}); }

private:
    Handover<Seen>& seen_;
    Responder answer_;
    std::size_t size_ = 0;
};

class BodyTest : public EdgeTest {
protected:
    Handover<NotingSink::Seen> seen;

    BodyTest() {
        table.push_back(
            {.name = "files",
             .method = "POST",
             .pattern = "/files",
             .callers = {"partner"},
             .body_bytes_max = std::size_t{4} << 20,
             .handle =
                 [](const Request& request, const Responder& answer) {
                     answer({200, "text/plain", {}, "whole " + std::to_string(request.body.size())});
                 },
             .receive = [this](const Request&,
                               Responder answer) { return std::make_shared<NotingSink>(seen, std::move(answer)); }});
    }
};

std::string chunk(std::string_view bytes) {
    std::array<char, 32> size{};
    std::snprintf(size.data(), size.size(), "%zx\r\n", bytes.size());
    return size.data() + std::string(bytes) + "\r\n";
}

TEST_F(BodyTest, RefusesABodyOverTheLimitBeforeItComes) {
    options.limits.body_bytes = 1000;
    start();
    WireClient client(port());
    client.send("POST /echo HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer fictional\r\nContent-Length: 1001\r\n\r\n");
    EXPECT_THAT(client.answer(), HasStatus(413));
    EXPECT_TRUE(client.is_closed());
    WireClient exact(port());
    exact.send(post("/echo", std::string(1000, 'a')));
    EXPECT_THAT(exact.answer(), HasStatus(200));
}

TEST_F(BodyTest, RefusesAChunkedBodyAsSoonAsItIsOverTheLimit) {
    options.limits.body_bytes = 1000;
    start();
    WireClient client(port());
    client.send(post_chunked("/echo") + chunk(std::string(600, 'a')) + chunk(std::string(401, 'a')));  // no end
    EXPECT_THAT(client.answer(), HasStatus(413));
    EXPECT_TRUE(client.is_closed());
}

TEST_F(BodyTest, DeliversTheRefusalAlthoughTheCallerGoesOnSending) {
    options.deadlines.farewell = 10s;
    start();
    WireClient client(port());
    client.send("POST /echo HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer fictional\r\nContent-Length: 9000000\r\n\r\n");
    EXPECT_TRUE(client.send(std::string(500'000, 'a')));
    EXPECT_THAT(client.answer(), HasStatus(413));
    for (int i = 0; i < 20; ++i) { EXPECT_TRUE(client.send(std::string(10'000, 'a'))) << i; }
    client.finish_sending();
    EXPECT_TRUE(client.is_closed());
    EXPECT_TRUE(client.ended_in_order());
}

TEST_F(BodyTest, SaysContinueOnlyToACallerWhomItWillHear) {
    start();
    WireClient client(port());
    client.send(
        "POST /echo HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer fictional\r\n"
        "Expect: 100-continue\r\nContent-Length: 3\r\n\r\n");
    EXPECT_EQ(client.answer(), "HTTP/1.1 100 Continue\r\n\r\n");
    client.send("abc");
    EXPECT_TRUE(client.answer().ends_with("abc"));
    for (const auto* refused : {"POST /echo HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n",
                                "POST /echo HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer fictional\r\n"
                                "Expect: 100-continue\r\nContent-Length: 3000000\r\n\r\n"}) {
        EXPECT_THAT(exchange(refused), Not(HasSubstr("100 Continue")));
    }
}

TEST_F(BodyTest, TakesOnlyTheMediaTypesOfTheRoute) {
    table.push_back({.name = "typed",
                     .method = "POST",
                     .pattern = "/typed",
                     .callers = {"partner"},
                     .media_types = {"application/json"},
                     .handle = [](const Request&, const Responder& answer) {
                         answer({204, "", {}, ""});
                     }});
    start();
    EXPECT_THAT(exchange(post("/typed", "{}", "Content-Type: text/xml\r\n")), HasStatus(415));
    EXPECT_THAT(exchange(post("/typed", "{}")), HasStatus(415));
    WireClient client(port());
    client.send(post("/typed", "{}", "Content-Type: Application/JSON ; charset=utf-8\r\n"));
    EXPECT_THAT(client.answer(), HasStatus(204));
}

TEST_F(BodyTest, HandsASmallBodyOverWholeEvenWhereTheRouteCanStream) {
    start();
    WireClient client(port());
    client.send(post("/files", std::string(limits::chunk_bytes, 'a')));
    EXPECT_TRUE(client.answer().ends_with("whole 262144"));
    EXPECT_TRUE(seen.is_empty());
}

TEST_F(BodyTest, GivesALargeBodyInPiecesAndReadsNoFurtherThanTheSinkAllows) {
    options.limits.bodies_bytes = 600'000;  // less than the body
    start();
    std::string body(700'000, ' ');
    for (std::size_t i = 0; i < body.size(); ++i) { body[i] = static_cast<char>('a' + i % 23); }
    const auto chunked_body = chunk(body.substr(0, 100'000)) + chunk(body.substr(100'000)) + "0\r\n\r\n";
    for (const auto& request : {post("/files", body), post_chunked("/files") + chunked_body}) {
        WireClient client(port());
        std::thread sender([&] { client.send(request); });
        std::string got;
        for (const std::size_t size :
             {limits::chunk_bytes, limits::chunk_bytes, body.size() - 2 * limits::chunk_bytes}) {
            auto one = seen.take();
            ASSERT_TRUE(one);
            EXPECT_STREQ(one->what, "piece");
            EXPECT_EQ(one->piece.size(), size);
            EXPECT_TRUE(seen.is_empty());
            got += one->piece;
            one->next();
            one->next();  // a second call is nothing
        }
        EXPECT_STREQ(seen.take()->what, "end");
        EXPECT_TRUE(got == body);
        EXPECT_TRUE(client.answer().ends_with("700000"));
        sender.join();
        client.send(get("/hello"));  // the connection lives on
        EXPECT_THAT(client.answer(), HasStatus(200));
    }
}

TEST_F(BodyTest, TellsTheSinkWhenTheCallerGoesAway) {
    start();
    {
        WireClient client(port());
        client.send(
            "POST /files HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer fictional\r\nContent-Length: 700000\r\n\r\n" +
            std::string(300'000, 'a'));
        auto one = seen.take();
        ASSERT_TRUE(one);
        one->next();
    }
    EXPECT_STREQ(seen.take()->what, "abort");
    EXPECT_EQ(served.take()->status, 0);
}

TEST_F(BodyTest, TellsTheSinkWhenTheBodyIsOverTheLimit) {
    start();
    WireClient client(port());
    std::thread sender([&] {
        client.send(post_chunked("/files"));
        for (int i = 0; i < 5; ++i) { client.send(chunk(std::string(1 << 20, 'a'))); }
    });
    const char* last = "";
    while (auto one = seen.take()) {
        last = one->what;
        if (!one->next) { break; }
        one->next();
    }
    EXPECT_STREQ(last, "abort");
    EXPECT_THAT(client.answer(), HasStatus(413));
    sender.join();
}

TEST_F(BodyTest, LetsASinkRefuseBeforeTheEnd) {
    class Refusing : public BodySink {
    public:
        explicit Refusing(Responder answer) : answer_(std::move(answer)) {}
        void on_piece(std::string, std::function<void()>) override {
            answer_(problem({Fault::malformed, "expected a header row", {}}, {}));
        }
        void on_end() override { ADD_FAILURE(); }
        void on_abort() override { ADD_FAILURE(); }

    private:
        Responder answer_;
    };
    table.push_back(
        {.name = "refusing",
         .method = "POST",
         .pattern = "/refusing",
         .callers = {"partner"},
         .handle = [](const auto&, const auto&) {},
         .receive = [](const Request&, Responder answer) { return std::make_shared<Refusing>(std::move(answer)); }});
    start();
    WireClient client(port());
    std::thread sender([&] { client.send(post("/refusing", std::string(900'000, 'a'))); });
    EXPECT_THAT(client.answer(), HasStatus(400));
    EXPECT_TRUE(client.is_closed());
    sender.join();
}

TEST_F(BodyTest, TakesANextThatComesTooLateForNoOtherRequest) {
    class Hasty : public BodySink {
    public:
        Hasty(Handover<std::function<void()>>& nexts, Responder answer) : nexts_(nexts), answer_(std::move(answer)) {}
        void on_piece(std::string piece, std::function<void()> next) override {
            nexts_.give(next);
            next();
            if (piece.size() < limits::chunk_bytes) { answer_({200, "text/plain", {}, "early"}); }
        }
        void on_end() override { ADD_FAILURE(); }
        void on_abort() override { ADD_FAILURE(); }

    private:
        Handover<std::function<void()>>& nexts_;
        Responder answer_;
    };
    Handover<std::function<void()>> nexts;
    Handover<Responder> responders;
    table.push_back({.name = "hasty",
                     .method = "POST",
                     .pattern = "/hasty",
                     .callers = {"partner"},
                     .handle = [](const auto&, const auto&) {},
                     .receive = [&](const Request&,
                                    Responder answer) { return std::make_shared<Hasty>(nexts, std::move(answer)); }});
    table.push_back({.name = "later",
                     .method = "GET",
                     .pattern = "/later",
                     .callers = {"anyone"},
                     .handle = [&](const Request&, Responder answer) { responders.give(std::move(answer)); }});
    start();
    WireClient client(port());
    client.send(post("/hasty", std::string(300'000, 'a')));
    EXPECT_TRUE(client.answer().ends_with("early"));
    client.send(get("/later"));
    auto answer = responders.take();
    ASSERT_TRUE(answer);
    for (int i = 0; i < 2; ++i) { (*nexts.take())(); }
    (*answer)({200, "text/plain", {}, "the later one's"});
    EXPECT_TRUE(client.answer().ends_with("the later one's"));
    EXPECT_TRUE(responders.is_empty());  // it was asked once
}

TEST_F(BodyTest, HoldsNoMoreBodiesThanAllOfThemMayTake) {
    options.limits.bodies_bytes = 5000;
    start();
    WireClient holder(port());
    holder.send(
        "POST /echo HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer fictional\r\n"
        "Expect: 100-continue\r\nContent-Length: 4001\r\n\r\n");
    EXPECT_THAT(holder.answer(), HasStatus(100));
    holder.send(std::string(4000, 'a'));
    // Another is turned away as long as the first is under way; until its bytes have been seen it is let in.
    std::string answer;
    do {
        answer = exchange(post("/echo", std::string(2000, 'b'), "Connection: close\r\n"));
    } while (answer.starts_with("HTTP/1.1 200"));
    EXPECT_THAT(answer, HasStatus(503));
    EXPECT_THAT(answer, HasSubstr("Retry-After: "));
    holder.send("a");
    EXPECT_THAT(holder.answer(), HasStatus(200));
    do {
        answer = exchange(post("/echo", std::string(2000, 'b'), "Connection: close\r\n"));
    } while (answer.starts_with("HTTP/1.1 503"));
    EXPECT_THAT(answer, HasStatus(200));
}

}  // namespace
}  // namespace haven::http::test
