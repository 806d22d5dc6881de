#include "tests/flow/hub.h"
#include "tests/support/captured_log.h"

namespace haven {
namespace {

using namespace test;

// A council's trouble, as tests/peers/council knows it.
class SickPartner : public testing::TestWithParam<const char*>, protected RunningHub {
protected:
    void SetUp() override {
        folder_.replace("partners/eastford-council.toml", "poll = \"yes\"", "poll = \"yes\"\ntimeout = \"1s\"");
    }
    bool is_delivered_to_council() {
        const auto offers = read<std::vector<store::OfferRow>>(
            [](store::Sql& sql) { return store::offers_to(sql, Name::declare("eastford-council"), {}, 10); });
        return offers.size() == 1 && offers[0].state == OfferState::delivered;
    }
    bool is_work_due_to_council() {
        return read<bool>([&](store::Sql& sql) {
            return store::has_due_work(sql, Name::declare("eastford-council"), clock_.now()) ||
                   sql.one<std::int64_t>("SELECT count(*) FROM work WHERE state = 'claimed'") != 0;
        });
    }
    int effects_at_council() { return folder_.council().received({"\"effect\": true"}); }
};

constexpr const char* victim_row =
    "41/00009/26,21/11/2026 06:00:00,20/11/2026,22:15,20/11/2026 22:40,ZZ99 4AA,,,Sample,Alex,03/04/1985,M,en,"
    "E07999001,CAR,N,07700 900123,MOB,Y,,,,PREV,1,Sample Road,Eastford,ZZ99 4AA,,,,,,,,,,,,,,,,,,,,,,,,,,"
    "Example,Robin,01/01/1986,EXPA,N,Example Ltd,LIB,,,,,,,,M,DASH,11,SEP;COE,CON;PSY,refused twice,\r\n";

constexpr const char* accepts_help = R"({
  "contact": {"channel": "call", "at": "2026-11-21T12:00:00Z", "outcome": "reached", "help": "accepted"},
  "consent": {"to-referral": "yes", "to-pass-contact": "yes"},
  "need": [{"service": "rehousing"}, {"service": "mens-support"}]
})";

TEST_P(SickPartner, DelaysNobodyElseAndGetsItsOfferOnceItIsWell) {
    folder_.council().misbehave(GetParam());
    start();
    folder_.export_csv("incidents.csv", std::string(header) + victim_row);
    const auto id = the_case();
    ASSERT_TRUE(flow::enter_contact(node_->context(), id, accepts_help, UserId{7}));
    node_->wake();

    // The charity is asked, answers and is told who it is, while the council is sick.
    EXPECT_NE(test::SiteFolder::dropped(folder_.drop("steadfast"), "-offer-"), "") << everything_held();
    peers::put_file(
        folder_.answers("steadfast") + "/answer-1.xml",
        "<Answer><Reference>" + reference_at("steadfast") + "</Reference><Decision>yes</Decision></Answer>");
    EXPECT_NE(test::SiteFolder::dropped(folder_.drop("steadfast"), "-confirm-"), "") << everything_held();

    folder_.council().behave();
    constexpr int minutes_max = 20;  // a try that failed is made again by and by
    for (int minute = 0; minute < minutes_max && !is_delivered_to_council(); ++minute) {
        clock_.turn_by(std::chrono::minutes(1));
        ASSERT_TRUE(node_->let_time_pass());
        node_->wake();
        ASSERT_TRUE(eventually([&] { return !is_work_due_to_council(); }));
    }
    EXPECT_TRUE(is_delivered_to_council()) << everything_held();
    EXPECT_EQ(effects_at_council(), 1) << "lost, or taken twice";
    EXPECT_EQ(state_of("rehousing"), "offered");
    EXPECT_EQ(everything_held(), "") << "what was shown to a person because it might have arrived, has";
}

TEST(Health, IsTriedAgainAtOnceAndThenAfterPausesThatDoubleToAMinute) {
    flow::Health health;
    flow::Health::Time now{};
    EXPECT_TRUE(health.is_due(now));
    for (const int pause_s : {0, 1, 2, 4, 8, 16, 32, 60, 60}) {
        const auto pause = std::chrono::seconds(pause_s);
        health.failed(now);
        EXPECT_EQ(health.is_due(now), pause_s == 0);
        EXPECT_FALSE(pause_s > 0 && health.is_due(now + pause - std::chrono::microseconds(1))) << pause_s;
        EXPECT_TRUE(health.is_due(now + pause)) << pause_s;
        now += pause;
    }
    health.went_well();
    EXPECT_TRUE(health.is_due(now));
    EXPECT_FALSE(health.is_failing());
}

