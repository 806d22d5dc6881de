#include "tests/flow/hub.h"

namespace haven {
namespace {

using namespace test;

class Start : public Hub {};

TEST_P(Start, RefusesAStoreThatWasUsedBeforeWithoutItsKeysAndMakesNone) {
    node_.reset();
    const auto keys = folder_.site() / "var/keys";
    const auto aside = folder_.site() / "var/keys-aside";
    std::filesystem::rename(keys, aside);
    const auto refused = Node::start({.site_folder = folder_.site().string(), .clock = &clock_, .port = 0});
    ASSERT_FALSE(refused);
    EXPECT_NE(text_of(refused.error().at(0)).find("put the key folder back"), std::string::npos);
    EXPECT_FALSE(std::filesystem::exists(keys)) << "new keys would open nothing, and hide what is wrong";
    std::filesystem::rename(aside, keys);
    start();
}

INSTANTIATE_TEST_SUITE_P(Engines, Start, both_engines, engine_name);

}  // namespace
}  // namespace haven
