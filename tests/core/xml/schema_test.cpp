#include "core/xml/schema.h"

#include <gmock/gmock.h>

#include "tests/core/xml/folder.h"
#include "tests/core/xml/told.h"

namespace haven::xml {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

class SchemaTest : public ::testing::Test {
protected:
    /// Loads a.xsd with this body.
    std::shared_ptr<const Schema> load(std::string_view body) {
        folder.add("a.xsd", body);
        auto schema = Schema::load(folder.path, "a.xsd");
        if (schema) { return *schema; }
        for (const auto& problem : schema.error()) { ADD_FAILURE() << text_of(problem); }
        return nullptr;
    }
    static const TypeDefinition& type_of(const Schema& schema, std::string_view element) {
        return schema.types()[schema.elements()[schema.element("urn:t", element)].type];
    }
    static const SimpleType& simple(const Schema& schema, std::string_view element) {
        return *schema.types()[type_of(schema, element).text].simple;
    }
    /// The children of an element: "a b? c* d{2,4}", "..." for any.
    static std::string children(const Schema& schema, std::string_view element) {
        const auto children = schema.children(schema.elements()[schema.element("urn:t", element)].type);
        std::string all;
        for (const auto& [child, min, max] : children.elements) {
            all += all.empty() ? "" : " ";
            all += schema.elements()[child].name;
            if (min == 0 && max == 1) {
                all += "?";
            } else if (min != 1 || max != 1) {
                all += "{" + std::to_string(min) + "," + (max == unbounded ? "" : std::to_string(max)) + "}";
            }
        }
        return all + (children.any ? " ..." : "");
    }

