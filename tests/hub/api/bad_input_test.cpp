#include "tests/flow/bad_messages.h"
#include "tests/hub/api/api_under_test.h"

namespace haven::test {
namespace {

class BadInput : public ApiTest {};

TEST_F(BadInput, WhatIsPostedGetsTheSameReceiptsAsAFile) {
    const std::map<std::string, std::string> media_types{
        {".csv", "text/csv"}, {".xml", "application/xml"}, {".json", "application/json"}};
    const auto all = bad_messages();
    std::string everything;
    for (const auto& bad : all) {
        const auto reply = ask("POST", "/v1/partners/northshire-police/messages",
                               {.token = token("northshire-police"),
                                .media_type = media_types.at(bad.name.substr(bad.name.rfind('.'))),
                                .body = bad.bytes});
        ASSERT_EQ(reply.status, 202) << bad.name;
        const auto told_of = receipt(reply.text("message"), "northshire-police");
        EXPECT_EQ(told(told_of.body), bad.receipt) << bad.name;
        everything += reply.body + told_of.body;
    }
    everything += get("/v1/held?limit=200", "integration-engineer").body + hub_->log_text();
    for (const auto& bad : all) {
        for (const auto& value : bad.planted) {
            if (!value.empty()) { EXPECT_EQ(everything.find(value), std::string::npos) << bad.name << ": " << value; }
        }
    }
    EXPECT_EQ(everything.find("Neighbour"), std::string::npos) << "nor of its neighbours";
    EXPECT_EQ(everything.find("07700"), std::string::npos);
}

// What the hub's own people and light partners enter is refused at once, in the same words.
TEST_F(BadInput, WhatPeopleEnterIsRefusedWithThePlaceAndNeverTheValue) {
    const auto refused = [&](const std::string& json) {
        const auto reply = post("/v1/cases", "practitioner", json);
        EXPECT_EQ(reply.body.find("Planted"), std::string::npos) << reply.body;
        return std::to_string(reply.status) + " " + reply.text("where") + ": " + reply.text("detail");
    };
    EXPECT_EQ(refused(R"({"contact": {"channel": "Planted", "at": "2026-11-21T12:00:00Z", "outcome": "reached"}})"),
              "400 line 1: contact.channel: contact/channel: expected one of 6 codes");
    EXPECT_EQ(refused(R"({"contact": {"channel": "call", "at": "Planted", "outcome": "reached"}})"),
              "400 line 1: contact.at: contact/at: expected a moment in UTC, as YYYY-MM-DDTHH:MM:SSZ");
    EXPECT_EQ(
        refused(
            R"({"contact": {"channel": "call", "at": "2026-11-21T12:00:00Z", "outcome": "reached"}, "Planted": 1})"),
        "422 line 1: a field that no line of the map reads or ignores");
    EXPECT_EQ(refused(R"({"contact": {"channel": "call", "channel": "Planted"}})"),
              "400 record 1: line 1: channel: expected each key once in an object");
    EXPECT_EQ(refused("Planted"), "400 line 1: column 1: expected JSON");
    EXPECT_EQ(refused(std::string(70, '[')), "413 line 1: column 65: expected at most 64 levels");
    EXPECT_EQ(refused(""), "400 : expected text, got an empty message");
    EXPECT_EQ(hub_->log_text().find("Planted"), std::string::npos);
}

// Of four kinds of answer the one that it names is the one whose fault is told.
TEST_F(BadInput, AnAnswerThatIsRefusedSaysWhereAndWhyAndNeverTheValue) {
    open_case("refuge");
    const auto where = "/v1/referrals/" + reference_at("harbour-refuge") + "/answers";
    const auto refused = [&](const std::string& json) {
        const auto reply = post(where, "harbour-refuge", R"({"request": {"reference": "x"}, )" + json + "}");
        EXPECT_EQ(reply.body.find("Planted"), std::string::npos) << reply.body;
        return std::to_string(reply.status) + " " + reply.text("where") + ": " + reply.text("detail");
    };
    EXPECT_EQ(refused(R"("answer": {"kind": "accept", "Planted": 1})"),
              "422 line 1: answer: a field that no line of the map reads or ignores");
    EXPECT_EQ(refused(R"("arrival": {"kind": "arrived", "at": "Planted"})"),
              "400 line 1: arrival.at: arrival/at: expected a moment in UTC, as YYYY-MM-DDTHH:MM:SSZ");
    EXPECT_EQ(refused(R"("outcome": {"kind": "Planted"})"),
              "400 line 1: outcome.kind: outcome/kind: expected one of 8 codes");
    EXPECT_EQ(refused(R"("Planted": 1)"), "422 line 1: a field that no line of the map reads or ignores");
}

}  // namespace
}  // namespace haven::test
