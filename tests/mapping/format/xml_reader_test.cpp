#include "mapping/format/xml_reader.h"

#include <gmock/gmock.h>
#include <unistd.h>

#include "core/xml/schema.h"
#include "tests/mapping/format/xml_shown.h"

namespace haven {
namespace {

using test::Read;
using test::read_nodes;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

const Vocabulary names = test::vocabulary(
    {"exports", "form", "list", "a", "b", "c", "@k", "@l", "{urn:n}a", "{urn:n}@k", "@count", "trailer", "count"});

XmlShape shape(std::initializer_list<const char*> path, Encoding encoding = Encoding::utf8) {
    XmlShape made;
    for (const char* key : path) { made.record_path.push_back(names.find(key)); }
    made.encoding = encoding;
    return made;
}

Read read(std::string_view message, XmlShape of = {}) {
    XmlReader reader(names, std::move(of));
    auto whole = read_nodes(reader, message, names);
    EXPECT_EQ(read_nodes(reader, message, names, 1), whole) << "in pieces of 1 byte";
    return whole;
}

TEST(XmlFormat, AMessageIsOneRecordWhoseRootIsItsRootElement) {
    const auto all = read("<?xml version='1.0'?>\n<a k='v' l=''>\n <b>1</b>\n <c/>\n <b>2</b>\n</a>");
    EXPECT_THAT(all.records, ElementsAre("a{@k=\"v\" @l=\"\" b=\"1\" c=\"\" b=\"2\"}"));
    EXPECT_THAT(all.lines, ElementsAre(2));
    EXPECT_EQ(all.error, "");
}

TEST(XmlFormat, KeepsTheTextOfALeafByteForByteAndDropsLayout) {
    EXPECT_THAT(read("<a> \n x&#9;</a>").records, ElementsAre("a=\" \\n x\\t\""));
    EXPECT_THAT(read("<a k=' x '>  </a>").records, ElementsAre("a=\"  \"{@k=\" x \"}"));
    EXPECT_THAT(read("<a>\n  <b> </b>\n</a>").records, ElementsAre("a{b=\" \"}"));
    EXPECT_THAT(read("<a>\n x <b/> y <b/>\n</a>").records, ElementsAre("a=\"x  y\"{b=\"\" b=\"\"}"));
    EXPECT_THAT(read("<a>x<!-- c -->y<![CDATA[ & ]]></a>").records, ElementsAre("a=\"xy & \""));
}

TEST(XmlFormat, TellsNamespacesApartAndWhatIsNotDeclared) {
    EXPECT_THAT(read("<n:a xmlns:n='urn:n' n:k='1' k='2'><a/><n:b/><secret/></n:a>").records,
                ElementsAre("{urn:n}a{{urn:n}@k=\"1\" @k=\"2\" a=\"\" ?=\"\" ?=\"\"}"));
    EXPECT_THAT(read("<a secret='1' xmlns:x='urn:x'/>").records, ElementsAre("a=\"\"{?=\"1\"}"));
    EXPECT_THAT(read("<secret/>").records, ElementsAre("?=\"\""));
}

TEST(XmlFormat, ANameIsTheSameWhateverStoodThereBefore) {
    EXPECT_THAT(read("<a xmlns:n='urn:n'><b/><c/><b/><a/><b/><n:a/><b/><a/><b k='1'/><b n:k='2'/><b k='3'/><b l='4'/>"
                     "<b/><k/><b k='5'/><b/><secret/><b/><c/></a>")
                    .records,
                ElementsAre("a{b=\"\" c=\"\" b=\"\" a=\"\" b=\"\" {urn:n}a=\"\" b=\"\" a=\"\" b=\"\"{@k=\"1\"} "
                            "b=\"\"{{urn:n}@k=\"2\"} b=\"\"{@k=\"3\"} b=\"\"{@l=\"4\"} b=\"\" ?=\"\" b=\"\"{@k=\"5\"} "
                            "b=\"\" ?=\"\" b=\"\" c=\"\"}"));
}

TEST(XmlFormat, NilIsNullAndHasNoContent) {
    const std::string xsi = "<a xmlns:xsi='http://www.w3.org/2001/XMLSchema-instance'>";
    EXPECT_THAT(read(xsi + "<b xsi:nil='true'/><c xsi:nil='1' k='v'></c></a>").records,
                ElementsAre("a{bnull cnull{@k=\"v\"}}"));
    for (const char* content : {"x", "<c/>"}) {
        const auto all = read(xsi + "\n<b xsi:nil='true'>" + content + "</b></a>");
        EXPECT_THAT(all.records, ElementsAre("! record 1: line 2: b: expected no content in an element with xsi:nil"));
        EXPECT_EQ(all.error, "");
    }
}

TEST(XmlFormat, FindsRecordsUnderTheirPathAndKeepsTheRestApart) {
    XmlReader reader(names, shape({"exports", "list", "form"}));
    const auto all = read_nodes(reader,
                                "<exports count='2'><a>1</a>\n<list>\n<form><a>2</a></form>\n<b/><form k='3'/>\n</list>"
                                "\n<list/><form/><trailer><count> 2 </count></trailer></exports>",
                                names);
    EXPECT_THAT(all.records, ElementsAre("form{a=\"2\"}", "form=\"\"{@k=\"3\"}"));
    EXPECT_THAT(all.lines, ElementsAre(3, 4));
    EXPECT_EQ(all.error, "");
    EXPECT_EQ(test::shown_nodes(reader.outside(), names),
              "exports{@count=\"2\" a=\"1\" list{b=\"\"} list=\"\" form=\"\" trailer{count=\" 2 \"}}");
}

TEST(XmlFormat, ARecordElementWithinARecordIsPartOfIt) {
    EXPECT_THAT(
        read("<exports><form><form/><exports><form/></exports></form><form/></exports>", shape({"exports", "form"}))
            .records,
        ElementsAre("form{form=\"\" exports{form=\"\"}}", "form=\"\""));
    EXPECT_THAT(read("<exports><a><form/></a><form>1</form></exports>", shape({"exports", "form"})).records,
                ElementsAre("form=\"1\""));
}

TEST(XmlFormat, LayoutBetweenManyRecordsIsNotText) {
    std::string message = "<exports>";
    for (int i = 0; i < 2000; ++i) { message += "\n" + std::string(100, ' ') + "<form>1</form>"; }
    XmlReader reader(names, shape({"exports", "form"}));
    const auto all = read_nodes(reader, message + "\n</exports>", names);
    EXPECT_EQ(all.error, "");
    EXPECT_EQ(all.records.size(), 2000U);
    EXPECT_EQ(test::shown_nodes(reader.outside(), names), "exports{}");
}

TEST(XmlFormat, AnotherRootIsRefused) {
    const auto all = read("\n<secret><form/></secret>", shape({"exports", "form"}));
    EXPECT_EQ(all.error, "line 2: expected the root element that the dialect declares");
    EXPECT_THAT(all.records, IsEmpty());
    EXPECT_NE(read("<a/>", shape({"exports"})).error, "");
    EXPECT_THAT(read("<exports/>", shape({"exports"})).records, ElementsAre("exports=\"\""));
}

TEST(XmlFormat, AWholeMessageIsHandedOverOnlyWhenItIsGoodToItsEnd) {
    for (const char* message : {"<a>1</a>x", "<a>1</a><a/>", "<a>1", "<a>1</a>\xff"}) {
        const auto all = read(message);
        EXPECT_THAT(all.records, IsEmpty()) << message;
        EXPECT_NE(all.error, "") << message;
        EXPECT_THAT(read(message, shape({"a"})).records, IsEmpty()) << message;
    }
}

TEST(XmlFormat, MalformedEndsTheMessageAfterTheRecordsBefore) {
    const auto all =
        read("<exports><form>1</form>\n<form>2</form>\n<form><a></form></exports>", shape({"exports", "form"}));
    EXPECT_THAT(all.records, ElementsAre("form=\"1\"", "form=\"2\""));
    EXPECT_EQ(all.error, "line 3: column 12: expected the end tag of the open element");
}

TEST(XmlFormat, WhatOneRecordMayNotHoldSpoilsThatRecordAlone) {
    const std::string huge(limits::value_bytes_max + 1, 'x');
    std::string many;
    for (std::size_t i = 0; i < Document::nodes_max; ++i) { many += "<a/>"; }
    std::string large;
    for (std::size_t i = 0; i <= limits::record_bytes_max / limits::value_bytes_max; ++i) {
        large += "<a>" + huge.substr(1) + "</a>";
    }
    const std::pair<std::string, const char*> cases[] = {
        {"<form><b>" + huge + "</b></form>", "! record 2: line 2: b: expected at most 65536 bytes"},
        {"<form><b k='" + huge + "'/></form>", "! record 2: line 2: @k: expected at most 65536 bytes"},
        {"<form>" + many + "</form>", "! record 2: line 2: a: expected at most 131072 elements and attributes"},
        {"<form>" + large + "</form>", "! record 2: line 2: a: expected at most 1048576 bytes in a record"},
    };
    for (const auto& [record, expected] : cases) {
        XmlReader reader(names, shape({"exports", "form"}));
        const auto all = read_nodes(reader, "<exports><form>1</form>\n" + record + "<form>3</form></exports>", names);
        EXPECT_THAT(all.records, ElementsAre("form=\"1\"", expected, "form=\"3\""));
        EXPECT_EQ(all.error, "");
    }
    const auto just = "<exports><form>" + huge.substr(1) + "</form></exports>";
    EXPECT_TRUE(read(just, shape({"exports", "form"})).good());
}

TEST(XmlFormat, TooMuchOutsideTheRecordsEndsTheMessage) {
    const std::string huge(limits::value_bytes_max + 1, 'x');
    const auto all = read("<exports><trailer>" + huge + "</trailer></exports>", shape({"exports", "form"}));
    EXPECT_THAT(all.error, HasSubstr("trailer: expected at most 65536 bytes"));
}

TEST(XmlFormat, ConvertsLegacyEncodingsAndHoldsTheDeclarationToThem) {
    const std::string declared = "<?xml version='1.0' encoding='Windows-1252'?>";
    const auto windows = shape({}, Encoding::windows_1252);
    EXPECT_THAT(read(declared + "<a>Zo\xeb \x80</a>", windows).records, ElementsAre("a=\"Zo\xc3\xab \xe2\x82\xac\""));
    EXPECT_THAT(read("<a>Zo\xeb</a>", windows).records, ElementsAre("a=\"Zo\xc3\xab\""));
    EXPECT_NE(read("<?xml version='1.0' encoding='UTF-8'?><a>Zo\xc3\xab</a>", windows).error, "");
    EXPECT_NE(read(declared + "<a/>").error, "");
    EXPECT_THAT(read("<?xml version='1.0' encoding='iso-8859-1'?><a>\xeb</a>", shape({}, Encoding::latin_1)).records,
                ElementsAre("a=\"\xc3\xab\""));
    EXPECT_THAT(read("\xef\xbb\xbf<a/>").records, ElementsAre("a=\"\""));
}

TEST(XmlFormat, TheHandlersErrorEndsTheReading) {
    XmlReader reader(names, shape({"exports", "form"}));
    int records = 0;
    MemorySource source("<exports><form/><form/></exports>");
    const auto done = reader.read(source, [&](const ReadRecord&) -> Result<void> {
        ++records;
        return fail(Fault::conflict, "expected no more");
    });
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().fault, Fault::conflict);
    EXPECT_EQ(records, 1);
}

class XmlFormatWithSchema : public ::testing::Test {
protected:
    XmlFormatWithSchema() {
        std::filesystem::create_directory(folder);
        std::ofstream(folder / "a.xsd") << R"(<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema">
            <xs:element name="exports"><xs:complexType><xs:sequence><xs:element name="form" maxOccurs="unbounded">
                <xs:complexType><xs:sequence><xs:element name="a" type="xs:date"/>
                <xs:element name="b" type="xs:token" minOccurs="0" maxOccurs="2"/></xs:sequence>
                <xs:attribute name="k" type="xs:ID"/><xs:attribute name="l" type="xs:IDREF"/></xs:complexType>
                </xs:element><xs:element name="count" type="xs:int" minOccurs="0"/></xs:sequence>
                </xs:complexType></xs:element>
            <xs:element name="a" type="xs:date"/></xs:schema>)";
        schema = *xml::Schema::load(folder, "a.xsd");
    }
    ~XmlFormatWithSchema() override { std::filesystem::remove_all(folder); }

