#include <atomic>
#include <thread>

#include "tests/hub/http/edge_under_test.h"

namespace haven::http::test {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

class StopTest : public EdgeTest {
protected:
    Handover<Responder> responders;

    StopTest() {
        options.deadlines.farewell = 200ms;
        table.push_back({.name = "later",
                         .method = "GET",
                         .pattern = "/later",
                         .callers = {"anyone"},
                         .handle = [this](const Request&, Responder answer) { responders.give(std::move(answer)); }});
    }
};

TEST_F(StopTest, FinishesWhatIsUnderWayAndClosesWhatIsIdle) {
    options.threads = 1;  // when the idle one is closed, the busy one's thread knows too
    start();
    WireClient idle(port());
    idle.send(get("/hello"));
    EXPECT_THAT(idle.answer(), HasStatus(200));
    WireClient busy(port());
    busy.send(get("/later"));
    auto answer = responders.take();
    ASSERT_TRUE(answer);
    std::thread stopper([&] { server->stop(10s); });
    EXPECT_TRUE(idle.is_closed());
    (*answer)({200, "text/plain", {}, "finished"});
    EXPECT_THAT(busy.until_closed(), AllOf(HasStatus(200), HasSubstr("Connection: close"), HasSubstr("finished")));
    stopper.join();
    EXPECT_FALSE(WireClient(port()).is_open());
}

TEST_F(StopTest, CutsWhatIsStillUnderWayAtTheDeadline) {
    start();
    WireClient busy(port());
    busy.send(get("/later"));
    const auto answer = responders.take();
    ASSERT_TRUE(answer);
    server->stop(100ms);
    EXPECT_EQ(busy.until_closed(), "");
    EXPECT_EQ(served.take()->status, 0);
}

TEST_F(StopTest, StopsUnderLoadAndCutsNoAnswerInTheMiddle) {
    start();
    std::atomic<int> answered{0};
    std::atomic<int> torn{0};
    std::vector<std::thread> callers;
    callers.reserve(8);
    for (int i = 0; i < 8; ++i) {
        callers.emplace_back([&] {
            WireClient client(port());
            while (client.send(post("/echo", std::string(3000, 'a')))) {
                const auto answer = client.answer();
                if (answer.empty()) { break; }
                ++(answer.starts_with("HTTP/1.1 200") && answer.ends_with(std::string(3000, 'a')) ? answered : torn);
                if (answer.find("Connection: close") != std::string::npos) { break; }
            }
        });
    }
    for (int i = 0; i < 500; ++i) { ASSERT_TRUE(served.take()); }
    server->stop(10s);
    for (auto& caller : callers) { caller.join(); }
    EXPECT_GE(answered, 500);
    EXPECT_EQ(torn, 0);
}

TEST_F(StopTest, MayBeStoppedTwice) {
    start();
    server->stop(1s);
    server->stop(1s);
}

}  // namespace
}  // namespace haven::http::test