    test::Folder folder;
};

TEST_F(SchemaTest, ShowsFacetsWithTheInheritedOnes) {
    const auto schema = load(R"(
        <xs:simpleType name="name"><xs:restriction base="xs:token"><xs:maxLength value="35"/>
            <xs:pattern value="[A-Z].*"/></xs:restriction></xs:simpleType>
        <xs:element name="short"><xs:simpleType><xs:restriction base="t:name"><xs:minLength value="2"/>
            <xs:pattern value=".*y"/><xs:pattern value=".*z"/></xs:restriction></xs:simpleType></xs:element>
        <xs:element name="count"><xs:simpleType><xs:restriction base="xs:nonNegativeInteger">
            <xs:maxExclusive value="10"/><xs:totalDigits value="1"/></xs:restriction></xs:simpleType></xs:element>
        <xs:element name="money"><xs:simpleType><xs:restriction base="xs:decimal"><xs:fractionDigits value="2"/>
            <xs:minExclusive value="-1.50"/></xs:restriction></xs:simpleType></xs:element>
        <xs:element name="code"><xs:simpleType><xs:restriction base="xs:string"><xs:length value="3"/>
            </xs:restriction></xs:simpleType></xs:element>)");
    ASSERT_TRUE(schema);
    const auto& text = simple(*schema, "short");
    EXPECT_EQ(text.primitive, Primitive::string);
    EXPECT_EQ(text.builtin, "token");
    EXPECT_EQ(text.min_length, 2U);
    EXPECT_EQ(text.max_length, 35U);
    EXPECT_EQ(text.white_space, SimpleType::WhiteSpace::collapse);
    EXPECT_THAT(text.patterns, ElementsAre(".*y|.*z", "[A-Z].*"));
    EXPECT_TRUE(text.values.empty());
    const auto& count = simple(*schema, "count");
    EXPECT_EQ(count.primitive, Primitive::integer);
    EXPECT_EQ(count.min_inclusive, "0");
    EXPECT_EQ(count.max_exclusive, "10");
    EXPECT_EQ(count.total_digits, 1U);
    EXPECT_TRUE(count.patterns.empty());
    const auto& money = simple(*schema, "money");
    EXPECT_EQ(money.primitive, Primitive::decimal);
    EXPECT_EQ(money.fraction_digits, 2U);
    EXPECT_EQ(money.min_exclusive, "-1.50");
    EXPECT_EQ(simple(*schema, "code").length, 3U);
    EXPECT_EQ(simple(*schema, "code").white_space, SimpleType::WhiteSpace::preserve);
}

TEST_F(SchemaTest, KnowsThePrimitiveOfEachStandardType) {
    const std::pair<const char*, Primitive> types[] = {{"string", Primitive::string},
                                                       {"NMTOKEN", Primitive::string},
                                                       {"boolean", Primitive::boolean},
                                                       {"decimal", Primitive::decimal},
                                                       {"integer", Primitive::integer},
                                                       {"positiveInteger", Primitive::integer},
                                                       {"unsignedByte", Primitive::integer},
                                                       {"float", Primitive::floating},
                                                       {"double", Primitive::floating},
                                                       {"date", Primitive::date},
                                                       {"dateTime", Primitive::date_time},
                                                       {"time", Primitive::time},
                                                       {"gYearMonth", Primitive::part_of_date},
                                                       {"gMonthDay", Primitive::part_of_date},
                                                       {"duration", Primitive::duration},
                                                       {"hexBinary", Primitive::binary},
                                                       {"base64Binary", Primitive::binary},
                                                       {"anyURI", Primitive::uri},
                                                       {"QName", Primitive::qname},
                                                       {"ID", Primitive::string}};
    std::string body;
    for (const auto& [name, primitive] : types) {
        body += "<xs:element name='" + std::string(name) + "' type='xs:" + std::string(name) + "'/>";
    }
    const auto schema = load(body);
    ASSERT_TRUE(schema);
    for (const auto& [name, primitive] : types) {
        EXPECT_EQ(simple(*schema, name).primitive, primitive) << name;
        EXPECT_EQ(simple(*schema, name).builtin, name);
    }
}

TEST_F(SchemaTest, ShowsListsAndUnionsByTheirMembers) {
    const auto schema = load(R"(
        <xs:element name="list"><xs:simpleType><xs:list itemType="xs:date"/></xs:simpleType></xs:element>
        <xs:element name="union"><xs:simpleType><xs:union memberTypes="xs:gYear xs:date"/></xs:simpleType>
        </xs:element>)");
    ASSERT_TRUE(schema);
    const auto& list = simple(*schema, "list");
    EXPECT_EQ(list.variety, SimpleType::Variety::list);
    ASSERT_EQ(list.members.size(), 1U);
    EXPECT_EQ(schema->types()[list.members[0]].simple->primitive, Primitive::date);
    const auto& of_two = simple(*schema, "union");
    EXPECT_EQ(of_two.variety, SimpleType::Variety::one_of);
    ASSERT_EQ(of_two.members.size(), 2U);
    EXPECT_EQ(schema->types()[of_two.members[0]].name, "gYear");
}

TEST_F(SchemaTest, KeepsWhatTheAuthorWroteBesideADeclaration) {
    const auto schema = load(R"(
        <xs:complexType name="person"><xs:annotation><xs:documentation>Any <b>one</b> person</xs:documentation>
            <xs:documentation>twice</xs:documentation></xs:annotation><xs:sequence>
            <xs:element name="name" type="xs:string"><xs:annotation>
                <xs:appinfo source="class">name</xs:appinfo><xs:appinfo>plain &amp; simple</xs:appinfo>
            </xs:annotation></xs:element></xs:sequence>
            <xs:attribute name="id" type="xs:ID"><xs:annotation><xs:documentation>Its id</xs:documentation>
            </xs:annotation></xs:attribute></xs:complexType>
        <xs:element name="victim" type="t:person"><xs:annotation><xs:appinfo source="class">demographic</xs:appinfo>
            </xs:annotation></xs:element>)");
    ASSERT_TRUE(schema);
    const auto& person = type_of(*schema, "victim");
    EXPECT_EQ(person.name, "person");
    EXPECT_THAT(person.note.documentation, ElementsAre("Any one person", "twice"));
    const auto& victim = schema->elements()[schema->element("urn:t", "victim")];
    ASSERT_EQ(victim.note.appinfo.size(), 1U);
    EXPECT_EQ(victim.note.appinfo[0].source, "class");
    EXPECT_EQ(victim.note.appinfo[0].text, "demographic");
    const auto& name = schema->elements()[person.content.parts.at(0).element];
    ASSERT_EQ(name.note.appinfo.size(), 2U);
    EXPECT_EQ(name.note.appinfo[1].text, "plain & simple");
    EXPECT_FALSE(name.is_global);
    ASSERT_EQ(person.attributes.size(), 1U);
    EXPECT_THAT(person.attributes[0].note.documentation, ElementsAre("Its id"));
}

// Xerces gives the notes of an enumeration without saying to which values they belong.
TEST_F(SchemaTest, GivesEachValueOfAnEnumerationItsOwnNote) {
    const auto schema = load(
        "<xs:element name='risk'><xs:simpleType><xs:annotation><xs:documentation>How bad</xs:documentation>"
        "</xs:annotation><xs:restriction base='xs:token'><xs:enumeration value='S'/><xs:enumeration value='M'>"
        "<xs:annotation><xs:documentation>medium</xs:documentation></xs:annotation></xs:enumeration>"
        "<xs:enumeration value='V'/>\n<xs:enumeration value='H'><xs:annotation><xs:documentation>high"
        "</xs:documentation><xs:appinfo source='rank'>3</xs:appinfo></xs:annotation></xs:enumeration>"
        "</xs:restriction></xs:simpleType></xs:element>"
        "<xs:element name='other'><xs:simpleType><xs:restriction base='xs:token'><xs:enumeration value='H'>"
        "<xs:annotation><xs:documentation>another</xs:documentation></xs:annotation></xs:enumeration>"
        "</xs:restriction></xs:simpleType></xs:element>");
    ASSERT_TRUE(schema);
    const auto& values = simple(*schema, "risk").values;
    ASSERT_EQ(values.size(), 4U);
    EXPECT_EQ(values[0].text, "S");
    EXPECT_THAT(values[0].note.documentation, ElementsAre());
    EXPECT_THAT(values[1].note.documentation, ElementsAre("medium"));
    EXPECT_THAT(values[2].note.documentation, ElementsAre());
    EXPECT_THAT(values[3].note.documentation, ElementsAre("high"));
    EXPECT_EQ(values[3].note.appinfo.at(0).text, "3");
    EXPECT_THAT(simple(*schema, "other").values.at(0).note.documentation, ElementsAre("another"));
}

TEST_F(SchemaTest, SaysWhatMayStandWithinAnElement) {
    const auto schema = load(R"(
        <xs:element name="one"><xs:complexType><xs:sequence><xs:element name="a"/>
            <xs:element name="b" minOccurs="0"/><xs:element name="c" minOccurs="0" maxOccurs="unbounded"/>
            <xs:element name="d" minOccurs="2" maxOccurs="4"/></xs:sequence></xs:complexType></xs:element>
        <xs:element name="two"><xs:complexType><xs:choice maxOccurs="3"><xs:element name="a" maxOccurs="2"/>
            <xs:sequence><xs:element name="b"/><xs:element name="a"/></xs:sequence><xs:any namespace="##other"/>
            </xs:choice></xs:complexType></xs:element>
        <xs:element name="three"><xs:complexType><xs:all><xs:element name="a"/><xs:element name="b" minOccurs="0"/>
            </xs:all></xs:complexType></xs:element>
        <xs:element name="text" type="xs:string"/>
        <xs:element name="empty"><xs:complexType/></xs:element>)");
    ASSERT_TRUE(schema);
    EXPECT_EQ(children(*schema, "one"), "a b? c{0,} d{2,4}");
    EXPECT_EQ(children(*schema, "two"), "a{0,9} b{0,3} ...");
    EXPECT_EQ(children(*schema, "three"), "a b?");
    EXPECT_EQ(children(*schema, "text"), "");
    EXPECT_EQ(children(*schema, "empty"), "");
    EXPECT_EQ(type_of(*schema, "one").content.kind, Particle::Kind::sequence);
    EXPECT_EQ(type_of(*schema, "two").content.kind, Particle::Kind::choice);
    EXPECT_EQ(type_of(*schema, "two").content.parts.at(2).kind, Particle::Kind::any);
    EXPECT_EQ(type_of(*schema, "three").content.kind, Particle::Kind::all);
    EXPECT_TRUE(type_of(*schema, "empty").content.parts.empty());
    EXPECT_EQ(type_of(*schema, "one").text, none);
}

TEST_F(SchemaTest, OpensExtensionsAndSubstitutions) {
    const auto schema = load(R"(
        <xs:complexType name="thing" abstract="true"><xs:sequence><xs:element name="id" type="xs:string"/>
            </xs:sequence></xs:complexType>
        <xs:complexType name="car"><xs:complexContent><xs:extension base="t:thing"><xs:sequence>
            <xs:element name="wheels" type="xs:int"/></xs:sequence><xs:attribute name="n" type="xs:int" use="required"/>
            </xs:extension></xs:complexContent></xs:complexType>
        <xs:element name="Thing" type="t:thing" abstract="true"/>
        <xs:element name="Car" type="t:car" substitutionGroup="t:Thing"/>
        <xs:element name="Van" type="t:car" substitutionGroup="t:Car" nillable="true"/>
        <xs:element name="garage"><xs:complexType mixed="true"><xs:sequence><xs:element ref="t:Thing"
            maxOccurs="unbounded"/></xs:sequence><xs:anyAttribute/></xs:complexType></xs:element>)");
    ASSERT_TRUE(schema);
    EXPECT_EQ(children(*schema, "Car"), "id wheels");
    EXPECT_EQ(children(*schema, "garage"), "Car{0,} Van{0,}");
    EXPECT_TRUE(type_of(*schema, "garage").mixed);
    EXPECT_TRUE(type_of(*schema, "garage").any_attribute);
    EXPECT_TRUE(type_of(*schema, "Thing").is_abstract);
    EXPECT_TRUE(type_of(*schema, "Car").attributes.at(0).required);
    EXPECT_EQ(schema->types()[type_of(*schema, "Car").base].name, "thing");
    const auto& thing = schema->elements()[schema->element("urn:t", "Thing")];
    EXPECT_TRUE(thing.is_abstract && thing.is_global);
    EXPECT_THAT(thing.substitutes, ElementsAre(schema->element("urn:t", "Car"), schema->element("urn:t", "Van")));
    EXPECT_TRUE(schema->elements()[schema->element("urn:t", "Van")].nillable);
    EXPECT_EQ(schema->element("urn:t", "id"), none);  // it stands within a type alone
    EXPECT_EQ(schema->element("urn:other", "Car"), none);
}

TEST_F(SchemaTest, ATypeMayContainItself) {
    const auto schema = load(R"(
        <xs:complexType name="node"><xs:sequence><xs:element name="left" type="t:node" minOccurs="0"/>
            <xs:element ref="t:tree" minOccurs="0" maxOccurs="9"/></xs:sequence></xs:complexType>
        <xs:element name="tree" type="t:node"/>)");
    ASSERT_TRUE(schema);
    EXPECT_EQ(children(*schema, "tree"), "left? tree{0,9}");
    const auto& node = type_of(*schema, "tree");
    EXPECT_EQ(&schema->types()[schema->elements()[node.content.parts.at(0).element].type], &node);
}

TEST_F(SchemaTest, RecursionOfEveryKindEnds) {
    const auto schema = load(R"(
        <xs:element name="tree"><xs:complexType><xs:sequence><xs:element ref="t:tree" minOccurs="0"/>
            <xs:element name="own" minOccurs="0"><xs:complexType><xs:sequence><xs:element ref="t:tree"/>
            <xs:element name="g" type="t:a"/></xs:sequence></xs:complexType></xs:element></xs:sequence>
            </xs:complexType></xs:element>
        <xs:complexType name="a"><xs:sequence><xs:element name="b" type="t:b"/><xs:group ref="t:g"/></xs:sequence>
            </xs:complexType>
        <xs:complexType name="b"><xs:sequence><xs:element name="a" type="t:a" minOccurs="0"/></xs:sequence>
            </xs:complexType>
        <xs:complexType name="c"><xs:complexContent><xs:extension base="t:a"><xs:sequence>
            <xs:element name="c" type="t:c" minOccurs="0"/></xs:sequence></xs:extension></xs:complexContent>
            </xs:complexType>
        <xs:group name="g"><xs:sequence><xs:element name="in" minOccurs="0"><xs:complexType><xs:sequence>
            <xs:group ref="t:g"/></xs:sequence></xs:complexType></xs:element></xs:sequence></xs:group>
        <xs:element name="head" type="t:c" substitutionGroup="t:tail"/>
        <xs:element name="tail" type="t:a"/>)");
    ASSERT_TRUE(schema);
    EXPECT_LT(schema->types().size(), 30U);
    EXPECT_LT(schema->elements().size(), 30U);
    EXPECT_EQ(children(*schema, "tree"), "tree? own?");
    EXPECT_EQ(children(*schema, "head"), "b in? c?");
}

TEST_F(SchemaTest, ShowsDefaultsAndFixedValues) {
    const auto schema = load(R"(
        <xs:element name="a"><xs:complexType><xs:sequence><xs:element name="b" type="xs:int" default="3"/>
            <xs:element name="c" type="xs:string" fixed="x"/></xs:sequence>
            <xs:attribute name="d" type="xs:string" default="y"/><xs:attribute name="e" type="xs:string" fixed="z"/>
            <xs:attribute name="f" type="xs:string"/></xs:complexType></xs:element>)");
    ASSERT_TRUE(schema);
    const auto& type = type_of(*schema, "a");
    const auto& b = schema->elements()[type.content.parts.at(0).element];
    const auto& c = schema->elements()[type.content.parts.at(1).element];
    EXPECT_EQ(b.standard_value, "3");
    EXPECT_FALSE(b.fixed);
    EXPECT_EQ(c.standard_value, "x");
    EXPECT_TRUE(c.fixed);
    EXPECT_EQ(type.attributes.at(0).standard_value, "y");
    EXPECT_TRUE(type.attributes.at(1).fixed);
    EXPECT_EQ(type.attributes.at(2).standard_value, std::nullopt);
}

}  // namespace
}  // namespace haven::xml
