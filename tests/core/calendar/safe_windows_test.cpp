#include "core/calendar/safe_windows.h"

#include <gtest/gtest.h>

#include "tests/core/calendar/london.h"

namespace haven {
namespace {

constexpr std::array<bool, 7> tuesdays{false, true, false, false, false, false, false};
constexpr std::array<bool, 7> every_day{true, true, true, true, true, true, true};
constexpr std::array<bool, 7> saturdays{false, false, false, false, false, true, false};

SafeWindows windows(std::vector<WeeklyWindow> list) {
    return *SafeWindows::make(london(), std::move(list));
}

// Her husband is always at home but for Tuesday mornings.
SafeWindows tuesday_mornings() {
    return windows({{tuesdays, {10h, 11h + 30min}}});
}

TEST(SafeWindows, AreInsideByTheClockOnTheWall) {
    const auto safe = tuesday_mornings();
    EXPECT_TRUE(safe.is_inside(utc("2026-10-20", 9h)));  // ten by British Summer Time
    EXPECT_FALSE(safe.is_inside(utc("2026-10-20", 10h + 30min)));
    EXPECT_FALSE(safe.is_inside(utc("2026-10-27", 9h)));
    EXPECT_TRUE(safe.is_inside(utc("2026-10-27", 10h)));
    EXPECT_TRUE(safe.is_inside(utc("2026-10-27", 11h + 30min) - 1us));
    EXPECT_FALSE(safe.is_inside(utc("2026-10-27", 11h + 30min)));
    EXPECT_FALSE(safe.is_inside(utc("2026-10-28", 10h + 30min)));
}

TEST(SafeWindows, SayWhenTheyOpenNextAndWhenTheyClose) {
    const auto safe = tuesday_mornings();
    const auto inside = utc("2026-10-27", 11h);
    EXPECT_EQ(safe.next_start(inside), inside);
    EXPECT_EQ(safe.end_of_current(inside), utc("2026-10-27", 11h + 30min));
    EXPECT_EQ(safe.next_start(utc("2026-10-20", 12h)), utc("2026-10-27", 10h));
    EXPECT_EQ(safe.end_of_current(utc("2026-10-20", 12h)), std::nullopt);
}

TEST(SafeWindows, EndWithTheirLastDayAndDoNotBeginBeforeTheirFirst) {
    const auto safe = windows({{tuesdays, {10h, 12h}, day_of("2026-11-03"), day_of("2026-11-17")}});
    EXPECT_FALSE(safe.is_inside(utc("2026-10-27", 11h)));
    EXPECT_EQ(safe.next_start(utc("2026-10-20")), utc("2026-11-03", 10h));
    EXPECT_TRUE(safe.is_inside(utc("2026-11-17", 11h)));
    EXPECT_FALSE(safe.is_inside(utc("2026-11-24", 11h)));
    EXPECT_EQ(safe.next_start(utc("2026-11-17", 12h)), std::nullopt);
}

TEST(SafeWindows, ThatTouchOrOverlapCloseTogether) {
    const auto safe = windows({{tuesdays, {10h, 12h}}, {tuesdays, {12h, 13h}}, {every_day, {12h + 30min, 14h}}});
    EXPECT_EQ(safe.end_of_current(utc("2026-11-24", 10h)), utc("2026-11-24", 14h));
    EXPECT_EQ(safe.end_of_current(utc("2026-11-25", 13h)), utc("2026-11-25", 14h));
    const auto night = windows({{every_day, {22h, 26h}}, {saturdays, {0h, 3h}}});
    EXPECT_EQ(night.end_of_current(utc("2026-11-27", 23h)), utc("2026-11-28", 3h));
    EXPECT_EQ(night.end_of_current(utc("2026-11-26", 23h)), utc("2026-11-27", 2h));
}

TEST(SafeWindows, InTheHourThatComesTwiceAreJudgedAsTheClockShowsItBothTimes) {
    const auto safe = windows({{every_day, {1h, 1h + 30min}}});
    EXPECT_TRUE(safe.is_inside(utc("2026-10-25", 15min)));
    EXPECT_FALSE(safe.is_inside(utc("2026-10-25", 45min)));
    EXPECT_TRUE(safe.is_inside(utc("2026-10-25", 1h + 15min)));
    EXPECT_FALSE(safe.is_inside(utc("2026-10-25", 1h + 45min)));
    EXPECT_EQ(safe.end_of_current(utc("2026-10-25", 15min)), utc("2026-10-25", 30min));
    EXPECT_EQ(safe.next_start(utc("2026-10-25", 45min)), utc("2026-10-25", 1h));
}

TEST(SafeWindows, InTheHourThatDoesNotComeAreNotThere) {
    const auto safe = windows({{every_day, {1h, 2h}}});
    EXPECT_EQ(safe.next_start(utc("2027-03-27", 3h)), utc("2027-03-29"));
    EXPECT_FALSE(safe.is_inside(utc("2027-03-28", 1h)));
}

TEST(SafeWindows, OfNobodyAreNever) {
    const auto none = windows({});
    EXPECT_FALSE(none.is_inside(utc("2026-11-24", 10h)));
    EXPECT_EQ(none.next_start(utc("2026-11-24", 10h)), std::nullopt);
}

TEST(SafeWindows, WithoutAnEndSayTheEndOfWhatWasLookedAt) {
    const auto always = windows({{every_day, {0h, 24h}}});
    const auto t = utc("2026-11-24", 10h);
    ASSERT_TRUE(always.end_of_current(t).has_value());
    EXPECT_GT(*always.end_of_current(t), t + days(390));
}

TEST(SafeWindows, AreRefusedOutOfTheirBounds) {
    const auto fault = [](WeeklyWindow window, std::size_t count = 1) {
        const auto made = SafeWindows::make(london(), std::vector(count, window));
        return made ? Fault::broken : made.error().fault;
    };
    EXPECT_EQ(fault({{}, {10h, 11h}}), Fault::malformed);
    EXPECT_EQ(fault({tuesdays, {11h, 11h}}), Fault::malformed);
    EXPECT_EQ(fault({tuesdays, {24h, 25h}}), Fault::malformed);
    EXPECT_EQ(fault({tuesdays, {10h, 11h}, day_of("2026-11-17"), day_of("2026-11-16")}), Fault::malformed);
    EXPECT_EQ(fault({tuesdays, {10h, 11h}}, SafeWindows::windows_max + 1), Fault::too_large);
}

}  // namespace
}  // namespace haven
