#include "core/catalogue/catalogue.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <set>

#include "core/catalogue/field.h"
#include "tests/support/catalogue.h"

namespace haven {
namespace {

using test::catalogue;

enum class Colour : std::uint8_t { red, green };
constexpr std::array<std::string_view, 2> code_names(Colour) {
    return {"red", "green"};
}
enum class Level : std::uint8_t { standard, medium, high };
constexpr std::array<std::string_view, 3> code_names(Level) {
    return {"standard", "medium", "high"};
}

TEST(Catalogue, NumbersEveryPathOnceWithItsClassTypeAndGroup) {
    const auto& number = catalogue()->field(*catalogue()->find("victim/phone/number"));
    EXPECT_EQ(number.cls, FieldClass::contact);
    EXPECT_EQ(number.type->kind, ValueKind::phone);
    EXPECT_EQ(catalogue()->group(number.group).path.text(), "victim/phone");
    EXPECT_EQ(catalogue()->field(*number.rule).path.text(), "victim/phone/safe");
    EXPECT_EQ(catalogue()->field(*number.rule).raises, "no");
    EXPECT_EQ(catalogue()->find("victim/phone"), std::nullopt);
    EXPECT_EQ(catalogue()->find("victim/fone/number"), std::nullopt);
}

// In a long text anybody may write a street, a school, a name: no wildcard of an agreement lets one out.
TEST(Catalogue, ALongTextIsNarrativeOrSaysNothingOfAPlace) {
    const std::set<std::string_view> of_no_place{
        "victim/disability", "report/handling",     "offence/description", "investigation/sentence", "service/name",
        "service/provider",  "service/description", "service/area/name",   "receipt/checkpoint",
    };
    constexpr std::size_t long_text = 100;  // characters
    std::set<std::string_view> ordinary;
    for (std::uint16_t f = 0; f < catalogue()->field_count(); ++f) {
        const auto& field = catalogue()->field({f});
        const bool is_long = field.type->kind == ValueKind::text && field.type->length_max >= long_text;
        const bool is_locator = field.cls == FieldClass::locator;  // never let out by a wildcard either
        if (is_long && field.cls != FieldClass::narrative && !is_locator) { ordinary.insert(field.path.text()); }
    }
    EXPECT_EQ(ordinary, of_no_place);
}

TEST(Catalogue, EveryFieldHasAMeaning) {
    for (std::uint16_t f = 0; f < catalogue()->field_count(); ++f) {
        EXPECT_FALSE(catalogue()->field({f}).meaning.empty()) << catalogue()->field({f}).path.text();
    }
}

// docs/decisions/0035-identifiers-without-an-issuer.md says who the only issuer of each of the four is.
TEST(Catalogue, AnIdentifierStandsBesideItsIssuerExceptWhereThereIsOnlyOne) {
    const std::set<std::string_view> of_one_issuer{"request/reference", "recall/reference", "acknowledgement/reference",
                                                   "service/identifier"};
    std::set<std::string_view> alone;
    for (std::uint16_t f = 0; f < catalogue()->field_count(); ++f) {
        const auto& field = catalogue()->field({f});
        const bool is_issuer = field.type->name.text() == "issuer-name";
        if (field.cls != FieldClass::identifier && field.type->name.text() != "identifier-value") { continue; }
        const auto path = field.path.text();
        const std::string beside = std::string(path.substr(0, path.rfind('/') + 1)) + (is_issuer ? "value" : "issuer");
        const auto other = catalogue()->find(beside);
        if (!other || catalogue()->field(*other).group != field.group) { alone.insert(path); }
    }
    EXPECT_EQ(alone, of_one_issuer);
}

TEST(Catalogue, EveryContactPointHasASafetyRuleExceptThePerpetratorsOwn) {
    catalogue()->of_class(FieldClass::contact).each([](FieldNumber f) {
        const auto& info = catalogue()->field(f);
        const bool point = info.type->kind == ValueKind::phone || info.type->kind == ValueKind::email;
        const bool hub_own = info.path.text() == "contact/number";
        const bool perpetrators = info.path.text().starts_with("perpetrator/");
        EXPECT_EQ(info.rule.has_value(),
                  (point || info.path.text().ends_with("as-entered")) && !perpetrators && !hub_own)
            << info.path.text();
    });
}

TEST(Catalogue, TheCaseFileMayHoldWhatAnyRecordTypeBrings) {
    const auto& all = catalogue()->record_type(*catalogue()->find_record_type("case-file"));
    EXPECT_EQ(all.fields.size(), catalogue()->field_count());
    EXPECT_TRUE(all.requirements.empty());
}

TEST(Catalogue, NamesTheNearestPathForAMistypedOne) {
    EXPECT_EQ(catalogue()->nearest("victim/name/famly"), "victim/name/family");
    EXPECT_EQ(catalogue()->nearest("nothing/like/it/at/all/here"), "");
}

TEST(Field, IsBoundByPathAndType) {
    EXPECT_TRUE(Field<Date>::bind(*catalogue(), "victim/birth-date"));
    EXPECT_TRUE(Field<Level>::bind(*catalogue(), "risk/level"));
    EXPECT_TRUE(Field<Locator>::bind(*catalogue(), "child/school"));
    const auto wrong_type = Field<Date>::bind(*catalogue(), "victim/name/family");
    ASSERT_FALSE(wrong_type);
    EXPECT_EQ(wrong_type.error().where(), "victim/name/family");
    EXPECT_FALSE(Field<Colour>::bind(*catalogue(), "risk/level"));
    EXPECT_FALSE(Field<std::string>::bind(*catalogue(), "child/school")) << "a locator is read as nothing else";
    const auto missing = Field<Date>::bind(*catalogue(), "victim/birthday");
    ASSERT_FALSE(missing);
    EXPECT_EQ(missing.error().fault, Fault::missing);
}

/// A schema of one record type, written to a folder of its own.
class SchemaTest : public testing::Test {
protected:
    void SetUp() override {
        folder_ = std::filesystem::temp_directory_path() / ("haven-schema-" + std::to_string(::getpid())) / "1";
        std::filesystem::create_directories(folder_);
    }
    void TearDown() override { std::filesystem::remove_all(folder_.parent_path()); }