/// The folder of the force's exports goes away and comes back.
class SickSource : public testing::Test, protected RunningHub {
protected:
    std::filesystem::path folder() const { return folder_.site() / "var/northshire"; }
    void take_away() const { std::filesystem::rename(folder(), folder_.site() / "var/away"); }
    void put_back() const { std::filesystem::rename(folder_.site() / "var/away", folder()); }
};

TEST_F(SickSource, IsSaidOnceWaitsForAPersonAfterAQuarterOfAnHourAndNotOnceItWorksAgain) {
    const std::string held =
        "northshire-police: unreachable: : nothing can be fetched from this partner; the hub's log "
        "says why\n";
    const std::string fails = "\"source fails\"";
    const CapturedLog log;
    start();
    take_away();
    ASSERT_TRUE(eventually([&] { return log.text().find(fails) != std::string::npos; })) << log.text();
    clock_.turn_by(std::chrono::minutes(14));
    EXPECT_EQ(everything_held(), "");
    clock_.turn_by(std::chrono::minutes(2));
    EXPECT_TRUE(eventually([&] { return everything_held() == held; })) << everything_held();
    EXPECT_EQ(
        read<std::vector<store::HeldRow>>([](store::Sql& sql) { return store::open_held(sql, {}, 9); }).at(0).role,
        "integration-engineer");
    put_back();
    EXPECT_TRUE(eventually([&] { return everything_held().empty(); })) << everything_held();
    folder_.export_csv("incidents.csv", std::string(header) + victim_row);
    EXPECT_TRUE(the_case());
    EXPECT_EQ(log.text().find(fails), log.text().rfind(fails)) << "one failure is one line";
    EXPECT_NE(log.text().find("\"source works again\""), std::string::npos);
}

// A charity's answer under "answer 1.xml", an export as "incidents.dat": somebody sits in a car and nothing is wrong.
TEST_F(SickSource, FilesThatItDoesNotTakeWaitForAPersonAfterAQuarterOfAnHourUntilNoneIsLeft) {
    const std::string held =
        "northshire-police: malformed: : files lie with this partner whose names, kinds or sizes the hub does not "
        "take; "
        "its adapter's page says which it takes\n";
    const std::string said = "\"files passed over\"";
    const auto odd = folder() / "robin example.csv";
    const CapturedLog log;
    start();
    std::ofstream(odd) << "x";
    ASSERT_TRUE(eventually([&] { return log.text().find(said) != std::string::npos; })) << log.text();
    clock_.turn_by(std::chrono::minutes(14));
    EXPECT_EQ(everything_held(), "");
    clock_.turn_by(std::chrono::minutes(2));
    EXPECT_TRUE(eventually([&] { return everything_held() == held; })) << everything_held();
    EXPECT_EQ(log.text().find(said), log.text().rfind(said)) << "said once, not at each look";
    EXPECT_EQ(log.text().find("robin"), std::string::npos) << "a file's name may name a person";
    node_.reset();
    std::filesystem::rename(odd, folder() / "odd.part");
    start();
    EXPECT_TRUE(eventually([&] { return everything_held().empty(); })) << everything_held();
}

TEST_F(SickSource, WhatWasHeldOfItIsReleasedByTheNextHubToo) {
    const CapturedLog log;
    start();
    take_away();
    ASSERT_TRUE(eventually([&] { return log.text().find("\"source fails\"") != std::string::npos; }));
    clock_.turn_by(std::chrono::minutes(16));
    EXPECT_TRUE(eventually([&] { return !everything_held().empty(); }));
    node_.reset();
    put_back();
    start();
    EXPECT_TRUE(eventually([&] { return everything_held().empty(); })) << everything_held();
}

INSTANTIATE_TEST_SUITE_P(Troubles, SickPartner,
                         testing::Values("silent", "busy", "error", "cut_before_body", "cut_after_taken", "twice",
                                         "garbage", "slow_to_answer"),
                         [](const auto& trouble) { return std::string(trouble.param); });

}  // namespace
}  // namespace haven