    Read read(std::string_view message, XmlShape of = shape({"exports", "form"})) const {
        XmlReader reader(names, std::move(of), schema.get());
        return read_nodes(reader, message, names);
    }

    std::filesystem::path folder =
        std::filesystem::temp_directory_path() / ("haven-xml-format-" + std::to_string(::getpid()));
    std::shared_ptr<const xml::Schema> schema;
};

TEST_F(XmlFormatWithSchema, AnInvalidRecordIsHeldAndItsNeighboursGoOn) {
    const std::string good = "<form><a>2026-01-01</a></form>";
    for (const char* bad : {"<form><a>2026-02-30</a></form>", "<form/>", "<form c='1'><a>2026-01-01</a></form>",
                            "<form><a>2026-01-01</a><c/></form>", "<form>x<a>2026-01-01</a></form>",
                            "<form><b/><a>2026-01-01</a></form>"}) {
        const auto all = read(std::string("<exports>")
                                  .append(good)
                                  .append("\n")
                                  .append(bad)
                                  .append("\n")
                                  .append(good)
                                  .append("</exports>"));
        ASSERT_EQ(all.records.size(), 3U) << all;
        EXPECT_EQ(all.records[0], "form{a=\"2026-01-01\"}") << bad;
        EXPECT_THAT(all.records[1], HasSubstr("! record 2: line 2: column ")) << bad;
        EXPECT_EQ(all.records[2], "form{a=\"2026-01-01\"}") << bad;
        EXPECT_EQ(all.error, "") << bad;
    }
}

