#include "tests/mapping/reading_maps.h"

namespace haven {
namespace {

using test::compiled;
using test::problems_of;
using test::read_with;
using test::told;
using test::value;
using test::values;
using test::written_by;

constexpr std::string_view persons_map = R"(map t 1
dialect xml root Incident
namespace s http://structures.example/3.0
record incident-report 1
constant "t"                        ->  incident/reference/issuer
@s:number                           <-> incident/reference/value
Persons.Person[@role=VICTIM].Name   <-> victim/name/family
each Persons.Person[@role=CHILD]    <-> child
  Name                              <-> child/name/family
each Persons.Person[@role=SUSPECT]  <-> perpetrator
  Name                              <-> perpetrator/name/family
  each Phone                        <-> perpetrator/phone
    .                               <-> perpetrator/phone/number  phone(GB)
)";

constexpr std::string_view persons = R"(<Incident xmlns:s="http://structures.example/3.0" s:number="7"><Persons>
<Person role="VICTIM"><Name>Example</Name></Person>
<Person role="SUSPECT"><Name>Other</Name><Phone>07700 900001</Phone><Phone>07700 900002</Phone></Person>
<Person role="CHILD"><Name>Young</Name></Person>
<Person role="CHILD"><Name>Younger</Name></Person></Persons></Incident>)";

TEST(Predicates, SortElementsByAConstantAndNest) {
    const auto records = read_with(*compiled(persons_map), persons);
    ASSERT_EQ(records.size(), 1U);
    ASSERT_TRUE(records[0]) << told(records[0]);
    EXPECT_EQ(value(*records[0], "victim/name/family"), "Example");
    EXPECT_EQ(value(*records[0], "incident/reference/value"), "7") << "an attribute with a namespace";
    EXPECT_EQ(values(*records[0], "child", "child/name/family"), "Young Younger");
    const auto perpetrator = records[0]->instances(*test::catalogue()->find_group("perpetrator"));
    ASSERT_EQ(perpetrator.size(), 1U);
    const auto phones = records[0]->instances(*test::catalogue()->find_group("perpetrator/phone"), perpetrator[0]);
    EXPECT_EQ(phones.size(), 2U);
}

TEST(Predicates, AreWrittenBackAsConstants) {
    const auto map = compiled(persons_map);
    const auto first = read_with(*map, persons);
    const auto written = written_by(*map, *first.at(0));
    EXPECT_NE(written.find("<Person role=\"SUSPECT\">"), std::string::npos) << written;
    const auto again = read_with(*map, written);
    ASSERT_TRUE(again.at(0)) << told(again[0]) << written;
    EXPECT_EQ(test::told_by_group(*again[0]), test::told_by_group(*first[0]));
}

TEST(Predicates, HoldARecordWithAnElementThatNoneTakes) {
    std::string message(persons);
    message.replace(message.find("SUSPECT"), 7, "WITNESS");
    const auto records = read_with(*compiled(persons_map), message);
    EXPECT_EQ(told(records.at(0)), "line 3: Person: a field that no line of the map reads or ignores");
}

TEST(Predicates, StandInListsInJson) {
    const auto map = compiled(R"(map t 1
dialect json
record referral 1
request.reference         <-> request/reference
service                   <-> request/service
people[role=adult].name   <-> victim/name/family
each people[role=child]   <-> child
  name                    <-> child/name/family
)");
    const auto record = test::record("referral", {{"request/reference", "R1"},
                                                  {"request/service", "refuge"},
                                                  {"victim/name/family", "Example"},
                                                  {"child[0]/name/family", "A"},
                                                  {"child[1]/name/family", "B"}});
    const auto json = written_by(*map, record);
    EXPECT_EQ(json, R"({"request":{"reference":"R1"},"service":"refuge","people":[{"role":"adult","name":"Example"},)"
                    R"({"role":"child","name":"A"},{"role":"child","name":"B"}]})");
    const auto again = read_with(*map, json);
    ASSERT_TRUE(again.at(0)) << told(again[0]);
    EXPECT_EQ(test::told_by_group(*again[0]), test::told_by_group(record));
}

