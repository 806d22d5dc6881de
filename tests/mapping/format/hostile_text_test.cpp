#include <gtest/gtest.h>

#include "mapping/format/csv_reader.h"
#include "mapping/format/json_reader.h"
#include "tests/mapping/format/reading.h"

// Texts of others: the Big List of Naughty Strings and Markus Kuhn's UTF-8 stress test.

namespace haven {
namespace {

test::Read read(const std::string& text, const Vocabulary& names, const CsvShape& shape) {
    CsvReader reader(names, shape);
    return test::read_all(reader, text, names);
}

TEST(NaughtyStrings, ComeThroughACellUnchanged) {
    const auto folder = test::shared_data("hostile/blns");
    if (!folder) { GTEST_SKIP() << "skipped: no shared data"; }
    const auto names = test::vocabulary({"a", "b"});
    JsonReader strings(names, {});
    std::string text = "a,b\n";
    std::vector<std::string> expected;
    const auto json = test::file_text(*folder / "blns.json");
    MemorySource in(json);
    const auto done = strings.read(in, [&](const ReadRecord& record) -> Result<void> {
        if (!record.document) { return fail(record.document.error()); }
        const auto value = (*record.document)->text(Document::root);
        std::string quoted;
        for (const char c : value) { quoted += c == '"' ? "\"\"" : std::string(1, c); }
        text += "x,\"" + quoted + "\"\n";
        expected.push_back(value.empty() ? R"({"a":"x"})" : R"({"a":"x","b":)" + json_string(value) + "}");
        return {};
    });
    ASSERT_TRUE(done.has_value()) << done.error().message();
    ASSERT_GT(expected.size(), 500U);
    const auto all = read(text, names, {});
    EXPECT_EQ(all.error, "");
    EXPECT_EQ(all.records, expected);
}

// The published copy is itself repaired: no byte of it is ill-formed, only the NUL stands as it was.
TEST(KuhnUtf8, OnlyTheLineWithTheNulIsHeld) {
    const auto folder = test::shared_data("hostile/kuhn-utf8");
    if (!folder) { GTEST_SKIP() << "skipped: no shared data"; }
    const auto names = test::vocabulary({"line"});
    CsvShape shape;
    shape.header_rows = 0;
    shape.columns = {1};
    shape.separator = CsvSeparator::tab;
    auto text = test::file_text(*folder / "UTF-8-test.txt");
    std::replace(text.begin(), text.end(), '"', '\'');
    const auto all = read(text, names, shape);
    EXPECT_EQ(all.error, "");
    EXPECT_GT(all.records.size(), 200U);
    std::vector<std::int64_t> held;
    for (std::size_t i = 0; i < all.records.size(); ++i) {
        if (all.records[i].starts_with("! ")) { held.push_back(all.lines[i]); }
    }
    EXPECT_EQ(held, (std::vector<std::int64_t>{71}));
}

// Sections 3 to 5 of that test, as bytes.
TEST(KuhnUtf8, HoldsEachIllFormedSequenceAndNoNeighbour) {
    const std::string_view sequences[] = {"\x80",
                                          "\xbf",
                                          "\x80\xbf\x80",
                                          "\xc0 ",
                                          "\xdf ",
                                          "\xe0 ",
                                          "\xef ",
                                          "\xf0 ",
                                          "\xf7 ",
                                          "\xf8 ",
                                          "\xfb ",
                                          "\xfc ",
                                          "\xfd ",
                                          "\xc0",
                                          "\xe0\x80",
                                          "\xf0\x80\x80",
                                          "\xf8\x80\x80\x80",
                                          "\xdf",
                                          "\xef\xbf",
                                          "\xf7\xbf\xbf",
                                          "\xfe",
                                          "\xff",
                                          "\xfe\xfe\xff\xff",
                                          "\xc0\xaf",
                                          "\xe0\x80\xaf",
                                          "\xf0\x80\x80\xaf",
                                          "\xf8\x80\x80\x80\xaf",
                                          "\xfc\x80\x80\x80\x80\xaf",
                                          "\xc1\xbf",
                                          "\xe0\x9f\xbf",
                                          "\xf0\x8f\xbf\xbf",
                                          "\xc0\x80",
                                          "\xe0\x80\x80",
                                          "\xed\xa0\x80",
                                          "\xed\xad\xbf",
                                          "\xed\xbf\xbf",
                                          "\xed\xa0\x80\xed\xb0\x80",
                                          "\xf4\x90\x80\x80"};
    const auto names = test::vocabulary({"a", "b"});
    std::string text = "a,b\n";
    for (const auto sequence : sequences) { text += "good,good\nbad," + std::string(sequence) + "\n"; }
    const auto all = read(text, names, {});
    EXPECT_EQ(all.error, "");
    ASSERT_EQ(all.records.size(), 2 * std::size(sequences));
    for (std::size_t i = 0; i < all.records.size(); i += 2) {
        EXPECT_EQ(all.records[i], R"({"a":"good","b":"good"})");
        EXPECT_TRUE(all.records[i + 1].ends_with("expected UTF-8 text")) << all.records[i + 1];
    }
}

}  // namespace
}  // namespace haven
