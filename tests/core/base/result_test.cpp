#include "core/base/result.h"

#include <gtest/gtest.h>

namespace haven {
namespace {

TEST(Error, SaysWhereFromTheOutsideInAndThenWhy) {
    auto error = Error{Fault::malformed, "expected a day that exists", {}}
                     .at(Place::field(Name::declare("DOB")))
                     .at(Place::row(12))
                     .at(Place::partner(Name::declare("northshire-police")));
    EXPECT_EQ(error.message(), "northshire-police: row 12: DOB: expected a day that exists");
    EXPECT_EQ(error.where(), "northshire-police: row 12: DOB");
}

TEST(Error, WithoutPlacesIsItsReason) {
    EXPECT_EQ((Error{Fault::broken, Reason("expected ", 2, " keys, got ", 1), {}}).message(), "expected 2 keys, got 1");
}

TEST(Name, IsKeptOnceAndComparesByAddress) {
    std::string first = "VicTel";
    const auto name = Name::declare(first);
    first = "xxxxxx";
    EXPECT_EQ(name.text(), "VicTel");
    EXPECT_EQ(name, Name::declare("VicTel"));
    EXPECT_NE(name, Name::declare("VicTel2"));
    EXPECT_TRUE(Name::declare("").empty());
}

TEST(Reason, PutsNumbersBetweenItsWords) {
    EXPECT_EQ(Reason("expected digits").text(), "expected digits");
    EXPECT_EQ(Reason("at most ", 15).text(), "at most 15");
    EXPECT_EQ(Reason("expected ", 1, " to ", 9, " of them").text(), "expected 1 to 9 of them");
}

// What must not compile: a reason, a literal or a log field made of a text that is only known at run time.
static_assert(!std::is_constructible_v<Reason, const char*>);
static_assert(!std::is_constructible_v<Reason, std::string>);
static_assert(!std::is_constructible_v<Reason, std::string_view>);
static_assert(!std::is_constructible_v<Literal, const char*>);

}  // namespace
}  // namespace haven