constexpr std::string_view victims_map = R"(map t 1
dialect xml
record incident-report 1
split Report.Incident
split victim Person[@role=VICTIM]
constant "t"                     ->  incident/reference/issuer
@id                              ->  incident/reference/value
Person[@role=VICTIM].Name        ->  victim/name/family
each Person[@role=VICTIM].Phone  ->  victim/phone
  .                              ->  victim/phone/number  phone(GB)
each Person[@role=VICTIM]        ->  person
  constant involved              ->  person/role
  Name                           ->  person/name/family
  Phone                          ignore "her number is hers"
)";

TEST(Split, MakesARecordOfEachVictimInWhichTheOthersArePersons) {
    const auto map = compiled(victims_map);
    const auto records = read_with(*map, R"(<Report><Incident id="1">
<Person role="VICTIM"><Name>First</Name><Phone>07700 900001</Phone></Person>
<Person role="VICTIM"><Name>Second</Name></Person></Incident>
<Incident id="2"><Person role="VICTIM"><Name>Third</Name></Person></Incident>
<Incident id="3"><Other/></Incident></Report>)");
    ASSERT_EQ(records.size(), 4U);
    ASSERT_TRUE(records[0] && records[1] && records[2]) << told(records[0]);
    EXPECT_EQ(value(*records[0], "victim/name/family"), "First");
    EXPECT_EQ(values(*records[0], "person", "person/name/family"), "Second");
    EXPECT_EQ(values(*records[0], "victim/phone", "victim/phone/number"), "+447700900001");
    EXPECT_EQ(value(*records[1], "victim/name/family"), "Second");
    EXPECT_EQ(values(*records[1], "person", "person/name/family"), "First");
    EXPECT_TRUE(records[1]->instances(*test::catalogue()->find_group("victim/phone")).empty())
        << "no value has two owners";
    EXPECT_EQ(value(*records[2], "incident/reference/value"), "2");
    EXPECT_EQ(told(records[3]), "expected a victim, by whom the map splits the record");
}

TEST(Split, NeverDropsTheSecondVictimWhereOneRecordIsAskedFor) {
    const auto map = compiled(victims_map);
    MemorySource source(R"(<Report><Incident id="1"><Person role="VICTIM"><Name>A</Name></Person>
<Person role="VICTIM"><Name>B</Name></Person></Incident></Report>)");
    Result<Record> made = fail(Fault::broken, "nothing read");
    ASSERT_TRUE(map->reader()->read(source, [&](const ReadRecord& read) -> Result<void> {
        made = map->in(**read.document, test::noon);
        return {};
    }));
    EXPECT_EQ(told(made), "expected one victim, got 2");
}

constexpr std::string_view references_map = R"(map t 1
dialect xml
namespace default http://niem.example/core
namespace s http://structures.example/3.0
record incident-report 1
follow RoleOfPerson@s:ref to Person@s:id
constant "t"               ->  incident/reference/issuer
Number                     ->  incident/reference/value
Victim.RoleOfPerson.Name   ->  victim/name/family
each Subject               ->  perpetrator
  RoleOfPerson.Name        ->  perpetrator/name/family
)";

std::string referring(std::string_view people) {
    return R"(<R xmlns="http://niem.example/core" xmlns:s="http://structures.example/3.0"><Number>1</Number>)" +
           std::string(people) + R"(<Victim><RoleOfPerson s:ref="P1"/></Victim>
<Subject><RoleOfPerson s:ref="P2"/></Subject></R>)";
}

TEST(Follow, ReadsAReferredElementWhereItIsReferredTo) {
    const auto records = read_with(
        *compiled(references_map),
        referring(R"(<Person s:id="P1"><Name>One</Name></Person><Person s:id="P2"><Name>Two</Name></Person>)"));
    ASSERT_TRUE(records.at(0)) << told(records[0]);
    EXPECT_EQ(value(*records[0], "victim/name/family"), "One");
    EXPECT_EQ(values(*records[0], "perpetrator", "perpetrator/name/family"), "Two");
}

