#include "tests/flow/hub.h"

namespace haven::test {
namespace {

namespace fs = std::filesystem;

/// A site whose folder of plug-ins holds what each test puts there.
class PlugIns : public testing::Test, protected RunningHub {
protected:
    void SetUp() override {
        fs::create_directory(folder_.site() / "plugins");
        folder_.replace("haven.toml", "keys = \"var/keys\"\n", "keys = \"var/keys\"\nplugins = \"plugins\"\n");
    }
    void put(const std::string& built, const std::string& as) const {
        fs::copy_file(built, folder_.site() / "plugins" / as);
    }
    /// Steadfast has its messages printed instead.
    void let_steadfast_print() const {
        auto text = peers::file_text(folder_.site() / "partners/steadfast.toml");
        const auto from = text.find("[adapter]");
        text.replace(from, text.find("[provider]") - from,
                     "[adapter]\nkind = \"paper_tray\"\nfolder = \"var/tray\"\n\n");
        peers::put_file(folder_.site() / "partners/steadfast.toml", text);
        fs::create_directory(folder_.site() / "var/tray");
    }
    std::string why_not() const {
        const auto node = Node::start({.site_folder = folder_.site().string(), .clock = &clock_, .port = 0});
        std::string out;
        if (node) { return "it starts"; }
        for (const auto& problem : node.error()) { out += text_of(problem) + "\n"; }
        return out;
    }
};

TEST_F(PlugIns, ASiteIsServedWhosePartnerUsesThePlugInOfSomebodyElse) {
    put(PAPER_TRAY, "paper_tray.so");
    let_steadfast_print();
    start();
    ASSERT_TRUE(flow::enter_contact(node_->context(), std::nullopt, R"({
        "contact": {"channel": "call", "at": "2026-11-21T12:00:00Z", "outcome": "reached", "help": "accepted"},
        "victim": {"name": {"family": "Sample", "given": "Alex"}, "birth-date": "1985-04-03", "gender": "male"},
        "consent": {"to-referral": "yes", "to-pass-contact": "yes"},
        "need": [{"service": "mens-support"}]})",
                                    UserId{7}));
    node_->wake();
    const auto paper = SiteFolder::dropped((folder_.site() / "var/tray").string(), "-offer-");
    EXPECT_NE(paper.find("<Service>mens-support</Service>"), std::string::npos) << paper << everything_held();
    EXPECT_EQ(paper.find("Sample"), std::string::npos) << "a plug-in gets what was cleared and nothing else";
}

TEST_F(PlugIns, ASiteThatNamesAnAdapterWhichIsNotThereIsRefused) {
    let_steadfast_print();
    EXPECT_NE(why_not().find("paper_tray"), std::string::npos) << why_not();
}

TEST_F(PlugIns, APlugInOfAnotherVersionIsRefusedByNameWithBothVersions) {
    put(OF_ANOTHER_VERSION, "later.so");
    EXPECT_EQ(why_not(),
              "haven.toml: plugins: later.so: the hub speaks version 2 of the adapter SDK, this plug-in 3\n");
}

TEST_F(PlugIns, AFolderOfPlugInsThatIsNotThereIsSaid) {
    fs::remove(folder_.site() / "plugins");
    EXPECT_EQ(why_not(), "haven.toml: plugins: no such folder of plug-ins\n");
}

}  // namespace
}  // namespace haven::test
