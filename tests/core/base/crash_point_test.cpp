#include "core/base/crash_point.h"

#include <gtest/gtest.h>

#include <csignal>
#include <cstdlib>

namespace haven {
namespace {

// A death test of the threadsafe style starts this program anew, so the variable is read as at any start.
class CrashPoint : public testing::Test {
protected:
    CrashPoint() { GTEST_FLAG_SET(death_test_style, "threadsafe"); }
    ~CrashPoint() override { ::unsetenv("HAVEN_CRASH_AT"); }
    static void pass_three_times_and_exit() {
        for (int i = 0; i < 3; ++i) { crash_point("commit-before"); }
        std::exit(0);
    }
};

TEST_F(CrashPoint, KillsAtThePassageThatWasAskedFor) {
    ::setenv("HAVEN_CRASH_AT", "commit-before:3", 1);
    EXPECT_EXIT(pass_three_times_and_exit(), testing::KilledBySignal(SIGKILL), "");
}

TEST_F(CrashPoint, LetsEveryOtherPassageAndPointThrough) {
    for (const char* setting :
         {"commit-before:4", "commit-after:1", "commit:1", "commit-before", "commit-before:", ""}) {
        ::setenv("HAVEN_CRASH_AT", setting, 1);
        EXPECT_EXIT(pass_three_times_and_exit(), testing::ExitedWithCode(0), "") << setting;
    }
}

TEST_F(CrashPoint, DoesNothingWithoutTheVariable) {
    ::unsetenv("HAVEN_CRASH_AT");
    EXPECT_EXIT(pass_three_times_and_exit(), testing::ExitedWithCode(0), "");
}

}  // namespace
}  // namespace haven
