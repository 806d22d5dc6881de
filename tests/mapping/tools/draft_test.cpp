#include "mapping/tools/draft.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "tests/mapping/tools/drafting.h"

namespace haven {
namespace {

using test::draft;

TEST(Draft, ListsEveryColumnAndGuessesByNamesAndValues) {
    EXPECT_EQ(draft(csv_shape("CrimeRef;VicSurname;VicDOB;VicSex;Officer Notes;Tel1;Tel1Safe;Tel2;Tel2Safe\n"
                              "41/1;Thornfield;14/06/1994;F;\"She; left.\";07700 900142;Y;;\n"),
                    "incident-report"),
              R"(dialect    csv separator ;
record     incident-report 1

CrimeRef         ->  incident/reference/value   # guess
VicSurname       ->  victim/name/family   # guess
VicDOB           ->  victim/birth-date   date(dd/MM/yyyy)   # guess
VicSex           ignore "say why"   # guess: victim/gender   code(NAME), with a table of its codes
"Officer Notes"  ignore "say why"
each Tel1..2     ->  victim/phone   # guess
  .              ->  victim/phone/number   phone(GB)   # guess
  Safe           ->  victim/phone/safe   yes_no(Y, N, U)   # guess

# Left to do:
#   line 6: incident-report requires incident/reference/issuer, and no line reads it
)");
}

// Whatever the schema allows is listed, whether a sample would have it or not.
TEST(Draft, ListsWhatASchemaAllows) {
    const auto files = dialect_schemas_of(HAVEN_SOURCE_DIR "/schemas/dialects/charity-xml");
    const auto schema = files("charity.xsd");
    ASSERT_TRUE(schema);
    EXPECT_EQ(draft(schema_shape(*(*schema)->xml, "Answer"), "referral-answer"),
              R"(dialect    xml root Answer
record     referral-answer 1

Reference  ->  request/reference   # guess
Decision   ignore "say why"   # guess: answer/kind   code(NAME), with a table of its codes
At         ignore "say why"
Reason     ignore "say why"
Question   ->  answer/question   # guess
OnwardTo   ->  answer/onward-to   # guess

# Left to do:
#   line 6: referral-answer requires answer/kind, and no line reads it
)");
    EXPECT_EQ(draft(schema_shape(*(*schema)->xml, "c:Answer"), "referral-answer"),
              draft(schema_shape(*(*schema)->xml, "Answer"), "referral-answer"))
        << "a prefix is the writer's own";
    EXPECT_EQ(schema_shape(*(*schema)->xml, "Nothing").error().message(), "the schema declares no such element");
    const auto roots = roots_of(*(*schema)->xml);
    EXPECT_NE(std::find(roots.begin(), roots.end(), "Answer"), roots.end());
    EXPECT_EQ(schema_shape(*(*schema)->xml, "").error().message(),
              "the schema declares 7 elements; name the one that is the root");
}

// What stands in any schema of a choice is listed once.
TEST(Draft, ListsWhatAJsonSchemaAllows) {
    const auto* const schema = R"({"type": "object", "properties": {
        "ref": {"type": "string"}, "decision": {"enum": ["Y", "N"]}, "seen": {"type": "boolean"},
        "people": {"type": "array", "items": {"oneOf": [
            {"properties": {"kind": {"const": "p"}, "surname": {"type": "string"}}, "required": ["kind"]},
            {"properties": {"kind": {"const": "q"}, "surname": {"type": "string"}}, "required": ["kind"]}]}}}})";
    EXPECT_EQ(draft(json_schema_shape(schema, "s.json", {}), "referral-answer"),
              R"(dialect    json
record     referral-answer 1

ref             ->  request/reference   # guess
decision        ignore "say why"   # guess: answer/kind   code(NAME), with a table of its codes
seen            ignore "say why"
people.kind     ignore "say why"
people.surname  ignore "say why"

# Left to do:
#   line 6: referral-answer requires answer/kind, and no line reads it
)");
    EXPECT_EQ(json_schema_shape(R"({"type": "string"})", "s.json", {}).error().message(),
              "the schema describes no object");
}

