#include "hub/http/route.h"

#include <gtest/gtest.h>

namespace haven::http {
namespace {

Route route(Literal method, Literal pattern) {
    return {.name = pattern,
            .method = method,
            .pattern = pattern,
            .callers = {"anyone"},
            .handle = [](const auto&, const auto&) {}};
}

TEST(Routes, FindTheFirstThatFitsAndItsParts) {
    const auto routes = Routes::make({route("GET", "/"), route("GET", "/v1/cases/open"), route("GET", "/v1/cases/{id}"),
                                      route("POST", "/v1/partners/{partner}/messages")});
    ASSERT_TRUE(routes);
    EXPECT_STREQ(routes->find("GET", {}).route->name.text, "/");
    EXPECT_STREQ(routes->find("GET", {"v1", "cases", "open"}).route->name.text, "/v1/cases/open");
    EXPECT_STREQ(routes->find("HEAD", {"v1", "cases", "7"}).route->name.text, "/v1/cases/{id}");
    const auto match = routes->find("POST", {"v1", "partners", "eastford", "messages"});
    ASSERT_NE(match.route, nullptr);
    ASSERT_EQ(match.parts.size(), 1U);
    EXPECT_EQ(match.parts[0].name, "partner");
    EXPECT_EQ(match.parts[0].value, "eastford");
}

TEST(Routes, SayWhichMethodsAPathHas) {
    const auto routes = Routes::make({route("GET", "/v1/cases"), route("POST", "/v1/cases"), route("PUT", "/other")});
    ASSERT_TRUE(routes);
    EXPECT_EQ(routes->find("DELETE", {"v1", "cases"}).allow, "GET, HEAD, POST");
    EXPECT_EQ(routes->find("GET", {"v1", "cases", "7"}).allow, "");
    EXPECT_EQ(routes->find("GET", {"v1"}).route, nullptr);
}

TEST(Routes, TakeNoPatternsNameForAPath) {
    const auto routes = Routes::make({route("GET", "/v1/cases/{id}")});
    ASSERT_TRUE(routes);
    EXPECT_EQ(routes->find("GET", {"{v1}", "cases", "7"}).route, nullptr);
}

TEST(Routes, RefuseATableThatContradictsItself) {
    EXPECT_FALSE(Routes::make({route("GET", "v1")}));
    EXPECT_FALSE(Routes::make({route("FETCH", "/v1")}));
    auto open = route("GET", "/v1");
    open.callers = {};
    EXPECT_FALSE(Routes::make({open}));
    auto idle = route("GET", "/v1");
    idle.handle = {};
    EXPECT_FALSE(Routes::make({idle}));
    EXPECT_FALSE(Routes::make({route("GET", "/v1"), route("GET", "/v1")}));
    EXPECT_TRUE(Routes::make({route("GET", "/v1"), route("POST", "/v1")}));
    const auto hidden = Routes::make({route("GET", "/v1/{any}"), route("GET", "/v1/open")});
    ASSERT_FALSE(hidden);
    EXPECT_EQ(hidden.error().where(), "line 2");
}

}  // namespace
}  // namespace haven::http
