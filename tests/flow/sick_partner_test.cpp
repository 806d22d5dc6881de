#include "tests/flow/hub.h"

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

constexpr const char* row =
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
    folder_.export_csv("incidents.csv", std::string(header) + row);
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

INSTANTIATE_TEST_SUITE_P(Troubles, SickPartner,
                         testing::Values("silent", "busy", "error", "cut_before_body", "cut_after_taken", "twice",
                                         "garbage", "slow_to_answer"),
                         [](const auto& trouble) { return std::string(trouble.param); });

}  // namespace
}  // namespace haven