// Strangers' schemas say more than the hub checks, and refer to other files: names and types are all that a draft
// needs.
TEST(Draft, ReadsAnyJsonSchemaForItsNamesAndTypes) {
    const SchemaFiles files = [](const std::string& path) -> std::optional<std::string> {
        if (path == "common/person.json") {
            return R"({"definitions": {"person": {"patternProperties": {"^x-": {}}, "anyOf": [
                {"required": ["surname"], "properties": {"surname": {"type": ["string", "null"], "pattern": "^[A-Z]"}}},
                {"properties": {"dob": {"$ref": "../types.json#/$defs/day"},
                                "mother": {"$ref": "#/definitions/person"}}}]}}})";
        }
        if (path == "types.json") { return R"({"$defs": {"day": {"type": "string", "example": "1994-06-14"}}})"; }
        return std::nullopt;
    };
    const auto shape = json_schema_shape(R"({"$schema": "http://json-schema.org/draft-07/schema#", "type": "object",
        "properties": {"ref": {"type": "string", "format": "uuid"}, "victim": {"$ref": "common/person.json#/definitions/person"},
                       "other": {"$ref": "https://elsewhere.example/a.json"}, "gone": {"$ref": "#/definitions/gone"},
                       "tags": {"type": "array", "items": [{"type": "string"}]}},
        "if": {"properties": {"ref": {"const": "7"}}}, "then": {"properties": {"why": {"type": "string"}}}})",
                                         "s.json", files);
    ASSERT_TRUE(shape) << shape.error().message();
    EXPECT_EQ(shape->remarks,
              (std::vector<std::string>{
                  "Not listed: person.json#/definitions/person/patternProperties: fields without names of their own",
                  "Not listed: s.json#/properties/other: nothing is fetched from https://elsewhere.example/a.json",
                  "Not listed: s.json#/properties/gone: $ref leads to nothing: #/definitions/gone"}));
    EXPECT_EQ(draft(shape, "incident-report"), R"(dialect    json
record     incident-report 1

ref             ->  incident/reference/value   # guess
victim.surname  ->  victim/name/family   # guess
victim.dob      ->  victim/birth-date   date(yyyy-MM-dd)   # guess
victim.mother   ignore "say why"
other           ignore "say why"
gone            ignore "say why"
why             ignore "say why"
tags            ignore "say why"

# Left to do:
#   line 9: incident-report requires incident/reference/issuer, and no line reads it
)");
}

// The police's object model is put together from many files, and Open Referral's schema has keywords of its own.
TEST(Draft, ReadsSchemasThatNobodyHereWrote) {
    const auto* given = std::getenv("HAVEN_SHARED_DATA");
    const std::string data = given != nullptr ? given : HAVEN_SOURCE_DIR "/../shared/data";
    const SchemaFiles files = [](const std::string& path) { return std::optional(test::text_of_file(path)); };
    const auto drafted = [&](const std::string& file, const char* type) {
        const auto text = test::text_of_file(data + file);
        EXPECT_TRUE(is_json_schema(text));
        return draft(json_schema_shape(text, data + file, files), type);
    };
    if (!std::filesystem::exists(data)) { GTEST_SKIP() << "skipped: no shared data"; }
    const auto victim = drafted("/police-ihub-pole/models/person/victim.json", "incident-report");
    EXPECT_NE(victim.find("\npreferredLanguageSpoken "), std::string::npos) << victim;
    EXPECT_NE(victim.find("# guess: victim/gender"), std::string::npos) << "from a file of codes: " << victim;
    const auto service = drafted("/openreferral-uk-profile/schema/compiled/service.json", "service-entry");
    EXPECT_NE(service.find("\nminimum_age "), std::string::npos) << service;
    EXPECT_NE(service.find("service_areas"), std::string::npos) << service;
}

TEST(Draft, KnowsAJsonSchemaByWhatItSays) {
    EXPECT_TRUE(is_json_schema(R"({"$schema": "https://json-schema.org/draft/2020-12/schema"})"));
    EXPECT_TRUE(is_json_schema(R"({"type": "object", "properties": {"a": {}}})"));
    EXPECT_TRUE(is_json_schema(R"({"type": ["array", "null"], "items": {"type": "string"}})"));
    EXPECT_TRUE(is_json_schema(R"({"title": "victim", "allOf": [{"$ref": "./person.json"}]})"));
    for (const auto& shipped : test::files_below(HAVEN_SOURCE_DIR "/schemas/dialects", ".json")) {
        if (!shipped.string().ends_with(".schema.json")) { continue; }
        EXPECT_TRUE(is_json_schema(test::text_of_file(shipped))) << shipped;
    }
    EXPECT_FALSE(is_json_schema(R"({"$ref": "7", "$kind": "a message"})"));
    EXPECT_FALSE(is_json_schema(R"({"type": "Feature", "properties": {"name": "Eastford"}})")) << "a place on a map";
    EXPECT_FALSE(is_json_schema(R"({"type": "object", "number": 7})"));
    EXPECT_FALSE(is_json_schema(R"({"$schema": "https://council.example/referral.json", "ref": "7"})"))
        << "a message that names its schema";
    EXPECT_FALSE(is_json_schema(R"({"oneOf": ["a", "b"]})"));
    EXPECT_FALSE(is_json_schema(R"([{"type": "object", "properties": {}}])"));
    EXPECT_FALSE(is_json_schema("Ref,Surname\n"));
}

TEST(Draft, FollowsATreeDownAndTakesWhatRepeatsUnderAnEach) {
    EXPECT_EQ(draft(json_shape(R"({"cases": [{"person": {"firstName": "Owen", "dateOfBirth": "1985-04-03",
                                  "telephones": [{"number": "07700900271", "safeToCall": true}]},
                                  "pets": [{"name": "Rex"}]}]})"),
                    "referral"),
              R"(dialect    json
record     referral 1
split cases  # guess: what repeats in the sample is the record

person.firstName        ->  victim/name/given   # guess
person.dateOfBirth      ->  victim/birth-date   date(yyyy-MM-dd)   # guess
each person.telephones  ->  victim/phone   # guess
  number                ->  victim/phone/number   phone(GB)   # guess
  safeToCall            ->  victim/phone/safe   boolean   # guess
pets.name               ignore "say why"

# Left to do:
#   line 6: referral requires request/reference, and no line reads it
#   line 6: referral requires request/service, and no line reads it
)");
}

