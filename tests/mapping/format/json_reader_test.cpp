#include "mapping/format/json_reader.h"

#include <gtest/gtest.h>

#include "core/base/limits.h"
#include "tests/mapping/format/reading.h"

namespace haven {
namespace {

using Records = std::vector<std::string>;

const Vocabulary names = test::vocabulary({"contents", "data", "ref", "tel", "name", "total"});

test::Read read(std::string_view text, const JsonShape& shape = {}) {
    JsonReader reader(names, shape);
    auto whole = test::read_all(reader, text, names);
    for (const std::size_t piece : {1U, 2U, 7U}) { EXPECT_EQ(test::read_all(reader, text, names, piece), whole); }
    return whole;
}

JsonShape under(std::initializer_list<std::string_view> keys) {
    JsonShape shape;
    for (const auto key : keys) { shape.record_path.push_back(names.find(key)); }
    return shape;
}

TEST(JsonReader, TakesAMessageThatIsNoArrayAsOneRecord) {
    EXPECT_EQ(
        read("{\"ref\": \"A1\",\n \"tel\": [\"07700 900123\", null, [1, true]], \"data\": {\"ref\": {}}}\n").records,
        (Records{R"({"ref":"A1","tel":["07700 900123",null,[1,true]],"data":{"ref":{}}})"}));
    EXPECT_EQ(read(" \"text\" ").records, (Records{R"("text")"}));
    EXPECT_EQ(read("-12.50e0").records, (Records{"-12.50e0"}));
}

TEST(JsonReader, TakesEachItemOfATopLevelArrayAsARecord) {
    const auto all = read("[\n{\"ref\":\"1\"},\n\n{\"ref\":\"2\"}, 3, [4, [5]], \"6\", null, false\n]");
    EXPECT_EQ(all.error, "");
    EXPECT_EQ(all.records, (Records{R"({"ref":"1"})", R"({"ref":"2"})", "3", "[4,[5]]", R"("6")", "null", "false"}));
    EXPECT_EQ(all.lines, (std::vector<std::int64_t>{2, 4, 4, 4, 4, 4, 4}));
    EXPECT_TRUE(read("[]").good());
    EXPECT_TRUE(read("[]").records.empty());
}

TEST(JsonReader, TakesTheRecordsUnderTheirPathAndKeepsTheRestApart) {
    JsonReader reader(names, under({"data", "contents"}));
    const auto all = test::read_all(
        reader,
        R"({"total":2,"contents":[9],"data":{"ref":"page","contents":[{"contents":[7]},{"ref":"2"}],"name":"end"},"x":[8]})",
        names);
    EXPECT_EQ(all.error, "");
    EXPECT_EQ(all.records, (Records{R"({"contents":[7]})", R"({"ref":"2"})"}));
    EXPECT_EQ(test::shown(reader.outside(), names),
              R"({"total":2,"contents":[9],"data":{"ref":"page","name":"end"},"?":[8]})");
    test::read_all(reader, R"({"data":{"contents":[]}})", names);
    EXPECT_EQ(test::shown(reader.outside(), names), R"({"data":{}})");
}

TEST(JsonReader, RefusesAMessageWithoutTheArrayOfRecords) {
    for (const auto* text : {"{}", "[]", R"({"contents":{}})", R"({"contents":null})", R"({"data":{"contents":[]}})",
                             "3", R"([{"contents":[]}])", R"([[{"ref":1}]])"}) {
        const auto all = read(text, under({"contents"}));
        EXPECT_EQ(all.error, "contents: expected the array that holds the records") << text;
        EXPECT_TRUE(all.records.empty()) << text;
    }
    EXPECT_EQ(read(R"({"contents":[]})", under({"data", "contents"})).error,
              "contents: expected the array that holds the records");
    for (const auto* text :
         {R"({"data":[{"contents":[1]}]})", R"({"name":{"contents":[1]}})",
          R"({"data":{"ref":1},"name":{"contents":[1]}})", R"({"name":{"data":{"contents":[1]}}})"}) {
        const auto all = read(text, under({"data", "contents"}));
        EXPECT_EQ(all.error, "contents: expected the array that holds the records") << text;
        EXPECT_TRUE(all.records.empty()) << text;
    }
}

TEST(JsonReader, KeepsANumberAsItIsWritten) {
    const auto all =
        read("[0, -0, 1.50, 1E+2, 9223372036854775807, -9223372036854775808, 18446744073709551615, 1e-400]");
    EXPECT_EQ(all.error, "");
    EXPECT_EQ(all.records, (Records{"0", "-0", "1.50", "1E+2", "9223372036854775807", "-9223372036854775808",
                                    "18446744073709551615", "1e-400"}));
}

TEST(JsonReader, HoldsARecordWithANumberThatNoProgramAgreesOn) {
    const auto all =
        read(R"([{"tel":18446744073709551616},{"tel":-9223372036854775809},{"tel":[1e400]},{"tel":-1e400},7,
        {"tel":12345678901234567890123}])");
    EXPECT_EQ(all.error, "");
    EXPECT_EQ(all.records, (Records{"! record 1: line 1: tel: expected an integer that fits 64 bits",
                                    "! record 2: line 1: tel: expected an integer that fits 64 bits",
                                    "! record 3: line 1: tel: expected a finite number",
                                    "! record 4: line 1: tel: expected a finite number", "7",
                                    "! record 6: line 2: tel: expected an integer that fits 64 bits"}));
    EXPECT_EQ(read("[{\"tel\":0." + std::string(200, '1') + "}]").records,
              (Records{"! record 1: line 1: tel: expected at most 128 characters in a number"}));
}

TEST(JsonReader, HoldsARecordWithAKeyThatStandsTwice) {
    const auto all = read(R"([{"ref":"1","ref":"1"},{"x":1,"y":{"x":2},"x":3},{"ref":{"ref":1},"\u0072ef":2},{"ref":2},
        {"x":1,"y":2,"name":{"x":1}}])");
    EXPECT_EQ(all.error, "");
    EXPECT_EQ(all.records, (Records{"! record 1: line 1: ref: expected each key once in an object",
                                    "! record 2: line 1: expected each key once in an object",
                                    "! record 3: line 1: ref: expected each key once in an object", R"({"ref":2})",
                                    R"({"?":1,"?":2,"name":{"?":1}})"}));
}

