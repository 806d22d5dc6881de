#include "core/catalogue/span.h"

#include <gtest/gtest.h>

namespace haven {
namespace {

TEST(Span, LiesWithinOneOfMoreDaysLongerAndNoShorterHeld) {
    const Span noon{"monday", "12:00:00", "13:00:00", "2026-12-04"};
    EXPECT_TRUE(lies_within(noon, noon));
    EXPECT_TRUE(lies_within(noon, {"weekdays", "12:00:00", "13:00:00", ""}));
    EXPECT_TRUE(lies_within(noon, {"every-day", "09:00:00", "13:30:00", "2026-12-31"}));
    EXPECT_FALSE(lies_within(noon, {"tuesday", "09:00:00", "17:00:00", ""}));
    EXPECT_FALSE(lies_within(noon, {"monday", "12:30:00", "17:00:00", ""}));
    EXPECT_FALSE(lies_within(noon, {"monday", "09:00:00", "12:30:00", ""}));
    EXPECT_FALSE(lies_within(noon, {"monday", "09:00:00", "17:00:00", "2026-12-03"}));
    EXPECT_FALSE(lies_within({"monday", "12:00:00", "13:00:00", ""}, noon)) << "it would never end";
    for (const char* day : {"saturday", "sunday", "every-day"}) {
        EXPECT_FALSE(lies_within({day, "12:00:00", "13:00:00", ""}, {"weekdays", "12:00:00", "13:00:00", ""})) << day;
    }
    const Span night{"monday", "22:00:00", "02:00:00", ""};
    EXPECT_TRUE(lies_within(night, night));
    EXPECT_FALSE(lies_within({"monday", "23:00:00", "23:30:00", ""}, night))
        << "two that pass midnight are not compared";
}

}  // namespace
}  // namespace haven
