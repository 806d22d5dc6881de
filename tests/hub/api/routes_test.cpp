#include <cstring>

#include "core/base/code.h"
#include "core/store/copies.h"
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
        std::istringstream log(hub_->log_text());
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
    const auto reference = reference_at("harbour-refuge");
    ASSERT_NE(reference, "");
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
    EXPECT_EQ(hub_->log_text().find(planted), std::string::npos);
    EXPECT_EQ(hub_->log_text().find(token("eastford-council")), std::string::npos);
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

/// People of three roles from whom a case is concealed.
class Concealed : public Routes {
protected:
    static void SetUpTestSuite() {
        ApiTest::SetUpTestSuite();
        for (const auto role :
             {site::Role::practitioner, site::Role::duty_manager, site::Role::information_governance}) {
            const std::string kind(code_text(role));
            const auto person =
                flow::add_person(node().context(), "mallory-" + kind, role, ledger::Actor::of_hub("test"));
            ASSERT_TRUE(person);
            tokens_[kind] = *node().new_token({{}, *person}, ledger::Actor::of_hub("test"));
        }
    }
    static void conceal(const std::string& of_case) {
        for (const auto& [kind, token] : tokens_) {
            const auto declared = post("/v1/cases/" + of_case + "/conflicts", "practitioner",
                                       R"({"user": "mallory-)" + kind + R"(", "reason": "acquaintance"})");
            ASSERT_EQ(declared.status, 201) << declared.body;
        }
    }
    static std::string but_for_the_request(std::string body) {
        const auto at = body.find("urn:haven:request:");
        return at == std::string::npos ? body : body.erase(at, 18 + 13);
    }
    /// What each route under a path answers to somebody who may call it.
    static std::map<std::string, std::string> answers(const std::string& under, const std::string& id) {
        std::map<std::string, std::string> out;
        for (const auto& route : node().routes().all()) {
            std::string path(route.pattern.text);
            if (!path.starts_with(under + "/{id}")) { continue; }
            path.replace(under.size() + 1, std::string_view("{id}").size(), id);
            std::string token;
            for (const auto& caller : route.callers) {
                if (const auto found = tokens_.find(caller.text); found != tokens_.end()) { token = found->second; }
            }
            Said said{.token = token};
            if (!route.media_types.empty()) {
                said.media_type = "application/json";
                said.body = R"({"done": "yes", "wanted": "destroy"})";
            }
            const auto reply = ask(route.method.text, path, said);
            EXPECT_EQ(reply.status, 404) << route.name.text;
            out[route.name.text] = but_for_the_request(reply.body);
        }
        return out;
    }
    static std::string lists() {
        std::string out;
        for (const char* path : {"/v1/cases?limit=1", "/v1/cases?limit=200", "/v1/referrals?limit=200",
                                 "/v1/held?limit=200", "/v1/near-misses?limit=200", "/v1/overrides?limit=200"}) {
            out += ask("GET", path, {.token = tokens_.at("duty-manager")}).body;
        }
        return out + ask("GET", "/v1/disclosures?from=2026-01-01T00:00:00Z&to=2027-01-01T00:00:00Z",
                         {.token = tokens_.at("information-governance")})
                         .body;
    }

    static inline std::map<std::string, std::string> tokens_;
};

// Nothing tells it from a case that never was: no status, no byte, no cursor, on any route.
TEST_F(Concealed, ACaseAnswersAsOneThatIsNotThere) {
    const auto of_case = open_case("refuge", "Hidden", '4');
    EXPECT_NE(lists().find(of_case), std::string::npos);
    EXPECT_EQ(ask("GET", "/v1/cases/" + of_case, {.token = tokens_.at("duty-manager")}).status, 200);
    const auto asked = post("/v1/cases/" + of_case + "/access-requests", "duty-manager", R"({"subject": "victim"})");
    ASSERT_EQ(asked.status, 201) << asked.body;
    conceal(of_case);
    const std::string never = "0000000000001";
    const auto of_cases = answers("/v1/cases", of_case);
    EXPECT_GT(of_cases.size(), 12U) << "the walk finds the routes";
    EXPECT_EQ(of_cases, answers("/v1/cases", never));
    const auto of_requests = answers("/v1/access-requests", asked.text("request"));
    EXPECT_EQ(of_requests.size(), 2U);
    EXPECT_EQ(of_requests, answers("/v1/access-requests", never));
    const auto ledger = [](const std::string& id) {
        return but_for_the_request(ask("GET", "/v1/ledger?case=" + id, {.token = tokens_.at("duty-manager")}).body);
    };
    EXPECT_EQ(ledger(of_case), ledger(never));
    EXPECT_EQ(lists().find(of_case), std::string::npos);
    EXPECT_EQ(get("/v1/cases/" + of_case, "duty-manager").status, 200) << "to her colleague it is there";
}

