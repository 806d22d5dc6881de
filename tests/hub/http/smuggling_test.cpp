#include "tests/hub/http/edge_under_test.h"

// The shapes of request smuggling: bytes that one reader takes for one request and another for two. Each must be
// refused and the connection closed, whatever follows unread.
namespace haven::http::test {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

struct Shape {
    const char* name;
    std::string bytes;
    int status = 400;
};

std::vector<Shape> shapes() {
    const std::string start = "POST /echo HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer fictional\r\n";
    const std::string in = "0\r\n\r\n";
    return {
        {"length and chunked", start + "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n" + in},
        {"chunked and length", start + "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n" + in},
        {"xchunked", start + "Transfer-Encoding: xchunked\r\nContent-Length: 5\r\n\r\n" + in},
        {"xchunked alone", start + "Transfer-Encoding: xchunked\r\n\r\n" + in},
        {"identity", start + "Transfer-Encoding: identity\r\nContent-Length: 5\r\n\r\n" + in},
        {"chunked, identity", start + "Transfer-Encoding: chunked, identity\r\n\r\n" + in},
        {"identity, chunked", start + "Transfer-Encoding: identity, chunked\r\n\r\n" + in},
        {"chunked twice", start + "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n" + in},
        {"chunked, then another coding", start + "Transfer-Encoding: chunked\r\nTransfer-Encoding: x\r\n\r\n" + in},
        {"folded coding", start + "Transfer-Encoding:\r\n chunked\r\n\r\n" + in},
        {"folded host", "POST /echo HTTP/1.1\r\nHost: a\r\n b\r\n\r\n"},
        {"coding with a tab", start +
                                  "Transfer-Encoding: \x0b"
                                  "chunked\r\n\r\n" +
                                  in},
        {"quoted coding", start + "Transfer-Encoding: \"chunked\"\r\n\r\n" + in},
        {"blank before the colon", start + "Transfer-Encoding : chunked\r\n\r\n" + in},
        {"blank before the name", start + " Transfer-Encoding: chunked\r\n\r\n" + in},
        {"underscore", start + "Transfer_Encoding: chunked\r\nContent-Length: 0\r\n\r\n"},
        {"chunked in 1.0", "POST /echo HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n" + in},
        {"length list", start + "Content-Length: 1, 1\r\n\r\na"},
        {"length twice, equal", start + "Content-Length: 1\r\nContent-Length: 1\r\n\r\na"},
        {"length twice, different", start + "Content-Length: 1\r\nContent-Length: 2\r\n\r\naa"},
        {"length +5", start + "Content-Length: +5\r\n\r\naaaaa"},
        {"length -1", start + "Content-Length: -1\r\n\r\n"},
        {"length 0x5", start + "Content-Length: 0x5\r\n\r\naaaaa"},
        {"length too long", start + "Content-Length: 18446744073709551617\r\n\r\na"},
        {"empty length", start + "Content-Length:\r\n\r\n"},
        {"no host", "GET /hello HTTP/1.1\r\n\r\n"},
        {"two hosts", "GET /hello HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n"},
        {"two equal hosts", "GET /hello HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n"},
        {"absolute form", "GET http://a/hello HTTP/1.1\r\nHost: a\r\n\r\n"},
        {"authority form", "CONNECT a:1 HTTP/1.1\r\nHost: a\r\n\r\n", 501},
        {"bare line feed", "GET /hello HTTP/1.1\nHost: a\n\n"},
        {"one bare line feed", "GET /hello HTTP/1.1\r\nHost: a\nX: b\r\n\r\n"},
        {"bare carriage return", "GET /hello HTTP/1.1\r\nHost: a\rX: b\r\n\r\n"},
        {"NUL", std::string("GET /hello HTTP/1.1\r\nHost: a\0\r\n\r\n", 33)},
        {"not ASCII", "GET /hello HTTP/1.1\r\nHost: a\r\nX: \xe9\r\n\r\n"},
        {"empty line first", "\r\nGET /hello HTTP/1.1\r\nHost: a\r\n\r\n"},
        {"two blanks", "GET  /hello HTTP/1.1\r\nHost: a\r\n\r\n"},
        {"tab for a blank", "GET\t/hello HTTP/1.1\r\nHost: a\r\n\r\n"},
        {"no version", "GET /hello\r\nHost: a\r\n\r\n"},
        {"version 1.2", "GET /hello HTTP/1.2\r\nHost: a\r\n\r\n", 505},
        {"version 2.0", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505},
        {"unknown method", "BREW /hello HTTP/1.1\r\nHost: a\r\n\r\n", 501},
        {"body with GET", "GET /hello HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\naaaaa"},
        {"encoded body", start + "Content-Encoding: gzip\r\nContent-Length: 0\r\n\r\n", 415},
        {"unknown expectation", start + "Expect: tea\r\nContent-Length: 0\r\n\r\n", 417},
        {"chunk extension", post_chunked("/echo") + "1;a=b\r\nx\r\n0\r\n\r\n"},
        {"chunk size 0x1", post_chunked("/echo") + "0x1\r\nx\r\n0\r\n\r\n"},
        {"chunk ends in a line feed", post_chunked("/echo") + "1\r\nx\n0\r\n\r\n"},
        {"chunk longer than it says", post_chunked("/echo") + "1\r\nxx\r\n0\r\n\r\n"},
        {"trailer", post_chunked("/echo") + "1\r\nx\r\n0\r\nX-A: b\r\n\r\n"},
        {"encoded slash", "GET /hello%2f HTTP/1.1\r\nHost: a\r\n\r\n"},
        {"dot segments", "GET /x/../hello HTTP/1.1\r\nHost: a\r\n\r\n"},
        {"encoded NUL", "GET /hello%00 HTTP/1.1\r\nHost: a\r\n\r\n"},
    };
}

TEST_F(EdgeTest, RefusesEverySmugglingShapeAndCloses) {
    start();
    for (const auto& shape : shapes()) {
        WireClient client(port());
        client.send(shape.bytes + get("/hello"));
        const auto answers = client.until_closed();
        EXPECT_THAT(answers, HasStatus(shape.status)) << shape.name;
        EXPECT_THAT(answers, HasSubstr("Connection: close")) << shape.name;
        EXPECT_THAT(answers, Not(HasSubstr("hello"))) << shape.name;
    }
}

TEST_F(EdgeTest, RefusesEverySmugglingShapeSplitAtEveryByte) {
    start();
    for (const auto& shape : shapes()) {
        WireClient client(port());
        for (const char c : shape.bytes) {
            if (!client.send({&c, 1})) { break; }
        }
        client.send(get("/hello"));
        const auto answers = client.until_closed();
        EXPECT_THAT(answers, HasStatus(shape.status)) << shape.name;
        EXPECT_THAT(answers, Not(HasSubstr("hello"))) << shape.name;
    }
}

TEST_F(EdgeTest, RefusesHeadsThatAreTooLarge) {
    start();
    EXPECT_THAT(exchange(get("/hello", "X: " + std::string(9000, 'a') + "\r\n")), HasStatus(431));
    std::string many;
    for (int i = 0; i < 70; ++i) { many += "X-" + std::to_string(i) + ": a\r\n"; }
    EXPECT_THAT(exchange(get("/hello", many)), HasStatus(431));
    EXPECT_THAT(exchange(get("/" + std::string(3000, 'a'))), HasStatus(414));
    WireClient endless(port());
    const std::string piece(4096, 'a');
    while (endless.send(piece)) {}  // a request line without an end
    SUCCEED();
}

TEST_F(EdgeTest, AnswersOnlyForItsOwnHostNames) {
    options.hosts = {"haven.example"};
    start();
    EXPECT_THAT(exchange("GET /hello HTTP/1.1\r\nHost: other.example\r\n\r\n"), HasStatus(421));
    WireClient client(port());
    client.send("GET /hello HTTP/1.1\r\nHost: Haven.example:8443\r\n\r\n");
    EXPECT_THAT(client.answer(), HasStatus(200));
}

}  // namespace
}  // namespace haven::http::test