TEST(JsonReader, RefusesAMessageWithAKeyTwiceOutsideTheRecords) {
    const auto all = read(R"({"total":1,"contents":[1],"total":2})", under({"contents"}));
    EXPECT_EQ(all.records, (Records{"1"}));
    EXPECT_EQ(all.error, "line 1: total: expected each key once in an object");
    EXPECT_EQ(read(R"({"contents":[1],"contents":[2]})", under({"contents"})).error,
              "line 1: contents: expected each key once in an object");
}

TEST(JsonReader, HoldsARecordWithANulOrAHugeValue) {
    const std::string most(limits::value_bytes_max, 'x');
    JsonReader reader(names, {});
    const auto all = test::read_all(reader,
                                    R"([{"ref":"a\u0000b"},{"a\u0000":1},{"ref":")" + most + R"(y"},{"ref":")" + most +
                                        R"("},{")" + std::string(2000, 'k') + R"(":1},{"ref":2}])",
                                    names);
    EXPECT_EQ(all.error, "");
    EXPECT_EQ(all.records,
              (Records{"! record 1: line 1: ref: expected a text without a NUL",
                       "! record 2: line 1: expected a key without a NUL",
                       "! record 3: line 1: ref: expected at most 65536 bytes", R"({"ref":")" + most + R"("})",
                       "! record 5: line 1: expected at most 1024 bytes in a key", R"({"ref":2})"}));
}