TEST_F(Concealed, ACopyOfItIsNotThereEither) {
    const auto of_case = open_case("refuge", "Copied", '5');
    const auto copy = node().context().writer.submit_and_wait([&](store::Sql& sql) -> Result<void> {
        store::CopyRow row{.id = store::CopyId{77}, .case_id = CaseId{*id_from_text(of_case)}};
        row.partner = Name::declare("harbour-refuge");
        row.reference = "concealed";
        store::put_copy(sql, row);
        return {};
    });
    ASSERT_TRUE(copy);
    conceal(of_case);
    EXPECT_EQ(answers("/v1/copies", id_text(77)), answers("/v1/copies", "0000000000001"));
}

TEST_F(Concealed, ItsItemsOfAHeldLineAreNotThereAndALineOfNothingElseIsNot) {
    const CaseId hidden{*id_from_text(open_case("refuge", "Waiting", '6'))};
    const CaseId open{*id_from_text(open_case("refuge", "Open", '7'))};
    const auto hold = [&](std::int64_t id, std::vector<store::HeldItem> items) {
        const store::HeldRow row{HeldId{id}, {}, "test", id_text(id), "waits", "duty-manager", noon, noon, 0};
        EXPECT_TRUE(node().context().writer.submit_and_wait([&](store::Sql& sql) -> Result<void> {
            for (const auto& item : items) { store::hold(sql, row, item); }
            return {};
        }));
    };
    using Kind = store::HeldKind;
    hold(71, {{Kind::victim_case, hidden.value, 0, hidden}, {Kind::work, 5, 0, open}, {Kind::source, 0, 0, {}}});
    hold(72, {{Kind::victim_case, open.value, hidden.value, open}, {Kind::victim_case, open.value, 0, open}});
    hold(73, {{Kind::work, 6, 0, hidden}});
    const auto items = [](std::int64_t line, const std::string& token) {
        return ask("GET", "/v1/held/" + id_text(line) + "/items", {.token = token});
    };
    const auto& mallory = tokens_.at("duty-manager");
    const auto count = [&](std::int64_t line) { return items(line, mallory).json().at("items").as_array().size(); };
    EXPECT_EQ(count(71), 3U);
    EXPECT_EQ(count(72), 2U);
    EXPECT_EQ(count(73), 1U);
    conceal(id_text(hidden));
    EXPECT_EQ(count(71), 2U);
    EXPECT_EQ(count(72), 1U) << "a pair is hidden with either of the two";
    EXPECT_EQ(items(71, mallory).body.find(id_text(hidden)), std::string::npos);
    EXPECT_EQ(but_for_the_request(items(73, mallory).body), but_for_the_request(items(99, mallory).body));
    EXPECT_EQ(items(73, mallory).status, 404);
    EXPECT_EQ(items(73, token("duty-manager")).status, 200) << "to her colleague it is there";
}

// What another had read of the tokens before is not put in the place of what is known since.
TEST_F(Routes, ATokenIsGoodFromItsMakingAndBadFromItsRevokingWhoeverElseMakesOne) {
    constexpr int rounds = 60;
    std::atomic<bool> done = false;
    std::vector<std::thread> others;
    for (int i = 0; i < 3; ++i) {
        others.emplace_back([&] {
            while (!done) {
                (void)node().new_token({Name::declare("rowan-refuge"), {}}, ledger::Actor::of_hub("test"));
            }
        });
    }
    const auto person =
        flow::add_person(node().context(), "hurried", site::Role::practitioner, ledger::Actor::of_hub("test"));
    int wrong = 0;
    for (int i = 0; i < rounds && person; ++i) {
        const auto token = node().new_token({{}, *person}, ledger::Actor::of_hub("test"));
        wrong += ask("GET", "/v1/cases", {.token = *token}).status == 200 ? 0 : 1;
        (void)node().revoke_tokens({{}, *person}, ledger::Actor::of_hub("test"));
        wrong += ask("GET", "/v1/cases", {.token = *token}).status == 401 ? 0 : 1;
    }
    done = true;
    for (auto& other : others) { other.join(); }
    ASSERT_TRUE(person);
    EXPECT_EQ(wrong, 0);
}

TEST_F(Routes, ARevokedTokenIsRefusedAtOnceAndTheLedgerKnowsOfBoth) {
    const auto entries = [&] {
        return *node().context().readers.read([](store::Sql& sql) -> Result<std::int64_t> {
            return *sql.one<std::int64_t>("SELECT COUNT(*) FROM ledger_entry");
        });
    };
    const auto person =
        flow::add_person(node().context(), "leaver", site::Role::practitioner, ledger::Actor::of_hub("test"));
    ASSERT_TRUE(person);
    const auto before = entries();
    const auto token = node().new_token({{}, *person}, ledger::Actor::of_hub("test"));
    ASSERT_TRUE(token);
    EXPECT_EQ(entries(), before + 1);
    EXPECT_EQ(ask("GET", "/v1/cases", {.token = *token}).status, 200);
    const auto looked = entries();
    ASSERT_TRUE(node().revoke_tokens({{}, *person}, ledger::Actor::of_hub("test")));
    EXPECT_EQ(ask("GET", "/v1/cases", {.token = *token}).status, 401);
    EXPECT_EQ(entries(), looked + 1);
    EXPECT_EQ(node().find_person("leaver")->value().id, *person);
    EXPECT_FALSE(node().find_person("nobody")->has_value());
}

}  // namespace
}  // namespace haven::test
