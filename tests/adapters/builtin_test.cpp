#include "adapters/builtin.h"

#include <gtest/gtest.h>

#include <set>

#include "tests/peers/peer.h"

namespace haven {
namespace {

TEST(BuiltinAdapters, SayWhatTheyAreAndHaveAPageThatNamesEverySetting) {
    std::set<std::string> names;
    for (const auto* adapter : builtin_adapters()) {
        const std::string name = adapter->name;
        EXPECT_TRUE(names.insert(name).second) << name;
        EXPECT_TRUE(std::string(adapter->summary).ends_with('.')) << name;
        EXPECT_TRUE(adapter->make_sink != nullptr || adapter->make_source != nullptr) << name;
        EXPECT_NE(adapter->self_test, nullptr) << name;
        EXPECT_GE(adapter->in_flight, 1) << name;
        const auto page = peers::file_text(std::string(HAVEN_SOURCE_DIR) + "/adapters/" + name + "/README.md");
        EXPECT_TRUE(page.starts_with("# " + name)) << name;
        for (const auto& setting : adapter->settings) {
            EXPECT_NE(page.find("| `" + std::string(setting.name) + "` |"), std::string::npos)
                << name << ": " << setting.name;
            EXPECT_NE(*setting.meaning, '\0');
        }
    }
}

TEST(BuiltinAdapters, HaveStandardsThatFitTheirKinds) {
    for (const auto* adapter : builtin_adapters()) {
        std::map<std::string, std::string> given;
        for (const auto& setting : adapter->settings) {
            if (setting.standard != nullptr) { continue; }
            const bool address = setting.kind == sdk::SettingKind::url;
            given.emplace(setting.name, address ? "https://partner.example/in" : "given");
        }
        EXPECT_TRUE(sdk::Settings::check(adapter->settings, given, "/site").has_value()) << adapter->name;
    }
}

}  // namespace
}  // namespace haven
