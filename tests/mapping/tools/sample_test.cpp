#include "mapping/tools/sample.h"

#include <gtest/gtest.h>

#include "core/base/problem.h"

namespace haven {
namespace {

std::string problem_of(std::string_view text) {
    const auto sample = parse_sample(text, "x.case");
    return sample ? "" : text_of(sample.error());
}

TEST(Sample, HoldsWhatGoesInBetweenTwoRulers) {
    const auto sample = parse_sample("# A comment.\n\nin report\n----\na,b\n1,2\n------\nrecord 1: x\n", "x.case");
    ASSERT_TRUE(sample);
    EXPECT_TRUE(sample->inward);
    EXPECT_EQ(sample->map, "report");
    EXPECT_EQ(sample->file, "");
    EXPECT_EQ(sample->input, "a,b\n1,2\n");
    EXPECT_EQ(sample->expected, "record 1: x");
}

TEST(Sample, OrNamesAFileBesideIt) {
    const auto sample = parse_sample("out referral one.json\n----\n<a/>\n", "x.case");
    ASSERT_TRUE(sample);
    EXPECT_FALSE(sample->inward);
    EXPECT_EQ(sample->file, "one.json");
    EXPECT_EQ(sample->input, "");
    EXPECT_EQ(sample->expected, "<a/>");
}

TEST(Sample, KeepsEverythingButWhatMustComeOutWhenThatIsWrittenAnew) {
    const std::string_view head = "# Why.\nin report\n----\na\n----\n";
    const auto sample = parse_sample(std::string(head) + "old\n", "x.case");
    ASSERT_TRUE(sample);
    EXPECT_EQ(sample->text_with("new"), std::string(head) + "new\n");
    const auto without_end = parse_sample("in report\n----\na\n----", "x.case");
    ASSERT_TRUE(without_end);
    EXPECT_EQ(without_end->text_with("new"), "in report\n----\na\n----\nnew\n");
}

TEST(Sample, SaysWhatIsWrongWithACase) {
    EXPECT_EQ(problem_of(""), "x.case: expected a line: in MAP, or out MAP FILE");
    EXPECT_EQ(problem_of("# x\ninto report\n"), "x.case:2: expected a line: in MAP, or out MAP FILE");
    EXPECT_EQ(problem_of("in report\na,b\n"), "x.case:2: expected a ruler of four dashes or more");
    EXPECT_EQ(problem_of("in report\n---\n"), "x.case:2: expected a ruler of four dashes or more");
    EXPECT_EQ(problem_of("in report\n----\na\n"), "x.case:3: expected a second ruler, behind what goes in");
}

}  // namespace
}  // namespace haven
