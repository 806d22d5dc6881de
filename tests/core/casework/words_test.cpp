#include "core/casework/words.h"

#include "tests/support/same_codes.h"

namespace haven {
namespace {

using test::expect_same_codes;

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
