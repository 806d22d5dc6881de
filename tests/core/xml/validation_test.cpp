#include <gmock/gmock.h>

#include <set>
#include <thread>

#include "core/xml/schema.h"
#include "tests/core/xml/folder.h"
#include "tests/core/xml/told.h"

namespace haven::xml {
namespace {

using test::told;
using ::testing::HasSubstr;

constexpr std::string_view people = R"(
    <xs:simpleType name="grade"><xs:restriction base="xs:token"><xs:enumeration value="S"/><xs:enumeration value="H"/>
        </xs:restriction></xs:simpleType>
    <xs:element name="file"><xs:complexType><xs:sequence>
        <xs:element name="from" type="xs:string" minOccurs="0"/>
        <xs:element name="person" minOccurs="0" maxOccurs="unbounded"><xs:complexType><xs:sequence>
            <xs:element name="name" type="xs:string"/>
            <xs:element name="born" type="xs:date" minOccurs="0" nillable="true"/>
            <xs:element name="risk" type="t:grade" default="S"/></xs:sequence>
            <xs:attribute name="id" type="xs:ID"/><xs:attribute name="of" type="xs:IDREF"/>
            <xs:attribute name="kind" type="xs:string" default="victim"/></xs:complexType></xs:element>
        <xs:element name="count" type="xs:int"/></xs:sequence></xs:complexType></xs:element>)";

class ValidationTest : public ::testing::Test {
protected:
    ValidationTest() {
        folder.add("people.xsd", people);
        schema = *Schema::load(folder.path, "people.xsd");
        reader = std::make_unique<Reader>(schema.get());
    }
    /// A file of persons: what was told of it, without the places.
    std::string tell(std::string_view persons, std::string_view end = "<count>1</count>") const {
        const auto message = std::string("<file xmlns='urn:t'>").append(persons).append(end).append("</file>");
        const auto all = test::replaced(told(*reader, message), "!line ", "e", "!");  // up to "expected"
        return test::replaced(all, "{urn:t}", "abcdefghijklmnopqrstuvwxyz", "");
    }

