#include "adapters/sdk/plain_name.h"

#include <gtest/gtest.h>

#include <string>

namespace haven::sdk {
namespace {

TEST(PlainName, IsLettersDigitsHyphensUnderscoresAndDots) {
    EXPECT_TRUE(is_plain_name("incidents_2026-11-21.csv"));
    EXPECT_TRUE(is_plain_name(std::string(128, 'a')));
    for (const auto* bad : {"", ".", "..", ".hidden", "a/b", "a b", "~", "a\n", "caf\xC3\xA9", "a;b", "*"}) {
        EXPECT_FALSE(is_plain_name(bad)) << bad;
    }
    EXPECT_FALSE(is_plain_name(std::string(129, 'a')));
    EXPECT_FALSE(is_plain_name(std::string_view("a\0b", 3)));
}

TEST(Key, HasNoDotAndAtMostSixtyFourCharacters) {
    EXPECT_TRUE(is_key("0abc-DEF-19"));
    EXPECT_TRUE(is_key(std::string(64, '7')));
    for (const auto* bad : {"", "a.b", "a_b", "../a", "a\r\nX: y"}) { EXPECT_FALSE(is_key(bad)) << bad; }
    EXPECT_FALSE(is_key(std::string(65, '7')));
}

TEST(MediaType, IsToldByTheEndingInEitherCase) {
    EXPECT_EQ(media_type_of("a.csv"), "text/csv");
    EXPECT_EQ(media_type_of("A.XML"), "application/xml");
    EXPECT_EQ(media_type_of("a.b.Json"), "application/json");
    EXPECT_EQ(media_type_of("a.txt"), "text/plain");
    for (const auto* none : {"a.csv.part", "a.done", "a.xlsx", "csv", ".csv", ""}) {
        EXPECT_EQ(media_type_of(none), std::nullopt) << none;
    }
}

TEST(MediaType, HasOneEndingAndPeopleAreToldThemAll) {
    for (const auto* name : {"a.csv", "a.xml", "a.json", "a.txt"}) {
        EXPECT_EQ("a" + std::string(ending_of(media_type_of(name).value_or("")).value_or("")), name);
    }
    EXPECT_EQ(ending_of("text/html"), std::nullopt);
    EXPECT_EQ(endings_in_words(), ".csv, .xml, .json or .txt");
}

TEST(Fits, LetsAStarStandForAnyCharacters) {
    EXPECT_TRUE(fits("incidents-1.csv", "*"));
    EXPECT_TRUE(fits("incidents-1.csv", "incidents-*.csv"));
    EXPECT_TRUE(fits("incidents-.csv", "incidents-*.csv"));
    EXPECT_TRUE(fits("a-b-a-b.csv", "*a-b.csv"));
    EXPECT_TRUE(fits("a.csv", "a.csv"));
    EXPECT_FALSE(fits("arrests-1.csv", "incidents-*.csv"));
    EXPECT_FALSE(fits("incidents-1.csv.bak", "incidents-*.csv"));
    EXPECT_FALSE(fits("axcsv", "a.csv"));
    EXPECT_FALSE(fits("a.csv", ""));
}

TEST(Fits, DoesNotSlowDownOnManyStars) {
    EXPECT_FALSE(fits(std::string(128, 'a'), "*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*b"));
}

}  // namespace
}  // namespace haven::sdk
