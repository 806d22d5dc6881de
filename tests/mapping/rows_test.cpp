#include "mapping/check/code_list.h"
#include "tests/mapping/reading_maps.h"
#include "tests/mapping/shipped_maps.h"
#include "tests/support/shared_data.h"

namespace haven {
namespace {

using test::compiled;
using test::problems_of;
using test::read_with;
using test::told;
using test::value;
using test::values;
using test::written_by;

constexpr std::string_view fixed_map = R"(map t 1
dialect fixed
record incident-report 1
column REF 1 6
column NAME 8 10
column BORN 18 8
column NOTE 26 5
constant "t"  ->  incident/reference/issuer
REF           <-> incident/reference/value
NAME          <-> victim/name/family
BORN          <-> victim/birth-date  date(yyyyMMdd)
NOTE          ignore "a note to themselves"
)";

TEST(FixedWidth, IsReadAndWrittenByItsColumns) {
    const auto map = compiled(fixed_map);
    const auto records = read_with(*map, "A00001 Example   19900201note \r\nA00002 Other\r\n");
    ASSERT_EQ(records.size(), 2U);
    ASSERT_TRUE(records[0] && records[1]) << told(records[0]) << told(records[1]);
    EXPECT_EQ(value(*records[0], "victim/birth-date"), "1990-02-01");
    EXPECT_EQ(value(*records[1], "victim/birth-date"), "-");
    EXPECT_EQ(written_by(*map, *records[0]), "A00001 Example   19900201     \r\n");
    EXPECT_EQ(told(read_with(*map, "A00001xExample   19900201note \r\n").at(0)),
              "line 1: a field that no line of the map reads or ignores");
}

TEST(Columns, ThatThePartnerListsAreEachMappedOrIgnored) {
    constexpr std::string_view heading =
        "map t 1\ndialect csv header 0\nrecord vacancy 1\ncolumn A\ncolumn B\ncolumn C\n";
    EXPECT_EQ(
        problems_of(std::string(heading) +
                    "constant 2026-11-21T10:00:00Z -> vacancy/as-of\nA -> vacancy/service\nB -> vacancy/places\n"),
        "m.map:6:8: column C is neither mapped nor ignored with a reason");
    EXPECT_EQ(problems_of(std::string(heading) + "Ab -> vacancy/service\n"),
              "m.map:7:1: no column Ab; did you mean A?");
    const auto map = compiled(std::string(heading) +
                              "constant 2026-11-21T10:00:00Z -> vacancy/as-of\nA -> vacancy/service\nB -> "
                              "vacancy/places\nC ignore \"theirs\"\n");
    const auto records = read_with(*map, "refuge,2,x\nrefuge,3,\n");
    ASSERT_EQ(records.size(), 2U);
    EXPECT_EQ(value(records[1].value(), "vacancy/places"), "3");
}

// A header that repeats a heading, or leaves one out: the columns are told apart by their numbers.
TEST(Columns, AreReadByTheirNumbersWhereTheHeadingsRepeat) {
    const std::string lines =
        "constant t -> incident/reference/issuer\nRef <-> incident/reference/value\nName <-> victim/name/family\n"
        "Given <-> victim/name/given\nTongue <-> victim/language\n";
    const std::string heading = "map t 1\ndialect csv\nrecord incident-report 1\n";
    const auto map = compiled(heading + "column Given 3 \"Name\"\ncolumn Tongue 4 \"\"\n" + lines);
    const auto records = read_with(*map, "Ref,Name, Name ,\nA1,Testcase,Zed,cy\n");
    ASSERT_EQ(records.size(), 1U);
    ASSERT_TRUE(records[0]) << told(records[0]);
    EXPECT_EQ(value(*records[0], "victim/name/family"), "Testcase");
    EXPECT_EQ(value(*records[0], "victim/name/given"), "Zed");
    EXPECT_EQ(value(*records[0], "victim/language"), "cy");
    EXPECT_EQ(written_by(*map, *records[0]), "Ref,Name,Name,\r\nA1,Testcase,Zed,cy\r\n");
    EXPECT_EQ(read_with(*map, "Name,Ref,Name,\nTestcase,A1,Zed,cy\n").at(0)->values().size(), 5U)
        << "of the others the order does not matter";
    const auto refused = [&](std::string_view header) { return told(read_with(*map, header).at(0)); };
    EXPECT_EQ(refused("Ref,Name,Names,\n"), "line 1: Given: expected its heading on column 3");
    EXPECT_EQ(refused("Ref,Name,Name,Tongue\n"), "line 1: Tongue: expected its heading on column 4");
    EXPECT_EQ(refused("Ref,Name,Name\n"), "line 1: Tongue: expected this column in the header; missing: 1");
    EXPECT_EQ(refused("Ref,Name,Name,,Name\n"), "line 1: Name: expected each column name once");
    EXPECT_EQ(refused("Ref,Name,Name,,Given\n"), "line 1: Given: expected each column name once");
    const auto any = compiled(heading + "column Given 3\ncolumn Tongue 4\n" + lines);
    EXPECT_EQ(value(*read_with(*any, "Ref,Name,x,Ref\nA1,Testcase,Zed,cy\n").at(0), "victim/language"), "cy")
        << "without a heading in the map any will do";
    EXPECT_EQ(written_by(*any, *records[0]), "Ref,Name,Given,Tongue\r\nA1,Testcase,Zed,cy\r\n");
}

// Whether the cell was empty or its conversion made nothing of it: there is no value.
TEST(Lines, AskForTheirValueWhereAConversionMakesNothing) {
    const auto map_with = [](const std::string& line) {
        return compiled(
            "map t 1\ndialect csv\nrecord incident-report 1\nconstant t -> incident/reference/issuer\n"
            "Ref <-> incident/reference/value\nName <-> victim/name/family\n" +
            line);
    };
    const auto required = map_with("Given -> victim/name/given part(2, \",\") required\n");
    EXPECT_EQ(told(read_with(*required, "Ref,Name,Given\nA1,Testcase,Zed\n").at(0)),
              "line 2: Given: a required field has no value");
    EXPECT_EQ(value(*read_with(*required, "Ref,Name,Given\nA1,Testcase,\"x,Zed\"\n").at(0), "victim/name/given"),
              "Zed");
    const auto fallback = map_with("Tongue -> victim/language part(2, \",\") default en\n");
    EXPECT_EQ(value(*read_with(*fallback, "Ref,Name,Tongue\nA1,Testcase,x\n").at(0), "victim/language"), "en");
    EXPECT_EQ(value(*read_with(*fallback, "Ref,Name,Tongue\nA1,Testcase,\"x,cy\"\n").at(0), "victim/language"), "cy");
}

// Suspect1Tel1, Suspect1Tel2, Suspect2Tel1...: each telephone is that of its suspect, also of one who is only rung.
TEST(Columns, AreNumberedWithinNumberedColumns) {
    const auto map = compiled(
        "map t 1\ndialect csv\nrecord incident-report 1\nconstant t -> incident/reference/issuer\n"
        "Ref <-> incident/reference/value\nName <-> victim/name/family\n"
        "each Suspect1..2 <-> perpetrator\n  Name <-> perpetrator/name/family\n"
        "  each Tel1..2 <-> perpetrator/phone\n    . <-> perpetrator/phone/number phone(GB)\n    Note ignore "
        "\"theirs\"\n"
        "  each Home, Work <-> perpetrator/address\n    \"# #\" <-> perpetrator/address/place/street\n"
        "    @name <-> perpetrator/address/kind code(kind)\ncode kind\n  Home = home\n  Work = correspondence\n");
    const std::string header =
        "Ref,Name,Suspect1Name,Suspect1Tel1,Suspect1Tel2,Suspect1Tel1Note,Suspect1Tel2Note,1 Home,1 Work,"
        "Suspect2Name,Suspect2Tel1,Suspect2Tel2,Suspect2Tel1Note,Suspect2Tel2Note,2 Home,2 Work\n";
    const auto records =
        read_with(*map, header + "A1,Testcase,Quill,,07700 900142,,x,,1 Weir,,07700 900143,07700 900144,,,2 Weir,\n");
    ASSERT_EQ(records.size(), 1U);
    ASSERT_TRUE(records[0]) << told(records[0]);
    EXPECT_EQ(test::told_by_group(*records[0]),
              "victim/name/family=Testcase\nincident/reference/issuer=t\nincident/reference/value=A1\n"
              "{perpetrator/name/family=Quill\n{perpetrator/phone/number=+447700900142\n}\n"
              "{perpetrator/address/kind=correspondence\nperpetrator/address/place/street=1 Weir\n}\n}\n"
              "{{perpetrator/phone/number=+447700900143\n}\n{perpetrator/phone/number=+447700900144\n}\n"
              "{perpetrator/address/kind=home\nperpetrator/address/place/street=2 Weir\n}\n}\n");
    EXPECT_EQ(written_by(*map, *records[0]),
              "Ref,Name,Suspect1Name,Suspect2Name,Suspect1Tel1,Suspect1Tel2,Suspect1Tel1Note,Suspect1Tel2Note,"
              "Suspect2Tel1,Suspect2Tel2,Suspect2Tel1Note,Suspect2Tel2Note,1 Home,1 Work,2 Home,2 Work\r\n"
              "A1,Testcase,Quill,,07700900142,,,,07700900143,07700900144,,,,1 Weir,2 Weir,\r\n");
    EXPECT_EQ(told(read_with(*map, header + "A1,Testcase,Quill,,,,,,,Bray,07700 900143,soon,,,,\n").at(0)),
              "line 2: Suspect2Tel2: expected a telephone number: digits, spaces and one plus");
    EXPECT_EQ(map->lines().nested[0].nested[0].lines[0].shown.text(), "Suspect#Tel#");
    EXPECT_EQ(map->lines().nested[0].nested[1].lines[0].shown.text(), "# #");
}

TEST(Count, HoldsAMessageWhoseTrailerDisagrees) {
    const auto map = compiled(
        "map t 1\ndialect csv trailer TRL\nrecord vacancy 1\ncount 1\nconstant 2026-11-21T10:00:00Z -> "
        "vacancy/as-of\nA -> vacancy/service\nB -> vacancy/places\n");
    EXPECT_TRUE(map->has_count());
    const auto said = [&](std::string_view message) {
        MemorySource source(message);
        const auto done = map->check_count(source);
        return done ? std::string("agrees") : done.error().message();
    };
    EXPECT_EQ(said("A,B\nrefuge,2\nrefuge,3\nTRL,0002\n"), "agrees");
    EXPECT_EQ(said("A,B\nrefuge,2\nTRL,2\n"), "the trailer says 2 records, the message has 1");
    EXPECT_EQ(said("A,B\nrefuge,2\n"), "expected a trailer with the number of records");
    EXPECT_EQ(read_with(*map, "A,B\nrefuge,2\nTRL,1\n").size(), 1U) << "the trailer is no record";
}

TEST(Count, IsReadFromAroundTheRecordsOfATree) {
    const auto xml = compiled(
        "map t 1\ndialect xml\nrecord vacancy 1\nsplit File.Place\ncount File.End.Total\n"
        "constant 2026-11-21T10:00:00Z -> vacancy/as-of\nA -> vacancy/service\nB -> vacancy/places\n");
    MemorySource two("<File><Place><A>refuge</A></Place><End><Total>2</Total></End></File>");
    EXPECT_EQ(xml->check_count(two).error().message(), "the trailer says 2 records, the message has 1");
    const auto json = compiled(
        "map t 1\ndialect json\nrecord vacancy 1\nsplit contents\ncount total\nconstant 2026-11-21T10:00:00Z -> "
        "vacancy/as-of\nA -> vacancy/service\n"
        "B -> vacancy/places\n");
    MemorySource one(R"({"total":1,"contents":[{"A":"refuge","B":2}]})");
    EXPECT_TRUE(json->check_count(one));
}

TEST(Header, MayStandInSeveralRowsOfWhichOneNamesTheColumns) {
    const auto map = compiled(
        "map t 1\ndialect csv header 3 names 3\nrecord vacancy 1\nconstant 2026-11-21T10:00:00Z -> vacancy/as-of\n1 -> "
        "vacancy/service\n2 -> vacancy/places\n"
        "3..5 ignore \"not ours\"\n");
    const auto records = read_with(*map, "What?,How many?,,,\n,\"two\nlines\",,,\n1,2,3,4,5\nrefuge,2,x,y,z\n");
    ASSERT_EQ(records.size(), 1U);
    EXPECT_EQ(value(records[0].value(), "vacancy/places"), "2");
}

// A government's bulk upload: eight header rows, of which the last numbers the columns, and a date in three of them.
// Any canonical fields will do here: what is proved is the reading.
TEST(Header, OfTheSocialHousingReturnIsReadByItsNumbers) {
    const auto folder = test::shared_data("mhclg-core/files");
    if (!folder) { GTEST_SKIP() << "skipped: no shared data"; }
    const auto map = compiled(R"(map core.letting 1
dialect csv header 8 names 8
record incident-report 1
constant core     -> incident/reference/issuer
1                 -> incident/reference/value   required
7, 8, 9           -> victim/birth-date          date(d M yy, 2000)
"Bulk upload field number"  ignore "layout"
2..6              ignore "not wanted here"
10..134           ignore "not wanted here"
)");
    const auto of = [&](std::string_view file) {
        return read_with(*map, test::text_of_file(*folder / ("2023_24_lettings_bulk_upload" + std::string(file))));
    };
    const auto valid = of(".csv");
    ASSERT_EQ(valid.size(), 1U);
    ASSERT_TRUE(valid[0]) << told(valid[0]);
    EXPECT_EQ(value(*valid[0], "victim/birth-date"), "2023-10-10");
    ASSERT_EQ(of("_invalid.csv").size(), 1U);
    EXPECT_EQ(told(of("_invalid.csv")[0]),
              "line 50: 7: expected a day that exists, in the spelling that the map names");
    EXPECT_TRUE(of("_empty_with_headers.csv").empty());
}

TEST(NumberedColumns, HaveLinesThatAreIgnoredAndNamesAroundTheNumber) {
    const auto map = compiled(R"(map t 1
dialect csv
record incident-report 1
constant "t"       ->  incident/reference/issuer
Ref                <-> incident/reference/value
Name               <-> victim/name/family
each 1..2          <-> child
  "c#.born"        <-> child/birth-date  date(dd/MM/yyyy)
  "c# note"        ignore "theirs"
)");
    const auto columns = std::string("Ref,Name,c1.born,c1 note,c2.born,c2 note\n");
    const auto records = read_with(*map, columns + "1,Example,,x,01/02/2020,\n");
    ASSERT_TRUE(records.at(0)) << told(records[0]);
    EXPECT_EQ(values(*records[0], "child", "child/birth-date"), "2020-02-01");
}

TEST(NumberedColumns, HoldListsOfTheirOwn) {
    const auto map = compiled(
        "map t 1\ndialect csv\nrecord incident-report 1\nconstant \"t\" -> incident/reference/issuer\n"
        "Ref <-> incident/reference/value\nHer <-> victim/name/family\n"
        "each Suspect1..2 <-> perpetrator\n"
        "  Name <-> perpetrator/name/family\n"
        "  each Tels list(;) <-> perpetrator/phone\n"
        "    . <-> perpetrator/phone/number phone(GB)\n"
        "  each \"# aka\" list(|) <-> perpetrator/alias\n"
        "    . <-> perpetrator/alias/family\n");
    const auto header = std::string("Ref,Her,Suspect1Name,Suspect1Tels,1 aka,Suspect2Name,Suspect2Tels,2 aka\r\n");
    const auto records = read_with(*map, header +
                                             "1,Ada,One,07700900123; 07700900124,Uno|Eins,,07700900125,\r\n"
                                             "2,Ada,One,07700900123;,,Two,07700900124;1,\r\n"
                                             "3,Ada,,,,Two, ,|\r\n");
    ASSERT_EQ(records.size(), 3U) << told(records.at(0));
    ASSERT_TRUE(records[0]) << told(records[0]);
    EXPECT_EQ(records[0]->instances(*test::catalogue()->find_group("perpetrator")).size(), 2U)
        << "one of whom only a number is known";
    EXPECT_EQ(written_by(*map, *records[0]),
              "Ref,Her,Suspect1Name,Suspect2Name,Suspect1Tels,Suspect2Tels,1 aka,2 aka\r\n"
              "1,Ada,One,,07700900123;07700900124,07700900125,Uno|Eins,\r\n");
    EXPECT_EQ(told(records[1]), "line 3: Suspect2Tels: expected a telephone number with its dialling code");
    ASSERT_TRUE(records[2]) << told(records[2]);
    EXPECT_EQ(records[2]->instances(*test::catalogue()->find_group("perpetrator")).size(), 1U);
    const auto twice = problems_of(
        "map t 1\ndialect csv\nrecord incident-report 1\nconstant \"t\" -> incident/reference/issuer\n"
        "Ref <-> incident/reference/value\nHer <-> victim/name/family\n"
        "each Suspect1..2 <-> perpetrator\n"
        "  Tels <-> perpetrator/name/family\n"
        "  each Tels list(;) <-> perpetrator/phone\n"
        "    . <-> perpetrator/phone/number\n");
    EXPECT_NE(twice.find("already writes this field of the partner"), std::string::npos) << twice;
}

// One row, several telephones, which only the names of their columns tell apart.
TEST(NamedColumns, GoBothWaysByWhatTheirNamesStandFor) {
    const auto map = compiled(R"(map t 1
dialect csv
record incident-report 1
constant "t"       ->  incident/reference/issuer
Ref                <-> incident/reference/value
Name               <-> victim/name/family
each Mobile, Home  <-> victim/phone
  Phone            <-> victim/phone/number  phone(GB)
  "# safe?"        <-> victim/phone/safe    yes_no(y, n)
  @name            <-> victim/phone/kind    code(telephone)
code telephone
  Mobile = mobile
  Home = home
)");
    const auto columns = std::string("Ref,Name,MobilePhone,Mobile safe?,HomePhone,Home safe?\n");
    const auto one = [&](const std::string& cells) {
        return read_with(*map, columns + "1,Example," + cells + "\n").at(0);
    };
    const auto both = one("07700 900123,y,01632 960123,n");
    ASSERT_TRUE(both) << told(both);
    EXPECT_EQ(values(*both, "victim/phone", "victim/phone/kind"), "mobile home");
    EXPECT_EQ(values(*both, "victim/phone", "victim/phone/number"), "+447700900123 +441632960123");
    EXPECT_EQ(values(one(",,01632 960123,n").value(), "victim/phone", "victim/phone/kind"), "home")
        << "columns without text are no telephone";
    EXPECT_EQ(told(one(",,nobody,y")), "line 2: HomePhone: expected a telephone number: digits, spaces and one plus");

    const auto out = [&](std::initializer_list<std::pair<std::string, std::string>> phones) {
        auto written = OutwardMap(*map).write(test::whole(test::record("incident-report", phones), "incident-report"));
        return written ? std::string(written->bytes()).substr(std::string_view(columns).size() + 1)
                       : written.error().message();
    };
    EXPECT_EQ(out({{"victim/phone[0]/number", "+441632960123"},
                   {"victim/phone[0]/safe", "yes"},
                   {"victim/phone[0]/kind", "home"}}),
              ",,,01632960123,,y\r\n")
        << "the only one, and in its own columns";
    EXPECT_EQ(out({{"victim/phone[0]/number", "+441632960123"},
                   {"victim/phone[0]/safe", "yes"},
                   {"victim/phone[0]/kind", "work"}}),
              "Mobile, Home: expected something that one of these columns stands for");
    EXPECT_EQ(out({{"victim/phone[0]/number", "+441632960123"},
                   {"victim/phone[0]/safe", "yes"},
                   {"victim/phone[0]/kind", "home"},
                   {"victim/phone[1]/number", "+441632960124"},
                   {"victim/phone[1]/safe", "yes"},
                   {"victim/phone[1]/kind", "home"}}),
              "Mobile, Home: expected at most one for each of these columns");
}

TEST(CodeLists, AreSharedByYear) {
    const CodeLists lists = [](const std::string& name) -> std::shared_ptr<const CodeList> {
        if (name == "core.2024") {
            return std::make_shared<CodeList>("# by the form of 2024\ncode sex\n  F = female\n  M = male\n", name);
        }
        if (name != "core.2025") { return nullptr; }
        return std::make_shared<CodeList>("code sex\n  F = female\n  F = male\ncolour blue\n", name);
    };
    const auto map = [](std::string_view year) {
        return "map t 1\ndialect csv\nrecord incident-report 1\ncodes core " + std::string(year) +
               "\nconstant \"t\" -> incident/reference/issuer\nR -> incident/reference/value\n"
               "S -> victim/gender code(sex)\nN -> victim/name/family\n";
    };
    EXPECT_EQ(problems_of(map("2024"), lists), "");
    EXPECT_EQ(problems_of(map("2023"), lists),
              "m.map:4:7: no code list core.2023 in schemas/codes; did you mean core 2024?\n"
              "m.map:7:20: no table sex in this map or its code lists");
    EXPECT_EQ(problems_of(map("2025"), lists),
              "codes/core.2025.codes:4:1: expected a table: code NAME\n"
              "m.map:7:20: no table sex in this map or its code lists");
    const auto made = compiled(map("2024"), lists);
    EXPECT_EQ(value(read_with(*made, "R,S,N\n1,F,Example\n").at(0).value(), "victim/gender"), "female");
    const auto changed = [&](const std::string& name) {
        return std::make_shared<CodeList>("code sex\n  F = female\n  M = male\n  X = other\n", name);
    };
    EXPECT_NE(compiled(map("2024"), changed)->digest(), made->digest()) << "a map is known by its code lists too";
}

}  // namespace
}  // namespace haven
