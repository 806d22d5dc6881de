#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "hub/http/gate.h"

namespace haven::http {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

std::vector<std::string> path_of(std::string_view target) {
    const auto read = read_target(target);
    return read ? read->path : std::vector<std::string>{"refused"};
}

int status_of_read(std::string_view target) {
    const auto read = read_target(target);
    return read ? 0 : read.error().status;
}

TEST(ReadTarget, SplitsAndDecodesThePathOnce) {
    EXPECT_THAT(path_of("/"), IsEmpty());
    EXPECT_THAT(path_of("/v1/cases/0001"), ElementsAre("v1", "cases", "0001"));
    EXPECT_THAT(path_of("/a%20b/%C3%A9"), ElementsAre("a b", "\xc3\xa9"));
    EXPECT_THAT(path_of("/%252e%252e"), ElementsAre("%2e%2e"));
    EXPECT_THAT(path_of("/a+b"), ElementsAre("a+b"));
}

TEST(ReadTarget, RefusesPathsThatTwoReadersMightTakeForTwo) {
    for (const auto* target : {"",
                               "*",
                               "v1",
                               "http://haven.example/v1",
                               "//v1",
                               "/v1//cases",
                               "/v1/",
                               "/.",
                               "/..",
                               "/v1/../cases",
                               "/v1/%2e%2e/cases",
                               "/v1/%2E/cases",
                               "/v1/.%2e",
                               "/a%2fb",
                               "/a%2Fb",
                               "/a%5cb",
                               "/a\\b",
                               "/a%00",
                               "/a%0a",
                               "/a%7f",
                               "/a%",
                               "/a%4",
                               "/a%zz",
                               "/a%4g",
                               "/%ff",
                               "/%c0%af",
                               "/%ed%a0%80",
                               "/a#b",
                               "/a<b",
                               "/a\"b",
                               "/a b",
                               "/\xc3\xa9",
                               "/a{b}",
                               "/a|b",
                               "/a^b",
                               "/a`b",
                               "/[a]"}) {
        EXPECT_EQ(status_of_read(target), 400) << target;
    }
}

TEST(ReadTarget, ReadsAQueryAsAFormWritesIt) {
    const auto read = read_target("/v1/referrals?state=in-progress&q=a+b%26c%2F&empty=&bare");
    ASSERT_TRUE(read);
    ASSERT_EQ(read->query.size(), 4U);
    EXPECT_EQ(read->query[0].name, "state");
    EXPECT_EQ(read->query[0].value, "in-progress");
    EXPECT_EQ(read->query[1].value, "a b&c/");
    EXPECT_EQ(read->query[2].value, "");
    EXPECT_EQ(read->query[3].name, "bare");
}

TEST(ReadTarget, RefusesAParameterTwiceAndBadEncodingInAQuery) {
    for (const auto* target :
         {"/a?x=1&x=2", "/a?x=1&%78=2", "/a?x=%00", "/a?x=%ff", "/a?=1", "/a?&", "/a?x=1&&y=2", "/a?x=%2", "/a?x=#"}) {
        EXPECT_EQ(status_of_read(target), 400) << target;
    }
}

TEST(ReadTarget, KeepsItsLimits) {
    EXPECT_EQ(status_of_read("/" + std::string(target_bytes_max - 1, 'a')), 0);
    EXPECT_EQ(status_of_read("/" + std::string(target_bytes_max, 'a')), 414);
    std::string path;
    for (std::size_t i = 0; i < path_segments_max; ++i) { path += "/a"; }
    EXPECT_EQ(status_of_read(path), 0);
    EXPECT_EQ(status_of_read(path + "/a"), 414);
    std::string query = "/a?";
    for (std::size_t i = 0; i < query_parameters_max; ++i) { query += "p" + std::to_string(i) + "=1&"; }
    EXPECT_EQ(status_of_read(query + "last=1"), 414);
}

}  // namespace
}  // namespace haven::http
