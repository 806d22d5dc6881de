#include <gmock/gmock.h>

#include "core/xml/schema.h"
#include "tests/core/xml/folder.h"

namespace haven::xml {
namespace {

using ::testing::HasSubstr;

class SchemaFilesTest : public ::testing::Test {
protected:
    /// The problems of a.xsd, one a line.
    std::string problems() const {
        const auto schema = Schema::load(folder.path, "a.xsd");
        if (schema) { return ""; }
        std::string all;
        for (const auto& problem : schema.error()) { all += text_of(problem) + "\n"; }
        return all;
    }

    test::Folder folder;
};

TEST_F(SchemaFilesTest, ReadsWhatAFileIncludesAndImports) {
    folder.add("a.xsd",
               "<xs:include schemaLocation='types/b.xsd'/><xs:include schemaLocation='types/none.xsd'/>"
               "<xs:import namespace='urn:o'/><xs:element name='root' type='t:b'/>"
               "<xs:element name='leaf' type='t:any'/>");
    folder.add("types/b.xsd",
               "<xs:include schemaLocation='../a.xsd'/>"
               "<xs:import namespace='urn:o' schemaLocation='../deep/er/o.xsd'/><xs:complexType name='b'><xs:sequence>"
               "<xs:element ref='o:other' xmlns:o='urn:o'/></xs:sequence></xs:complexType>");
    folder.add("types/none.xsd", "<xs:simpleType name='any'><xs:restriction base='xs:string'/></xs:simpleType>", "");
    folder.add("deep/er/o.xsd", "<xs:element name='other' type='xs:date'/>", "urn:o");
    ASSERT_EQ(problems(), "");
    const auto schema = *Schema::load(folder.path, "a.xsd");
    const auto other = schema->element("urn:o", "other");
    ASSERT_NE(other, none);
    const auto& root = schema->elements()[schema->element("urn:t", "root")];
    EXPECT_EQ(schema->children(root.type).elements.at(0).element, other);
    EXPECT_EQ(schema->types()[schema->elements()[schema->element("urn:t", "leaf")].type].name, "any");
}

TEST_F(SchemaFilesTest, SaysWhereASchemaIsWrong) {
    folder.add("a.xsd", "<xs:include schemaLocation='b.xsd'/>\n\n  <xs:element name='a' type='t:missing'/>");
    folder.add("b.xsd",
               "\n<xs:element name='b'><xs:simpleType><xs:restriction base='xs:string'>\n"
               "<xs:maxLength value='many'/></xs:restriction></xs:simpleType></xs:element>");
    const auto all = problems();
    EXPECT_THAT(all, HasSubstr("a.xsd:3:"));
    EXPECT_THAT(all, HasSubstr("missing"));
    EXPECT_THAT(all, HasSubstr("b.xsd:2:"));
    EXPECT_THAT(all, HasSubstr("many"));
    EXPECT_EQ(all.find(folder.path.string()), std::string::npos);
}

// Xerces checks such a list with a value that another thread may have put there.
TEST_F(SchemaFilesTest, RefusesListsThatRestrictTheirLengthOrValues) {
    const std::string list = "<xs:simpleType name='many'><xs:list itemType='xs:int'/></xs:simpleType>";
    for (const char* facet :
         {"length value='2'", "minLength value='2'", "maxLength value='2'", "enumeration value='1 2'"}) {
        folder.add("a.xsd", list + "<xs:simpleType name='some'><xs:restriction base='t:many'><xs:" + facet +
                                "/></xs:restriction></xs:simpleType>");
        EXPECT_EQ(problems(),
                  "a.xsd: list type some: a list may not restrict its values, nor its length but "
                  "to one item at least\n")
            << facet;
    }
    folder.add("a.xsd",
               list +
                   "<xs:element name='a' type='xs:IDREFS'/><xs:simpleType name='some'><xs:restriction "
                   "base='t:many'><xs:pattern value='.*'/><xs:minLength value='1'/></xs:restriction></xs:simpleType>");
    EXPECT_EQ(problems(), "");
}

TEST_F(SchemaFilesTest, RefusesWhatIsNoSchema) {
    EXPECT_THAT(problems(), HasSubstr("a.xsd: a.xsd: no such file can be read"));
    for (const char* body : {"<?xml version='1.0'?>", "<?xml version='1.0'?><html/>", "<!-- --><a>", "<?p?>"}) {
        folder.add("a.xsd", body);
        EXPECT_NE(problems(), "") << body;
    }
    folder.add("a.xsd", "<!DOCTYPE a [<!ENTITY e '<c/>'>]><a>&e;</a>");
    EXPECT_THAT(problems(), HasSubstr("expected no DOCTYPE"));
    folder.add("a.xsd", "<xs:include schemaLocation='b.xsd'/>");
    EXPECT_EQ(problems(), "a.xsd: b.xsd: no such file can be read\n");
    folder.add("b.xsd", "<!DOCTYPE a []><a/>");
    EXPECT_THAT(problems(), HasSubstr("a.xsd: b.xsd: line 1: "));
}

TEST_F(SchemaFilesTest, NeverLeavesItsFolder) {
    test::Folder const& outer = folder;
    outer.add("secret.xsd", "<xs:element name='secret' type='xs:string'/>");
    const auto inner = outer.path / "inner";
    std::filesystem::create_directory(inner);
    const auto load_with = [&](const std::string& location) {
        outer.add("inner/a.xsd", "<xs:include schemaLocation='" + location + "'/>");
        const auto schema = Schema::load(inner, "a.xsd");
        return schema ? std::string() : text_of(schema.error().front());
    };
    std::filesystem::create_symlink(outer.path / "secret.xsd", inner / "link.xsd");
    std::filesystem::create_directory_symlink(outer.path, inner / "up");
    const std::string escapes[] = {"../secret.xsd",
                                   "../inner/../secret.xsd",
                                   (outer.path / "secret.xsd").string(),
                                   "file://" + (outer.path / "secret.xsd").string(),
                                   "http://127.0.0.1:9/secret.xsd",
                                   "link.xsd",
                                   "up/secret.xsd",
                                   ".."};
    for (const auto& escape : escapes) {
        EXPECT_THAT(load_with(escape), HasSubstr("from its own folder and nowhere else")) << escape;
    }
    outer.add("inner/b.xsd", "<xs:element name='b' type='xs:string'/>");
    EXPECT_EQ(load_with("./../inner/b.xsd"), "");
    const auto schema = Schema::load(inner, "../secret.xsd");
    EXPECT_FALSE(schema);
}

}  // namespace
}  // namespace haven::xml