TEST(Draft, ListsNoParentBesideItsFields) {
    EXPECT_EQ(draft(json_shape(R"([{"person": null, "note": null, "visits": []},
                                   {"person": {"name": {"first": "Ada"}}, "visits": [{"day": "x", "by": null}]},
                                   {"person": "", "visits": [{"by": {"team": "y"}}]}])"),
                    "outcome"),
              R"(dialect    json
record     outcome 1

person.name.first  ignore "say why"
note               ->  outcome/note   # guess
visits.day         ignore "say why"
visits.by.team     ignore "say why"

# Left to do:
#   line 6: outcome requires request/reference, and no line reads it
#   line 6: outcome requires outcome/kind, and no line reads it
)");
    EXPECT_EQ(draft(xml_shape("<Outcome><Person>\n  <Name><First>Ada</First></Name>\n</Person><Note/><Visits day='x'>"
                              "\n<By/></Visits><Visits><By><Team>y</Team></By></Visits></Outcome>"),
                    "outcome"),
              R"(dialect    xml root Outcome
record     outcome 1

Person.Name.First  ignore "say why"
Note               ->  outcome/note   # guess
Visits@day         ignore "say why"
Visits.By.Team     ignore "say why"

# Left to do:
#   line 6: outcome requires request/reference, and no line reads it
#   line 6: outcome requires outcome/kind, and no line reads it
)");
}

TEST(Draft, ARepeatedElementBelowTheRootIsTheRecord) {
    EXPECT_EQ(
        draft(xml_shape("<Answers><Answer><Kind>accept</Kind></Answer><Answer><Kind>decline</Kind></Answer></Answers>"),
              "referral-answer"),
        R"(dialect    xml
record     referral-answer 1
split Answers.Answer  # guess: what repeats in the sample is the record

Kind  ->  answer/kind   # guess

# Left to do:
#   line 6: referral-answer requires request/reference, and no line reads it
)");
}

TEST(Draft, OfFixedWidthTextNeedsALayout) {
    EXPECT_EQ(draft(fixed_shape("41/1  14061994Thornfield\n",
                                "column CrimeRef 1 6\ncolumn Seen 7 8\ncolumn VicSurname 15 20\n"),
                    "incident-report"),
              R"(dialect    fixed
record     incident-report 1
column CrimeRef 1 6
column Seen 7 8
column VicSurname 15 20

CrimeRef    ->  incident/reference/value   # guess
Seen        ignore "say why"
VicSurname  ->  victim/name/family   # guess

# Left to do:
#   line 6: incident-report requires incident/reference/issuer, and no line reads it
)");
    EXPECT_EQ(draft(fixed_shape("x", "nothing"), "incident-report"),
              "expected a layout: lines column NAME START LENGTH");
}

