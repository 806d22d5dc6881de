#include "adapters/housing_rest/adapter.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include "tests/peers/council.h"
#include "tests/support/cleared_for_test.h"

namespace haven::housing_rest {
namespace {

using namespace sdk;
using transport::HttpReply;

HttpReply reply(int status, std::vector<std::pair<std::string, std::string>> headers = {{"idempotency-key", "k-1"}}) {
    return {status, std::move(headers), ""};
}

Delivery post_answer(const HttpReply& answer) {
    return understand_post(answer, "k-1", test_noon);
}

TEST(HousingRest, TakesCreatedAndTheLikeAsAccepted) {
    for (const int status : {200, 201, 202}) {
        EXPECT_TRUE(std::holds_alternative<Accepted>(post_answer(reply(status)))) << status;
    }
}

// The council answers 409 when it already holds the key: the first try arrived but its answer was lost.
TEST(HousingRest, TakesAKeyThatTheCouncilHoldsAlreadyAsAccepted) {
    const auto delivery = post_answer(reply(409, {{"idempotency-key", "k-1"}, {"reference", "EH-00077"}}));
    ASSERT_TRUE(std::holds_alternative<Accepted>(delivery));
    EXPECT_EQ(std::get<Accepted>(delivery).receipt, "EH-00077");
}

TEST(HousingRest, TakesAnAnswerWithoutTheKeyAsUnknown) {
    EXPECT_TRUE(std::holds_alternative<Unknown>(post_answer(reply(200, {}))));
    EXPECT_TRUE(std::holds_alternative<Unknown>(post_answer(reply(201, {{"idempotency-key", "k-2"}}))));
    EXPECT_TRUE(std::holds_alternative<Unknown>(post_answer(reply(409, {{"content-type", "text/html"}}))));
}

TEST(HousingRest, KeepsNoReceiptThatIsNotPlain) {
    const auto receipt = [](const std::string& reference) {
        return std::get<Accepted>(post_answer(reply(201, {{"idempotency-key", "k-1"}, {"reference", reference}})))
            .receipt;
    };
    EXPECT_EQ(receipt("EH-1"), "EH-1");
    EXPECT_EQ(receipt("EH 1"), "");
    EXPECT_EQ(receipt("EH\t1"), "");
    EXPECT_EQ(receipt(std::string(257, '1')), "");
}

TEST(HousingRest, TakesARefusalAsRejectedAndSaysItsStatus) {
    for (const int status : {400, 401, 403, 404, 413, 415, 422, 499}) {
        const auto delivery = post_answer(reply(status));
        ASSERT_TRUE(std::holds_alternative<Rejected>(delivery)) << status;
        EXPECT_EQ(std::get<Rejected>(delivery).reason.text(),
                  "the council refused the message, status " + std::to_string(status));
    }
}

TEST(HousingRest, WaitsAsLongAsItIsAskedToButNeverLongerThanAQuarterOfAnHour) {
    const auto wait = [](int status, std::vector<std::pair<std::string, std::string>> headers) {
        return std::get<RetryAfter>(post_answer(reply(status, std::move(headers)))).wait;
    };
    EXPECT_EQ(wait(429, {{"retry-after", "7"}}), 7s);
    EXPECT_EQ(wait(503, {{"retry-after", "7"}}), 7s);
    EXPECT_EQ(wait(503, {{"retry-after", "86400"}}), 15min);
    EXPECT_EQ(wait(503, {{"retry-after", "0"}}), 1s);
    EXPECT_EQ(wait(503, {{"retry-after", "later"}}), 60s);
    EXPECT_EQ(wait(408, {}), 60s);
}

TEST(HousingRest, GuessesAboutNothingElse) {
    for (const int status : {0, 100, 204, 206, 301, 302, 303, 307, 308, 500, 502, 504, 599, 600}) {
        EXPECT_TRUE(std::holds_alternative<Unknown>(post_answer(reply(status)))) << status;
    }
}

TEST(HousingRest, BelievesAnAnswerToAQuestionOnlyWithItsKey) {
    EXPECT_TRUE(std::holds_alternative<Accepted>(understand_ask(reply(200), "k-1")));
    EXPECT_TRUE(std::holds_alternative<Unreachable>(understand_ask(reply(404), "k-1")));
    EXPECT_TRUE(std::holds_alternative<Unknown>(understand_ask(reply(404, {}), "k-1")));  // any server's 404 page
    EXPECT_TRUE(std::holds_alternative<Unknown>(understand_ask(reply(200, {}), "k-1")));
    EXPECT_TRUE(std::holds_alternative<Unknown>(understand_ask(reply(503), "k-1")));
}

class HousingRestTest : public testing::Test {
protected:
    Result<Settings> settings(const std::map<std::string, std::string>& more = {}) const {
        std::map<std::string, std::string> given{{"url", council.url()},
                                                 {"certificate", peers::certificates() / "hub.crt"},
                                                 {"key", peers::certificates() / "hub.key"},
                                                 {"authority", peers::certificates() / "authority.crt"}};
        for (const auto& [name, value] : more) { given[name] = value; }
        return Settings::check(declaration.settings, given, "/");
    }
    peers::Council council;
    ManualClock clock{test_noon};
    Environment environment{Name::declare("eastford"), &clock};
};

TEST_F(HousingRestTest, TriesTheWholeWayWithoutAMessage) {
    EXPECT_TRUE(declaration.self_test(*settings(), environment).has_value());
    EXPECT_EQ(council.received(), 0);
    EXPECT_FALSE(declaration.self_test(*settings({{"url", "https://localhost:1/referrals"}}), environment).has_value());
    const auto elsewhere = "https://localhost:" + std::to_string(council.port());
    EXPECT_TRUE(declaration.self_test(*settings({{"url", elsewhere}}), environment).has_value());
    council.misbehave(R"("no_key", "on": "GET")");
}

TEST_F(HousingRestTest, IsNotMadeWithAKeyThatOthersMayRead) {
    const peers::TemporaryFolder folder;
    peers::put_file(folder / "hub.key", peers::file_text(peers::certificates() / "hub.key"));
    ASSERT_EQ(::chmod((folder / "hub.key").c_str(), 0640), 0);
    const auto made = declaration.make_sink(*settings({{"key", folder / "hub.key"}}), environment);
    ASSERT_FALSE(made.has_value());
    EXPECT_EQ(made.error().message(), "key: expected a file that only its owner may read or write");
}

TEST_F(HousingRestTest, PollsOnlyWhereItIsAskedTo) {
    EXPECT_NE(*declaration.make_source(*settings(), environment), nullptr);
    EXPECT_EQ(*declaration.make_source(*settings({{"poll", "no"}}), environment), nullptr);
}

TEST_F(HousingRestTest, AsksAfterATimeoutAndLearnsThatItArrived) {
    council.misbehave("silent_after_taken");
    const auto sink = declaration.make_sink(*settings({{"timeout", "300ms"}}), environment).value();
    EXPECT_TRUE(std::holds_alternative<Unknown>(sink->send(cleared_for_test("{}"), "k-1")));
    const auto told = sink->ask("k-1", "EH-1.json");
    ASSERT_TRUE(std::holds_alternative<Accepted>(*told));
    EXPECT_EQ(std::get<Accepted>(*told).receipt, "EH-00001");
    EXPECT_TRUE(std::holds_alternative<Unreachable>(*sink->ask("k-2", "EH-2.json")));
    EXPECT_TRUE(std::holds_alternative<Unknown>(*sink->ask("../k", "EH-2.json")));
}

TEST_F(HousingRestTest, FailsToReadRatherThanTakeNonsenseForAnAnswer) {
    council.answer("A-1", R"({"answer":"yes"})");
    const auto source = declaration.make_source(*settings({{"timeout", "300ms"}}), environment).value();
    for (const auto* trouble :
         {"garbage", "wrong_key", "error_after_taken", "cut_in_answer", "silent_after_taken", "huge"}) {
        council.misbehave('"' + std::string(trouble) + R"(", "on": "GET")");
        EXPECT_FALSE(source->read().has_value()) << trouble;
    }
    council.behave();
    EXPECT_EQ(source->read().value()->token, "A-1");
    council.misbehave(R"("cut_after_taken", "on": "DELETE")");
    EXPECT_FALSE(source->acknowledge("A-1").has_value());
    council.behave();
    EXPECT_TRUE(source->acknowledge("A-1").has_value());
    EXPECT_FALSE(source->read().value().has_value());
}

}  // namespace
}  // namespace haven::housing_rest
