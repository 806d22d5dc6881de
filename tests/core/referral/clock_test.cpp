#include "core/referral/clock.h"

#include <gmock/gmock.h>

#include "tests/core/referral/sample.h"

namespace haven {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

ClockRule rule(std::variant<SameDay, WithinOpeningTime, WithinWorkingDays> within, OpeningHours hours_) {
    return {.name = Name::declare("a-promise"),
            .source = "the hub's promise",
            .within = within,
            .hours = std::move(hours_)};
}

TEST(SameDayClock, EndsAtClosingTimeOfTheDayOnWhichItStarts) {
    const auto clock = start(rule(SameDay{}, daily("08:00-20:00")), at(11, 23, 10));
    EXPECT_EQ(clock.breach_at, at(11, 23, 20));
    EXPECT_EQ(clock.warn_at, at(11, 23, 15));
    EXPECT_EQ(clock.escalate_at, at(11, 23, 18));
}

TEST(SameDayClock, StartedAfterClosingTimeEndsWithTheNextOpening) {
    EXPECT_EQ(start(rule(SameDay{}, daily("08:00-20:00")), at(11, 23, 20)).breach_at, at(11, 24, 20));
    // Saturday evening before the bank holiday of Monday 25 May.
    EXPECT_EQ(start(rule(SameDay{}, office()), at(5, 23, 18)).breach_at, at(5, 26, 20));
}

TEST(SameDayClock, StartedOnABankHolidayMondayAt1740EndsOnTuesday) {
    EXPECT_EQ(start(rule(SameDay{}, office()), at(8, 31, 17, 40)).breach_at, at(9, 1, 20));
}

TEST(SameDayClock, HeedsTheLongAndTheShortDay) {
    const auto autumn = start(rule(SameDay{}, always()), at(10, 25, 0, 30));
    EXPECT_EQ(autumn.breach_at - at(10, 25, 0), hours(25));
    const auto spring = start(rule(SameDay{}, always()), at(3, 29, 0, 30));
    EXPECT_EQ(spring.breach_at - at(3, 29, 0), hours(23));
}

TEST(OpeningTimeClock, RunsOnlyWhileItIsOpen) {
    const auto clock = start(rule(WithinOpeningTime{hours(1)}, office()), at(11, 20, 19, 30));
    EXPECT_EQ(clock.breach_at, at(11, 21, 9, 30));
    EXPECT_EQ(clock.warn_at, at(11, 20, 20));
}

TEST(WorkingDaysClock, CountsFromTheDayAfterAndLeavesOutWeekendsAndBankHolidays) {
    const auto week = opening({"09:00-17:00", "09:00-17:00", "09:00-17:00", "09:00-17:00", "09:00-17:00", "", ""},
                              {*parse_day("2026-12-25"), *parse_day("2026-12-28")});
    EXPECT_EQ(start(rule(WithinWorkingDays{2}, week), at(11, 23, 10)).breach_at, at(11, 25, 17));
    EXPECT_EQ(start(rule(WithinWorkingDays{2}, week), at(11, 20, 10)).breach_at, at(11, 24, 17));
    EXPECT_EQ(start(rule(WithinWorkingDays{2}, week), at(12, 24, 10)).breach_at, at(12, 30, 17));
}

TEST(PromiseClock, WithHoursThatNeverOpenIsDueAtOnce) {
    auto clock = start(rule(SameDay{}, opening({"", "", "", "", "", "", ""})), at(11, 23, 10));
    EXPECT_EQ(tick(clock, at(11, 23, 10)).back(), ClockState::breached);
}

TEST(PromiseClock, SaysEachThingOnceAndInOrder) {
    auto clock = start(rule(SameDay{}, daily("08:00-20:00")), at(11, 23, 10));
    EXPECT_THAT(tick(clock, at(11, 23, 14, 59)), IsEmpty());
    EXPECT_EQ(next_instant(clock), at(11, 23, 15));
    EXPECT_THAT(tick(clock, at(11, 23, 15)), ElementsAre(ClockState::warned));
    EXPECT_THAT(tick(clock, at(11, 23, 15)), IsEmpty());
    EXPECT_THAT(tick(clock, at(11, 23, 12)), IsEmpty()) << "a clock that steps back brings nothing back";
    EXPECT_EQ(next_instant(clock), at(11, 23, 18));
    EXPECT_THAT(tick(clock, at(11, 25, 0)), ElementsAre(ClockState::escalated, ClockState::breached));
    EXPECT_THAT(tick(clock, at(11, 26, 0)), IsEmpty());
    EXPECT_EQ(next_instant(clock), std::nullopt);
}

TEST(PromiseClock, SaysAllThatWasPassedAtOnce) {
    auto clock = start(rule(SameDay{}, daily("08:00-20:00")), at(11, 23, 10));
    EXPECT_THAT(tick(clock, at(12, 1, 0)),
                ElementsAre(ClockState::warned, ClockState::escalated, ClockState::breached));
}

TEST(PromiseClock, GoesOnAfterAPauseWithTheOpeningTimeThatWasLeft) {
    const auto hours_ = daily("08:00-20:00");
    auto clock = start(rule(SameDay{}, hours_), at(11, 23, 10));
    tick(clock, at(11, 23, 15));
    pause(clock, PauseReason::awaiting_victim, at(11, 23, 16));
    pause(clock, PauseReason::other, at(11, 23, 17));
    EXPECT_EQ(clock.pause_reason, PauseReason::awaiting_victim);
    EXPECT_THAT(tick(clock, at(11, 24, 10)), IsEmpty());
    EXPECT_EQ(next_instant(clock), std::nullopt);
    resume(clock, hours_, at(11, 24, 10));
    EXPECT_EQ(clock.warn_at, at(11, 23, 15)) << "what was said stays said";
    EXPECT_EQ(clock.escalate_at, at(11, 24, 12));
    EXPECT_EQ(clock.breach_at, at(11, 24, 14));
    EXPECT_THAT(tick(clock, at(11, 24, 14)), ElementsAre(ClockState::escalated, ClockState::breached));
}

TEST(PromiseClock, ThatIsStoppedSaysNothing) {
    auto clock = start(rule(SameDay{}, daily("08:00-20:00")), at(11, 23, 10));
    clock.stopped_at = at(11, 23, 11);
    EXPECT_THAT(tick(clock, at(12, 1, 0)), IsEmpty());
    EXPECT_EQ(next_instant(clock), std::nullopt);
}

TEST(Closing, IsThatOfTheOpeningThatGoesOnOrComesNext) {
    EXPECT_EQ(closing_after(office(), at(11, 23, 10)), at(11, 23, 20));
    EXPECT_EQ(closing_after(office(), at(11, 22, 10)), at(11, 23, 20));
    EXPECT_EQ(closing_after(daily("20:00-02:00"), at(11, 23, 1)), at(11, 23, 2));
    EXPECT_EQ(closing_after(daily("20:00-02:00"), at(11, 23, 21)), at(11, 24, 2));
    EXPECT_EQ(closing_after(always(), at(11, 23, 10)), std::nullopt);
    EXPECT_EQ(closing_after(opening({"", "", "", "", "", "", ""}), at(11, 23, 10)), std::nullopt);
}

}  // namespace
}  // namespace haven