    test::Folder folder;
    std::shared_ptr<const Schema> schema;
    std::unique_ptr<Reader> reader;
};

TEST_F(ValidationTest, TellsAValidFileAsTheSchemaMeansIt) {
    EXPECT_EQ(tell("\n <person kind='child' > <name> A  b </name>\n<risk> H\n</risk></person>\n"),
              "<file><person @kind=child><name> A  b </><risk>H</></><count>1</></>");
    EXPECT_EQ(tell("<person><name/><risk/></person>"),
              "<file><person @kind=victim><name></><risk>S</></><count>1</></>");
}

// A caller must know to which record an error belongs.
TEST_F(ValidationTest, TellsWhatIsInvalidBetweenTheStartAndTheEndOfItsElement) {
    const std::string good = "<person @kind=victim><name>b</><risk>H</></>";
    const std::string next = "<person><name>b</name><risk>H</risk></person>";
    const std::pair<const char*, const char*> cases[] = {
        {"<person no='1'><name>a</name><risk>H</risk></person>",
         "<person @no=1 @kind=victim>!expected an attribute that the schema declares!<name>a</><risk>H</></>"},
        {"<person><name>a</name><risk>X</risk></person>",
         "<person @kind=victim><name>a</><risk>X!expected one of the schema's values!</></>"},
        {"<person><name>a</name><born>2026-02-30</born><risk>H</risk></person>",
         "<person @kind=victim><name>a</><born>2026-02-30!expected a date, time or duration that exists!</>"
         "<risk>H</></>"},
        {"<person><risk>H</risk></person>",
         "<person @kind=victim><risk>H</>!expected the elements that the schema allows here, in their order!</>"},
        {"<person/>", "<person @kind=victim>!expected the elements that the schema allows here, in their order!</>"},
        {"<person><name>a</name></person>",
         "<person @kind=victim><name>a</>!expected more elements within this one!</>"},
        {"<person><name>a</name><risk>H</risk><x/></person>",
         "<person @kind=victim><name>a</><risk>H</><x>!expected an element that the schema declares!</>"
         "!expected the elements that the schema allows here, in their order!</>"},
        {"<person>t<name>a</name><risk>H</risk></person>",
         "<person @kind=victim>!expected elements, got text!<name>a</><risk>H</></>"},
        {"<person><name>a<b/></name><risk>H</risk></person>",
         "<person @kind=victim><name>a<b></>"
         "!expected text, got an element!</><risk>H</></>"},
    };
    for (const auto& [person, expected] : cases) {
        const auto all = std::string("<file>").append(good).append(expected).append(good).append("<count>1</></>");
        EXPECT_EQ(tell(std::string(next).append(person).append(next)), all) << person;
    }
}

TEST_F(ValidationTest, TellsWhatIsWrongAroundTheRecordsOutsideOfThem) {
    EXPECT_EQ(tell("", ""), "<file>!expected content in an element, got none!</>");
    EXPECT_EQ(tell("", "<count>x</count>"), "<file><count>x!expected a value of the schema's pattern!</></>");
    EXPECT_EQ(tell("junk<person><name>a</name><risk>H</risk></person>"),
              "<file>!expected elements, got text!<person @kind=victim><name>a</><risk>H</></><count>1</></>");
    EXPECT_THAT(tell("<person of='nobody'><name>a</name><risk>H</risk></person>"),
                HasSubstr("</></>!expected a reference to an identifier in the same message!"));
    EXPECT_THAT(tell("<person id='p'><name>a</name><risk>H</risk></person>"
                     "<person id='p'><name>a</name><risk>H</risk></person>"),
                HasSubstr("<person @id=p @kind=victim>!expected each identifier once in a message!<name>"));
}

TEST_F(ValidationTest, EveryRootThatTheSchemaDoesNotDeclareIsInvalid) {
    for (const char* message : {"<file/>", "<x xmlns='urn:t'/>", "<file xmlns='urn:other'/>", "<x/>",
                                "<person xmlns='urn:t'><name>a</name><risk>H</risk></person>"}) {
        EXPECT_THAT(told(*reader, message), HasSubstr("!")) << message;
    }
}

TEST_F(ValidationTest, ChecksNilAgainstTheSchema) {
    const std::string xsi = " xmlns:xsi='http://www.w3.org/2001/XMLSchema-instance' xsi:nil='true'";
    EXPECT_THAT(tell("<person><name>a</name><born" + xsi + "/><risk>H</risk></person>"), HasSubstr("<born nil></>"));
    EXPECT_THAT(tell("<person><name>a</name><born" + xsi + ">2026-01-01</born><risk>H</risk></person>"),
                HasSubstr("expected no content in an element with xsi:nil"));
    EXPECT_THAT(tell("<person><name" + xsi + "/><risk>H</risk></person>"), HasSubstr("does not allow xsi:nil here"));
}

TEST_F(ValidationTest, NeitherXsiTypeNorLocationsWidenTheSchema) {
    const std::string xsi = " xmlns:xsi='http://www.w3.org/2001/XMLSchema-instance' ";
    EXPECT_THAT(tell("<person" + xsi + "xsi:type='x'><name>a</name><risk>H</risk></person>"), HasSubstr("!"));
    folder.add("wide.xsd", "<xs:element name='wide' type='xs:anyType'/>", "urn:wide");
    const auto wide = (folder.path / "wide.xsd").string();
    EXPECT_THAT(told(*reader, "<wide xmlns='urn:wide'" + xsi + "xsi:schemaLocation='urn:wide " + wide + "'/>"),
                HasSubstr("expected a namespace that the schema declares"));
}

TEST_F(ValidationTest, MalformedStillEndsTheReading) {
    EXPECT_THAT(tell("<person><name>a</name></person><person>", "</wrong>"),
                HasSubstr("expected the end tag of the open element"));
}

TEST_F(ValidationTest, ManyThreadsShareOneSchema) {
    std::string valid = "<file xmlns='urn:t'>";
    for (int i = 0; i < 20; ++i) {
        valid += "<person id='p" + std::to_string(i) + "'><name>a</name><risk>H</risk></person>";
    }
    const auto broken = valid + "<person><name>a</name><risk>X</risk></person><count>1</count></file>";
    valid += "<count>1</count></file>";
    const auto read_both = [&](unsigned seed) {
        Reader mine(schema.get());
        const auto expected_valid = told(mine, valid);
        const auto expected_broken = told(mine, broken);
        bool same = expected_valid.find('!') == std::string::npos && expected_broken.find('!') != std::string::npos;
        for (unsigned i = 0; i < 300; ++i) {
            // Namespaces that no schema knows must not meet in a shared table.
            const auto own = "urn:" + std::to_string(seed) + "-" + std::to_string(i);
            same = same && told(mine, valid) == expected_valid && told(mine, broken) == expected_broken &&
                   told(mine, "<a xmlns='" + own + "'/>").starts_with("<{" + own + "}a>!");
        }
        return same;
    };
    std::vector<char> same(4, 0);
    {
        std::vector<std::jthread> threads;
        for (unsigned i = 0; i < same.size(); ++i) {
            threads.emplace_back([&, i] { same[i] = read_both(i) ? 1 : 0; });
        }
    }
    EXPECT_THAT(same, ::testing::Each(1));
}

TEST_F(ValidationTest, ForgetsTheNamespacesThatMessagesMakeUp) {
    std::string space(2000, 'n');
    const auto before = test::resident_bytes();
    for (int i = 0; i < 20'000; ++i) {
        space.replace(0, 6, std::to_string(100'000 + i));
        EXPECT_THAT(told(*reader, "<file xmlns='urn:t' xmlns:n='" + space + "'><count>1</count></file>"),
                    HasSubstr("count>1<"));
    }
    if (test::frees_at_once) {
        EXPECT_LT(test::resident_bytes() - before, std::size_t{40} << 20);  // kept, they would be 80 MB
    }
}

class NiemTest : public ::testing::Test {
protected:
    void SetUp() override {
        const auto found = test::shared_data("niem-nibrs-4.2");
        if (!found) { GTEST_SKIP() << "skipped: no shared data"; }
        folder = *found;
        const auto loaded = Schema::load(folder / "base-xsd", "nibrs/4.2/nibrs.xsd");
        ASSERT_TRUE(loaded) << text_of(loaded.error().front());
        schema = *loaded;
    }
    std::filesystem::path folder;
    std::shared_ptr<const Schema> schema;
};

TEST_F(NiemTest, SevenSamplesAreValidAndTheOneWithTwoArresteesIsNot) {
    Reader reader(schema.get());
    std::size_t valid = 0;
    for (const auto& entry : std::filesystem::directory_iterator(folder / "iep-sample")) {
        const auto text = test::file_text(entry.path());
        MemorySource source(text);
        test::Told events;
        ASSERT_TRUE(reader.read(source, events)) << entry.path();
        const bool wrong = entry.path().string().find("multipleArrestees") != std::string::npos;
        EXPECT_EQ(events.invalids != 0, wrong) << entry.path() << events.all;
        EXPECT_GT(events.elements, 10U);
        valid += events.invalids == 0 ? 1 : 0;
    }
    EXPECT_EQ(valid, 7U);
}

/// All paths down to `depth`, a type at most once on each.
std::size_t paths(const Schema& schema, TypeIndex type, std::vector<TypeIndex>& above, std::set<std::string>& names) {
    std::size_t n = 1;
    if (std::ranges::find(above, type) != above.end()) { return n; }
    above.push_back(type);
    for (const auto& child : schema.children(type).elements) {
        const auto& element = schema.elements()[child.element];
        names.insert(element.name);
        n += paths(schema, element.type, above, names);
    }
    above.pop_back();
    return n;
}

TEST_F(NiemTest, ItsPathsCanBeWalkedThroughSubstitutions) {
    const auto root = schema->element("http://fbi.gov/cjis/nibrs/4.2", "Submission");
    ASSERT_NE(root, none);
    std::vector<TypeIndex> above;
    std::set<std::string> names;
    const auto n = paths(*schema, schema->elements()[root].type, above, names);
    EXPECT_GT(n, 100U);
    EXPECT_LT(n, 100'000U);
    // Abstract in the schema: nc:InjurySeverityAbstract-like heads never stand in a document, their substitutes do.
    EXPECT_TRUE(names.contains("PersonAgeMeasure"));
    EXPECT_TRUE(names.contains("PersonSexCode"));
    for (const auto& name : names) { EXPECT_EQ(name.find("Abstract"), std::string::npos) << name; }
}

TEST_F(NiemTest, CodesCarryTheirMeaning) {
    std::size_t codes = 0;
    for (const auto& type : schema->types()) {
        if (!type.simple || type.name != "SEXCodeSimpleType") { continue; }
        for (const auto& value : type.simple->values) {
            ASSERT_EQ(value.note.documentation.size(), 1U) << value.text;
            EXPECT_FALSE(value.note.documentation[0].empty());
            ++codes;
        }
    }
    EXPECT_GE(codes, 2U);
}

}  // namespace
}  // namespace haven::xml
