#include "core/base/code.h"

#include <gtest/gtest.h>

#include <array>

namespace haven {
namespace {

enum class Colour : std::uint8_t { red, pale_blue };
constexpr std::array<std::string_view, 2> code_names(Colour) {
    return {"red", "pale-blue"};
}

TEST(Code, IsTheTextOfAnEnumeratorAndBack) {
    EXPECT_EQ(code_text(Colour::pale_blue), "pale-blue");
    EXPECT_EQ(code_from<Colour>("red"), Colour::red);
    EXPECT_EQ(code_from<Colour>("pale-blue"), Colour::pale_blue);
    for (const auto* other : {"", "Red", "pale_blue", "pale-blue "}) {
        EXPECT_EQ(code_from<Colour>(other), std::nullopt) << other;
    }
}

}  // namespace
}  // namespace haven
