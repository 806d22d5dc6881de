#include "mapping/format/fixed_reader.h"

#include <gtest/gtest.h>

#include "core/base/limits.h"
#include "tests/mapping/format/reading.h"

namespace haven {
namespace {

using namespace std::string_view_literals;
using Records = std::vector<std::string>;

const Vocabulary names = test::vocabulary({"ref", "name", "area"});

// ref 1-3, name 5-8, area 9-10
test::Read read(std::string_view text, Encoding encoding = Encoding::utf8) {
    FixedReader reader(*FixedLayout::make({{1, 1, 3}, {2, 5, 4}, {3, 9, 2}}), encoding);
    auto whole = test::read_all(reader, text, names);
    for (const std::size_t piece : {1U, 3U}) { EXPECT_EQ(test::read_all(reader, text, names, piece), whole); }
    return whole;
}

TEST(FixedReader, TakesEachColumnWithoutTheSpacesAtItsEnd) {
    const auto all = read("123 Test7 \r\n 23     NW\n");
    EXPECT_EQ(all.error, "");
    EXPECT_EQ(all.records, (Records{R"({"ref":"123","name":"Test","area":"7"})", R"({"ref":" 23","area":"NW"})"}));
}

TEST(FixedReader, CountsCharactersNotBytes) {
    EXPECT_EQ(read("123 Zo\xc3\xab NW\n").records,
              (Records{"{\"ref\":\"123\",\"name\":\"Zo\xc3\xab\",\"area\":\"NW\"}"}));
    EXPECT_EQ(read("123 Zo\xeb NW\n", Encoding::windows_1252).records,
              (Records{"{\"ref\":\"123\",\"name\":\"Zo\xc3\xab\",\"area\":\"NW\"}"}));
}

TEST(FixedReader, DeliversWhatStandsBetweenColumnsAsUndeclared) {
    EXPECT_EQ(read("123xTest7 \n").records, (Records{R"({"ref":"123","?":"x","name":"Test","area":"7"})"}));
}

TEST(FixedReader, TakesALineWithoutItsLastSpacesButNotOneThatMayBeCut) {
    EXPECT_EQ(read("123 Te\n123 Te").records,
              (Records{R"({"ref":"123","name":"Te"})", "! row 2: line 2: expected 10 characters, got 6"}));
    EXPECT_EQ(read("123 TestNW").records, (Records{R"({"ref":"123","name":"Test","area":"NW"})"}));
    EXPECT_EQ(read("123 TestNW\r").records, (Records{R"({"ref":"123","name":"Test","area":"NW"})"}));
}

TEST(FixedReader, HoldsABadLineAndGoesOn) {
    const auto all = read("123 TestNWx\n\n123 T\xebst  \n123 T\0st  \n   \n1\n"sv);
    EXPECT_EQ(all.error, "");
    EXPECT_EQ(all.records,
              (Records{"! row 1: line 1: expected 10 characters, got 11", "! row 2: line 3: expected UTF-8 text",
                       "! row 3: line 4: expected text, got a NUL byte", R"({"ref":"1"})"}));
    EXPECT_EQ(all.lines, (std::vector<std::int64_t>{1, 3, 4, 6}));
}

TEST(FixedReader, RefusesALineWithoutAnEnd) {
    FixedReader reader(*FixedLayout::make({{1, 1, 3}}), Encoding::utf8);
    EXPECT_EQ(test::read_all(reader, "123\n" + std::string(limits::record_bytes_max + 1, 'x'), names).error,
              "line 2: expected at most 1048576 bytes in a line");
}

TEST(FixedReader, AnswersTheHandlersErrorUnchanged) {
    FixedReader reader(*FixedLayout::make({{1, 1, 3}}), Encoding::utf8);
    MemorySource source("123\n456\n");
    int seen = 0;
    const auto done = reader.read(source, [&](const ReadRecord& /*record*/) -> Result<void> {
        ++seen;
        return fail(Fault::unreachable, "expected a store");
    });
    EXPECT_EQ(seen, 1);
    EXPECT_EQ(done.error().message(), "expected a store");
}

}  // namespace
}  // namespace haven
