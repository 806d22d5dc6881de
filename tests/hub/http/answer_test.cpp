#include <atomic>
#include <thread>

#include "tests/hub/http/edge_under_test.h"

namespace haven::http::test {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class AnswerTest : public EdgeTest {
protected:
    Handover<Responder> responders;

    AnswerTest() {
        table.push_back({.name = "later",
                         .method = "GET",
                         .pattern = "/later",
                         .callers = {"anyone"},
                         .handle = [this](const Request&, Responder answer) { responders.give(std::move(answer)); }});
        table.push_back({.name = "dropped",
                         .method = "GET",
                         .pattern = "/dropped",
                         .callers = {"anyone"},
                         .handle = [](const Request&, const Responder&) {}});
        table.push_back({.name = "twice",
                         .method = "GET",
                         .pattern = "/twice",
                         .callers = {"anyone"},
                         .handle = [](const Request&, const Responder& answer) {
                             answer({200, "text/plain", {}, "first"});
                             answer({500, "text/plain", {}, "second"});
                         }});
        table.push_back({.name = "throws",
                         .method = "GET",
                         .pattern = "/throws",
                         .callers = {"anyone"},
                         .handle = [](const Request&, const Responder&) { throw std::runtime_error("ZZ99"); }});
        table.push_back({.name = "keeps",
                         .method = "GET",
                         .pattern = "/keeps",
                         .callers = {"anyone"},
                         .handle = [this](const Request&, Responder answer) {
                             responders.give(std::move(answer));
                             throw std::runtime_error("and throws");
                         }});
        table.push_back({.name = "torn",
                         .method = "GET",
                         .pattern = "/torn",
                         .callers = {"anyone"},
                         .handle = [](const Request&, const Responder& answer) {
                             answer({200, "text/plain", {{"Location", "/\r\nSet-Cookie: a=b"}}, ""});
                         }});
    }
};

TEST_F(AnswerTest, TakesTheAnswerFromAnyThread) {
    start();
    WireClient client(port());
    client.send(get("/later"));
    auto answer = responders.take();
    ASSERT_TRUE(answer);
    std::thread([&] { (*answer)({200, "text/plain", {}, "from afar"}); }).join();
    EXPECT_TRUE(client.answer().ends_with("from afar"));
}

TEST_F(AnswerTest, SendsTheFirstOfTwoAnswers) {
    start();
    WireClient client(port());
    client.send(get("/twice") + get("/hello"));
    EXPECT_TRUE(client.answer().ends_with("first"));
    EXPECT_TRUE(client.answer().ends_with("hello"));
}

TEST_F(AnswerTest, SendsTheFirstOfManyThreadsAnswers) {
    start();
    for (int round = 0; round < 50; ++round) {
        WireClient client(port());
        client.send(get("/later") + get("/hello"));
        auto answer = responders.take();
        ASSERT_TRUE(answer);
        std::vector<std::thread> threads;
        threads.reserve(4);
        for (int i = 0; i < 4; ++i) {
            threads.emplace_back([&] { (*answer)({200, "text/plain", {}, "later"}); });
        }
        for (auto& thread : threads) { thread.join(); }
        EXPECT_TRUE(client.answer().ends_with("later"));
        EXPECT_TRUE(client.answer().ends_with("hello"));
    }
}

TEST_F(AnswerTest, TakesALateAnswerForNoOtherRequest) {
    start();
    WireClient client(port());
    client.send(get("/later"));
    auto first = responders.take();
    ASSERT_TRUE(first);
    (*first)({200, "text/plain", {}, "first"});
    EXPECT_TRUE(client.answer().ends_with("first"));
    client.send(get("/later"));
    auto second = responders.take();
    ASSERT_TRUE(second);
    (*first)({200, "text/plain", {}, "wrong"});
    (*second)({200, "text/plain", {}, "second"});
    EXPECT_TRUE(client.answer().ends_with("second"));
}

TEST_F(AnswerTest, TakesTheAnswerOfAHandlerThatThrewForNoOtherRequest) {
    start();
    WireClient client(port());
    client.send(get("/keeps") + get("/later"));
    EXPECT_THAT(client.answer(), HasStatus(500));
    auto thrower = responders.take();
    auto later = responders.take();
    ASSERT_TRUE(thrower && later);
    (*thrower)({200, "text/plain", {}, "wrong"});
    (*later)({200, "text/plain", {}, "right"});
    EXPECT_TRUE(client.answer().ends_with("right"));
}

TEST_F(AnswerTest, Answers503WhereTheHandlerDropsTheResponder) {
    start();
    WireClient client(port());
    client.send(get("/dropped") + get("/later"));
    EXPECT_THAT(client.answer(), HasStatus(503));
    { auto dropped_by_this_thread = responders.take(); }
    EXPECT_THAT(client.answer(), HasStatus(503));
}

TEST_F(AnswerTest, Answers503WhenTheHandlersDeadlinePassesAndNothingElseAfterwards) {
    options.deadlines.handler = 100ms;
    start();
    WireClient client(port());
    client.send(get("/later") + get("/hello"));
    auto answer = responders.take();
    ASSERT_TRUE(answer);
    EXPECT_THAT(client.answer(), HasStatus(503));
    (*answer)({200, "text/plain", {}, "too late"});
    EXPECT_EQ(client.until_closed(), "");
    EXPECT_EQ(served.take()->status, 503);
}

TEST_F(AnswerTest, Answers500WhenAHandlerThrowsAndTellsNothingOfIt) {
    start();
    WireClient client(port());
    client.send(get("/throws") + get("/hello"));
    const auto answer = client.answer();
    EXPECT_THAT(answer, HasStatus(500));
    EXPECT_THAT(answer, Not(HasSubstr("ZZ99")));
    EXPECT_THAT(client.answer(), HasStatus(200));
}

TEST_F(AnswerTest, WritesNoHeaderThatHoldsALineBreak) {
    start();
    WireClient client(port());
    client.send(get("/torn"));
    const auto answer = client.answer();
    EXPECT_THAT(answer, HasStatus(500));
    EXPECT_THAT(answer, Not(HasSubstr("Set-Cookie")));
}

TEST_F(AnswerTest, OutlivesAnAnswerToACallerWhoHasGone) {
    start();
    std::optional<Responder> answer;
    {
        WireClient client(port());
        client.send(get("/later"));
        answer = responders.take();
        ASSERT_TRUE(answer);
    }
    (*answer)({200, "text/plain", {}, std::string(many_bytes, 'a')});
    WireClient other(port());
    other.send(get("/hello"));
    EXPECT_THAT(other.answer(), HasStatus(200));
}

TEST_F(AnswerTest, OutlivesAnAnswerToAServerThatHasGone) {
    start();
    WireClient client(port());
    client.send(get("/later"));
    auto answer = responders.take();
    ASSERT_TRUE(answer);
    server.reset();
    (*answer)({200, "text/plain", {}, "too late"});
    EXPECT_EQ(client.until_closed(), "");
}

TEST_F(AnswerTest, SendsAnAnswerOfAnySizeWhole) {
    table.push_back({.name = "big",
                     .method = "GET",
                     .pattern = "/big",
                     .callers = {"anyone"},
                     .handle = [](const Request&, const Responder& answer) {
                         answer({200, "text/plain", {}, std::string(many_bytes, 'a')});
                     }});
    start();
    WireClient client(port());
    client.send(get("/big") + get("/hello"));
    EXPECT_GT(client.answer().size(), many_bytes);
    EXPECT_TRUE(client.answer().ends_with("hello"));
}

}  // namespace
}  // namespace haven::http::test