TEST(Follow, HoldsWhatRefersToNothingAndWhatNothingRefersTo) {
    const auto map = compiled(references_map);
    const auto of = [&](std::string_view people) { return told(read_with(*map, referring(people)).at(0)); };
    constexpr std::string_view one = R"(<Person s:id="P1"><Name>One</Name></Person>)";
    constexpr std::string_view two = R"(<Person s:id="P2"><Name>Two</Name></Person>)";
    const auto both = std::string(one) + std::string(two);
    EXPECT_EQ(of(one), "line 2: a reference to nothing in this record");
    EXPECT_EQ(of(both + std::string(two)), "line 1: two elements with the same key");
    EXPECT_EQ(of(both + R"(<Person s:id="P3"><Name>Alone</Name></Person>)"),
              "line 1: Person: a field that no line of the map reads or ignores");
    EXPECT_EQ(of(both + R"(<Person><Name>Keyless</Name></Person>)"),
              "line 1: Person: a field that no line of the map reads or ignores");
}

// Beside JSON's own keys stands nothing like an attribute: `@id` is the key of that name, as JSON-LD has it.
TEST(Follow, NamesKeysOfJsonByDotsAndByTheirOwnAt) {
    const auto of = [](const std::string& follow, std::string_view message) {
        const auto map = compiled("map t 1\ndialect json\nrecord incident-report 1\nfollow " + follow + R"(
constant "t"    ->  incident/reference/issuer
number          ->  incident/reference/value
victim.who.name ->  victim/name/family
)");
        const auto records = read_with(*map, message);
        return records.at(0) ? value(*records[0], "victim/name/family") : told(records[0]);
    };
    constexpr std::string_view dots =
        R"({"number":"1","people":[{"id":"P1","name":"One"}],"victim":{"who":{"ref":"P1"}}})";
    constexpr std::string_view linked =
        R"({"number":"1","people":[{"@id":"P1","name":"One"}],"victim":{"who":{"@ref":"P1"}}})";
    EXPECT_EQ(of("who.ref to people.id", dots), "One");
    EXPECT_EQ(of("who@ref to people@id", linked), "One");
    EXPECT_EQ(of("who@ref to people@id", dots).substr(0, 6), "line 1") << "never by another name";
}

TEST(Follow, EndsWhereReferencesGoInACircle) {
    const auto map = compiled(R"(map t 1
dialect xml
record incident-report 1
follow A@ref to A@id
constant "t"  ->  incident/reference/issuer
N             ->  incident/reference/value
V             ->  victim/name/family
A.X           ->  incident/summary
)");
    const auto records = read_with(*map, R"(<R><N>1</N><V>E</V><A id="1" ref="1"/></R>)");
    EXPECT_EQ(told(records.at(0)), "expected references at most 16 deep");
}

TEST(JsonKinds, AreTheCanonicalTypesUnlessAWordSaysOtherwise) {
    const auto map = compiled(R"(map t 1
dialect json
record referral 1
ref       <-> request/reference
service   <-> request/service
adults    <-> household/adults
children  <-> household/children   text
reader    <-> victim/interpreter   boolean
name      <-> victim/name/family
)");
    const auto of = [&](std::string_view more) {
        return read_with(*map, R"({"ref":"1","service":"refuge")" + std::string(more) + "}");
    };
    EXPECT_TRUE(of(R"(,"adults":2,"children":"1","reader":true,"name":null)").at(0));
    EXPECT_TRUE(of(R"(,"reader":"unknown")").at(0)) << "a code that is no boolean";
    EXPECT_EQ(told(of(R"(,"name":true)").at(0)), "line 1: name: expected a text or a number, got true or false");
    EXPECT_EQ(told(of(R"(,"reader":"yes")").at(0)), "line 1: reader: expected true or false");
    EXPECT_EQ(told(of(R"(,"adults":2.5)").at(0)), "line 1: adults: household/adults: expected a number");
    const auto record = test::record("referral", {{"request/reference", "1"},
                                                  {"request/service", "refuge"},
                                                  {"household/adults", "2"},
                                                  {"household/children", "1"},
                                                  {"victim/interpreter", "unknown"}});
    EXPECT_EQ(written_by(*map, record),
              R"({"ref":"1","service":"refuge","adults":2,"children":"1","reader":"unknown"})");
}

