#include "hub/flow/deciding.h"
#include "tests/flow/hub.h"

// Reviews and ends that a site declares: whoever must see to them hears in time.
namespace haven {
namespace {

using namespace test;

class Dates : public Hub {
protected:
    void SetUp() override {
        folder_.replace("agreements/np-7.toml", "review = 2027-06-30", "review = 2027-02-10");
        folder_.replace("agreements/np-8.toml", "end = 2027-12-31", "end = 2027-03-31");
        folder_.replace("agreements/np-8.toml", "review = 2027-06-30", "review = 2027-03-31");
        Hub::SetUp();
    }
    void at(const char* moment) {
        clock_.turn_to(*parse_instant(moment));
        ASSERT_TRUE(node_->let_time_pass());
    }
    bool is_held(const std::string& line) { return everything_held().find(line) != std::string::npos; }
    std::int64_t lines() {
        return read<std::int64_t>([](store::Sql& sql) {
            return *sql.one<std::int64_t>("SELECT COUNT(*) FROM held WHERE decided_at_us IS NULL");
        });
    }
    void close_everything() {
        for (const auto& row :
             read<std::vector<store::HeldRow>>([](store::Sql& sql) { return store::open_held(sql, {}, 50); })) {
            ASSERT_TRUE(flow::decide_held(node_->context(), row.id, row.role, flow::HeldDecision::close, UserId{9}));
        }
    }
};

TEST_P(Dates, AReviewThatComesNearIsATaskOnceAndAgainWhenItIsOverdue) {
    const std::string near = "date-ahead: agreements/np-7.toml: is to be reviewed by 2027-02-10";
    at("2026-12-10T12:00:00Z");
    EXPECT_FALSE(is_held("np-7")) << "sixty-one days before";
    at("2026-12-13T12:00:00Z");
    EXPECT_TRUE(is_held(near)) << everything_held();
    EXPECT_FALSE(is_held("np-8"));
    EXPECT_EQ(lines(), 1);
    at("2026-12-13T15:00:00Z");
    EXPECT_EQ(lines(), 1) << "not with each look";
    close_everything();
    at("2026-12-14T12:00:00Z");
    EXPECT_EQ(lines(), 0) << "a person has seen to it";
    at("2027-02-10T12:00:00Z");
    EXPECT_TRUE(is_held("agreements/np-7.toml: its review was due on 2027-02-10")) << everything_held();
}

TEST_P(Dates, AreDaysOfTheSitesOwnCalendar) {
    at("2027-06-01T12:00:00Z");
    EXPECT_TRUE(is_held("agreements/team-1.toml: is to be reviewed by 2027-06-30"))
        << "whose midnight is eleven at night in UTC";
}

TEST_P(Dates, AnEndThatComesNearIsATaskForInformationGovernance) {
    at("2027-02-01T12:00:00Z");
    EXPECT_TRUE(is_held("agreements/np-8.toml: ends on 2027-03-31")) << everything_held();
    for (const auto& row :
         read<std::vector<store::HeldRow>>([](store::Sql& sql) { return store::open_held(sql, {}, 50); })) {
        EXPECT_EQ(row.role, "information-governance") << row.place;
    }
}

INSTANTIATE_TEST_SUITE_P(Engines, Dates, both_engines, engine_name);

}  // namespace
}  // namespace haven