TEST(Draft, ColumnsThatAreNumberedInPartsAreListedOneByOne) {
    EXPECT_EQ(draft(csv_shape("Tel1,Tel1Safe,Tel2,Person 1's age,Person 2's age\n"), "incident-report").substr(0, 250),
              R"(dialect    csv
record     incident-report 1

Tel1              ignore "say why"
Tel1Safe          ignore "say why"
Tel2              ignore "say why"
"Person 1's age"  ignore "say why"
"Person 2's age"  ignore "say why"

# Left to do:
#   incident-re)");
}

// None of them is lost: what the heading does not tell, the number does.
TEST(Draft, ColumnsWithTheSameHeadingOrNoneAreReadByTheirNumbers) {
    const auto shape = csv_shape(
        "CrimeRef,Tel,\"Tel\", ,\"Is this\na resale?\",Tel_3,Force,,\n"
        "41/1,07700 900142,07700 900143,Lodger,Quill,x,northshire,,\n");
    EXPECT_EQ(shape.value().remarks,
              (std::vector<std::string>{
                  "Column 3 repeats the heading Tel of column 2: it is read by its number, and called Tel_3_.",
                  "Column 4 has no heading: it is read by its number, and called Column4.",
                  "Column 5 has a line end in its heading: it is read by its number, and called Column5.",
                  "Columns without a heading and without text in the sample: 2, the first is column 8. Text there "
                  "holds a record; to read one: column NAME NUMBER \"\"."}));
    EXPECT_EQ(draft(shape, "incident-report"), R"(dialect    csv
record     incident-report 1
column     Tel_3_ 3 "Tel"
column     Column4 4 ""
column     Column5 5

CrimeRef  ->  incident/reference/value   # guess
Tel       ignore "say why"
Tel_3_    ignore "say why"
Column4   ignore "say why"
Column5   ignore "say why"
Tel_3     ignore "say why"
Force     ignore "say why"

# Left to do:
#   line 10: incident-report requires incident/reference/issuer, and no line reads it
#   line 10: incident-report requires victim, and no line reads it
)");
    const auto sane = csv_shape("Ref,Notes \\,\"Notes \\\",Kind\n41/1,x,y,z\n");
    EXPECT_EQ(sane.value().heading, (std::vector<std::string>{"column     \"Notes \\\\_3\" 3 \"Notes \\\\\""}));
}

// The draft is a map, and reads the sample that it was made of.
TEST(Draft, ThatNumbersColumnsReadsItsSample) {
    const std::string sample = "Ref,Tel,Tel,,Surname\n41/1,07700 900142,07700 900143,Lodger,Thornfield\n";
    auto text = "map t 1\n" + draft(csv_shape(sample), "incident-report");
    text = text.substr(0, text.find("\n# Left to do")) + "constant t -> incident/reference/issuer\n";
    const auto map = Map::compile(text, "t.map", test::catalogue());
    ASSERT_TRUE(map) << text_of(map.error().front(), text);
    std::size_t records = 0;
    MemorySource source(sample);
    const auto done = (*map)->reader()->read(source, [&](const ReadRecord& read) -> Result<void> {
        const auto made = read.document ? (*map)->in(**read.document, {}) : fail(read.document.error());
        records += made ? 1 : 0;
        return made ? Result<void>{} : fail(made.error());
    });
    EXPECT_TRUE(done) << done.error().message();
    EXPECT_EQ(records, 1U);
}

TEST(Draft, ANameThatNoMapCanWriteIsSaidToBeLeftOut) {
    const auto text = draft(json_shape(R"({"Is this\na resale?": "1", "Ref": "2"})"), "incident-report");
    EXPECT_NE(text.find("# A field is left out: no map can write a name with a line end in it.\n"), std::string::npos);
}

TEST(Draft, HoldsNoValueOfTheSample) {
    const auto text = draft(csv_shape("VicSurname,Note,Grade\nQuarrington,Weirside Lane,Zeta\n"), "incident-report");
    for (const auto* value : {"Quarrington", "Weirside", "Zeta"}) {
        EXPECT_EQ(text.find(value), std::string::npos) << text;
    }
}

TEST(Draft, IsRefusedForWhatIsNoMessage) {
    EXPECT_EQ(draft(csv_shape("\"a"), "referral"), "expected a header row");
    EXPECT_EQ(draft(csv_shape(""), "referral"), "expected text, got an empty message");
    const auto workbook = "PK\x03\x04" + std::string(60, 'x') + "\nb\n";  // as an .xlsx begins
    EXPECT_EQ(draft(csv_shape(workbook), "referral"), "expected text, got a ZIP or Excel file");
    EXPECT_EQ(draft(fixed_shape(workbook, "column A 1 2"), "referral"), "expected text, got a ZIP or Excel file");
    EXPECT_EQ(draft(json_shape("{"), "referral"), "expected JSON");
    EXPECT_EQ(draft(json_shape("7"), "referral"), "expected an object");
    EXPECT_NE(draft(xml_shape("<a>"), "referral").find("line"), std::string::npos);
}

TEST(Draft, TellsWhichLinesOfAMapStillHaveItsReason) {
    const auto* map = R"(map        small.incident 1
dialect    csv
record     incident-report 1
# Notes    ignore "say why"
Ref        ->  incident/reference/value
Notes      ignore   "say why"   # still
Rank       ignore "say why, they said: it is theirs"
each Tel1..2  ->  victim/phone
  Number   ->  victim/phone/number
  Safe     ignore "say why"
Other      ignore "say why"
)";
    EXPECT_EQ(lines_without_reason(map), (std::vector<int>{6, 10, 11}));
    EXPECT_TRUE(lines_without_reason("no map").empty());
}

}  // namespace
}  // namespace haven
