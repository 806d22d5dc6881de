#include "core/base/log.h"

#include <gtest/gtest.h>

namespace haven {
namespace {

TEST(LogField, WritesNumbersIdsNamesAndFaults) {
    EXPECT_EQ(LogField("count", 3).json(), "\"count\":3");
    EXPECT_EQ(LogField("case", CaseId{1}).json(), "\"case\":\"0000000000001\"");
    EXPECT_EQ(LogField("partner", Name::declare("eastford")).json(), "\"partner\":\"eastford\"");
    EXPECT_EQ(LogField("fault", Fault::too_large).json(), "\"fault\":\"too-large\"");
}

TEST(JsonString, EscapesWhatJsonForbids) {
    EXPECT_EQ(json_string("a\"b\\c\nd\te\x01"), R"("a\"b\\c\nd\te\u0001")");
    EXPECT_EQ(json_string("Zo\xc3\xab"), "\"Zo\xc3\xab\"");
}

// A text of the run time has no way into a log line.
static_assert(!std::is_constructible_v<LogField, Literal, std::string>);
static_assert(!std::is_constructible_v<LogField, Literal, std::string_view>);
static_assert(!std::is_constructible_v<LogField, Literal, const char*>);

}  // namespace
}  // namespace haven