TEST_F(XmlFormatWithSchema, WhatIsInvalidAroundTheRecordsIsTheMessagesError) {
    const std::string good = "<form><a>2026-01-01</a></form>";
    const std::string messages[] = {"<exports>" + good + "<count>x</count></exports>",
                                    "<exports>" + good + "<c/>" + good + "</exports>",
                                    "<exports n='1'>" + good + "</exports>", "<exports>junk" + good + "</exports>",
                                    "<exports><form l='nobody'><a>2026-01-01</a></form></exports>"};
    for (const auto& message : messages) {
        const auto all = read(message);
        EXPECT_THAT(all.records, ::testing::Each(HasSubstr("a=\"2026-01-01\"}"))) << message;
        EXPECT_THAT(all.error, HasSubstr("line 1: column ")) << message;
    }
}

TEST_F(XmlFormatWithSchema, AWholeMessageCarriesAllOfItsErrors) {
    EXPECT_THAT(read("<a>2026-01-01</a>", {}).records, ElementsAre("a=\"2026-01-01\""));
    EXPECT_THAT(read("<a>soon</a>", {}).records,
                ElementsAre("! record 1: line 1: column 12: a: expected a date, time or duration that exists"));
    EXPECT_THAT(read("<exports><form l='nobody'><a>2026-01-01</a></form></exports>", {}).records.at(0),
                HasSubstr("expected a reference to an identifier in the same message"));
    EXPECT_THAT(read("<secret/>", {}).records.at(0), HasSubstr("! record 1: "));
}

}  // namespace
}  // namespace haven