TEST(YesNo, LeavesUnknownOutOnlyWhereNothingIsUnknownBothWays) {
    const auto of = [](const std::string& words) {
        const auto map = compiled(
            "map t 1\ndialect json\nrecord referral 1\nref <-> request/reference\nservice <-> request/service\n"
            "reader <-> victim/interpreter " +
            words);
        const auto unknown = test::record(
            "referral", {{"request/reference", "1"}, {"request/service", "refuge"}, {"victim/interpreter", "unknown"}});
        const auto back = read_with(*map, R"({"ref":"1","service":"refuge"})");
        return written_by(*map, unknown) + " " + (back.at(0) ? value(*back[0], "victim/interpreter") : told(back[0]));
    };
    EXPECT_EQ(of("yes_no(Y, N) default unknown"), R"({"ref":"1","service":"refuge"} unknown)");
    EXPECT_EQ(of("yes_no(Y, N, U)"), R"({"ref":"1","service":"refuge","reader":"U"} -)");
    EXPECT_EQ(of("yes_no(Y, N)"), "reader: the table has no line for this code outward -");
}

// The map has one line for the name: a second element would be lost, or take the place of the first.
TEST(SecondValue, HoldsTheRecord) {
    std::string message(persons);
    message.replace(message.find("<Name>Young</Name>"), 18, "<Name>Young</Name><Name>Old</Name>");
    const auto records = read_with(*compiled(persons_map), message);
    ASSERT_EQ(records.size(), 1U);
    ASSERT_FALSE(records[0]);
    EXPECT_EQ(records[0].error().reason.text(), "expected one value, got two");
}

TEST(Empty, IsAbsent) {
    const auto of = [](std::string_view map, std::string_view message) {
        const auto records = read_with(*compiled(map), message);
        return records.at(0) ? test::told_by_group(*records[0]) : told(records[0]);
    };
    constexpr std::string_view json =
        "map t 1\ndialect json\nrecord referral 1\nr <-> request/reference\ns <-> request/service\n"
        "n <-> victim/name/family\neach c <-> child\n  b <-> child/birth-date\n";
    const auto absent = of(json, R"({"r":"1","s":"refuge"})");
    EXPECT_EQ(of(json, R"({"r":"1","s":"refuge","n":"","c":[{"b":null},{}],"x":null,"y":{}})"), absent);
    EXPECT_EQ(of(json, R"({"r":"1","s":"refuge","n":null,"c":[]})"), absent);
    constexpr std::string_view xml =
        "map t 1\ndialect xml root R\nrecord referral 1\nr <-> request/reference\ns <-> request/service\n"
        "n <-> victim/name/family\neach c <-> child\n  b <-> child/birth-date\n";
    EXPECT_EQ(of(xml, "<R><r>1</r><s>refuge</s></R>"), absent);
    EXPECT_EQ(of(xml, "<R><r>1</r><s>refuge</s><n/><c><b> </b></c><unknown/></R>"), absent);
    constexpr std::string_view csv =
        "map t 1\ndialect csv\nrecord referral 1\nr <-> request/reference\ns <-> request/service\n"
        "n <-> victim/name/family\neach c1..2 <-> child\n  b <-> child/birth-date\n";
    EXPECT_EQ(of(csv, "r,s,n,c1b,c2b,d\n1,refuge,,, ,\n"), absent);
}

}  // namespace
}  // namespace haven
