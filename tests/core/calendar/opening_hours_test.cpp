#include "core/calendar/opening_hours.h"

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <set>
#include <string>

#include "tests/core/calendar/london.h"
#include "tests/support/shared_data.h"

namespace haven {
namespace {

Intervals hours_of(std::initializer_list<const char*> texts) {
    Intervals out;
    for (const auto* text : texts) { out.push_back(*Interval::parse(text)); }
    return out;
}

OpeningHours::Terms weekly(std::initializer_list<const char*> weekdays, std::initializer_list<const char*> saturday,
                           std::initializer_list<const char*> sunday) {
    OpeningHours::Terms terms;
    for (std::size_t day = 0; day < 5; ++day) { terms.week[day] = hours_of(weekdays); }
    terms.week[5] = hours_of(saturday);
    terms.week[6] = hours_of(sunday);
    return terms;
}

OpeningHours open(OpeningHours::Terms terms) {
    return *OpeningHours::make(london(), std::move(terms));
}

// A charity: Monday to Friday 8 to 8, Saturday 9 to 5; Christmas 2026 and Boxing Day's substitute.
OpeningHours charity() {
    auto terms = weekly({"08:00-20:00"}, {"09:00-17:00"}, {});
    terms.bank_holidays = {day_of("2026-12-28"), day_of("2026-12-25")};
    return open(terms);
}

TEST(Interval, IsReadAsPeopleWriteIt) {
    EXPECT_EQ(Interval::parse("08:00-20:00"), (Interval{8h, 20h}));
    EXPECT_EQ(Interval::parse("20:00-02:00"), (Interval{20h, 26h}));
    EXPECT_EQ(Interval::parse("00:00-24:00"), (Interval{0h, 24h}));
    EXPECT_EQ(Interval::parse("09:30-00:00"), (Interval{9h + 30min, 24h}));
    for (const char* bad : {"", "8:00-20:00", "08:00-20:0", "08:00 20:00", "08:00-20:60", "08:00-24:01", "24:00-02:00",
                            "08:00-08:00", "08.00-20.00", "+8:00-20:00", "08:00-20:00 ", "-8:00-20:00"}) {
        EXPECT_FALSE(Interval::parse(bad).has_value()) << bad;
    }
}

TEST(OpeningHours, AreOpenFromTheirFirstMinuteUpToButWithoutTheirLast) {
    const auto hours = charity();
    EXPECT_FALSE(hours.is_open(utc("2026-11-23", 8h) - 1us));  // a Monday in winter
    EXPECT_TRUE(hours.is_open(utc("2026-11-23", 8h)));
    EXPECT_TRUE(hours.is_open(utc("2026-11-23", 20h) - 1us));
    EXPECT_FALSE(hours.is_open(utc("2026-11-23", 20h)));
    EXPECT_TRUE(hours.is_open(utc("2026-07-01", 7h)));  // eight by British Summer Time
    EXPECT_FALSE(hours.is_open(utc("2026-11-22", 12h)));
}

TEST(OpeningHours, KnowTheirNextOpeningOverNightsWeekendsAndBankHolidays) {
    const auto hours = charity();
    const auto noon = utc("2026-11-23", 12h);
    EXPECT_EQ(hours.next_opening(noon), noon);
    EXPECT_EQ(hours.next_opening(utc("2026-11-23", 21h)), utc("2026-11-24", 8h));
    EXPECT_EQ(hours.next_opening(utc("2026-11-21", 17h)), utc("2026-11-23", 8h));
    // Christmas is a Friday: Saturday is open, Monday is Boxing Day's substitute.
    EXPECT_EQ(hours.next_opening(utc("2026-12-24", 20h)), utc("2026-12-26", 9h));
    EXPECT_EQ(hours.next_opening(utc("2026-12-26", 17h)), utc("2026-12-29", 8h));
}

TEST(OpeningHours, KnowWhenADayEndsForThem) {
    const auto hours = charity();
    EXPECT_EQ(hours.end_of_opening(day_of("2026-11-23")), utc("2026-11-23", 20h));
    EXPECT_EQ(hours.end_of_opening(day_of("2026-11-22")), std::nullopt);
    EXPECT_EQ(hours.end_of_opening(day_of("2026-12-25")), std::nullopt);
    const auto night = open(weekly({"09:00-12:00", "20:00-02:00"}, {}, {}));
    EXPECT_EQ(night.end_of_opening(day_of("2026-11-27")), utc("2026-11-28", 2h));
}

TEST(OpeningHours, CountAPromisedHourWhileTheyAreOpenOnly) {
    const auto hours = charity();
    EXPECT_EQ(hours.add(utc("2026-11-23", 12h), 1h), utc("2026-11-23", 13h));
    EXPECT_EQ(hours.add(utc("2026-11-23", 19h), 1h), utc("2026-11-23", 20h));  // just at closing time
    EXPECT_EQ(hours.add(utc("2026-11-23", 19h + 30min), 1h), utc("2026-11-24", 8h + 30min));
    EXPECT_EQ(hours.add(utc("2026-11-21", 16h + 45min), 1h), utc("2026-11-23", 8h + 45min));
    EXPECT_EQ(hours.add(utc("2026-12-24", 19h + 30min), 1h), utc("2026-12-26", 9h + 30min));
    EXPECT_EQ(hours.add(utc("2026-11-22", 3h), 0h), utc("2026-11-23", 8h));
    EXPECT_EQ(hours.add(utc("2026-11-23", 8h), 24h), utc("2026-11-24", 20h));
    EXPECT_EQ(hours.opening_time(utc("2026-11-21", 16h), utc("2026-11-23", 9h)), 2h);
    EXPECT_EQ(hours.opening_time(utc("2026-11-23", 9h), utc("2026-11-21", 9h)), 0h);
}

TEST(OpeningHours, OfOneDateStandInPlaceOfAllOthers) {
    auto terms = weekly({"08:00-20:00"}, {}, {});
    terms.bank_holidays = {day_of("2026-12-25")};
    terms.on_bank_holidays = hours_of({"10:00-14:00"});
    terms.exceptions[day_of("2026-12-24")] = hours_of({"08:00-12:00"});
    terms.exceptions[day_of("2026-12-26")] = hours_of({"11:00-12:00"});
    terms.exceptions[day_of("2026-12-28")] = {};
    const auto hours = open(terms);
    EXPECT_EQ(hours.end_of_opening(day_of("2026-12-24")), utc("2026-12-24", 12h));
    EXPECT_EQ(hours.end_of_opening(day_of("2026-12-25")), utc("2026-12-25", 14h));
    EXPECT_TRUE(hours.is_open(utc("2026-12-26", 11h)));
    EXPECT_FALSE(hours.is_open(utc("2026-12-28", 11h)));
}

TEST(OpeningHours, OverMidnightBelongToTheDayOnWhichTheyBegin) {
    auto terms = weekly({"20:00-02:00"}, {}, {});
    terms.bank_holidays = {day_of("2026-12-25")};
    const auto hours = open(terms);
    EXPECT_TRUE(hours.is_open(utc("2026-12-25", 1h)));  // the night of Thursday, though Friday is closed
    EXPECT_FALSE(hours.is_open(utc("2026-12-25", 21h)));
    EXPECT_FALSE(hours.is_open(utc("2026-12-26", 1h)));
    EXPECT_TRUE(hours.is_open(utc("2026-11-28", 1h)));
    EXPECT_FALSE(hours.is_open(utc("2026-11-30", 1h)));
}

TEST(OpeningHours, AroundTheClockNeverCloseAndCountEveryHourOnce) {
    const auto always = open(weekly({"00:00-24:00"}, {"00:00-24:00"}, {"00:00-24:00"}));
    const auto t = utc("2026-10-24", 12h);
    EXPECT_EQ(always.add(t, 100 * 24h), t + 100 * 24h);
    EXPECT_EQ(always.opening_time(t, t + days(300)), days(300));
    const auto overlapping = open(weekly({"08:00-12:00", "10:00-14:00"}, {}, {}));
    EXPECT_EQ(overlapping.opening_time(utc("2026-11-23"), utc("2026-11-24")), 6h);
}

TEST(OpeningHours, ThatNeverComeAreNothing) {
    const auto never = open({});
    const auto t = utc("2026-11-23", 12h);
    EXPECT_FALSE(never.is_open(t));
    EXPECT_EQ(never.next_opening(t), std::nullopt);
    EXPECT_EQ(never.add(t, 1h), std::nullopt);
    EXPECT_EQ(never.opening_time(t, t + days(1'000)), 0h);
    EXPECT_EQ(charity().add(t, 400 * 24h), std::nullopt);
}

TEST(OpeningHours, AreRefusedOutOfTheirBounds) {
    auto terms = weekly({"08:00-20:00"}, {}, {});
    terms.week[0][0].until = 7h;
    EXPECT_EQ(OpeningHours::make(london(), terms).error().fault, Fault::malformed);
    terms = {};
    terms.exceptions[day_of("2026-12-24")] = {{25h, 26h}};
    EXPECT_FALSE(OpeningHours::make(london(), terms).has_value());
    terms = {};
    terms.on_bank_holidays = {{1h, 26h}};
    EXPECT_FALSE(OpeningHours::make(london(), terms).has_value());
    terms = {};
    terms.week[0].assign(OpeningHours::intervals_max + 1, Interval{1h, 2h});
    EXPECT_EQ(OpeningHours::make(london(), terms).error().fault, Fault::too_large);
    terms = {};
    terms.bank_holidays.assign(OpeningHours::dates_max + 1, day_of("2026-12-25"));
    EXPECT_EQ(OpeningHours::make(london(), terms).error().fault, Fault::too_large);
}

// The oracle: for each minute, whether the clock on the wall shows a time inside, worked out with the oracle's clock.
class Naive {
public:
    Naive(const OpeningHours::Terms& terms, Instant from, Instant until) : from_(from) {
        for (auto t = from; t < until; t += 1min) { open_.push_back(is_open(terms, t)); }
    }
    bool open(Instant t) const { return open_[index(t)]; }
    std::optional<Instant> next(Instant t) const {
        for (auto i = index(t); i < open_.size(); ++i) {
            if (open_[i]) { return from_ + minutes(i); }
        }
        return std::nullopt;
    }
    std::optional<Instant> add(Instant t, minutes length) const {
        for (auto i = index(t); i < open_.size(); ++i) {
            length -= open_[i] ? 1min : 0min;
            if (length == 0min) { return from_ + minutes(i + 1); }
        }
        return std::nullopt;
    }

private:
    std::size_t index(Instant t) const { return static_cast<std::size_t>((t - from_) / 1min); }
    static bool is_open(const OpeningHours::Terms& terms, Instant t) {
        const auto wall = oracle_wall(t);
        const auto today = std::chrono::floor<days>(wall);
        for (const auto day : {today, today - days(1)}) {
            const auto& intervals = terms.exceptions.contains(day)
                                        ? terms.exceptions.at(day)
                                        : terms.week[std::chrono::weekday(day).iso_encoding() - 1];
            for (const auto& [from, until] : intervals) {
                if (wall >= day + from && wall < day + until) { return true; }
            }
        }
        return false;
    }
    Instant from_;
    std::vector<bool> open_;
};

TEST(OpeningHours, AgreeMinuteByMinuteWithANaiveOracleForTwoWeeksAroundEachClockChange) {
    std::vector<OpeningHours::Terms> all{
        weekly({"08:00-20:00"}, {"09:00-17:00"}, {}),
        weekly({"20:00-02:00"}, {"20:00-01:30"}, {"00:30-01:15", "01:45-02:30"}),
        weekly({"00:00-24:00"}, {"00:00-24:00"}, {"00:00-24:00"}),
        weekly({"22:00-06:00", "05:00-07:00"}, {"23:30-01:00"}, {"01:00-02:00", "23:59-23:00"}),
        weekly({}, {"12:00-12:01"}, {"01:59-02:01"}),
    };
    all[0].exceptions[day_of("2026-10-26")] = {};
    all[1].exceptions[day_of("2027-03-29")] = hours_of({"00:15-23:45"});
    for (const auto& terms : all) {
        const auto hours = open(terms);
        for (const auto middle : {utc("2026-10-25"), utc("2027-03-28")}) {
            const auto end = middle + days(7);
            const Naive naive(terms, middle - days(7), end + days(8));
            for (auto t = middle - days(7); t < end; t += 1min) {
                ASSERT_EQ(hours.is_open(t), naive.open(t)) << iso_text(t);
                if (to_us(t) / 60'000'000 % 13 != 0) { continue; }  // the slower questions every thirteenth minute
                ASSERT_EQ(hours.next_opening(t), naive.next(t)) << iso_text(t);
                for (const auto length : {1min, 60min, 700min}) {
                    const auto expected = naive.add(t, length);
                    if (!expected) { continue; }  // beyond what the oracle looked at
                    const auto added = hours.add(t, length);
                    ASSERT_EQ(added, expected) << iso_text(t) << " and " << length.count();
                    ASSERT_EQ(hours.opening_time(t, *added), length) << iso_text(t);
                }
            }
        }
    }
}

TEST(OpeningHours, CloseOnEveryBankHolidayThatGovUkPublishes) {
    const auto file = test::shared_data("govuk-bank-holidays/bank-holidays.json");
    if (!file) { GTEST_SKIP() << "skipped: no shared data"; }
    std::ifstream in(*file);
    const std::string text{std::istreambuf_iterator<char>(in), {}};
    auto terms = weekly({"08:00-20:00"}, {}, {});
    const auto nation = text.find("england-and-wales_slug");
    const std::string lead = "\"date\": \"";
    for (auto at = text.find(lead, nation); at < text.find("scotland_slug"); at = text.find(lead, at + 1)) {
        const auto date = text.substr(at + lead.size(), 10);
        terms.bank_holidays.push_back(
            day_of((date.substr(6) + "-" + date.substr(3, 2) + "-" + date.substr(0, 2)).c_str()));
    }
    ASSERT_GE(terms.bank_holidays.size(), 60U);
    const auto hours = open(terms);
    for (const auto holiday : terms.bank_holidays) {
        EXPECT_EQ(hours.end_of_opening(holiday), std::nullopt);
        const auto next = hours.next_opening(london().start_of(holiday));
        ASSERT_TRUE(next.has_value());
        EXPECT_GT(london().day(*next), holiday);
    }
    // Good Friday and Easter Monday 2027: from Thursday evening to Tuesday morning, over the clock change.
    EXPECT_EQ(hours.next_opening(utc("2027-03-25", 20h)), utc("2027-03-30", 7h));
}

}  // namespace
}  // namespace haven
