#include "mapping/map.h"

#include <gtest/gtest.h>

#include "core/catalogue/raw_text.h"
#include "mapping/outward.h"
#include "tests/support/disclosing.h"

namespace haven {
namespace {

using test::catalogue;
using test::field;
using test::noon;

constexpr std::string_view incident_map = R"(# a police extract, as in the design
map        northshire.incident 3
dialect    csv
record     incident-report 1

constant "northshire-police"  ->  incident/reference/issuer
CrimeRef                <->  incident/reference/value   required
DateFrom, TimeFrom      <->  incident/started           instant(dd/MM/yyyy HH:mm, Europe/London, 00:00)
VicSurname              <->  victim/name/family         required
VicDOB                  <->  victim/birth-date          date(dd/MM/yyyy)
RiskGrade               <->  risk/level                 code(risk)
Factors                 ignore  "read below"
each Phone1..2           ->  victim/phone
  Number                <->  victim/phone/number        phone(GB)
  Safe                  <->  victim/phone/safe          yes_no(Y, N)   default unknown
each Child1..3          <->  child
  Forename              <->  child/name/given
  DOB                   <->  child/birth-date           date(dd/MM/yyyy)
each Abuse list(;)      ->   abuse
  .                     <->  abuse/kind                 code(abuse)
OfficerNotes            ignore  "never leaves the force: agreement NP-7, clause 4"

code risk
  S = standard
  M = medium
  H = high
code abuse
  PHYS = physical-or-sexual
  ECON = economic
)";

std::shared_ptr<const Map> compile(std::string_view text) {
    auto made = Map::compile(text, "test.map", catalogue());
    if (!made) {
        for (const auto& problem : made.error()) { ADD_FAILURE() << text_of(problem, text); }
        std::abort();
    }
    return *made;
}

/// Every record of a message, or why one could not be read.
std::vector<Result<Record>> read(const Map& map, std::string_view message) {
    std::vector<Result<Record>> out;
    MemorySource source(message);
    const auto done = map.reader()->read(source, [&](const ReadRecord& read) -> Result<void> {
        if (read.document) {
            out.push_back(map.in(**read.document, noon));
        } else {
            out.push_back(fail(read.document.error()));
        }
        return {};
    });
    EXPECT_TRUE(done) << done.error().message();
    return out;
}

std::string text(const Record& record, std::string_view path, InstanceNumber in = root_instance) {
    return std::string(RawText::of(record, field(path), in).value_or("-"));
}

constexpr std::string_view header =
    "CrimeRef,DateFrom,TimeFrom,VicSurname,VicDOB,RiskGrade,Factors,Phone1Number,Phone1Safe,Phone2Number,Phone2Safe,"
    "Child1Forename,Child1DOB,Child2Forename,Child2DOB,Child3Forename,Child3DOB,Abuse,OfficerNotes\r\n";

Result<Record> one(std::string_view row) {
    static const auto map = compile(incident_map);
    auto records = read(*map, std::string(header) + std::string(row) + "\r\n");
    EXPECT_EQ(records.size(), 1U);
    return std::move(records.at(0));
}

TEST(MapIn, ReadsValuesCodesPartsAndRepeatedColumns) {
    const auto record =
        one("41/1/26,25/07/2026,14:30,Example,01/02/1990,H,,07700 "
            "900123,Y,07700900124,,Robin,05/05/2020,,,Sam,,PHYS;ECON,secret");
    ASSERT_TRUE(record) << record.error().message();
    EXPECT_EQ(text(*record, "incident/reference/value"), "41/1/26");
    EXPECT_EQ(text(*record, "incident/reference/issuer"), "northshire-police");
    EXPECT_EQ(text(*record, "incident/started"), "2026-07-25T13:30:00Z") << "summer time";
    EXPECT_EQ(text(*record, "victim/birth-date"), "1990-02-01");
    EXPECT_EQ(text(*record, "risk/level"), "high");
    const auto phones = record->instances(*catalogue()->find_group("victim/phone"));
    ASSERT_EQ(phones.size(), 2U);
    EXPECT_EQ(text(*record, "victim/phone/number", phones[0]), "+447700900123");
    EXPECT_EQ(text(*record, "victim/phone/safe", phones[0]), "yes");
    EXPECT_EQ(text(*record, "victim/phone/safe", phones[1]), "unknown") << "the default of the line";
    const auto children = record->instances(*catalogue()->find_group("child"));
    ASSERT_EQ(children.size(), 2U) << "the second child's columns are empty";
    EXPECT_EQ(text(*record, "child/name/given", children[1]), "Sam");
    EXPECT_EQ(record->instances(*catalogue()->find_group("abuse")).size(), 2U);
    EXPECT_EQ(record->as_of(), noon);
}

TEST(MapIn, HoldsARecordWithPlaceAndReasonAndNeverTheValue) {
    const auto message = [](std::string_view row) {
        const auto record = one(row);
        return record ? std::string("taken") : record.error().message();
    };
    EXPECT_EQ(message("41/1/26,25/07/2026,14:30,Example,31/02/1990,H,,,,,,,,,,,,,"),
              "line 2: VicDOB: expected a day that exists, in the spelling that the map names");
    EXPECT_EQ(message("41/1/26,25/07/2026,14:30,Example,01/02/1990,X,,,,,,,,,,,,,"),
              "line 2: RiskGrade: expected one of the 3 codes of its table");
    EXPECT_EQ(message("41/1/26,25/07/2026,14:30,,01/02/1990,H,,,,,,,,,,,,,"),
              "line 2: VicSurname: a required field has no value");
    EXPECT_EQ(message("41/1/26,25/10/2026,01:30,Example,,,,,,,,,,,,,,,"),
              "line 2: DateFrom: a time that came twice that night, when the clocks went back");
    EXPECT_EQ(message("41/1/26,28/03/2027,01:30,Example,,,,,,,,,,,,,,,"),
              "line 2: DateFrom: a time that did not come, because the clocks went forward");
    EXPECT_EQ(message("41/1/26,25/10/2026,,Example,,,,,,,,,,,,,,,"), "taken") << "no time: the assumed one";
    EXPECT_EQ(message("41/1/26,,,Example,,,,nonsense,,,,,,,,,,,"),
              "line 2: Phone1Number: expected a telephone number: digits, spaces and one plus");
}

// "Number" alone is nobody's column: the partner is told the place by its own name for it.
TEST(MapIn, NamesThePlaceAsThePartnerDoesFromTheRecordDown) {
    const auto map = compile(
        "map t 1\ndialect xml root R\nrecord incident-report 1\nconstant \"t\" -> incident/reference/issuer\n"
        "Ref -> incident/reference/value\n"
        "each Victim.Telephone -> victim/phone\n  Number -> victim/phone/number phone(GB) required\n"
        "  @safe -> victim/phone/safe\n");
    const auto message = [&](const std::string& victim) {
        const auto records = read(*map, "<R><Ref>1</Ref>\n<Victim>" + victim + "</Victim>\n</R>");
        return records.at(0) ? std::string("taken") : records[0].error().message();
    };
    EXPECT_EQ(message("<Telephone><Number>07700 900123</Number></Telephone>"), "taken");
    EXPECT_EQ(message("\n<Telephone><Number>nobody</Number></Telephone>"),
              "line 3: Victim.Telephone.Number: expected a telephone number: digits, spaces and one plus");
    EXPECT_EQ(message("\n\n<Telephone safe='yes'/>"), "line 4: Victim.Telephone.Number: a required field has no value")
        << "the line of the element that lacks it";
    EXPECT_EQ(message("<Telephone safe='perhaps'><Number>07700 900123</Number></Telephone>"),
              "line 2: Victim.Telephone@safe: victim/phone/safe: expected one of 3 codes");
}

TEST(MapIn, HoldsARecordWithAColumnThatNoLineReads) {
    const auto map = compile(
        "map t 1\ndialect csv\nrecord vacancy 1\nA -> vacancy/service\nB -> vacancy/places\n"
        "C -> vacancy/as-of instant(iso)\n");
    const auto records = read(*map, "A,B,C,D\nrefuge,2,2026-11-21T10:00:00Z,\nrefuge,2,2026-11-21T10:00:00Z,new\n");
    ASSERT_EQ(records.size(), 2U);
    EXPECT_TRUE(records[0]) << "an empty cell is no value";
    ASSERT_FALSE(records[1]);
    EXPECT_EQ(records[1].error().fault, Fault::unmapped);
    EXPECT_EQ(records[1].error().message(), "line 3: a field that no line of the map reads or ignores");
}

constexpr std::string_view offer_map = R"(map eastford.offer 1
dialect json
record referral 1
reference               <-> request/reference         required
constant "rehousing"    ->  request/service
kind                    <-  constant "referral"
person.lastName         <-> victim/name/family
person.dateOfBirth      <-> victim/birth-date
person.phones           ignore "not yet"
person.interpreter      <-> victim/interpreter        boolean
household.adults        <-> household/adults
each household.children <-> child
  forename              <-> child/name/given
  born                  <-> child/birth-date
each flags              <-> abuse
  .                     <-> abuse/kind
)";

