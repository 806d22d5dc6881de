#include <cstring>

#include "core/base/code.h"
#include "tests/hub/api/api_under_test.h"

namespace haven::test {
namespace {

std::string text_in(const boost::json::object& object, std::string_view key) {
    const auto* found = object.if_contains(key);
    return found == nullptr || !found->is_string() ? "" : std::string(found->as_string());
}

class Routes : public ApiTest {
protected:
    struct Caller {
        std::string kind;
        std::string token;
    };
    static std::vector<Caller> callers() {
        std::vector<Caller> out{{"partner", token("eastford-council")}};
        for (const auto role : roles()) {
            const std::string kind(code_text(role));
            out.push_back({kind, token(kind)});
        }
        return out;
    }
    /// The pattern with its names filled in.
    static std::string target(const http::Route& route, const std::string& id = "1",
                              const std::string& partner = "eastford-council") {
        std::string out(route.pattern.text);
        for (const auto& [name, value] :
             {std::pair{"{id}", id}, std::pair{"{partner}", partner}, std::pair{"{name}", partner}}) {
            if (const auto at = out.find(name); at != std::string::npos) { out.replace(at, std::strlen(name), value); }
        }
        return out;
    }
    static Reply call(const http::Route& route, const std::string& who, const std::string& where) {
        return ask(route.method.text, where,
                   {.token = who,
                    .media_type = route.media_types.empty() ? "" : route.media_types[0].text,
                    .body = route.media_types.empty() ? "" : "{}"});
    }
    static bool allows(const http::Route& route, std::string_view kind) {
        return std::any_of(route.callers.begin(), route.callers.end(),
                           [&](const Literal& caller) { return caller.text == kind; });
    }
    /// The log's lines of calls of one route so far.
    static std::vector<boost::json::object> lines(std::string_view event, std::string_view route) {
        std::vector<boost::json::object> out;
        std::istringstream log(log_->text());
        for (std::string line; std::getline(log, line);) {
            if (line.empty() || line.back() != '}') { continue; }  // not written to its end yet
            auto parsed = boost::json::parse(line).as_object();
            if (text_in(parsed, "event") == event && text_in(parsed, "route") == route) {
                out.push_back(std::move(parsed));
            }
        }
        return out;
    }
};

TEST_F(Routes, NoneIsOpenButHealth) {
    for (const auto& route : node().routes().all()) {
        const bool open = std::string_view(route.name.text) == "health";
        EXPECT_EQ(allows(route, "anyone"), open) << route.name.text;
        const auto without = call(route, "", target(route));
        const auto unknown = call(route, std::string(43, 'A'), target(route));
        EXPECT_EQ(without.status, open ? 200 : 401) << route.name.text;
        EXPECT_EQ(unknown.status, open ? 200 : 401) << route.name.text;
        if (!open) { EXPECT_NE(without.head.find("\r\nWWW-Authenticate: Bearer\r\n"), std::string::npos); }
    }
}

TEST_F(Routes, EachIsRefusedToEveryKindOfCallerThatItDoesNotName) {
    for (const auto& route : node().routes().all()) {
        for (const auto& caller : callers()) {
            const auto status = call(route, caller.token, target(route)).status;
            const bool refused = status == 401 || status == 403;
            EXPECT_EQ(refused, !allows(route, caller.kind) && !allows(route, "anyone"))
                << route.name.text << " for " << caller.kind << ": " << status;
        }
    }
}

TEST_F(Routes, APartnerReachesNothingOfAnother) {
    for (const auto& route : node().routes().all()) {
        const bool of_partner = std::string_view(route.pattern.text).find("{partner}") != std::string_view::npos;
        if (!of_partner || !allows(route, "partner")) { continue; }
        EXPECT_EQ(call(route, token("eastford-council"), target(route, "1", "westmere-council")).status, 403);
        EXPECT_EQ(call(route, token("eastford-council"), target(route, "1", "nobody")).status, 404);
        EXPECT_EQ(call(route, "", target(route, "1", "nobody")).status, 401) << "only who is known learns who is not";
    }
    const auto message = ask("POST", "/v1/partners/westmere-council/messages",
                             {.token = token("westmere-council"), .media_type = "application/json", .body = "{}"});
    EXPECT_EQ(get("/v1/messages/" + message.text("message"), "westmere-council").status, 200);
    EXPECT_EQ(get("/v1/messages/" + message.text("message"), "eastford-council").status, 404);
    EXPECT_EQ(get("/v1/messages/12345", "eastford-council").status, 404)
        << "the same as of a message that is not there";

    open_case("refuge");
    Reply offers;
    ASSERT_TRUE(peers::eventually([&] {
        offers = get("/v1/referrals", "harbour-refuge");
        return !offers.json().at("items").as_array().empty();
    })) << hub_->everything_held();
    const std::string reference(offers.json().at("items").at(0).at("reference").as_string());
    EXPECT_EQ(get("/v1/referrals", "lantern-refuge").body.find(reference), std::string::npos);
    EXPECT_EQ(post("/v1/referrals/" + reference + "/answers", "lantern-refuge",
                   R"({"request": {"reference": ")" + reference + R"("}, "answer": {"kind": "accept"}})")
                  .status,
              404);
}

TEST_F(Routes, EveryCallHasItsLineInTheLogAndNothingOfTheCallerIsInIt) {
    const std::string planted = "Zzyzx-41-00777";
    const std::string planted_body = R"({"Zzyzx-41-00777": "Zzyzx-41-00777"})";
    const std::string planted_headers = "X-Test: Zzyzx-41-00777\r\nUser-Agent: Zzyzx-41-00777\r\n";
    for (const auto& route : node().routes().all()) {
        const auto before = lines("call", route.name.text).size();
        for (const auto& caller : callers()) {
            if (!allows(route, caller.kind)) { continue; }
            const auto where = target(route, planted).append("?after=").append(planted);
            ask(route.method.text, where,
                {.token = caller.token,
                 .media_type = route.media_types.empty() ? "" : route.media_types[0].text,
                 .body = route.media_types.empty() ? std::string() : planted_body,
                 .more_headers = planted_headers});
            break;
        }
        if (std::string_view(route.name.text) == "health") {
            ask("GET", "/healthz");
            continue;
        }
        std::vector<boost::json::object> written;
        ASSERT_TRUE(peers::eventually([&] { return (written = lines("call", route.name.text)).size() > before; }))
            << route.name.text;
        const auto& last = written.back();
        EXPECT_TRUE(last.at("status").as_int64() >= 200) << route.name.text;
        EXPECT_GE(last.at("us").as_int64(), 0);
        EXPECT_TRUE(allows(route, text_in(last, "caller"))) << text_in(last, "caller");
        const bool named = text_in(last, "partner") == "eastford-council" || text_in(last, "user") != "0";
        EXPECT_TRUE(named) << route.name.text;
    }
    EXPECT_TRUE(lines("call", "health").empty());
    EXPECT_EQ(log_->text().find(planted), std::string::npos);
    EXPECT_EQ(log_->text().find(token("eastford-council")), std::string::npos);
}

TEST_F(Routes, WhoIsRefusedIsInTheLog) {
    const auto before = lines("call refused", "show-case").size();
    EXPECT_EQ(get("/v1/cases/1", "eastford-council").status, 403);
    const auto refused = lines("call refused", "show-case");
    ASSERT_EQ(refused.size(), before + 1);
    EXPECT_EQ(text_in(refused.back(), "partner"), "eastford-council");
    const auto unknown = lines("call", "none").size();
    EXPECT_EQ(ask("GET", "/v1/nothing").status, 404);
    EXPECT_TRUE(peers::eventually([&] { return lines("call", "none").size() == unknown + 1; }));
}

TEST_F(Routes, EveryReadingOfAPersonIsInTheLedgerBeforeItIsAnswered) {
    const auto of_case = open_case("refuge", "Example");
    const auto entries = [&](const std::string& action, const std::string& by) {
        const auto reply = get("/v1/ledger?limit=200&case=" + of_case, "information-governance");
        const auto parsed = reply.json();
        std::size_t n = 0;
        for (const auto& entry : parsed.at("items").as_array()) {
            const auto& one = entry.as_object();
            n += text_in(one, "action") == action && text_in(one, "by").starts_with(by) ? 1U : 0U;
        }
        return n;
    };
    EXPECT_EQ(entries("case shown", "user "), 0U);
    EXPECT_EQ(get("/v1/cases/" + of_case, "practitioner").status, 200);
    EXPECT_EQ(entries("case shown", "user "), 1U);
    EXPECT_EQ(post("/v1/cases/" + of_case + "/calls", "practitioner", "{}").status, 200);
    EXPECT_EQ(entries("call claimed", "user "), 1U);
    ASSERT_TRUE(peers::eventually([&] {
        (void)get("/v1/referrals", "lantern-refuge");
        return entries("offer shown", "lantern-refuge") > 0;
    })) << hub_->everything_held();
    const auto before = entries("offer shown", "lantern-refuge");
    const auto items = get("/v1/referrals", "lantern-refuge").json().at("items").as_array().size();
    EXPECT_GE(items, 1U);
    EXPECT_EQ(entries("offer shown", "lantern-refuge"), before + 1);
    const auto message = ask("POST", "/v1/partners/westmere-council/messages",
                             {.token = token("westmere-council"), .media_type = "application/json", .body = "{ }"});
    const auto of_message =
        get("/v1/ledger?message=" + message.text("message"), "information-governance").json().at("items");
    EXPECT_EQ(text_in(of_message.at(0).as_object(), "action"), "message received");
    EXPECT_EQ(text_in(of_message.at(0).as_object(), "by"), "westmere-council");
}

// To whom a case is concealed nothing tells it from one that never was: no status, no byte, no cursor.
TEST_F(Routes, ACaseThatIsConcealedFromAUserAnswersAsOneThatIsNotThere) {
    const auto mallory = node().new_person("mallory", site::Role::duty_manager);
    ASSERT_TRUE(mallory);
    const auto token = *node().new_token({{}, *mallory});
    const auto of_case = open_case("refuge", "Hidden");
    const auto same_but_for_the_request = [](std::string body) {
        const auto at = body.find("urn:haven:request:");
        return at == std::string::npos ? body : body.erase(at, 18 + 13);
    };
    const auto answers = [&](const std::string& id) {
        std::vector<std::string> out;
        for (const auto& [method, path, body] : {std::array<std::string, 3>{"GET", "/v1/cases/" + id, ""},
                                                 {"POST", "/v1/cases/" + id + "/calls", "{}"},
                                                 {"POST", "/v1/cases/" + id + "/contacts", "not json"},
                                                 {"GET", "/v1/ledger?case=" + id, ""},
                                                 {"POST", "/v1/cases/" + id + "/conflicts", "{}"}}) {
            const auto reply =
                ask(method, path, {.token = token, .media_type = body.empty() ? "" : "application/json", .body = body});
            out.push_back(std::to_string(reply.status) + same_but_for_the_request(reply.body));
        }
        return out;
    };
    const auto lists = [&] {
        std::string out;
        for (const char* path : {"/v1/cases?limit=1", "/v1/cases?limit=200", "/v1/referrals?limit=200",
                                 "/v1/held?limit=200", "/v1/near-misses?limit=200", "/v1/overrides?limit=200"}) {
            out += ask("GET", path, {.token = token}).body;
        }
        return out;
    };
    EXPECT_NE(lists().find(of_case), std::string::npos);
    EXPECT_EQ(ask("GET", "/v1/cases/" + of_case, {.token = token}).status, 200);
    ASSERT_EQ(
        post("/v1/cases/" + of_case + "/conflicts", "practitioner", R"({"user": "mallory", "reason": "acquaintance"})")
            .status,
        201);
    EXPECT_EQ(answers(of_case), answers("0000000000001"));
    EXPECT_EQ(lists().find(of_case), std::string::npos);
    EXPECT_EQ(get("/v1/cases/" + of_case, "duty-manager").status, 200) << "to her colleague it is there";
}

TEST_F(Routes, ARevokedTokenIsRefusedAtOnceAndTheLedgerKnowsOfBoth) {
    const auto entries = [&] {
        return *node().context().readers.read([](store::Sql& sql) -> Result<std::int64_t> {
            return *sql.one<std::int64_t>("SELECT COUNT(*) FROM ledger_entry");
        });
    };
    const auto person = node().new_person("leaver", site::Role::practitioner);
    ASSERT_TRUE(person);
    const auto before = entries();
    const auto token = node().new_token({{}, *person});
    ASSERT_TRUE(token);
    EXPECT_EQ(ask("GET", "/v1/cases", {.token = *token}).status, 200);
    ASSERT_TRUE(node().revoke_tokens({{}, *person}));
    EXPECT_EQ(ask("GET", "/v1/cases", {.token = *token}).status, 401);
    EXPECT_EQ(entries(), before + 2);
    EXPECT_EQ(node().find_person("leaver")->value().id, *person);
    EXPECT_FALSE(node().find_person("nobody")->has_value());
}

}  // namespace
}  // namespace haven::test
