#include <gtest/gtest.h>

#include "mapping/format/csv_writer.h"
#include "mapping/format/fixed_writer.h"
#include "mapping/format/json_writer.h"
#include "tests/mapping/format/reading.h"

namespace haven {
namespace {

using Kind = Document::Kind;

const Vocabulary names = test::vocabulary({"ref", "name", "notes", "sa\"y"});
constexpr NameId ref = 1;
constexpr NameId name = 2;
constexpr NameId notes = 3;

Document::Index add(Document& document, NameId id, Kind kind, std::string_view text, Document::Index parent = 0) {
    const auto node = document.add(parent, id, kind);
    document.append_text(node, text);
    return node;
}

std::string message(const Result<void>& result) {
    return result ? "" : result.error().message();
}

TEST(CsvWriter, QuotesOnlyWhatNeedsIt) {
    CsvWriter writer(names, CsvSeparator::comma, {ref, 4, name});
    std::string out;
    writer.header(out);
    Document document;
    add(document, name, Kind::text, "O'Test, Zed\r\n\"Z\"");
    add(document, ref, Kind::number, "7");
    EXPECT_EQ(message(writer.row(document, out)), "");
    document.clear();
    add(document, ref, Kind::null, "");
    add(document, name, Kind::text, "=1;2 ");
    EXPECT_EQ(message(writer.row(document, out)), "");
    EXPECT_EQ(out, "ref,\"sa\"\"y\",name\r\n7,,\"O'Test, Zed\r\n\"\"Z\"\"\"\r\n,,=1;2 \r\n");
}

TEST(CsvWriter, RefusesADocumentThatIsNoRowAndLeavesTheTextAsItWas) {
    CsvWriter writer(names, CsvSeparator::comma, {ref, name});
    std::string out = "before";
    Document no_column;
    add(no_column, ref, Kind::text, "x");
    add(no_column, notes, Kind::text, "secret");
    EXPECT_EQ(message(writer.row(no_column, out)), "notes: expected a field that has a column");
    Document twice;
    add(twice, ref, Kind::text, "x");
    add(twice, ref, Kind::text, "y");
    EXPECT_EQ(message(writer.row(twice, out)), "ref: expected one value for a column");
    Document nested;
    add(nested, ref, Kind::branch, "");
    EXPECT_EQ(message(writer.row(nested, out)), "ref: expected a plain value for a column");
    Document nameless;
    add(nameless, undeclared, Kind::text, "x");
    EXPECT_EQ(message(writer.row(nameless, out)), "expected a field with a declared name");
    EXPECT_EQ(out, "before");
}

FixedLayout layout() {
    return *FixedLayout::make({{ref, 1, 3}, {name, 5, 4}});
}

TEST(FixedWriter, FillsColumnsUpWithSpaces) {
    FixedWriter writer(names, layout());
    std::string out;
    Document document;
    add(document, name, Kind::text, "Zo\xc3\xab");
    EXPECT_EQ(message(writer.row(document, out)), "");
    add(document, ref, Kind::text, "123");
    EXPECT_EQ(message(writer.row(document, out)), "");
    EXPECT_EQ(out, "    Zo\xc3\xab \r\n123 Zo\xc3\xab \r\n");
}

TEST(FixedWriter, NeverCutsAValue) {
    FixedWriter writer(names, layout());
    std::string out = "before";
    Document document;
    add(document, ref, Kind::text, "12");
    add(document, name, Kind::text, "12345");
    EXPECT_EQ(message(writer.row(document, out)), "name: expected one line of at most 4 characters");
    document.clear();
    add(document, ref, Kind::text, "1\n");
    EXPECT_EQ(message(writer.row(document, out)), "ref: expected one line of at most 3 characters");
    EXPECT_EQ(out, "before");
}

TEST(FixedLayout, HasColumnsInOrderAndApart) {
    const auto refused = [](std::vector<FixedColumn> columns) {
        const auto made = FixedLayout::make(std::move(columns));
        return made ? "" : made.error().message();
    };
    EXPECT_EQ(refused({}), "expected at least one column");
    EXPECT_EQ(refused({{ref, 0, 1}}), "column 1: expected a start after 0");
    EXPECT_EQ(refused({{ref, 1, 3}, {name, 3, 1}}), "column 2: expected a start after 3");
    EXPECT_EQ(refused({{ref, 1, 0}}), "column 1: expected a length of at least 1");
    EXPECT_EQ(refused({{ref, 2, 16384}}), "column 1: expected at most 16384 characters in a line");
    EXPECT_EQ(refused({{ref, 1, 16384}}), "");
}

TEST(JsonWriter, LetsTheKindDecide) {
    Document document;
    add(document, ref, Kind::number, "-1.50e3");
    add(document, name, Kind::text, "7\n\"\\/\x01 Zo\xc3\xab");
    const auto list = document.add(0, notes, Kind::list);
    add(document, undeclared, Kind::boolean, "true", list);
    add(document, undeclared, Kind::null, "", list);
    document.add(list, undeclared, Kind::list);
    const auto object = document.add(list, undeclared, Kind::branch);
    add(document, ref, Kind::text, "", object);
    document.add(0, 4, Kind::branch);
    std::string out;
    EXPECT_EQ(message(JsonWriter(names, JsonLayout::compact).write(document, out)), "");
    EXPECT_EQ(out,
              "{\"ref\":-1.50e3,\"name\":\"7\\n\\\"\\\\/\\u0001 Zo\xc3\xab\",\"notes\":[true,null,[],{\"ref\":\"\"}],"
              "\"sa\\\"y\":{}}");
}

TEST(JsonWriter, IndentsByTwoSpaces) {
    Document document;
    const auto list = document.add(0, notes, Kind::list);
    add(document, undeclared, Kind::number, "1", list);
    add(document, undeclared, Kind::number, "2", list);
    add(document, ref, Kind::text, "x", document.add(0, name, Kind::branch));
    document.add(0, ref, Kind::branch);
    std::string out;
    EXPECT_EQ(message(JsonWriter(names, JsonLayout::indented).write(document, out)), "");
    EXPECT_EQ(out, R"({
  "notes": [
    1,
    2
  ],
  "name": {
    "ref": "x"
  },
  "ref": {}
}
)");
}

TEST(JsonWriter, RefusesWhatWouldBeNoJsonAndLeavesTheTextAsItWas) {
    JsonWriter writer(names, JsonLayout::compact);
    std::string out = "before";
    const auto refused = [&](NameId id, Kind kind, std::string_view text) {
        Document document;
        add(document, ref, Kind::text, "x");
        add(document, id, kind, text);
        return message(writer.write(document, out));
    };
    for (const auto* text :
         {"", "-", "01", "+1", "1.", ".5", "1e", "1e+", "0x1", "1 ", "NaN", "Infinity", "1,5", "--1"}) {
        EXPECT_EQ(refused(name, Kind::number, text), "name: expected a JSON number") << text;
    }
    for (const auto* text : {"0", "-0", "10", "0.5", "1e5", "1E-05", "-12.25e+10"}) {
        EXPECT_EQ(refused(name, Kind::number, text), "") << text;
        out = "before";
    }
    EXPECT_EQ(refused(name, Kind::boolean, "yes"), "name: expected the boolean true or false");
    EXPECT_EQ(refused(ref, Kind::text, "y"), "ref: expected each key once in an object");
    EXPECT_EQ(refused(undeclared, Kind::text, "y"), "expected a field with a declared name");
    EXPECT_EQ(refused(name, Kind::branch, "text"), "name: expected no text beside members");
    EXPECT_EQ(out, "before");
}

TEST(JsonWriter, SeesAKeyAgainAfterAMemberThatBearsItToo) {
    Document document;
    const auto first = document.add(0, ref, Kind::branch);
    add(document, ref, Kind::text, "inner", first);
    std::string out;
    EXPECT_EQ(message(JsonWriter(names, JsonLayout::compact).write(document, out)), "");
    add(document, ref, Kind::text, "again");
    EXPECT_EQ(message(JsonWriter(names, JsonLayout::compact).write(document, out)),
              "ref: expected each key once in an object");
    EXPECT_EQ(out, R"({"ref":{"ref":"inner"}})");
}

TEST(JsonWriter, RefusesADocumentThatIsTooDeep) {
    for (const auto kind : {Kind::branch, Kind::list}) {
        Document document;
        document.set_kind(0, kind);
        Document::Index at = 0;
        for (int depth = 1; depth < 64; ++depth) { at = document.add(at, ref, kind); }
        std::string out;
        EXPECT_EQ(message(JsonWriter(names, JsonLayout::indented).write(document, out)), "");
        document.add(at, ref, kind);
        EXPECT_EQ(message(JsonWriter(names, JsonLayout::compact).write(document, out)),
                  "ref: expected at most 64 levels");
    }
}

}  // namespace
}  // namespace haven