std::string written(std::string_view map_text, const Record& record, std::string_view type) {
    const auto out = OutwardMap(*compile(map_text)).write(test::whole(record, type));
    if (!out) { return out.error().message(); }
    return std::string(out->bytes());
}

TEST(MapOut, WritesJsonWithNumbersBooleansAndLists) {
    const auto record = test::record("referral", {{"request/reference", "R1"},
                                                  {"request/service", "rehousing"},
                                                  {"victim/name/family", "Example"},
                                                  {"victim/interpreter", "yes"},
                                                  {"household/adults", "1"},
                                                  {"child[0]/name/given", "Robin"},
                                                  {"child[0]/birth-date", "2020-05-05"},
                                                  {"child[1]/name/given", "Sam"},
                                                  {"abuse[0]/kind", "economic"}});
    EXPECT_EQ(written(offer_map, record, "referral"),
              R"({"reference":"R1","kind":"referral","person":{"lastName":"Example","interpreter":true},)"
              R"("household":{"adults":1,"children":[{"forename":"Robin","born":"2020-05-05"},{"forename":"Sam"}]},)"
              R"("flags":["economic"]})");
}

TEST(MapOut, RefusesWhatThePartnerRequiresAndNobodySaid) {
    const auto record = test::record("referral", {{"victim/name/family", "Example"}});
    constexpr std::string_view map =
        "map m 1\ndialect json\nrecord referral 1\nreference <- request/reference required\n"
        "name <- victim/name/family\n";
    EXPECT_EQ(written(map, record, "referral"), "reference: the partner requires a field that has no value here");
}

