#include "mapping/format/csv_reader.h"

#include <gtest/gtest.h>

#include "core/base/limits.h"
#include "tests/mapping/format/reading.h"

namespace haven {
namespace {

using namespace std::string_view_literals;
using Records = std::vector<std::string>;

const Vocabulary names = test::vocabulary({"Ref", "Surname", "Notes"});

CsvShape shape(NameId columns_that_may_lack = 0) {
    CsvShape s;
    for (NameId id = 1; id <= columns_that_may_lack; ++id) { s.optional.push_back(id); }
    return s;
}

test::Read read(std::string_view text, const CsvShape& how = {}, const Vocabulary& vocabulary = names) {
    CsvReader reader(vocabulary, how);
    auto whole = test::read_all(reader, text, vocabulary);
    for (const std::size_t piece : {1U, 2U, 7U}) { EXPECT_EQ(test::read_all(reader, text, vocabulary, piece), whole); }
    return whole;
}

std::string joined(std::initializer_list<std::string_view> parts, std::string_view between) {
    std::string out;
    for (const auto part : parts) { out.append(out.empty() ? "" : between).append(part); }
    return out;
}

TEST(CsvReader, MakesARecordOfEachRowWithoutItsEmptyCells) {
    const auto all = read("Ref,Surname,Notes\r\nA1,Testcase,\r\nA2,,calm\r\n");
    EXPECT_EQ(all.error, "");
    EXPECT_EQ(all.records, (Records{R"({"Ref":"A1","Surname":"Testcase"})", R"({"Ref":"A2","Notes":"calm"})"}));
    EXPECT_EQ(all.lines, (std::vector<std::int64_t>{2, 3}));
}

TEST(CsvReader, TakesTheColumnsInAnyOrderAndTrimsTheirNames) {
    EXPECT_EQ(read(" Notes ,\tRef,Surname\na,b,c\n").records, (Records{R"({"Notes":"a","Ref":"b","Surname":"c"})"}));
}

TEST(CsvReader, EndsARowAtLfCrlfOrCr) {
    for (const std::string_view end : {"\n", "\r\n", "\r"}) {
        const auto text = joined({"Ref,Surname,Notes", "1,2,3", "", "4,5,6"}, end);
        const auto all = read(text);
        EXPECT_EQ(all.records,
                  (Records{R"({"Ref":"1","Surname":"2","Notes":"3"})", R"({"Ref":"4","Surname":"5","Notes":"6"})"}));
        EXPECT_EQ(all.lines, (std::vector<std::int64_t>{2, 4}));
    }
}

TEST(CsvReader, KeepsSeparatorsQuotesAndLineEndsInsideQuotes) {
    const auto all =
        read("Ref,Surname,Notes\n1,\"O'Test, \"\"Zed\"\"\",\"line one\nline two\r\nthree\rfour\"\n2,\"\",\"\"\"\"\n");
    EXPECT_EQ(all.error, "");
    EXPECT_EQ(all.records,
              (Records{R"({"Ref":"1","Surname":"O'Test, \"Zed\"","Notes":"line one\nline two\r\nthree\rfour"})",
                       R"({"Ref":"2","Notes":"\""})"}));
    EXPECT_EQ(all.lines, (std::vector<std::int64_t>{2, 6}));
}

TEST(CsvReader, ReadsEachSeparatorAndOnlyThatOne) {
    for (const auto separator : {CsvSeparator::semicolon, CsvSeparator::tab, CsvSeparator::pipe}) {
        auto how = shape();
        how.separator = separator;
        const std::string between(1, static_cast<char>(separator));
        EXPECT_EQ(read(joined({"Ref", "Surname", "Notes\n1,2", "", "3\n"}, between), how).records,
                  (Records{R"({"Ref":"1,2","Notes":"3"})"}));
    }
    EXPECT_EQ(read("Ref;Surname;Notes\n1;2;3\n").error, "line 1: Ref: expected this column in the header; missing: 3");
}

TEST(CsvReader, DeliversWhatIsNotDeclaredAsUndeclared) {
    EXPECT_EQ(read("Ref,Surname,Notes,Extra,\n1,2,3,4,5\n1,2,3,,\n").records,
              (Records{R"({"Ref":"1","Surname":"2","Notes":"3","?":"4","?":"5"})",
                       R"({"Ref":"1","Surname":"2","Notes":"3"})"}));
}

TEST(CsvReader, NamesTheColumnThatTheHeaderLacksUnlessItMayLack) {
    EXPECT_EQ(read("Ref,Notes\n1,2\n").error, "line 1: Surname: expected this column in the header; missing: 1");
    auto how = shape();
    how.optional = {names.find("Surname")};
    EXPECT_EQ(read("Ref,Notes\n1,2\n", how).records, (Records{R"({"Ref":"1","Notes":"2"})"}));
}

TEST(CsvReader, RefusesAColumnNameThatStandsTwice) {
    EXPECT_EQ(read("Ref,Surname,Notes,Ref\n1,2,3,4\n").error, "line 1: Ref: expected each column name once");
    EXPECT_EQ(read("Ref,Surname,Notes,x, x\n").error, "line 1: column 5: expected each column name once");
    EXPECT_EQ(read("Ref,Surname,Notes,,\n").error, "");
}

TEST(CsvReader, FindsTheNamesAmongSeveralHeaderRows) {
    auto how = shape();
    how.header_rows = 4;
    how.names_row = 3;
    const auto all = read("Section,,\n\"Question,\nin two lines\",x,x\nRef,Surname,Notes\n\n1,2,3\n", how);
    EXPECT_EQ(all.error, "");
    EXPECT_EQ(all.records, (Records{R"({"Ref":"1","Surname":"2","Notes":"3"})"}));
    EXPECT_EQ(all.lines, (std::vector<std::int64_t>{6}));
    EXPECT_EQ(read("a\nb\n", how).error, "expected 4 header rows, got 2");
}

TEST(CsvReader, TakesTheDeclaredOrderWhereThereIsNoHeader) {
    auto how = shape();
    how.header_rows = 0;
    how.columns = {names.find("Notes"), undeclared, names.find("Ref")};
    EXPECT_EQ(read("a,b,c\n", how).records, (Records{R"({"Notes":"a","?":"b","Ref":"c"})"}));
    how.columns.clear();
    EXPECT_EQ(read("a,b,c\n", how).error, "expected a CSV shape with a header or columns");
}

TEST(CsvReader, HoldsARaggedRowAndGoesOn) {
    const auto all = read("Ref,Surname,Notes\n1,2\n1,2,3,4\n1,2,3\n");
    EXPECT_EQ(all.error, "");
    EXPECT_EQ(all.records,
              (Records{"! row 1: line 2: expected 3 cells, got 2", "! row 2: line 3: expected 3 cells, got 4",
                       R"({"Ref":"1","Surname":"2","Notes":"3"})"}));
}

TEST(CsvReader, HoldsARowWithAStrayQuoteAndGoesOn) {
    const auto all =
        read("Ref,Surname,Notes\n1,5\" tall,3\n1,\"2\"x,3\n1, \"2,2\",3\n\"1\"\"\" ,\"2\" \"2\",\"3\"\n4,5,6\n");
    EXPECT_EQ(all.error, "");
    EXPECT_EQ(all.records, (Records{"! row 1: line 2: expected quotes only around a whole cell",
                                    "! row 2: line 3: expected a separator after the closing quote",
                                    "! row 3: line 4: expected quotes only around a whole cell",
                                    "! row 4: line 5: expected a separator after the closing quote",
                                    R"({"Ref":"4","Surname":"5","Notes":"6"})"}));
}

TEST(CsvReader, SaysWhereAQuoteOpenedThatNeverCloses) {
    const auto all = read("Ref,Surname,Notes\n1,2,3\n4,\"a\nb\",\"c\n7,8,9\n");
    EXPECT_EQ(all.records.size(), 1U);
    EXPECT_EQ(all.error, "line 4: expected the quote that opens here to close");
}

TEST(CsvReader, GivesUpAQuoteAfterManyLinesOrBytes) {
    std::string lines = "Ref,Surname,Notes\n1,2,\"";
    for (int i = 0; i < 5000; ++i) { lines += '\n'; }
    CsvReader reader(names, {});
    EXPECT_EQ(test::read_all(reader, lines + "\"\n", names).error,
              "line 2: expected the quote that opens here to close");
    const auto bytes = "Ref,Surname,Notes\n1,2,\"" + std::string(limits::record_bytes_max, 'x') + "\"\n";
    EXPECT_EQ(test::read_all(reader, bytes, names).error, "line 2: expected the quote that opens here to close");
}

TEST(CsvReader, RefusesARowWithoutAnEnd) {
    CsvReader reader(names, {});
    const auto all = test::read_all(reader, "Ref,Surname,Notes\n1,2,3\n" + std::string(2 << 20, 'x'), names);
    EXPECT_EQ(all.records.size(), 1U);
    EXPECT_EQ(all.error, "line 3: expected at most 1048576 bytes in a row");
}

TEST(CsvReader, HoldsARowWithAHugeCellAndGoesOn) {
    CsvReader reader(names, {});
    const std::string most(limits::value_bytes_max, 'x');
    const auto all = test::read_all(
        reader, "Ref,Surname,Notes,Extra\n1," + most + "y,3,4\n1,2,3," + most + "y\n1,2," + most + ",4\n", names);
    EXPECT_EQ(all.error, "");
    ASSERT_EQ(all.records.size(), 3U);
    EXPECT_EQ(all.records[0], "! row 1: line 2: Surname: expected at most 65536 bytes");
    EXPECT_EQ(all.records[1], "! row 2: line 3: column 4: expected at most 65536 bytes");
    EXPECT_EQ(all.records[2], R"({"Ref":"1","Surname":"2","Notes":")" + most + R"(","?":"4"})");
}

TEST(CsvReader, HoldsARowWithBadTextAndGoesOn) {
    const auto all = read("Ref,Surname,Notes\n1,Zo\xeb,3\n1,Zo\xc3\xab,3\n1,\0,3\n1,2,3\n"sv);
    EXPECT_EQ(all.error, "");
    EXPECT_EQ(
        all.records,
        (Records{"! row 1: line 2: expected UTF-8 text", "{\"Ref\":\"1\",\"Surname\":\"Zo\xc3\xab\",\"Notes\":\"3\"}",
                 "! row 3: line 4: expected text, got a NUL byte", R"({"Ref":"1","Surname":"2","Notes":"3"})"}));
    EXPECT_EQ(read("Ref,Surname,Notes\xff\n1,2,3\n").error, "line 1: expected UTF-8 text");
}

TEST(CsvReader, DecodesTheDeclaredEncoding) {
    auto how = shape();
    how.encoding = Encoding::windows_1252;
    EXPECT_EQ(read("Ref,Surname,Notes\n1,Zo\xeb,\x80"
                   "5\n1,\x81,3\n",
                   how)
                  .records,
              (Records{"{\"Ref\":\"1\",\"Surname\":\"Zo\xc3\xab\",\"Notes\":\"\xe2\x82\xac"
                       "5\"}",
                       "! row 2: line 3: expected Windows-1252 text"}));
}

TEST(CsvReader, SkipsRowsWithoutAnyText) {
    const auto all = read("Ref,Surname,Notes\n\n,,\n\"\",\"\",\"\"\n1,2,3\n,\n   ,,\n");
    EXPECT_EQ(all.error, "");
    EXPECT_EQ(all.records, (Records{R"({"Ref":"1","Surname":"2","Notes":"3"})", R"({"Ref":"   "})"}));
    EXPECT_EQ(all.lines, (std::vector<std::int64_t>{5, 7}));
}

TEST(CsvReader, NeverChangesWhatLooksLikeAFormula) {
    EXPECT_EQ(read("Ref,Surname,Notes\n=1+1,+44,@x\n").records,
              (Records{R"({"Ref":"=1+1","Surname":"+44","Notes":"@x"})"}));
}

TEST(CsvReader, KeepsTheTrailerApart) {
    auto how = shape();
    how.trailer = "END";
    CsvReader reader(names, how);
    const auto all = test::read_all(reader, "Ref,Surname,Notes\n1,2,3\nEND,1,\"of \"\"1\"\"\"\n\n", names);
    EXPECT_EQ(all.error, "");
    EXPECT_EQ(all.records, (Records{R"({"Ref":"1","Surname":"2","Notes":"3"})"}));
    EXPECT_EQ((std::vector<std::string>(reader.trailer().begin(), reader.trailer().end())),
              (std::vector<std::string>{"1", "of \"1\""}));

    EXPECT_EQ(test::read_all(reader, "Ref,Surname,Notes\nEND,1\n1,2,3\n", names).error,
              "line 3: expected nothing after the trailer row");
    EXPECT_EQ(test::read_all(reader, "Ref,Surname,Notes\n1,2,3\n", names).error, "");
    EXPECT_TRUE(reader.trailer().empty());
}

TEST(CsvReader, RefusesWhatIsNoTextAndAnEmptyMessage) {
    EXPECT_EQ(read("").error, "expected text, got an empty message");
    EXPECT_EQ(read("\xef\xbb\xbf").error, "expected 1 header rows, got 0");
    EXPECT_EQ(read("PK\x03\x04").error, "expected text, got a ZIP or Excel file");
    EXPECT_EQ(read("\xff\xfeR\0"sv).error, "expected UTF-8, got UTF-16");
}

TEST(CsvReader, AnswersTheHandlersErrorUnchangedAndReadsNoFurther) {
    CsvReader reader(names, {});
    MemorySource source("Ref,Surname,Notes\n1,2,3\n4,5,6\n");
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

TEST(CsvReader, PassesOnTheErrorOfItsSource) {
    class Broken : public ByteSource {
        Result<std::size_t> read(std::span<char> /*into*/) override {
            return fail(Fault::unreachable, "expected the disk");
        }
    } broken;
    CsvReader reader(names, {});
    EXPECT_EQ(test::read_all(reader, broken, names).error, "expected the disk");
}

TEST(CsvReader, ReadsAMessageCutAtAnyByteWithoutInventingAnything) {
    const std::string whole = "\xef\xbb\xbfRef,Surname,Notes\r\n1,\"a\r\nb\",Zo\xc3\xab\r\n2,\"c\"\"d\",e\r\n";
    CsvReader reader(names, {});
    const auto all = test::read_all(reader, whole, names);
    ASSERT_TRUE(all.good());
    for (std::size_t size = 0; size < whole.size(); ++size) {
        const auto cut = test::read_all(reader, std::string_view(whole).substr(0, size), names);
        EXPECT_EQ(cut, test::read_all(reader, std::string_view(whole).substr(0, size), names, 1)) << size;
        // All but the last record, which may itself be cut, are those of the whole.
        for (std::size_t i = 0; i + 1 < cut.records.size(); ++i) { EXPECT_EQ(cut.records[i], all.records[i]) << size; }
        EXPECT_LE(cut.records.size(), all.records.size());
    }
}

}  // namespace
}  // namespace haven
