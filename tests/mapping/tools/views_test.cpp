#include <gtest/gtest.h>

#include "mapping/tools/coverage.h"
#include "mapping/tools/explain.h"
#include "mapping/tools/map_diff.h"
#include "tests/mapping/tools/small_dialect.h"
#include "tests/support/disclosing.h"

namespace haven {
namespace {

/// The council is told names at accept and phones from offer on; a source lets everything go on but names.
Listeners listeners() {
    const auto agreement = test::agreement(test::terms(
        "referral",
        {{Stage::offer, {"victim/phone/number", "victim/phone/safe"}},
         {Stage::accept, {"victim/phone/number", "victim/phone/safe", "victim/name/family", "victim/birth-date"}}}));
    auto onward = test::all_fields();
    onward.remove(*test::catalogue()->find("victim/name/family"));
    return {{agreement, onward}};
}

std::string unknown_to(const std::string& map, std::string_view sample) {
    const auto told = explain_inward(test::compiled_map(map), sample, {});
    const auto at = told.find("no line of the map knows: ");
    return at == std::string::npos ? "" : told.substr(at + 26, told.size() - at - 27);
}

// An error may not tell what a partner calls its fields; the author of a map must be told.
TEST(Explain, TellsTheAuthorWhichNamesOfASampleNoLineKnows) {
    const std::string csv =
        "map m.a 1\ndialect csv\nrecord service-entry 1\nRef -> service/identifier required\n"
        "Name -> service/name required\n";
    EXPECT_EQ(unknown_to(csv, "Ref,Name,Kind,Full.Name,Empty\n1,A,x,y,\n"), "Kind, \"Full.Name\"");
    EXPECT_EQ(unknown_to(csv, "Ref,Name\n1,A\n"), "");
    EXPECT_EQ(unknown_to(csv, "What is it?,And this?\n1,A\n"), "") << "it is of another layout";

    const std::string json =
        "map m.a 1\ndialect json\nrecord service-entry 1\nid -> service/identifier required\n"
        "of.name -> service/name required\nplaces ignore \"not needed\"\n";
    EXPECT_EQ(unknown_to(json, R"({"id": "1", "of": {"name": "A", "kind": "x"}, "places": [{"street": "y"}]})"),
              "kind");

    const std::string xml =
        "map m.a 1\ndialect xml root n:S\nrecord service-entry 1\nnamespace n http://n.example\n"
        "n:Id -> service/identifier required\nn:Name@n:short -> service/name required\n";
    EXPECT_EQ(unknown_to(xml, R"(<S xmlns="http://n.example" xmlns:q="http://n.example" k="1"><Id>1</Id>)"
                              R"(<Name q:short="A" q:long="B"/><Kind>x</Kind></S>)"),
              "@k, @n:long, n:Kind");
    EXPECT_EQ(unknown_to(xml + "n:Place ignore \"not needed\"\n",
                         R"(<S xmlns="http://n.example"><Id>1</Id><Place><Street>x</Street></Place></S>)"),
              "")
        << "it stands below what is ignored";
}

TEST(Explain, TellsOfEachFieldFromWhereThroughWhatAndToWhom) {
    EXPECT_EQ(explain_inward(test::compiled_map(test::report_map), test::report_rows, listeners()),
              R"(record 1, from line 2
  constant
    -> incident/reference/issuer = small
       to nobody
  line 2  Ref = R/1
    -> incident/reference/value = R/1   by required
       to nobody
  line 2  Surname = Thornfield
    -> victim/name/family = Thornfield
       to nobody
  line 2  Born = 14/06/1994
    -> victim/birth-date = 1994-06-14   by date(dd/MM/yyyy)
       at accept to eastford-council (test-agreement)
  line 2  Seen = 20/11/2026 22:35
    -> incident/started = 2026-11-20T22:35:00Z   by instant(dd/MM/yyyy HH:mm, Europe/London)
       to nobody
  line 2  Tel1No = 07700 900142
    -> victim/phone/number = +447700900142   by phone(GB)
       at offer and accept to eastford-council (test-agreement)
  line 2  Tel1Safe = Y
    -> victim/phone/safe = yes   by yes_no(Y, N, U)
       at offer and accept to eastford-council (test-agreement)
  line 2  Notes
    ignored by line 13 of the map
record 2, from line 3
  constant
    -> incident/reference/issuer = small
       to nobody: the record is held
  line 3  Ref = R/2
    -> incident/reference/value = R/2   by required
       to nobody: the record is held
  line 3  Surname = Hartwell
    -> victim/name/family = Hartwell
       to nobody: the record is held
  held: record 2: malformed: line 3: Born: expected a day that exists, in the spelling that the map names
)");
}

TEST(Explain, AContactPointWhoseRuleIsNotYesGoesToNobody) {
    const auto told = explain_inward(test::compiled_map(test::report_map),
                                     "Ref,Surname,Born,Seen,Tel1No,Tel1Safe,Tel2No,Tel2Safe,Notes\n"
                                     "R/1,,,,07700 900142,U,,,\n",
                                     listeners());
    EXPECT_NE(told.find("    -> victim/phone/number = +447700900142   by phone(GB)\n"
                        "       to nobody: victim/phone/safe is not yes\n"),
              std::string::npos)
        << told;
    EXPECT_EQ(told.find("eastford-council"), std::string::npos) << told;
}

TEST(Explain, TellsWhereAnElementStandsInATree) {
    const auto map = test::compiled_map(R"(map small.tree 1
dialect xml root Report
record incident-report 1
constant "small" -> incident/reference/issuer
@ref -> incident/reference/value
Victim -> victim/name/family
each People.Person[@role=CHILD] -> child
  Name.First -> child/name/given
)");
    const auto told = explain_inward(map,
                                     "<Report ref='R/1'>\n<People>\n<Person role='CHILD'><Name>\n"
                                     "<First>Ivy</First></Name></Person></People></Report>",
                                     {});
    EXPECT_NE(told.find("  line 1  @ref = R/1\n"), std::string::npos) << told;
    EXPECT_NE(told.find("  line 4  People.Person.Name.First = Ivy\n    -> child/name/given = Ivy\n"), std::string::npos)
        << told;
}

TEST(Explain, OfARecordThatGoesOutTellsWhichLinesWriteIt) {
    EXPECT_EQ(
        explain_outward(test::compiled_map(test::answer_map),
                        R"({"request": {"reference": "A1"}, "answer": {"kind": "accept", "reason": "closed"}})", {}),
        R"(request/reference = A1
    as line 5, id   by required
answer/kind = accept
    as line 6, decision   by code(decision)
answer/reason = closed
    no line of the map writes it
)");
}

TEST(Coverage, NamesWhatNoSampleExercises) {
    auto files = test::small_files();
    files.samples["answer.case"] =
        "out answer\n----\n{\"request\": {\"reference\": \"A1\"}}\n----\n{\n  \"id\": \"A1\"\n}\n";
    EXPECT_EQ(coverage_text(Dialect(files, test::schemas())),
              "small/answer.map: 1 of 3 partner fields, 1 of 3 canonical fields\n"
              "  partner fields that no sample exercises:\n"
              "    decision\n"
              "    why\n"
              "  canonical fields that no sample exercises:\n"
              "    answer/kind\n"
              "    answer/question\n"
              "small/report.map: 7 of 9 partner fields, 7 of 7 canonical fields\n"
              "  partner fields that no sample exercises:\n"
              "    Tel2No\n"
              "    Tel2Safe\n");
}

// A predicate over constants reads no text, so that only what it asks can tell whether a sample has it.
TEST(Coverage, CountsEachPredicateForItself) {
    const std::string map = R"(map        small.flags 1
dialect    json
record     incident-report 1

constant "small"   ->  incident/reference/issuer
ref                ->  incident/reference/value   required
surname            ->  victim/name/family
each marks[kind=child]   ->  report/flag
  constant child-present  ->  report/flag/kind
each marks[kind=again]   ->  report/flag
  constant repeat-victim  ->  report/flag/kind
)";
    DialectFiles files{"small", {{"flags", map}}, {}};
    files.samples["flags.case"] =
        "in flags\n----\n{\"ref\": \"R/1\", \"surname\": \"Thornfield\", \"marks\": [{\"kind\": "
        "\"child\"}]}\n----\n{}\n";
    const Dialect dialect(files, test::schemas());
    for (const auto& problem : dialect.problems()) { ADD_FAILURE() << text_of(problem, map); }
    EXPECT_EQ(coverage_text(dialect),
              "small/flags.map: 3 of 4 partner fields, 4 of 4 canonical fields\n"
              "  partner fields that no sample exercises:\n"
              "    marks[kind=again]\n");
}

TEST(MapDiff, TellsWhatChangesAndForWhom) {
    auto changed = test::report_map;
    changed.replace(changed.find("victim/name/family"), 18, "victim/name/given ");
    changed.replace(changed.find("Born               <->  victim/birth-date          date(dd/MM/yyyy)"), 67,
                    "Born               ignore \"not agreed\"");
    const auto before = test::compiled_map(test::report_map);
    const auto after = test::compiled_map(changed);
    EXPECT_EQ(
        inward_diff(*before.map, *after.map, test::report_rows, listeners()),
        "record 1\n"
        "  - victim/name/family = Thornfield\n"
        "      to nobody\n"
        "  - victim/birth-date = 1994-06-14\n"
        "      at accept to eastford-council (test-agreement)\n"
        "  + victim/name/given = Thornfield\n"
        "      to nobody\n"
        "record 2\n"
        "  - held: record 2: malformed: line 3: Born: expected a day that exists, in the spelling that the map names\n"
        "  + taken, with 3 values\n");
    EXPECT_EQ(inward_diff(*before.map, *before.map, test::report_rows, listeners()), "");
}

TEST(MapDiff, OfAMapThatWritesTellsTheLinesThatTheReaderGets) {
    auto changed = test::answer_map;
    changed.replace(changed.find("N = decline"), 11, "NO = decline");
    const auto* json = R"({"request": {"reference": "A1"}, "answer": {"kind": "decline"}})";
    EXPECT_EQ(outward_diff(*test::compiled_map(test::answer_map).map, *test::compiled_map(changed).map, json),
              "    {\n"
              "      \"id\": \"A1\",\n"
              "  -   \"decision\": \"N\"\n"
              "  +   \"decision\": \"NO\"\n"
              "    }\n");
}

}  // namespace
}  // namespace haven
