#include "hub/flow/door.h"
#include "tests/flow/hub.h"

namespace haven {
namespace {

using namespace test;

/// The reference site with a service for victims of sexual violence: a file more of each kind, and no code.
class AnyCrime : public testing::Test, protected RunningHub {
protected:
    void SetUp() override {
        const auto site = folder_.site();
        peers::put_file(site / "services/isva.toml",
                        "title = \"Independent sexual violence advisor\"\n"
                        "purpose = \"sexual-violence\"\nat_once = 1\n");
        peers::put_file(site / "agreements/kindred-5.toml", peers::file_text(site / "agreements/kindred-1.toml"));
        folder_.replace("agreements/kindred-5.toml", "\"support\"", "\"sexual-violence\"");
        folder_.replace("agreements/np-7.toml", "[\"support\"]", "[\"support\", \"sexual-violence\"]");
        folder_.replace("partners/kindred.toml", "[\"emotional-support\"]", "[\"emotional-support\", \"isva\"]");
        folder_.replace("partners/northshire-police.toml", "in = [", "in = [\"haven/incident-report\", ");
        start();
    }
};

TEST_F(AnyCrime, AVictimOfRapeIsReferredToAnAdvisorByDataAlone) {
    flow::Door door(node_->context(), [] {});
    ASSERT_TRUE(door.accept({Name::declare("northshire-police"),
                             "application/json",
                             R"({
        "report": {"as-of": "2026-11-21T06:00:00Z", "case-type": "rape"},
        "incident": {"reference": {"issuer": "northshire-police", "value": "41/00301/26"}},
        "victim": {"name": {"given": "Robin", "family": "Ashgrove"}, "birth-date": "1998-04-11", "gender": "female",
                   "phone": [{"number": "+447700900188", "safe": "yes"}]},
        "perpetrator": [{"relationship-to-victim": "stranger"}], "risk": {"level": "high"}})",
                             {},
                             {}}));
    node_->wake();
    ASSERT_TRUE(flow::enter_contact(node_->context(), the_case(), R"({
        "contact": {"channel": "call", "at": "2026-11-21T12:00:00Z", "outcome": "reached", "help": "accepted"},
        "consent": {"to-referral": "yes", "to-pass-contact": "yes"},
        "need": [{"service": "isva"}]})",
                                    UserId{7}));
    node_->wake();
    ASSERT_TRUE(becomes("isva", "offered")) << state_of("isva") << everything_held();
    peers::put_file(folder_.answers("kindred") + "/yes.xml",
                    "<Answer><Reference>" + reference_at("kindred") + "</Reference><Decision>yes</Decision></Answer>");
    EXPECT_TRUE(becomes("isva", "accepted")) << state_of("isva") << everything_held();
    const auto told = SiteFolder::dropped(folder_.drop("kindred"), "-confirm-");
    EXPECT_NE(told.find("Ashgrove"), std::string::npos) << told;
}

}  // namespace
}  // namespace haven
