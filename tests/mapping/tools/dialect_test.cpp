#include "mapping/tools/dialect.h"

#include <gtest/gtest.h>

#include "tests/mapping/tools/small_dialect.h"

namespace haven {
namespace {

/// What came of a case that is the only one of the small dialect.
CaseResult run_only(const std::string& text) {
    auto files = test::small_files();
    files.samples.erase("report.case");
    files.samples["only.case"] = text;
    static std::vector<std::unique_ptr<Dialect>> kept;  // results point into their dialect
    kept.push_back(std::make_unique<Dialect>(files, test::schemas()));
    const auto& dialect = *kept.back();
    if (dialect.cases().size() != 1) {
        ADD_FAILURE() << (dialect.problems().empty() ? "no case" : text_of(dialect.problems()[0]));
        std::abort();
    }
    return run_case(dialect.cases()[0]);
}

std::string problems_of(const DialectFiles& files) {
    std::string out;
    const Dialect dialect(files, test::schemas());
    for (const auto& problem : dialect.problems()) { out += text_of(problem) + "\n"; }
    return out;
}

TEST(Dialect, ACasePassesWhereWhatComesOutIsWhatMust) {
    const Dialect dialect(test::small_files(), test::schemas());
    ASSERT_TRUE(dialect.problems().empty());
    ASSERT_EQ(dialect.cases().size(), 1U);
    const auto result = run_case(dialect.cases()[0]);
    EXPECT_TRUE(result.passed()) << result.difference << result.broken_law;
    EXPECT_EQ(result.came_out + "\n", test::report_told);
}

TEST(Dialect, ACaseThatFailsShowsTheLinesThatDifferAndThoseBesideThem) {
    auto files = test::small_files();
    auto& text = files.samples["report.case"];
    text.replace(text.find("1994-06-14"), 10, "1994-06-15");
    const Dialect dialect(files, test::schemas());
    EXPECT_EQ(run_case(dialect.cases().at(0)).difference,
              "              \"family\": \"Thornfield\"\n"
              "            },\n"
              "      -     \"birth-date\": \"1994-06-15\",\n"
              "      +     \"birth-date\": \"1994-06-14\",\n"
              "            \"phone\": [\n"
              "              {\n");
}

TEST(Dialect, ARecordGoesOutAsItsMapWritesIt) {
    const auto result = run_only(R"(out answer
----
{"request": {"reference": "A1"}, "answer": {"kind": "decline"}}
----
{
  "id": "A1",
  "decision": "N"
}
)");
    EXPECT_TRUE(result.passed()) << result.difference << result.broken_law;
}

TEST(Dialect, WhatCannotGoOutOrIsNoRecordIsSaid) {
    EXPECT_EQ(
        run_only("out answer\n----\n{\"request\": {\"reference\": \"A1\"}, \"answer\": {\"kind\": \"question\"}}\n"
                 "----\n")
            .came_out,
        "nothing is written: unmapped: decision: the table has no line for this code outward");
    EXPECT_EQ(run_only("out answer\n----\n{\"request\": {\"refrence\": \"A1\"}}\n----\n").came_out,
              "not read: no field request/refrence; did you mean request/reference?");
    EXPECT_EQ(run_only("out answer\n----\n{\"child\": {\"school\": \"x\"}}\n----\n").came_out,
              "not read: child repeats; expected a list");
    EXPECT_EQ(run_only("out answer\n----\n[]\n----\n").came_out, "not read: expected a JSON object");
    EXPECT_EQ(run_only("in report\n----\n----\n").came_out.substr(0, 20), "message: malformed: ");
}

TEST(Dialect, AMapThatReadsOtherwiseWhatItWroteBreaksALaw) {
    // It writes each name where it reads the other.
    auto files = test::small_files();
    files.maps["answer"] = R"(map small.answer 1
dialect xml root R
record incident-report 1
constant "small" -> incident/reference/issuer
Ref <-> incident/reference/value
Name -> victim/name/family
Given -> victim/name/given
Given <- victim/name/family
Name <- victim/name/given
)";
    files.samples = {{"one.case",
                      "in answer\n----\n<R><Ref>R/1</Ref><Name>X</Name><Given>Y</Given></R>\n"
                      "----\n"}};
    const Dialect dialect(files, test::schemas());
    ASSERT_EQ(dialect.cases().size(), 1U) << text_of(dialect.problems().at(0));
    const auto result = run_case(dialect.cases()[0]);
    EXPECT_EQ(result.broken_law,
              "what it writes reads otherwise than what came in:\n"
              "        incident/reference/value = R/1\n"
              "      - victim/name/family = X\n"
              "      - victim/name/given = Y\n"
              "      + victim/name/family = Y\n"
              "      + victim/name/given = X\n");
    EXPECT_FALSE(result.passed());
}

TEST(Dialect, TwoInstancesThatSayTheSameBreakNoLaw) {
    const auto result = run_only(
        "in report\n----\nRef,Surname,Born,Seen,Tel1No,Tel1Safe,Tel2No,Tel2Safe,Notes\n"
        "R/1,,,,07700 900142,Y,07700 900142,Y,\n----\n");
    EXPECT_EQ(result.broken_law, "");
}

TEST(Dialect, AMapThatNoCaseTestsIsNamed) {
    const Dialect dialect(test::small_files(), test::schemas());
    EXPECT_EQ(untested_maps(dialect), std::vector<std::string>{"answer"});
    auto files = test::small_files();
    files.samples["report.case"] = "in report rows.csv\n----\n";  // nothing must come out of it yet
    EXPECT_EQ(untested_maps(Dialect(files, test::schemas())), (std::vector<std::string>{"answer", "report"}));
}

// What it does with a message that it can read, nobody has seen.
TEST(Dialect, AMapIsNotTestedByWhatItOnlyHolds) {
    auto files = test::small_files();
    const std::string held = "in answer\n----\n{\"zzz\": 1}\n----\n";
    files.samples["held.case"] = held;
    files.samples["held.case"] = held + run_case(Dialect(files, test::schemas()).cases().at(0)).came_out + "\n";
    const Dialect dialect(files, test::schemas());
    ASSERT_TRUE(run_case(dialect.cases().at(0)).passed());
    EXPECT_EQ(dialect.cases().at(0).sample.map, "answer");
    EXPECT_EQ(untested_maps(dialect), std::vector<std::string>{"answer"});
    files.samples["taken.case"] = "in answer\n----\n{\"id\": \"r1\", \"decision\": \"Y\"}\n----\nit is taken\n";
    EXPECT_EQ(untested_maps(Dialect(files, test::schemas())), std::vector<std::string>{});
}

TEST(Dialect, AllThatIsWrongWithItIsToldAtOnce) {
    auto files = test::small_files();
    files.maps["answer"].replace(files.maps["answer"].find("answer/kind"), 11, "answer/kin ");
    files.samples["a.case"] = "in answer\n----\n{}\n----\n";
    files.samples["b.case"] = "in reprot rows.csv\n----\n";
    files.samples["c.case"] = "in report row.csv\n----\n";
    files.samples["d.case"] = "in report\n";
    EXPECT_EQ(problems_of(files),
              "small/answer.map:6:16: no field answer/kin in referral-answer; did you mean answer/kind?\n"
              "    decision  <->  answer/kin          code(decision)\n"
              "                   ^^^^^^^^^^\n"
              "small/samples/b.case: no map reprot in this dialect; did you mean report?\n"
              "small/samples/c.case: no file row.csv beside the case\n"
              "small/samples/d.case:1: expected a ruler of four dashes or more\n");
}

}  // namespace
}  // namespace haven