    Result<std::shared_ptr<const Catalogue>> load(const std::string& body) {
        std::ofstream(folder_ / "canonical.xsd")
            << R"(<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns="urn:t" targetNamespace="urn:t" elementFormDefault="qualified">
  <xs:simpleType name="line"><xs:annotation><xs:appinfo source="class">name</xs:appinfo>
    <xs:appinfo source="origin">BS7666</xs:appinfo></xs:annotation>
    <xs:restriction base="xs:string"><xs:maxLength value="5"/></xs:restriction></xs:simpleType>
  <xs:simpleType name="new"><xs:annotation><xs:appinfo source="class">name</xs:appinfo></xs:annotation>
    <xs:restriction base="xs:string"/></xs:simpleType>
  <xs:simpleType name="bare"><xs:restriction base="xs:string"/></xs:simpleType>)"
            << body << "</xs:schema>";
        return Catalogue::load(folder_.string());
    }
    static std::string record(const std::string& parts) {
        return "<xs:element name='thing'><xs:complexType><xs:sequence>" + parts +
               "</xs:sequence></xs:complexType></xs:element>";
    }
    std::string reason(const std::string& body) {
        const auto loaded = load(body);
        return loaded ? "" : loaded.error().reason.text();
    }

    std::filesystem::path folder_;
};

TEST_F(SchemaTest, LoadsASequenceOfNamedTypes) {
    const auto loaded = load(record("<xs:element name='a' type='line'/>"));
    ASSERT_TRUE(loaded) << loaded.error().message();
    EXPECT_TRUE((*loaded)->find("a"));
    EXPECT_EQ((*loaded)->version(), 1);
}

TEST_F(SchemaTest, RefusesALeafWithoutAClass) {
    EXPECT_EQ(reason(record("<xs:element name='a' type='bare'/>")), "expected a class for every leaf");
}

TEST_F(SchemaTest, RefusesALeafThatDoesNotSayWhereItsWordComesFrom) {
    EXPECT_EQ(reason(record("<xs:element name='a' type='new'/>")), "expected an origin for every leaf");
}

TEST_F(SchemaTest, TakesTheOriginOfALeafBeforeThatOfItsType) {
    const auto loaded =
        load(record("<xs:element name='a' type='line'/><xs:element name='b' type='new'><xs:annotation>"
                    "<xs:appinfo source='origin'>Haven</xs:appinfo></xs:annotation></xs:element>"
                    "<xs:element name='c' type='line'><xs:annotation>"
                    "<xs:appinfo source='origin'>RFC 5321</xs:appinfo></xs:annotation></xs:element>"));
    ASSERT_TRUE(loaded) << loaded.error().message();
    const auto origin = [&](const char* path) { return (*loaded)->field(*(*loaded)->find(path)).source; };
    EXPECT_EQ(origin("a"), "BS7666");
    EXPECT_EQ(origin("b"), "Haven");
    EXPECT_EQ(origin("c"), "RFC 5321");
}

TEST_F(SchemaTest, RefusesChoiceAnyRecursionAndARepeatedGroupWithoutAKey) {
    const std::string sequence_only = "expected a sequence of elements, without choice, any, mixed text or attributes";
    EXPECT_EQ(reason("<xs:element name='thing'><xs:complexType><xs:choice><xs:element name='a' type='line'/>"
                     "</xs:choice></xs:complexType></xs:element>"),
              sequence_only);
    EXPECT_EQ(reason(record("<xs:any/>")), sequence_only);
    EXPECT_EQ(reason("<xs:complexType name='r'><xs:sequence><xs:element name='r' type='r' minOccurs='0'/>"
                     "</xs:sequence></xs:complexType>" +
                     record("<xs:element name='r' type='r'/>")),
              "expected no recursion");
    EXPECT_EQ(reason("<xs:complexType name='g'><xs:sequence><xs:element name='a' type='line'/></xs:sequence>"
                     "</xs:complexType>" +
                     record("<xs:element name='g' type='g' maxOccurs='unbounded'/>")),
              "expected a repeated group to have a key");
    EXPECT_EQ(reason(record("<xs:element name='a' type='line' maxOccurs='2'/>")),
              "expected a repeated leaf to stand in a group");
}

TEST_F(SchemaTest, RefusesOnePathThatIsTwoFacts) {
    EXPECT_EQ(reason("<xs:simpleType name='other'><xs:annotation><xs:appinfo source='class'>name</xs:appinfo>"
                     "<xs:appinfo source='origin'>ISO 8601</xs:appinfo></xs:annotation><xs:restriction "
                     "base='xs:date'/></xs:simpleType>" +
                     record("<xs:element name='a' type='line'/>") +
                     "<xs:element name='another'><xs:complexType><xs:sequence><xs:element name='a' type='other'/>"
                     "</xs:sequence></xs:complexType></xs:element>"),
              "expected the same path to be the same fact in every record type");
}

TEST_F(SchemaTest, ItsHashIsAnotherWhenAnyByteIs) {
    const auto one = load(record("<xs:element name='a' type='line'/>"));
    const auto other = load(record("<xs:element name='a' type='line' />"));
    ASSERT_TRUE(one && other);
    EXPECT_EQ((*one)->hash().size(), 16U);
    EXPECT_NE((*one)->hash(), (*other)->hash());
}

TEST(FieldBinder, BindsFieldsAndGroupsByPathAndType) {
    FieldBinder b(*catalogue());
    std::optional<Field<Date>> born;
    GroupNumber child{};
    b.to(born, "victim/birth-date");
    b.to(child, "child");
    EXPECT_TRUE(b.done());
    EXPECT_TRUE(born);
    EXPECT_NE(child, root_group);
}

TEST(FieldBinder, KeepsTheFirstPathThatTheSchemaLacks) {
    FieldBinder b(*catalogue());
    std::optional<Field<std::string>> field;
    GroupNumber group{};
    b.to(field, "victim/no-such-field");
    b.to(group, "victim/no-such-group");
    ASSERT_FALSE(b.done());
    EXPECT_EQ(b.done().error().fault, Fault::missing);
    EXPECT_EQ(b.done().error().where(), "victim/no-such-field");
}

TEST(FieldBinder, RefusesAFieldOfAnotherType) {
    FieldBinder b(*catalogue());
    std::optional<Field<Colour>> colour;
    b.to(colour, "contact/outcome");
    ASSERT_FALSE(b.done());
    EXPECT_EQ(b.done().error().fault, Fault::malformed);
}

}  // namespace
}  // namespace haven
