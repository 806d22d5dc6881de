#include "tests/mapping/shipped_maps.h"

namespace haven {
namespace {

/// All problems of a map as its author sees them: place, message, the line and the caret.
std::string shown(const std::filesystem::path& path) {
    const auto text = test::text_of_file(path);
    const auto made = Map::compile(text, path.filename().string(), test::catalogue(), {},
                                   dialect_schemas_of(path.parent_path().string()));
    std::string out;
    if (!made) {
        for (const auto& problem : made.error()) { out += text_of(problem, text) + "\n"; }
    }
    return out;
}

// Each map of tests/mapping/wrong beside what is said of it.
TEST(WrongMaps, AreRefusedInTheseWords) {
    const auto maps = test::files_below(HAVEN_SOURCE_DIR "/tests/mapping/wrong", ".map");
    EXPECT_GE(maps.size(), 60U);
    for (const auto& map : maps) {
        auto expected = map;
        expected.replace_extension(".txt");
        EXPECT_EQ(shown(map), test::text_of_file(expected)) << map;
    }
}

}  // namespace
}  // namespace haven
