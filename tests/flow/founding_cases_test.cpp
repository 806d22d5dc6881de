#include "tests/flow/hub.h"

namespace haven {
namespace {

using namespace test;

class FoundingCase : public Hub {};

std::string row() {
    return "41/00002/26,21/11/2026 06:00:00,20/11/2026,22:15,20/11/2026 22:40,ZZ99 4AA,\"1 Sample Road, Eastford\","
           "Words of the officer.,Sample,Alex,03/04/1985,M,en,E07999001,CAR,N,07700 900123,MOB,Y,,,,PREV,1,Sample Road,"
           "Eastford,ZZ99 4AA,," +
           std::string(24, ',') +
           "Example,Robin,01/01/1986,EXPA,N,Example Ltd,LIB,,,,,,,,M,DASH,11,SEP;COE,CON;PSY,"
           "refused twice,Not for anybody else.\r\n";
}

constexpr const char* accepts_help = R"({
  "contact": {"channel": "call", "at": "2026-11-21T12:00:00Z", "outcome": "reached", "help": "accepted"},
  "consent": {"to-referral": "yes", "to-pass-contact": "yes"},
  "approach": [{"to": "Eastford District Council", "at": "2026-11-14", "answer": "refused"}],
  "need": [{"service": "rehousing"}, {"service": "mens-support"}]
})";

TEST_P(FoundingCase, AManInHisCarIsOfferedToTheCouncilAcceptedRehousedAndReferredToACharity) {
    folder_.export_csv("incidents-2026-11-21.csv", header + row());
    const auto id = the_case();
    ASSERT_TRUE(flow::enter_contact(node_->context(), id, accepts_help, UserId{7}));
    node_->wake();

    const auto reference = reference_at("eastford-council");
    ASSERT_FALSE(reference.empty()) << everything_held();
    EXPECT_EQ(folder_.council().received(), 1);
    EXPECT_EQ(folder_.council().received({"Sample"}), 0) << "an offer names nobody";
    folder_.council().answer("a1", R"({"messageType": "answer", "externalId": ")" + reference +
                                       R"(", "decision": "ACCEPTED", "decidedAt": "2026-11-21T12:05:00Z"})");
    EXPECT_TRUE(becomes("rehousing", "accepted")) << everything_held();
    EXPECT_TRUE(eventually([&] { return folder_.council().received({"Sample"}) == 1; }))
        << "identity goes once confirmed";
    EXPECT_EQ(folder_.council().received({"07700900123"}), 1);
    EXPECT_EQ(folder_.council().received({"Not for anybody else"}), 0);
    EXPECT_EQ(folder_.council().received({"Words of the officer"}), 0);

    folder_.council().answer("a2", R"({"messageType": "outcome", "externalId": ")" + reference +
                                       R"(", "result": "REHOUSED", "resultAt": "2026-11-21T15:00:00Z"})");
    EXPECT_TRUE(becomes("rehousing", "completed")) << everything_held();

    const auto drop = test::SiteFolder::dropped(folder_.drop("steadfast"), "-offer-");
    EXPECT_NE(drop.find("<Service>mens-support</Service>"), std::string::npos) << drop << everything_held();
    EXPECT_EQ(drop.find("Sample"), std::string::npos);
    const auto charity_reference = reference_at("steadfast");
    peers::put_file(folder_.answers("steadfast") + "/answer-1.xml",
                    "<Answer><Reference>" + charity_reference + "</Reference><Decision>yes</Decision></Answer>");
    const auto confirmed = test::SiteFolder::dropped(folder_.drop("steadfast"), "-confirm-");
    EXPECT_NE(confirmed.find("<LastName>Sample</LastName>"), std::string::npos) << confirmed << everything_held();
    EXPECT_EQ(confirmed.find("1985"), std::string::npos) << "the charity has not agreed to see the birth date";
    EXPECT_TRUE(std::filesystem::is_empty(folder_.drop("kindred"))) << "nobody asked this charity";
    EXPECT_EQ(everything_held(), "");
}

INSTANTIATE_TEST_SUITE_P(Engines, FoundingCase, both_engines, engine_name);

}  // namespace
}  // namespace haven
