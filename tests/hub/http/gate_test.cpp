#include "hub/http/gate.h"

#include <gtest/gtest.h>

namespace haven::http {
namespace {

int status_of_scan(std::string_view bytes, std::size_t bytes_max = 8192) {
    HeadScan scan;
    const auto sound = scan_head(bytes, scan, bytes_max);
    return sound ? 0 : sound.error().status;
}

Head head(std::string method, std::vector<Pair> more) {
    Head out{std::move(method), "/", 1, {{"host", "haven.example"}}};
    out.headers.insert(out.headers.end(), more.begin(), more.end());
    return out;
}

int status_of_check(const Head& head, std::vector<std::string> hosts = {}) {
    const auto sound = check_head(head, hosts);
    return sound ? 0 : sound.error().status;
}

TEST(ScanHead, FindsTheEndAndLooksNoFurther) {
    HeadScan scan;
    ASSERT_TRUE(scan_head("GET / HTTP/1.1\r\nHost: a\r\n\r\n\x00\xff body", scan, 8192));
    EXPECT_EQ(scan.end, 27U);
}

TEST(ScanHead, GoesOnWhereItStopped) {
    const std::string_view bytes = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
    HeadScan scan;
    for (std::size_t n = 1; n < bytes.size(); ++n) {
        ASSERT_TRUE(scan_head(bytes.substr(0, n), scan, 8192)) << n;
        ASSERT_EQ(scan.end, 0U) << n;
        ASSERT_EQ(scan.seen, n);
    }
    ASSERT_TRUE(scan_head(bytes, scan, 8192));
    EXPECT_EQ(scan.end, bytes.size());
}

TEST(ScanHead, RefusesEveryByteButPrintableAsciiAndTab) {
    for (int c = 0; c < 256; ++c) {
        std::string bytes = "GET / HTTP/1.1\r\nX: a";
        bytes += static_cast<char>(c);
        bytes += "b\r\n\r\n";
        const bool fine = (c >= ' ' && c <= '~') || c == '\t';
        EXPECT_EQ(status_of_scan(bytes), fine ? 0 : 400) << c;
    }
}

TEST(ScanHead, RefusesAtTheFirstWrongByteAndDoesNotWaitForTheEnd) {
    EXPECT_EQ(status_of_scan("GET / HTTP/1.1\n"), 400);
    EXPECT_EQ(status_of_scan("GET / HTTP/1.1\r\r"), 400);
    EXPECT_EQ(status_of_scan("\x16\x03\x01"), 400);  // TLS to a plain port
    EXPECT_EQ(status_of_scan("\r\n"), 400);
}

TEST(ScanHead, RefusesAFieldThatGoesOnInTheNextLine) {
    EXPECT_EQ(status_of_scan("GET / HTTP/1.1\r\nX: a\r\n b\r\n\r\n"), 400);
    EXPECT_EQ(status_of_scan("GET / HTTP/1.1\r\nX: a\r\n\tb\r\n\r\n"), 400);
    EXPECT_EQ(status_of_scan("GET / HTTP/1.1\r\n X: a\r\n\r\n"), 400);
}

TEST(ScanHead, RefusesTooManyBytesAndTooManyFields) {
    EXPECT_EQ(status_of_scan("GET / HTTP/1.1\r\nX: " + std::string(100, 'a'), 100), 431);
    std::string bytes = "GET / HTTP/1.1\r\n";
    for (std::size_t i = 0; i < header_fields_max; ++i) { bytes += "X: a\r\n"; }
    EXPECT_EQ(status_of_scan(bytes + "\r\n"), 0);
    EXPECT_EQ(status_of_scan(bytes + "X: a\r\n\r\n"), 431);
}

TEST(CheckHead, KnowsTheMethodsOfTheApi) {
    for (const auto* method : {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"}) {
        EXPECT_EQ(status_of_check(head(method, {})), 0) << method;
    }
    for (const auto* method : {"get", "TRACE", "CONNECT", "OPTIONS", "PRI", "GETT"}) {
        EXPECT_EQ(status_of_check(head(method, {})), 501) << method;
    }
}

TEST(CheckHead, WantsOneHost) {
    EXPECT_EQ(status_of_check({"GET", "/", 1, {}}), 400);
    EXPECT_EQ(status_of_check({"GET", "/", 1, {{"host", ""}}}), 400);
    EXPECT_EQ(status_of_check({"GET", "/", 0, {}}), 400);
    EXPECT_EQ(status_of_check(head("GET", {{"host", "haven.example"}})), 400);
    EXPECT_EQ(status_of_check({"GET", "/", 1, {{"host", "a, b"}}}), 400);
    EXPECT_EQ(status_of_check({"GET", "/", 1, {{"host", "user@haven.example"}}}), 400);
}

TEST(CheckHead, WantsAHostOfItsListWhereThereIsOne) {
    const std::vector<std::string> hosts{"haven.example", "[::1]"};
    for (const auto* host : {"haven.example", "Haven.Example:8443", "[::1]", "[::1]:8443"}) {
        EXPECT_EQ(status_of_check({"GET", "/", 1, {{"host", host}}}, hosts), 0) << host;
    }
    for (const auto* host : {"other.example", "haven.example.other", ":8443", "[::2]:1"}) {
        EXPECT_EQ(status_of_check({"GET", "/", 1, {{"host", host}}}, hosts), 421) << host;
    }
}

TEST(CheckHead, LetsTheBodysLengthBeToldInOneWayOnly) {
    EXPECT_EQ(status_of_check(head("POST", {{"content-length", "12"}})), 0);
    EXPECT_EQ(status_of_check(head("POST", {{"transfer-encoding", "Chunked"}})), 0);
    EXPECT_EQ(status_of_check(head("POST", {{"content-length", "1"}, {"transfer-encoding", "chunked"}})), 400);
    for (const auto* length : {"", "+5", "-1", "1, 1", "0x5", "1 ", "12345678901", "5;"}) {
        EXPECT_EQ(status_of_check(head("POST", {{"content-length", length}})), 400) << length;
    }
    for (const auto* coding : {"", "identity", "xchunked", "chunked, identity", "gzip, chunked", "chunked, chunked"}) {
        EXPECT_EQ(status_of_check(head("POST", {{"transfer-encoding", coding}})), 400) << coding;
    }
    auto old = head("POST", {{"transfer-encoding", "chunked"}});
    old.minor_version = 0;
    EXPECT_EQ(status_of_check(old), 400);
}

TEST(CheckHead, RefusesAFieldTwiceUnlessItIsAList) {
    for (const auto* name : {"content-length", "transfer-encoding", "authorization", "content-type", "idempotency-key",
                             "cookie", "expect", "x-anything"}) {
        EXPECT_EQ(status_of_check(head("POST", {{name, "0"}, {name, "0"}})), 400) << name;
    }
    EXPECT_EQ(status_of_check(head("GET", {{"accept", "a/b"}, {"accept", "c/d"}})), 0);
}

TEST(CheckHead, RefusesNamesThatAnotherReaderMightTakeForOthers) {
    EXPECT_EQ(status_of_check(head("GET", {{"content_length", "5"}})), 400);
    EXPECT_EQ(status_of_check(head("GET", {{"x'y", "5"}})), 400);
}

TEST(CheckHead, RefusesBodiesWhereNoneBelongs) {
    for (const auto* method : {"GET", "HEAD", "DELETE"}) {
        EXPECT_EQ(status_of_check(head(method, {{"content-length", "5"}})), 400) << method;
        EXPECT_EQ(status_of_check(head(method, {{"transfer-encoding", "chunked"}})), 400) << method;
        EXPECT_EQ(status_of_check(head(method, {{"content-length", "0"}})), 0) << method;
    }
}

TEST(CheckHead, RefusesEncodedBodiesTrailersAndUnknownExpectations) {
    EXPECT_EQ(status_of_check(head("POST", {{"content-encoding", "gzip"}})), 415);
    EXPECT_EQ(status_of_check(head("POST", {{"trailer", "X-Sum"}})), 400);
    EXPECT_EQ(status_of_check(head("POST", {{"expect", "200-ok"}})), 417);
    EXPECT_EQ(status_of_check(head("POST", {{"expect", "100-Continue"}})), 0);
}

}  // namespace
}  // namespace haven::http
