#include "hub/plugins/plugins.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include "adapters/builtin.h"
#include "tests/peers/peer.h"

namespace haven {
namespace {

class PluginsTest : public testing::Test {
protected:
    void put(const std::string& built, const std::string& as) const {
        std::filesystem::copy_file(built, folder / as);
        ASSERT_EQ(::chmod((folder / as).c_str(), 0755), 0);
    }
    std::string refusal() const {
        const auto loaded = load_plugins(folder.path(), builtin_adapters());
        return loaded ? "none" : loaded.error().message();
    }
    peers::TemporaryFolder folder;
};

TEST_F(PluginsTest, LoadsAPluginThatNeedsOnlyTheHeadersOfTheSdk) {
    put(PAPER_TRAY, "paper_tray.so");
    const auto loaded = load_plugins(folder.path(), builtin_adapters());
    ASSERT_TRUE(loaded.has_value()) << loaded.error().message();
    ASSERT_EQ(loaded->size(), 1U);
    EXPECT_STREQ((*loaded)[0]->name, "paper_tray");
    EXPECT_EQ((*loaded)[0]->make_source, nullptr);

    // The settings are the host's own type: checked here, read there.
    const auto settings = sdk::Settings::check((*loaded)[0]->settings, {{"folder", "tray"}}, folder.path().string());
    const SystemClock clock;
    const sdk::Environment environment{Name::declare("tray"), &clock};
    EXPECT_FALSE((*loaded)[0]->self_test(*settings, environment).has_value());
    std::filesystem::create_directory(folder / "tray");
    EXPECT_TRUE((*loaded)[0]->self_test(*settings, environment).has_value());
}

TEST_F(PluginsTest, RefusesAPluginOfAnotherVersionAndNamesBothAndTheFile) {
    put(OF_ANOTHER_VERSION, "later.so");
    EXPECT_EQ(refusal(), "later.so: the hub speaks version 2 of the adapter SDK, this plug-in 3");
}

TEST_F(PluginsTest, RefusesANameThatIsTaken) {
    put(PAPER_TRAY, "a.so");
    const auto once = load_plugins(folder.path(), builtin_adapters());
    ASSERT_TRUE(once.has_value());
    EXPECT_EQ(load_plugins(folder.path(), *once).error().message(), "a.so: another adapter has this plug-in's name");
    put(PAPER_TRAY, "b.so");
    EXPECT_EQ(refusal(), "b.so: another adapter has this plug-in's name");
}

TEST_F(PluginsTest, RefusesWhatIsNoPlugin) {
    peers::put_file(folder / "words.so", "not a library");
    EXPECT_EQ(refusal(), "words.so: the file cannot be loaded as a plug-in");
}

TEST_F(PluginsTest, PassesOverOtherFilesAndAnEmptyFolder) {
    EXPECT_EQ(refusal(), "none");
    peers::put_file(folder / "README", "plug-ins go here");
    EXPECT_EQ(refusal(), "none");
}

TEST_F(PluginsTest, RefusesAFolderThatIsNotThere) {
    EXPECT_EQ(load_plugins(folder / "none", {}).error().fault, Fault::missing);
}

TEST_F(PluginsTest, RefusesFilesAndFoldersThatOthersMayWriteTo) {
    put(PAPER_TRAY, "paper_tray.so");
    for (const mode_t rights : {0775U, 0757U}) {
        ASSERT_EQ(::chmod((folder / "paper_tray.so").c_str(), rights), 0);
        EXPECT_EQ(refusal(), "paper_tray.so: expected a file that only root or the hub's user may write to");
    }
    ASSERT_EQ(::chmod((folder / "paper_tray.so").c_str(), 0755), 0);
    ASSERT_EQ(::chmod(folder.path().c_str(), 0770), 0);
    EXPECT_EQ(refusal(), "expected a folder of plug-ins that only root or the hub's user may write to");
    ASSERT_EQ(::chmod(folder.path().c_str(), 0700), 0);
    EXPECT_EQ(refusal(), "none");
}

TEST_F(PluginsTest, RefusesAFolderBelowOneThatOthersMayWriteTo) {
    const auto below = folder / "plugins";
    std::filesystem::create_directory(below);
    ASSERT_EQ(::chmod(folder.path().c_str(), 0777), 0);
    EXPECT_FALSE(load_plugins(below, {}).has_value());
}

TEST_F(PluginsTest, RefusesALinkToAPlugin) {
    std::filesystem::create_symlink(PAPER_TRAY, folder / "paper_tray.so");
    EXPECT_EQ(refusal(), "paper_tray.so: expected a file that only root or the hub's user may write to");
}

}  // namespace
}  // namespace haven
