#include "core/calendar/zone.h"

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "tests/core/calendar/london.h"
#include "tests/support/shared_data.h"

namespace haven {
namespace {

using Kind = Moment::Kind;

TEST(Zone, IsFoundByItsNameOrRefused) {
    EXPECT_TRUE(Zone::find("Europe/London").has_value());
    EXPECT_TRUE(Zone::find("UTC").has_value());
    for (const char* name : {"", "Europe/Londres", "europe london", "../../etc/passwd"}) {
        const auto zone = Zone::find(name);
        ASSERT_FALSE(zone.has_value()) << name;
        EXPECT_EQ(zone.error().fault, Fault::missing);
    }
}

struct Case {
    int year;
    unsigned month, day, hour, minute;
    Kind kind;
    Instant earliest;
    std::chrono::microseconds apart{};
};

TEST(Zone, KnowsWhichMomentAWallTimeMeansAroundBothClockChanges) {
    const std::vector<Case> cases{
        {2026, 3, 29, 0, 59, Kind::unique, utc("2026-03-29", 59min)},
        {2026, 3, 29, 1, 0, Kind::nonexistent, utc("2026-03-29", 1h)},
        {2026, 3, 29, 1, 59, Kind::nonexistent, utc("2026-03-29", 1h)},
        {2026, 3, 29, 2, 0, Kind::unique, utc("2026-03-29", 1h)},
        {2026, 7, 1, 12, 0, Kind::unique, utc("2026-07-01", 11h)},
        {2026, 10, 24, 23, 59, Kind::unique, utc("2026-10-24", 22h + 59min)},
        {2026, 10, 25, 0, 0, Kind::unique, utc("2026-10-24", 23h)},
        {2026, 10, 25, 0, 59, Kind::unique, utc("2026-10-24", 23h + 59min)},
        {2026, 10, 25, 1, 0, Kind::ambiguous, utc("2026-10-25"), 1h},
        {2026, 10, 25, 1, 30, Kind::ambiguous, utc("2026-10-25", 30min), 1h},
        {2026, 10, 25, 1, 59, Kind::ambiguous, utc("2026-10-25", 59min), 1h},
        {2026, 10, 25, 2, 0, Kind::unique, utc("2026-10-25", 2h)},
        {2026, 10, 25, 12, 0, Kind::unique, utc("2026-10-25", 12h)},
        {2027, 3, 28, 0, 59, Kind::unique, utc("2027-03-28", 59min)},
        {2027, 3, 28, 1, 0, Kind::nonexistent, utc("2027-03-28", 1h)},
        {2027, 3, 28, 1, 30, Kind::nonexistent, utc("2027-03-28", 1h)},
        {2027, 3, 28, 2, 0, Kind::unique, utc("2027-03-28", 1h)},
        {2027, 3, 28, 12, 0, Kind::unique, utc("2027-03-28", 11h)},
        {2026, 12, 25, 8, 0, Kind::unique, utc("2026-12-25", 8h)},
    };
    for (const auto& c : cases) {
        const auto wall = wall_time(c.year, c.month, c.day, c.hour, c.minute);
        ASSERT_TRUE(wall.has_value());
        const Moment expected{c.kind, c.earliest, c.earliest + c.apart};
        EXPECT_EQ(london().moment(*wall), expected) << c.year << "-" << c.month << "-" << c.day << " " << c.hour;
    }
}

TEST(Zone, ShowsTheWallTimeOfEveryMinuteForTwoWeeksAroundEachChange) {
    const auto zone = london();
    for (const auto middle : {utc("2026-03-29"), utc("2026-10-25"), utc("2027-03-28"), utc("2036-10-26")}) {
        for (auto t = middle - days(7); t < middle + days(7); t += 1min) {
            const auto wall = oracle_wall(t);
            ASSERT_EQ(zone.wall(t), wall) << iso_text(t);
            const auto moment = zone.moment(wall);
            ASSERT_NE(moment.kind, Kind::nonexistent) << iso_text(t);
            ASSERT_TRUE(t == moment.earliest || t == moment.latest) << iso_text(t);
            const bool twice = oracle_wall(t + 1h) == wall || oracle_wall(t - 1h) == wall;
            ASSERT_EQ(moment.kind == Kind::ambiguous, twice) << iso_text(t);
        }
    }
}

TEST(Zone, HasDaysOfTwentyThreeToTwentyFiveHours) {
    const auto length = [](const char* day) {
        return london().start_of(day_of(day) + days(1)) - london().start_of(day_of(day));
    };
    EXPECT_EQ(length("2026-03-29"), 23h);
    EXPECT_EQ(length("2026-10-24"), 24h);
    EXPECT_EQ(length("2026-10-25"), 25h);
    EXPECT_EQ(length("2027-03-28"), 23h);
    EXPECT_EQ(london().start_of(day_of("2026-10-25")), utc("2026-10-24", 23h));
    EXPECT_EQ(london().day(utc("2026-10-24", 23h)), day_of("2026-10-25"));
    EXPECT_EQ(std::chrono::weekday(day_of("2026-10-25")), std::chrono::Sunday);
}

// Santiago's clocks go forward over midnight: the day begins at one.
TEST(Zone, BeginsADayWhereItsMidnightDoesNotExist) {
    const auto zone = *Zone::find("America/Santiago");
    const auto day = day_of("2026-09-06");
    EXPECT_EQ(zone.start_of(day), utc("2026-09-06", 4h));
    EXPECT_EQ(zone.wall(zone.start_of(day)), day + 1h);
    EXPECT_EQ(zone.wall(zone.start_of(day) - 1us), day - 1us);
}

TEST(Zone, GivesTheSpansInWhichTheClockShowsATime) {
    const auto at = [](const char* day, minutes from, minutes until) {
        return london().spans(day_of(day) + from, day_of(day) + until);
    };
    using Spans = std::vector<Span>;
    EXPECT_EQ(at("2026-07-01", 9h, 17h), (Spans{{utc("2026-07-01", 8h), utc("2026-07-01", 16h)}}));
    // Until half past one, twice; in between the clock shows later.
    EXPECT_EQ(at("2026-10-25", 0h, 90min), (Spans{{utc("2026-10-24", 23h), utc("2026-10-25", 30min)},
                                                  {utc("2026-10-25", 1h), utc("2026-10-25", 90min)}}));
    EXPECT_EQ(at("2026-10-25", 0h, 24h), (Spans{{utc("2026-10-24", 23h), utc("2026-10-26")}}));
    EXPECT_EQ(at("2027-03-28", 60min, 120min), Spans{});
    EXPECT_EQ(at("2027-03-28", 0min, 150min), (Spans{{utc("2027-03-28"), utc("2027-03-28", 90min)}}));
    EXPECT_EQ(at("2027-03-28", 90min, 150min), (Spans{{utc("2027-03-28", 1h), utc("2027-03-28", 90min)}}));
}

TEST(WallTime, RefusesWhatNoClockShows) {
    EXPECT_TRUE(wall_time(2028, 2, 29).has_value());
    EXPECT_TRUE(wall_time(2026, 12, 31, 23, 59, 59, 999'999).has_value());
    EXPECT_FALSE(wall_time(2026, 2, 29).has_value());
    EXPECT_FALSE(wall_time(2026, 4, 31).has_value());
    EXPECT_FALSE(wall_time(2026, 0, 1).has_value());
    EXPECT_FALSE(wall_time(2026, 13, 1).has_value());
    EXPECT_FALSE(wall_time(2026, 257, 1).has_value());  // would wrap to January in a byte
    EXPECT_FALSE(wall_time(2026, 1, 0).has_value());
    EXPECT_FALSE(wall_time(2026, 1, 257).has_value());
    EXPECT_FALSE(wall_time(0, 1, 1).has_value());
    EXPECT_FALSE(wall_time(10'000, 1, 1).has_value());
    EXPECT_FALSE(wall_time(67'562, 1, 1).has_value());  // would wrap to 2026 in two bytes
    EXPECT_FALSE(wall_time(2026, 1, 1, 24).has_value());
    EXPECT_FALSE(wall_time(2026, 1, 1, 0, 60).has_value());
    EXPECT_FALSE(wall_time(2026, 1, 1, 0, 0, 60).has_value());
    EXPECT_FALSE(wall_time(2026, 1, 1, 0, 0, 0, 1'000'000).has_value());
}

TEST(ParseDay, TakesIsoDatesOnly) {
    EXPECT_EQ(parse_day("2026-10-25"), Day(std::chrono::year(2026) / 10 / 25));
    for (const char* bad : {"", "2026-10-2", "25/10/2026", "2026-02-30", "2026-1--1", "+026-10-25", "2026-10-25 ",
                            "2026 10 25", "2026/10-25", "0000-01-01"}) {
        EXPECT_FALSE(parse_day(bad).has_value()) << bad;
    }
}

TEST(Zone, AgreesWithTheClockChangesThatGovUkPublishes) {
    const auto file = test::shared_data("govuk-bank-holidays/when-do-the-clocks-change.json");
    if (!file) { GTEST_SKIP() << "skipped: no shared data"; }
    std::ifstream in(*file);
    const std::string text{std::istreambuf_iterator<char>(in), {}};
    int seen = 0;
    const std::string lead = "\"date\": \"";
    for (auto at = text.find(lead); at != std::string::npos; at = text.find(lead, at + 1)) {
        const auto date = text.substr(at + lead.size(), 10);  // 25/10/2026
        const auto iso = date.substr(6) + "-" + date.substr(3, 2) + "-" + date.substr(0, 2);
        const auto change = utc(iso.c_str(), 1h);
        const auto before = london().wall(change - 1us) - london().wall(change);
        EXPECT_EQ(std::chrono::abs(before + 1us), 1h) << iso;
        ++seen;
    }
    EXPECT_GE(seen, 10);
}

}  // namespace
}  // namespace haven