TEST(JsonReader, HoldsARecordThatIsTooLarge) {
    JsonReader reader(names, {});
    std::string many = "[[0";
    for (std::size_t i = 0; i < Document::nodes_max; ++i) { many += ",0"; }
    many += "],[";
    for (int i = 0; i < 20; ++i) { many += (i > 0 ? ",\"" : "\"") + std::string(60000, 'x') + "\""; }
    many += "],{";
    for (int i = 0; i < 1100; ++i) { many += (i > 0 ? ",\"k" : "\"k") + std::to_string(i) + "\":0"; }
    many += "},\"next\"]";
    const auto all = test::read_all(reader, many, names);
    EXPECT_EQ(all.error, "");
    EXPECT_EQ(all.records, (Records{"! record 1: line 1: expected at most 131072 values in a record",
                                    "! record 2: line 1: expected at most 1048576 bytes in a record",
                                    "! record 3: line 1: expected at most 1024 keys in an object", R"("next")"}));
}

TEST(JsonReader, ForgetsTheKeysOfARecordThatItHolds) {
    JsonReader reader(names, {});
    std::string many = "[";
    for (int i = 0; i < 10'000; ++i) { many += R"({"x":{")" + std::string(200, 'k') + R"(":"\u0000"}},)"; }
    const auto all = test::read_all(reader, many + R"({"x":1}])", names);
    EXPECT_EQ(all.error, "");
    ASSERT_EQ(all.records.size(), 10'001U);
    EXPECT_EQ(all.records.back(), R"({"?":1})");
}

TEST(JsonReader, BoundsWhatStandsOutsideTheRecords) {
    JsonReader reader(names, under({"contents"}));
    std::string many = R"({"data":[0)";
    for (std::size_t i = 0; i < Document::nodes_max; ++i) { many += ",0"; }
    const auto all = test::read_all(reader, many + R"(],"contents":[1]})", names);
    EXPECT_EQ(all.error, "line 1: data: expected at most 131072 values in a record");
    EXPECT_TRUE(all.records.empty());
}

TEST(JsonReader, RefusesWhatIsNoJson) {
    const std::pair<std::string_view, std::string_view> cases[] = {
        {"{\"ref\":1,}", "line 1: column 10: expected JSON"},
        {"[1] // more", "line 1: column 5: expected nothing after the JSON value"},
        {"[1]\n\n{}", "line 3: column 1: expected nothing after the JSON value"},
        {"[1,\n /* */ 2]", "line 2: column 2: expected JSON"},
        {"{\"ref\":\n\"\t\"}", "line 2: column 2: expected JSON"},
        {"{\"ref\":1", "line 1: column 9: expected more JSON, got the end"},
        {"{\"ref\":1\n", "line 2: column 1: expected more JSON, got the end"},
        {"", "expected text, got an empty message"},
        {" \n ", "line 2: column 2: expected more JSON, got the end"},
        {"{'ref':1}", "line 1: column 2: expected JSON"},
        {"[NaN]", "line 1: column 2: expected JSON"},
        {"[1e9999999999]", "line 1: column 13: expected a finite number"},
        {"[\"\\ud800\"]", "line 1: column 9: expected JSON"},
        {"[\"\\udc00\\ud800\"]", "line 1: column 9: expected JSON"},
    };
    for (const auto& [text, error] : cases) {
        JsonReader reader(names, {});
        EXPECT_EQ(test::read_all(reader, text, names).error, error) << text;
        // In other pieces the column may differ, not the line or the refusal.
        EXPECT_NE(test::read_all(reader, text, names, 1).error, "") << text;
    }
}

TEST(JsonReader, HandsNoRecordOnThatIsAllOfAMessageWithMoreAfterIt) {
    for (const auto* text : {"{\"ref\":1} x", "{\"ref\":1}\n{\"ref\":2}", "1 2", "\"a\"]"}) {
        const auto all = read(text);
        EXPECT_TRUE(all.error.ends_with("expected nothing after the JSON value")) << text << all.error;
        EXPECT_TRUE(all.records.empty()) << text;
    }
}

TEST(JsonReader, RefusesNestingOverTheLimitAtOnce) {
    const auto nested = [](std::size_t depth) { return std::string(depth, '[') + std::string(depth, ']'); };
    EXPECT_TRUE(read(nested(64)).good());
    EXPECT_EQ(read(nested(65)).error, "line 1: column 65: expected at most 64 levels");
    JsonReader reader(names, {});
    EXPECT_EQ(test::read_all(reader, nested(200'000), names).error, "line 1: column 65: expected at most 64 levels");
    std::string objects;
    for (int i = 0; i < 200'000; ++i) { objects += "{\"ref\":"; }
    EXPECT_EQ(test::read_all(reader, objects, names).error, "line 1: column 449: expected at most 64 levels");
}

TEST(JsonLines, TakesEachLineAsARecordAndHoldsABadOne) {
    JsonShape lines;
    lines.lines = true;
    const auto all =
        read("{\"ref\":1}\r\n\n[1,2]\n{\"ref\":\n}\n{\"ref\":\"a\"}{}\n  \n{\"ref\":1,\"ref\":2}\n\"last\"", lines);
    EXPECT_EQ(all.error, "");
    EXPECT_EQ(all.records,
              (Records{R"({"ref":1})", "[1,2]", "! record 3: line 4: column 8: expected more JSON, got the end",
                       "! record 4: line 5: column 1: expected JSON",
                       "! record 5: line 6: column 12: expected nothing after the JSON value",
                       "! record 6: line 8: ref: expected each key once in an object", R"("last")"}));
    EXPECT_EQ(all.lines, (std::vector<std::int64_t>{1, 3, 4, 5, 6, 8, 9}));
}

TEST(JsonLines, HoldsALineWithBadTextOrTooDeepAndGoesOn) {
    JsonShape lines;
    lines.lines = true;
    const auto all = read("\"\xff\"\n" + std::string(70, '[') + "\n{\"ref\":\"un\n1\n", lines);
    EXPECT_EQ(all.error, "");
    EXPECT_EQ(all.records, (Records{"! record 1: line 1: column 2: expected JSON",
                                    "! record 2: line 2: column 65: expected at most 64 levels",
                                    "! record 3: line 3: column 11: expected more JSON, got the end", "1"}));
}

TEST(JsonReader, AnswersTheHandlersErrorUnchangedAndReadsNoFurther) {
    for (const bool lines : {false, true}) {
        JsonShape shape;
        shape.lines = lines;
        JsonReader reader(names, shape);
        MemorySource source(lines ? "1\n2\n" : "[1,2]");
        int seen = 0;
        const auto done = reader.read(source, [&](const ReadRecord& /*record*/) -> Result<void> {
            ++seen;
            return fail(Error{Fault::unreachable, "expected a store", {Place::message(7)}});
        });
        EXPECT_EQ(seen, 1);
        ASSERT_FALSE(done.has_value());
        EXPECT_EQ(done.error().fault, Fault::unreachable);
        EXPECT_EQ(done.error().message(), "message 7: expected a store");
    }
}

TEST(JsonReader, RefusesAMessageCutAtAnyByte) {
    const std::string whole = R"({"total":12,"contents":[{"ref":"Zo\u00eb","tel":[true,-1.5e3]},{"name":null}]})";
    JsonReader reader(names, under({"contents"}));
    const auto all = test::read_all(reader, whole, names);
    ASSERT_TRUE(all.good()) << all;
    for (std::size_t size = 0; size < whole.size(); ++size) {
        const auto cut = test::read_all(reader, std::string_view(whole).substr(0, size), names);
        EXPECT_NE(cut.error, "") << size;
        for (std::size_t i = 0; i < cut.records.size(); ++i) { EXPECT_EQ(cut.records[i], all.records[i]) << size; }
    }
}

}  // namespace
}  // namespace haven
