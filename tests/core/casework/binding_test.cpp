#include "core/casework/binding.h"

#include "core/calendar/zone.h"
#include "core/casework/words.h"
#include "tests/support/catalogue.h"

namespace haven {
namespace {

TEST(Binding, BindsFieldsAndGroupsByPathAndType) {
    Binding b(*test::catalogue());
    std::optional<Field<HelpAnswer>> help;
    GroupNumber child{};
    b.to(help, "contact/help");
    b.to(child, "child");
    EXPECT_FALSE(b.failure());
    EXPECT_TRUE(help);
    EXPECT_NE(child, root_group);
}

TEST(Binding, KeepsTheFirstPathThatTheSchemaLacks) {
    Binding b(*test::catalogue());
    std::optional<Field<std::string>> field;
    GroupNumber group{};
    b.to(field, "victim/no-such-field");
    b.to(group, "victim/no-such-group");
    ASSERT_TRUE(b.failure());
    EXPECT_EQ(b.failure()->fault, Fault::missing);
    EXPECT_EQ(b.failure()->where(), "victim/no-such-field");
}

TEST(Binding, RefusesAFieldOfAnotherTypeAndACodeThatTheHubDoesNotKnow) {
    Binding b(*test::catalogue());
    std::optional<Field<HelpAnswer>> help;
    b.to(help, "contact/outcome");
    ASSERT_TRUE(b.failure());
    EXPECT_EQ(b.failure()->fault, Fault::malformed);
}

// The codes of the schema and those of the hub are the same, each way.
template <class E>
void expect_same_codes(std::string_view path) {
    const auto field = test::catalogue()->find(path);
    ASSERT_TRUE(field) << path;
    std::vector<std::string_view> schema;
    for (const auto& code : test::catalogue()->field(*field).type->codes) { schema.push_back(code.text); }
    const auto names = code_names(E{});
    EXPECT_EQ(schema, std::vector<std::string_view>(names.begin(), names.end())) << path;
}

TEST(CaseworkWords, AreTheCodesOfTheSchema) {
    expect_same_codes<ContactChannel>("contact/channel");
    expect_same_codes<ContactOutcome>("contact/outcome");
    expect_same_codes<HelpAnswer>("contact/help");
    expect_same_codes<AnswerToCall>("victim/safe-contact/if-other-answers");
    expect_same_codes<WindowDay>("victim/safe-contact/window/day");
    expect_same_codes<CustodyState>("perpetrator/state");
    expect_same_codes<RiskFactor>("risk/factor/kind");
    expect_same_codes<ReportFlag>("report/flag/kind");
}

}  // namespace
}  // namespace haven
