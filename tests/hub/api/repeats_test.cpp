#include <thread>

#include "hub/flow/keeping.h"
#include "tests/hub/api/api_under_test.h"

namespace haven::test {
namespace {

constexpr const char* rang =
    R"({"contact": {"channel": "call", "at": "2026-11-21T12:00:00Z", "outcome": "no-answer"}})";
constexpr const char* rang_later =
    R"({"contact": {"channel": "call", "at": "2026-11-21T12:40:00Z", "outcome": "no-answer"}})";

/// What people and partners without a system enter, under a key of their own: a hub of each test, on both engines.
class Repeats : public ApiOnBoth {
protected:
    static Reply enter(const std::string& target, const std::string& of, const std::string& body,
                       const std::string& key) {
        return ask("POST", target,
                   {.token = token(of),
                    .media_type = "application/json",
                    .body = body,
                    .more_headers = "Idempotency-Key: " + key + "\r\n"});
    }
    /// Rows of the store: of its cases, and of the records in them.
    static std::pair<std::int64_t, std::int64_t> entered() {
        return hub_->read<std::pair<std::int64_t, std::int64_t>>([](store::Sql& sql) {
            return std::pair(*sql.one<std::int64_t>("SELECT count(*) FROM cases"),
                             *sql.one<std::int64_t>("SELECT count(*) FROM record"));
        });
    }
    static std::int64_t keys() {
        return hub_->read<std::int64_t>([](store::Sql& sql) {
            return *sql.one<std::int64_t>("SELECT count(*) FROM seen WHERE kind = 'idempotency-key'");
        });
    }
};

TEST_P(Repeats, ACaseIsOpenedOnceUnderOneKeyAlsoAfterARestart) {
    const auto first = enter("/v1/cases", "practitioner", rang, "c-1");
    EXPECT_EQ(first.status, 201) << first.body;
    const auto again = enter("/v1/cases", "practitioner", rang, "c-1");
    EXPECT_EQ(again.status, 200);
    EXPECT_EQ(again.body, first.body);
    hub_->start();
    const auto after_restart = enter("/v1/cases", "practitioner", rang, "c-1");
    EXPECT_EQ(after_restart.status, 200);
    EXPECT_EQ(after_restart.body, first.body);
    EXPECT_EQ(entered(), std::pair(std::int64_t{1}, std::int64_t{1}));
}

TEST_P(Repeats, TheSameKeyWithAnythingElseIsRefusedAndLeavesNothingBehind) {
    const auto made = enter("/v1/cases", "practitioner", rang, "c-1").text("case");
    const auto before = entered();
    for (const auto& [target, body] : std::vector<std::pair<std::string, std::string>>{
             {"/v1/cases", rang_later}, {"/v1/cases?fictional=yes", rang}, {"/v1/cases/" + made + "/contacts", rang}}) {
        const auto other = enter(target, "practitioner", body, "c-1");
        EXPECT_EQ(other.status, 422) << target;
        EXPECT_EQ(other.text("fault"), "conflict") << target;
    }
    EXPECT_EQ(enter("/v1/cases", "practitioner", rang_later, std::string(201, 'k')).status, 400);
    EXPECT_EQ(entered(), before);
}

TEST_P(Repeats, AKeyIsItsCallersOwnAndWithoutOneEachRequestIsNew) {
    EXPECT_EQ(enter("/v1/cases", "practitioner", rang, "c-1").status, 201);
    EXPECT_EQ(enter("/v1/cases", "duty-manager", rang, "c-1").status, 201) << "another caller's key";
    EXPECT_EQ(enter("/v1/cases", "practitioner", rang, "c-2").status, 201);
    EXPECT_EQ(post("/v1/cases", "practitioner", rang).status, 201);
    EXPECT_EQ(post("/v1/cases", "practitioner", rang).status, 201);
    EXPECT_EQ(entered().first, 5);
}

TEST_P(Repeats, AContactIsOneAttemptUnderOneKey) {
    const auto of_case = enter("/v1/cases", "practitioner", rang, "c-1").text("case");
    const auto contacts = "/v1/cases/" + of_case + "/contacts";
    EXPECT_EQ(enter(contacts, "practitioner", rang_later, "a-1").status, 201);
    const auto again = enter(contacts, "practitioner", rang_later, "a-1");
    EXPECT_EQ(again.status, 200);
    EXPECT_EQ(again.text("case"), of_case);
    hub_->start();
    EXPECT_EQ(enter(contacts, "practitioner", rang_later, "a-1").status, 200);
    EXPECT_EQ(hub_->entries_of("record entered"), 2);
    EXPECT_EQ(entered().second, 2);
}

TEST_P(Repeats, WhatWasRefusedUsesNoKeyUp) {
    EXPECT_EQ(enter("/v1/cases", "practitioner", R"({"contact": {"channel": "pigeon"}})", "c-1").status, 400);
    EXPECT_EQ(enter("/v1/cases", "practitioner", rang, "c-1").status, 201);
}

TEST_P(Repeats, AnAnswerHasOneEffectForAPartnerAndForWhoWritesItDown) {
    (void)open_case("refuge");
    const auto reference = reference_at("harbour-refuge");
    const auto answers = "/v1/referrals/" + reference + "/answers";
    const auto body = R"({"request": {"reference": ")" + reference + R"("}, "answer": {"kind": "has-capacity"}})";
    const auto before = entered().second;
    EXPECT_EQ(enter(answers, "harbour-refuge", body, "r-1").status, 201);
    EXPECT_EQ(enter(answers, "harbour-refuge", body, "r-1").status, 200);
    hub_->start();
    const auto again = enter(answers, "harbour-refuge", body, "r-1");
    EXPECT_EQ(again.status, 200);
    EXPECT_EQ(again.body, "{}");
    EXPECT_EQ(entered().second, before + 1);
    const auto message = ask("POST", "/v1/partners/harbour-refuge/messages",
                             {.token = token("harbour-refuge"),
                              .media_type = "application/json",
                              .body = body,
                              .more_headers = "Idempotency-Key: r-1\r\n"});
    EXPECT_EQ(message.status, 422) << "a partner has one set of keys";

    const auto other = reference_at("rowan-refuge");
    const auto referral = get("/v1/referrals", "practitioner").json().at("items").at(0).at("referral").as_string();
    const auto told = "/v1/referrals/" + std::string(referral) + "/answers";
    const auto declined = R"({"request": {"reference": ")" + other + R"("}, "answer": {"kind": "decline"}})";
    EXPECT_EQ(enter(told, "practitioner", declined, "r-1").status, 201);
    EXPECT_EQ(enter(told, "practitioner", declined, "r-1").status, 200);
    EXPECT_EQ(entered().second, before + 2);
}

TEST_P(Repeats, OfManyWhoAskTheSameAtOnceOneIsFirst) {
    const auto of_case = enter("/v1/cases", "practitioner", rang, "c-1").text("case");
    const auto at_once = [](const std::string& target, const std::string& key) {
        std::array<Reply, 8> replies;
        std::vector<std::thread> callers;
        for (auto& reply : replies) {
            callers.emplace_back([&, to = token("practitioner"), port = node().port()] {
                WireClient wire(port);
                std::string request("POST ");
                request.append(target).append(" HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ").append(to);
                request.append("\r\nContent-Type: application/json\r\nIdempotency-Key: ").append(key);
                request.append("\r\nContent-Length: ").append(std::to_string(std::string_view(rang_later).size()));
                wire.send(request.append("\r\n\r\n").append(rang_later));
                const auto answer = wire.answer();
                reply.status = answer.size() > 12 ? std::stoi(answer.substr(9, 3)) : 0;
                reply.body = answer.substr(answer.find("\r\n\r\n") + 4);
            });
        }
        for (auto& caller : callers) { caller.join(); }
        int first = 0;
        for (const auto& reply : replies) {
            first += reply.status == 201 ? 1 : 0;
            EXPECT_TRUE(reply.status == 201 || reply.status == 200) << reply.body;
            EXPECT_EQ(reply.body, replies[0].body);
        }
        EXPECT_EQ(first, 1) << target;
    };
    at_once("/v1/cases", "c-2");
    EXPECT_EQ(entered(), std::pair(std::int64_t{2}, std::int64_t{2}));
    at_once("/v1/cases/" + of_case + "/contacts", "a-2");
    EXPECT_EQ(entered(), std::pair(std::int64_t{2}, std::int64_t{3}));
}

TEST_P(Repeats, AKeyIsForgottenAfterThirtyDays) {
    EXPECT_EQ(enter("/v1/cases", "practitioner", rang, "c-1").status, 201);
    hub_->clock_.turn_by(flow::idempotency_key_keep - std::chrono::seconds(1));
    ASSERT_TRUE(flow::sweep(node().context()));
    EXPECT_EQ(keys(), 1);
    hub_->clock_.turn_by(std::chrono::seconds(1));
    ASSERT_TRUE(flow::sweep(node().context()));
    EXPECT_EQ(keys(), 0);
    EXPECT_EQ(enter("/v1/cases", "practitioner", rang_later, "c-1").status, 201);
}

INSTANTIATE_TEST_SUITE_P(Engines, Repeats, both_engines, engine_name);

}  // namespace
}  // namespace haven::test
