#include "hub/http/wire.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "hub/http/problem.h"

namespace haven::http {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

TEST(Wire, WritesAWholeResponse) {
    const auto text = wire_text({202, "application/json", {{"Location", "/v1/messages/1"}}, "{}"},
                                {.head_only = false, .last = false, .secure = true}, "Sun, 06 Nov 1994 08:49:37 GMT");
    EXPECT_EQ(text,
              "HTTP/1.1 202 Accepted\r\n"
              "Date: Sun, 06 Nov 1994 08:49:37 GMT\r\n"
              "Content-Type: application/json\r\n"
              "Content-Length: 2\r\n"
              "Cache-Control: no-store\r\n"
              "X-Content-Type-Options: nosniff\r\n"
              "X-Frame-Options: DENY\r\n"
              "Referrer-Policy: no-referrer\r\n"
              "Cross-Origin-Resource-Policy: same-origin\r\n"
              "Content-Security-Policy: default-src 'none'; frame-ancestors 'none'\r\n"
              "Strict-Transport-Security: max-age=31536000\r\n"
              "Location: /v1/messages/1\r\n"
              "\r\n"
              "{}");
}

TEST(Wire, LetsAResponseReplaceASecurityHeader) {
    const auto text = wire_text({200, "text/html", {{"Content-Security-Policy", "default-src 'self'"}}, "x"}, {}, "D");
    EXPECT_THAT(text, HasSubstr("Content-Security-Policy: default-src 'self'\r\n"));
    EXPECT_THAT(text, Not(HasSubstr("default-src 'none'")));
    EXPECT_THAT(text, Not(HasSubstr("Strict-Transport-Security")));
}

TEST(Wire, SendsNoBodyToHeadAndWith204) {
    const auto head = wire_text({200, "text/plain", {}, "hello"}, {.head_only = true}, "D");
    EXPECT_THAT(head, HasSubstr("Content-Length: 5\r\n"));
    EXPECT_TRUE(head.ends_with("\r\n\r\n"));
    const auto none = wire_text({204, "text/plain", {}, "hello"}, {.last = true}, "D");
    EXPECT_THAT(none, Not(HasSubstr("Content-Length")));
    EXPECT_THAT(none, Not(HasSubstr("Content-Type:")));
    EXPECT_THAT(none, HasSubstr("Connection: close\r\n"));
    EXPECT_TRUE(none.ends_with("\r\n\r\n"));
}

TEST(Wire, KnowsWhatItCannotWrite) {
    EXPECT_TRUE(is_writable({200, "text/plain", {{"Location", "/v1"}}, "\r\n"}));
    EXPECT_FALSE(is_writable({200, "text/plain\r\nX: y", {}, ""}));
    EXPECT_FALSE(is_writable({200, "text/plain", {{"Location", "/v1\r\nX: y"}}, ""}));
    EXPECT_FALSE(is_writable({200, "text/plain", {{"Location", "/\xc3\xa9"}}, ""}));
    EXPECT_FALSE(is_writable({100, "", {}, ""}));
    EXPECT_FALSE(is_writable({0, "", {}, ""}));
    EXPECT_FALSE(is_writable({1000, "", {}, ""}));
}

TEST(Wire, WritesDatesAsHttpDoes) {
    EXPECT_EQ(date_text(784111777), "Sun, 06 Nov 1994 08:49:37 GMT");
}

TEST(Problem, SaysWhatWasExpectedAndWhere) {
    const Error error{Fault::malformed, Reason("expected at most ", 35, " characters"), {Place::row(3)}};
    const auto response = problem(error, RequestId{1});
    EXPECT_EQ(response.status, 400);
    EXPECT_EQ(response.content_type, "application/problem+json");
    EXPECT_EQ(response.body,
              "{\"type\":\"about:blank\",\"title\":\"Bad Request\",\"status\":400,"
              "\"detail\":\"expected at most 35 characters\",\"fault\":\"malformed\",\"where\":\"row 3\","
              "\"instance\":\"urn:haven:request:0000000000001\"}\n");
}

TEST(Problem, GivesEachFaultAStatusWithAPhrase) {
    for (const auto fault : {Fault::malformed, Fault::unmapped, Fault::refused, Fault::unreachable, Fault::rejected,
                             Fault::conflict, Fault::missing, Fault::too_large, Fault::broken}) {
        EXPECT_GE(status_of(fault), 400) << name_of(fault);
        EXPECT_NE(status_phrase(status_of(fault)), "Status") << name_of(fault);
    }
}

}  // namespace
}  // namespace haven::http