TEST(MapLaw, WhatGoesOutComesBackTheSame) {
    const auto map = compile(offer_map);
    const auto record = test::record("referral", {{"request/reference", "R1"},
                                                  {"victim/name/family", "Zo\xc3\xab \"Quoted\" O'Neill"},
                                                  {"victim/birth-date", "1990-02-01"},
                                                  {"victim/interpreter", "no"},
                                                  {"household/adults", "2"},
                                                  {"child[0]/name/given", "Robin"},
                                                  {"child[1]/birth-date", "2018-01-01"},
                                                  {"abuse[0]/kind", "economic"},
                                                  {"abuse[1]/kind", "physical-or-sexual"}});
    const auto json = written(offer_map, record, "referral");
    const std::string_view back_map = R"(map eastford.back 1
dialect json
record referral 1
reference               ->  request/reference
constant "rehousing"    ->  request/service
kind                    <-> constant "referral"
person.lastName         <-> victim/name/family
person.dateOfBirth      <-> victim/birth-date
person.interpreter      <-> victim/interpreter        boolean
household.adults        <-> household/adults
each household.children <-> child
  forename              <-> child/name/given
  born                  <-> child/birth-date
each flags              <-> abuse
  .                     <-> abuse/kind
)";
    const auto records = read(*compile(back_map), json);
    ASSERT_EQ(records.size(), 1U);
    ASSERT_TRUE(records[0]) << records[0].error().message();
    for (const auto& value : record.values()) {
        EXPECT_EQ(RawText::of(*records[0], value.field, value.instance), RawText::of(record, value));
    }
}

