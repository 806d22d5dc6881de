#include "hub/http/parser.h"

#include <gtest/gtest.h>

namespace haven::http {
namespace {

constexpr std::string_view chunked = "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";

struct Read {
    bool sound = true;
    bool whole = false;
    std::string body;
    std::size_t used = 0;
};

// Reads a body that comes `step` bytes at a time, as the connection does: what was not taken is given again.
Read read(std::string_view head, std::string_view bytes, std::size_t step) {
    Parser parser;
    EXPECT_TRUE(parser.head(head));
    Read out;
    std::string pending;
    for (std::size_t at = 0; at < bytes.size() && out.sound && !out.whole; at += step) {
        pending += bytes.substr(at, step);
        const auto taken = parser.body(pending, out.body);
        pending.erase(0, taken.bytes);
        out.used += taken.bytes;
        out.sound = taken.sound;
        out.whole = taken.whole;
    }
    return out;
}

TEST(Parser, ReadsAHeadIntoLowerCaseNamesAndTrimmedValues) {
    Parser parser;
    const auto head = parser.head(
        "POST /v1?a=b HTTP/1.1\r\nHost: haven.example\r\nContent-LENGTH:\t 12 \r\nExpect: 100-continue\r\n\r\n");
    ASSERT_TRUE(head);
    EXPECT_EQ(head->method, "POST");
    EXPECT_EQ(head->target, "/v1?a=b");
    EXPECT_EQ(head->minor_version, 1);
    ASSERT_EQ(head->headers.size(), 3U);
    EXPECT_EQ(head->headers[1].name, "content-length");
    EXPECT_EQ(head->headers[1].value, "12");
    const auto framing = parser.framing(*head);
    EXPECT_TRUE(framing.keep_alive);
    EXPECT_TRUE(framing.expects_continue);
    EXPECT_EQ(framing.length, 12U);
    EXPECT_TRUE(framing.has_body());
}

TEST(Parser, RefusesHeadsThatAreNotHttp) {
    for (const auto* line :
         {"GET  / HTTP/1.1", "GET / HTTP/1.1 ", " GET / HTTP/1.1", "GET /", "GET / http/1.1", "G(T / HTTP/1.1",
          "GET / HTTP/1.1\r\nNoColon", "GET / HTTP/1.1\r\nSpace : x", "GET / HTTP/1.1\r\n: x"}) {
        Parser parser;
        EXPECT_FALSE(parser.head(std::string(line) + "\r\nHost: a\r\n\r\n")) << line;
    }
    Parser parser;
    const auto newer = parser.head("GET / HTTP/2.0\r\nHost: a\r\n\r\n");
    ASSERT_FALSE(newer);
    EXPECT_EQ(newer.error().status, 505);
}

TEST(Parser, KeepsNoConnectionAliveThatTheCallerOrHttp10Ends) {
    for (const auto* text : {"GET / HTTP/1.0\r\nHost: a\r\nConnection: keep-alive\r\n\r\n",
                             "GET / HTTP/1.1\r\nHost: a\r\nConnection: x, Close\r\n\r\n"}) {
        Parser parser;
        const auto head = parser.head(text);
        ASSERT_TRUE(head);
        EXPECT_FALSE(parser.framing(*head).keep_alive);
    }
}

TEST(Parser, ReadsAChunkedBodyHoweverItIsSplit) {
    const std::string_view bytes = "3\r\nabc\r\n0004\r\ndefg\r\n0\r\n\r\n";
    for (std::size_t step = 1; step <= bytes.size(); ++step) {
        const auto got = read(chunked, bytes, step);
        EXPECT_TRUE(got.sound && got.whole) << step;
        EXPECT_EQ(got.body, "abcdefg") << step;
        EXPECT_EQ(got.used, bytes.size()) << step;
    }
}

// Beast 1.81 alone fails an assertion on this one, byte by byte.
TEST(Parser, ReadsAnEmptyChunkedBodyHoweverItIsSplit) {
    for (std::size_t step = 1; step <= 5; ++step) {
        const auto got = read(chunked, "0\r\n\r\n", step);
        EXPECT_TRUE(got.sound && got.whole && got.body.empty()) << step;
    }
}

TEST(Parser, LeavesWhatFollowsTheBody) {
    const auto got = read(chunked, "1\r\na\r\n0\r\n\r\nGET / HTTP/1.1", 100);
    EXPECT_TRUE(got.whole);
    EXPECT_EQ(got.used, 11U);
    const auto sized = read("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\n", "abGET", 100);
    EXPECT_TRUE(sized.whole);
    EXPECT_EQ(sized.body, "ab");
    EXPECT_EQ(sized.used, 2U);
}

TEST(Parser, RefusesChunksThatTwoReadersMightReadDifferently) {
    for (const std::string bytes :
         {"g\r\nabc\r\n0\r\n\r\n", "-1\r\na\r\n0\r\n\r\n", "+1\r\na\r\n0\r\n\r\n", "0x1\r\na\r\n0\r\n\r\n",
          " 1\r\na\r\n0\r\n\r\n", "1 \r\na\r\n0\r\n\r\n", "1;x=y\r\na\r\n0\r\n\r\n", "1;\r\na\r\n0\r\n\r\n",
          "1\r\nab\r\n0\r\n\r\n", "1\r\na0\r\n\r\n", "1\r\na\n0\r\n\r\n", "\r\n1\r\na\r\n0\r\n\r\n",
          "fffffffffffffffff\r\na", "0;x\r\n\r\n", "0\r\nX-Sum: 1\r\n\r\n", "0\r\nContent-Length: 5\r\n\r\n",
          "1\r\na\r\n0\r\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n"}) {
        for (std::size_t step = 1; step <= bytes.size(); step += bytes.size() - 1) {
            const auto got = read(chunked, bytes, step);
            EXPECT_FALSE(got.sound) << bytes << " by " << step;
        }
    }
}

TEST(Parser, TakesNoBareLineFeedForTheEndOfAChunkLine) {
    EXPECT_FALSE(read(chunked, "1\na\n0\n\n", 1).whole);
    EXPECT_FALSE(read(chunked, "1\na\n0\n\n\r\n\r\n", 100).sound);
}

TEST(Parser, WaitsForNoEndlessChunkLine) {
    EXPECT_FALSE(read(chunked, std::string(40, '0'), 1).sound);
    EXPECT_FALSE(read(chunked, "0\r\n" + std::string(40, 'a'), 1).sound);
}

}  // namespace
}  // namespace haven::http
