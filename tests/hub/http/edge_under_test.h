#pragma once
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <condition_variable>
#include <mutex>

#include "hub/http/problem.h"
#include "hub/http/server.h"
#include "tests/support/wire_client.h"

namespace haven::http::test {

using haven::test::ClientTls;
using haven::test::WireClient;

inline const std::size_t many_bytes = 20'000'000;  ///< more than the sockets of a connection hold

/// A value that one thread gives and another waits for, at most ten seconds.
template <class T>
class Handover {
public:
    void give(T value) {
        const std::lock_guard lock(mutex_);
        values_.push_back(std::move(value));
        come_.notify_all();
    }
    std::optional<T> take() {
        std::unique_lock lock(mutex_);
        if (!come_.wait_for(lock, 10s, [this] { return !values_.empty(); })) { return std::nullopt; }
        T value = std::move(values_.front());
        values_.erase(values_.begin());
        return value;
    }
    bool is_empty() {
        const std::lock_guard lock(mutex_);
        return values_.empty();
    }

private:
    std::mutex mutex_;
    std::condition_variable come_;
    std::vector<T> values_;
};

/// A real server on loopback. Routes that a test does not bring itself: GET /hello says "hello", POST /echo gives the
/// body back. Whoever sends "Authorization: Bearer fictional" is a partner, anyone else is anyone; /echo is for
/// partners.
class EdgeTest : public ::testing::Test {
protected:
    ServerOptions options;
    std::vector<Route> table;
    Handover<Served> served;
    std::unique_ptr<Server> server;

    EdgeTest() {
        table.push_back({.name = "hello",
                         .method = "GET",
                         .pattern = "/hello",
                         .callers = {"anyone", "partner"},
                         .handle = [](const Request&, const Responder& answer) {
                             answer({200, "text/plain", {}, "hello"});
                         }});
        table.push_back({.name = "echo",
                         .method = "POST",
                         .pattern = "/echo",
                         .callers = {"partner"},
                         .handle = [](Request request, const Responder& answer) {
                             answer({200, "text/plain", {}, std::move(request.body)});
                         }});
    }

    static tl::expected<Caller, Response> authorise(const Route&, const Request& request) {
        const auto token = request.header("authorization");
        if (!token) { return Caller{"anyone"}; }
        if (*token == "Bearer fictional") { return Caller{"partner", Name::declare("eastford")}; }
        return tl::unexpected(problem(401, {Fault::refused, "expected a token that is known", {}}, request.id));
    }

    void start() {
        auto routes = Routes::make(table);
        ASSERT_TRUE(routes) << routes.error().message();
        auto started =
            Server::start(options, std::move(*routes), authorise, [this](const Served& one) { served.give(one); });
        ASSERT_TRUE(started) << started.error().message();
        server = std::move(*started);
    }

    std::uint16_t port() const { return server->port(); }
    /// What the server says to these bytes until it closes.
    std::string exchange(std::string_view bytes) const {
        WireClient client(port());
        client.send(bytes);
        return client.until_closed();
    }
};

inline std::string get(std::string_view path, std::string_view more = "") {
    return "GET " + std::string(path) + " HTTP/1.1\r\nHost: localhost\r\n" + std::string(more) + "\r\n";
}
inline std::string post(std::string_view path, std::string_view body, std::string_view more = "") {
    return "POST " + std::string(path) + " HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer fictional\r\n" +
           std::string(more) + "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + std::string(body);
}
/// The head of a request whose body, if any, comes in chunks.
inline std::string post_chunked(std::string_view path, std::string_view more = "") {
    return "POST " + std::string(path) + " HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer fictional\r\n" +
           std::string(more) + "Transfer-Encoding: chunked\r\n\r\n";
}

MATCHER_P(HasStatus, status, "") {
    return arg.starts_with("HTTP/1.1 " + std::to_string(status) + " ");
}

}  // namespace haven::http::test