std::string problems(std::string_view text) {
    const auto made = Map::compile(text, "m.map", catalogue());
    std::string out;
    if (!made) {
        for (const auto& problem : made.error()) { out += (out.empty() ? "" : "\n") + text_of(problem); }
    }
    return out;
}

TEST(MapProblems, NameTheLineTheColumnAndTheNearestWord) {
    const std::string heading = "map m 1\ndialect csv\nrecord incident-report 1\n";
    EXPECT_EQ(problems(heading + "A -> victim/name/famly\n"),
              "m.map:4:6: no field victim/name/famly in incident-report; did you mean victim/name/family?");
    EXPECT_EQ(problems(heading + "A -> child/birth-date\n"),
              "m.map:4:6: child/birth-date repeats with child; it belongs under: each ... child");
    EXPECT_EQ(problems(heading + "A -> victim/birth-date dat(dd/MM/yyyy)\n"),
              "m.map:4:24: no conversion dat; did you mean date?");
    EXPECT_EQ(problems(heading + "A -> victim/birth-date date(dd/MM/yy)\n"),
              "m.map:4:24: a year of two digits needs its century, which only date takes: date(dd/MM/yy, 2000)");
    EXPECT_EQ(problems(heading + "A -> victim/birth-date date(dd/MM/jjjj)\n"),
              "m.map:4:24: no spelling dd/MM/jjjj; its letters are yyyy, MM, M, MMM, dd, d, HH, mm and ss");
    EXPECT_EQ(problems(heading + "A -> victim/gender code(sex)\n"),
              "m.map:4:20: no table sex in this map or its code lists");
    EXPECT_EQ(problems(heading + "A -> victim/gender code(sex)\ncode sex\n  F = femal\n"),
              "m.map:4:20: gender has no code femal; did you mean female?");
    EXPECT_EQ(problems(heading + "A -> victim/age\nB -> victim/age\n"), "m.map:5:6: line 4 already writes victim/age");
    EXPECT_EQ(problems(heading + "A, B -> victim/name/family\n"),
              "m.map:4:4: several partner fields need a conversion that joins them");
    EXPECT_EQ(problems(heading + "A ignore\n"), "m.map:4:9: expected why the field is ignored, in quotes");
    EXPECT_EQ(problems(heading + "A -> victim/age default old\n"), "m.map:4:25: victim/age: expected a number");
    EXPECT_EQ(problems("map m 1\ndialect cvs\nrecord incident-reprot 1\nA -> b\n"),
              "m.map:2:9: a dialect is csv, json, xml or fixed\n"
              "m.map:3:8: no record type incident-reprot; did you mean incident-report?");
    EXPECT_EQ(problems("A -> \"x\n"),
              "m.map:1:6: this quote never closes\n"
              "m.map:1: expected a line: map NAME VERSION\n"
              "m.map:1: expected a line: dialect csv, json, xml or fixed\n"
              "m.map:1: expected a line: record RECORD-TYPE CANONICAL-VERSION");
}

TEST(MapProblems, AreShownWithTheLineAndACaret) {
    EXPECT_EQ(text_of({"m.map", 2, 6, 3, "no field"}, "map m 1\nA -> xyz\n"),
              "m.map:2:6: no field\n    A -> xyz\n         ^^^");
}

}  // namespace
}  // namespace haven
