#include "core/base/code.h"
#include "core/ledger/witness.h"
#include "hub/flow/daily_receipts.h"
#include "tests/hub/api/api_under_test.h"

namespace haven::test {
namespace {

class OpenApi : public ApiTest {
protected:
    /// A fictional case beside a real one.
    static void rehearse(const std::string& of_case) {
        const auto rehearsed =
            post("/v1/cases?fictional=yes", "practitioner",
                 R"({"contact": {"channel": "call", "at": "2026-11-21T12:00:00Z", "outcome": "no-answer"}})");
        EXPECT_EQ(rehearsed.status, 201);
        EXPECT_TRUE(get("/v1/cases/" + rehearsed.text("case"), "practitioner").json().at("fictional").as_bool());
        EXPECT_FALSE(get("/v1/cases/" + of_case, "practitioner").json().as_object().contains("fictional"));
        EXPECT_EQ(post("/v1/cases?fictional=maybe", "practitioner", "{}").status, 400);
    }

    static void publish_and_activate() {
        EXPECT_EQ(get("/v1/site", "duty-manager").status, 200);
        const auto active = node().context().site->hash;
        hub_->folder_.replace("haven.toml", "Beacon Safeguarding Hub", "Beacon Hub");
        const auto next = node().publish_folder(UserId{5});
        ASSERT_TRUE(next);
        const auto activate = [&](const std::string& hash) {
            return post("/v1/site/activations", "information-governance", R"({"hash": ")" + hash + R"("})").status;
        };
        EXPECT_EQ(activate(*next), 200);
        EXPECT_EQ(activate(*next), 409);
        EXPECT_EQ(activate(std::string(64, '0')), 404);
        EXPECT_EQ(activate(active), 403) << "only the first start of the hub published it";
        hub_->folder_.replace("haven.toml", "Beacon Hub", "Beacon Safeguarding Hub");
        EXPECT_EQ(node().publish_folder(UserId{5}), active);
        EXPECT_EQ(activate(active), 200) << "this hub of the suite goes on sending";
    }

    // What was stopped, who lets it go, and who may not know of it.
    static void let_go() {
        const std::string request = R"({"ground": "risk-to-life", "minutes": 30, "why": "He was seen outside."})";
        const auto of_case = open_case("rehousing");
        const auto asked = "/v1/near-misses/" + near_miss(1) + "/overrides";
        EXPECT_EQ(post(asked, "practitioner", R"({"ground": "because"})").status, 400);
        const auto made = post(asked, "practitioner", request);
        EXPECT_EQ(made.status, 201) << made.body;
        const auto of = "/v1/overrides/" + made.text("override");
        EXPECT_EQ(get("/v1/overrides", "practitioner").status, 200);
        EXPECT_EQ(post(of + "/reviews", "duty-manager", R"({"finding": "justified"})").status, 404) << "not given";
        EXPECT_EQ(post(of + "/confirmations", "duty-manager", "{}").status, 201);
        EXPECT_EQ(post(of + "/confirmations", "information-governance", "{}").status, 404) << "it was given already";
        EXPECT_EQ(get(of, "information-governance").text("why"), "He was seen outside.");
        EXPECT_EQ(post(of + "/reviews", "duty-manager", R"({"finding": "justified"})").status, 403) << "her own";
        EXPECT_EQ(post(of + "/reviews", "information-governance", R"({"finding": "justified"})").status, 201);
        EXPECT_EQ(get("/v1/overrides", "duty-manager").json().at("items").at(0).at("state").as_string(), "reviewed");
        open_case("rehousing", "Other");
        EXPECT_EQ(post("/v1/near-misses/" + near_miss(2) + "/break-glass", "duty-manager", request).status, 201);
        const auto accounts = "/v1/cases/" + of_case + "/accounts";
        const auto account = post(accounts, "practitioner",
                                  R"({"incident": {"reference": [{"issuer": "beacon", "value": "A-1"}],
                                                   "summary": "In confidence."},
                                      "victim": {"name": {"family": "Sample"}}})");
        EXPECT_EQ(account.status, 201) << account.body;
        EXPECT_EQ(get(accounts, "practitioner").json().at("items").as_array().size(), 1U);
        EXPECT_EQ(post("/v1/accounts/" + account.text("account") + "/decisions", "practitioner",
                       R"({"partner": "kindred", "decision": "do-not-tell"})")
                      .status,
                  201);
        const auto conflict = "/v1/cases/" + of_case + "/conflicts";
        const std::string relative = R"({"partner": "westmere-council", "reason": "relative"})";
        EXPECT_EQ(post(conflict, "practitioner", relative).status, 201);
        EXPECT_EQ(post(conflict, "practitioner", relative).status, 409);
        EXPECT_EQ(post(conflict, "practitioner", R"({"partner": "nobody", "reason": "other"})").status, 404);
        EXPECT_EQ(post(conflict, "practitioner", R"({"reason": "relative"})").status, 400);
        const std::string mistaken = R"({"partner": "westmere-council", "reason": "mistaken"})";
        EXPECT_EQ(post(conflict + "/ended", "practitioner", relative).status, 400);
        EXPECT_EQ(post(conflict + "/ended", "practitioner", mistaken).status, 201);
        EXPECT_EQ(post(conflict + "/ended", "duty-manager", mistaken).status, 404);
    }

    // The witness reads what it is offered, signs, and hands in; until then places wait for a duty manager.
    static void daily_receipt() {
        const std::string where = "/v1/partners/westmere-council/daily-receipts";
        EXPECT_EQ(get(where, "westmere-council").status, 404) << "no day is over";
        const auto& hub = node().context();
        ASSERT_TRUE(flow::make_daily_receipts(hub, hub.site->zone->day(hub.clock.now())));
        EXPECT_EQ(get(where, "westmere-council").status, 200);
        EXPECT_EQ(get(where + "?day=2026-11-21", "information-governance").text("day"), "2026-11-21");
        EXPECT_EQ(get(where + "?day=2026-11-20", "westmere-council").status, 404);
        EXPECT_EQ(get(where + "?day=x", "westmere-council").status, 400);
    }
    static void witness() {
        const auto& key = witness_key();
        const auto release = [] { return post("/v1/locator-releases", "duty-manager", R"({"reason": "other"})"); };
        EXPECT_EQ(post("/v1/locator-releases", "duty-manager", "{}").status, 400);
        const auto figure = [](const std::string& kind) {
            const auto text = get("/metrics", "administrator").body;
            const auto line = "haven_state{kind=\"" + kind + "\"} ";
            const auto at = text.find(line);
            return at == std::string::npos ? "none" : text.substr(at + line.size(), 1);
        };
        EXPECT_EQ(figure("locators-held"), "1") << "nobody has signed yet";
        EXPECT_EQ(figure("locators-held-work"), "0");
        const auto released = release();
        EXPECT_EQ(figure("locators-held"), "0") << "a duty manager let them go";
        EXPECT_EQ(released.status, 201);
        EXPECT_EQ(released.text("until"), "2026-11-21T13:00:00Z");
        EXPECT_EQ(release().status, 409);
        Reply offered;
        EXPECT_TRUE(peers::eventually([&] {
            offered = get("/v1/ledger/checkpoint", "witness");
            return offered.status == 200;
        }));
        const auto log = node().ledger_key().public_key();
        const auto made = ledger::countersigned(*ledger::Offered::parse(offered.body), std::nullopt, log, key);
        ASSERT_TRUE(made);
        const auto hand_in = [](const std::string& of, const std::string& body) {
            return ask("POST", "/v1/ledger/countersigned",
                       {.token = token(of), .media_type = "text/plain", .body = body})
                .status;
        };
        EXPECT_EQ(hand_in("administrator", made->text()), 403);
        EXPECT_EQ(hand_in("witness", "x"), 400);
        EXPECT_EQ(hand_in("witness", made->text()), 201);
        const auto size = std::to_string(made->checkpoint().size);
        EXPECT_EQ(get("/v1/ledger/checkpoint?after=" + size, "eastford-council").status, 200);
        EXPECT_EQ(get("/v1/ledger/checkpoint?after=1000000", "witness").status, 404);
        EXPECT_EQ(get("/v1/ledger/checkpoint?after=-1", "witness").status, 400);
    }

    /// Her import came after she rang: the two are merged, and the import leaves again.
    static void merge_and_unmerge(const std::string& of_case) {
        hub_->folder_.export_csv("incidents-2.csv", std::string(header) +
                                                        "41/00011/26,21/11/2026 06:00:00,20/11/2026,22:15,20/11/2026 "
                                                        "22:40,,,,Imported,Bea,07/08/1979,F,,E07999001,HOME,N,,," +
                                                        std::string(9 + 24 + 7 + 8, ',') + "M,DASH,11,COE,CON,,\r\n");
        std::string imported;
        ASSERT_TRUE(peers::eventually([&] {
            const auto cases = get("/v1/cases?limit=200", "practitioner").json();
            for (const auto& one : cases.at("items").as_array()) {
                if (one.at("grade") == "medium") { imported = std::string(one.at("case").as_string()); }
            }
            return !imported.empty();
        })) << hub_->everything_held();
        const auto at = "/v1/cases/" + of_case;
        const auto merge = R"({"case": ")" + imported + R"(", "reason": "opened-by-hand"})";
        EXPECT_EQ(post(at + "/merges", "practitioner", R"({"case": ")" + imported + R"("})").status, 400);
        EXPECT_EQ(post(at + "/merges", "practitioner", R"({"case": "0000000000001", "reason": "other"})").status, 404);
        ASSERT_TRUE(peers::eventually([&] {  // while something of it is being sent it is refused
            return post(at + "/merges", "practitioner", merge).text("case") == of_case;
        }));
        EXPECT_EQ(post(at + "/merges", "practitioner", merge).status, 409) << "it is this case already";
        const auto shown = get("/v1/cases/" + imported, "practitioner");
        EXPECT_EQ(shown.text("case"), of_case) << "the old id stands for the other";
        EXPECT_EQ(get("/v1/cases?limit=200", "practitioner").body.find(imported), std::string::npos);
        std::string message;
        const auto parsed = shown.json();
        for (const auto& entry : parsed.at("timeline").as_array()) {
            if (entry.at("action") == "record taken") { message = std::string(entry.at("message").as_string()); }
        }
        EXPECT_EQ(post(at + "/unmerges", "duty-manager", R"({"reason": "other"})").status, 400);
        Reply unmerged;
        ASSERT_TRUE(peers::eventually([&] {
            unmerged = post(at + "/unmerges", "duty-manager",
                            R"({"messages": [")" + message + R"("], "reason": "another-person"})");
            return unmerged.status == 201;
        })) << unmerged.body;
        EXPECT_EQ(get("/v1/cases/" + unmerged.text("case"), "practitioner").text("grade"), "medium");
        EXPECT_EQ(get("/v1/cases/" + imported, "practitioner").status, 404) << "nobody can say which of the two";
    }

    /// Asks for everything that she may ask for, the erasure last.
    static void rights_of(const std::string& of_case) {
        const auto at = "/v1/cases/" + of_case;
        const std::string governance = "information-governance";
        EXPECT_EQ(get(at + "/disclosures", governance).status, 200);
        EXPECT_EQ(get(at + "/copies", "practitioner").status, 200);
        EXPECT_EQ(get("/v1/disclosures?from=2026-01-01T00:00:00Z&to=2027-01-01T00:00:00Z", governance).status, 200);
        for (const char* alone : {"", "?partner=eastford-council", "?user=0000000000007", "?map=eastford/referral",
                                  "?from=2026-01-01T00:00:00Z", "?to=2027-01-01T00:00:00Z"}) {
            EXPECT_EQ(get("/v1/disclosures" + std::string(alone), governance).status, 200) << alone;
        }
        EXPECT_EQ(get("/v1/disclosures?from=then", governance).status, 400);
        EXPECT_EQ(get("/v1/disclosures?to=then", governance).status, 400);
        const auto asked = post(at + "/access-requests", "duty-manager", R"({"subject": "victim"})");
        EXPECT_EQ(asked.status, 201) << asked.body;
        const auto request = "/v1/access-requests/" + asked.text("request");
        EXPECT_EQ(get(request, governance).status, 200);
        EXPECT_EQ(post(request + "/signatures", governance, "{}").status, 201);
        EXPECT_EQ(post(at + "/restriction", "duty-manager", R"({"reason": "accuracy"})").status, 201);
        EXPECT_EQ(post(at + "/restriction", "duty-manager", R"({"reason": "accuracy"})").status, 409);
        EXPECT_EQ(ask("DELETE", at + "/restriction", {.token = token("duty-manager")}).status, 200);
        EXPECT_EQ(post(at + "/recalls", "duty-manager", R"({"reason": "why not"})").status, 400);
        EXPECT_EQ(post(at + "/recalls", "duty-manager", R"({"reason": "victim-asked"})").status, 201);
        const auto copies = get(at + "/copies", governance).json();
        for (const auto& copy : copies.at("items").as_array()) {
            const auto answers = "/v1/copies/" + std::string(copy.at("copy").as_string()) + "/answers";
            EXPECT_EQ(post(answers, governance, R"({"done": "yes"})").status, 400) << "to what?";
            EXPECT_EQ(post(answers, governance, R"({"done": "yes", "wanted": "stop-using"})").status, 409);
            EXPECT_EQ(post(answers, governance, R"({"done": "yes", "wanted": "destroy"})").status, 201);
        }
        const std::string destroyed = R"({"done": "yes", "wanted": "destroy"})";
        EXPECT_EQ(post("/v1/copies/0000000000001/answers", governance, destroyed).status, 404);
        EXPECT_EQ(post(at + "/legal-hold", governance, R"({"reason": "inquiry"})").status, 201);
        EXPECT_EQ(post(at + "/erasures", governance, R"({"reason": "victim-asked"})").status, 403);
        EXPECT_EQ(ask("DELETE", at + "/legal-hold", {.token = token(governance)}).status, 200);
        const auto receipt = post(at + "/erasures", governance, R"({"reason": "victim-asked"})");
        EXPECT_EQ(receipt.status, 201);
        const auto again = post(at + "/erasures", governance, R"({"reason": "victim-asked"})");
        EXPECT_EQ(again.status, 201) << "whoever lost the answer asks again";
        EXPECT_EQ(again.text("at"), receipt.text("at"));
        EXPECT_EQ(get(at, "practitioner").status, 404);
    }
};

std::string line(const std::string& name, const std::string& method, const std::string& path,
                 const std::set<std::string>& callers, const std::set<std::string>& media_types) {
    auto out = name + " " + method + " " + path;
    for (const auto& caller : callers) { out += " " + caller; }
    for (const auto& type : media_types) { out += " " + type; }
    return out;
}

std::set<std::string> texts(const std::vector<Literal>& literals) {
    std::set<std::string> out;
    for (const auto& literal : literals) { out.insert(literal.text); }
    return out;
}

TEST_F(OpenApi, SaysEveryRouteOfTheHubWithItsCallersAndNoOther) {
    std::set<std::string> routes;
    for (const auto& route : node().routes().all()) {
        routes.insert(line(route.name.text, route.method.text, route.pattern.text, texts(route.callers),
                           texts(route.media_types)));
    }
    std::set<std::string> described;
    for (const auto& o : Described::page().operations()) {
        described.insert(line(o.id, o.method, o.path, o.callers, o.media_types));
    }
    EXPECT_EQ(routes, described);
}

template <class Code>
std::vector<std::string> codes_of(Code code) {
    std::vector<std::string> out;
    for (const auto name : code_names(code)) { out.emplace_back(name); }
    return out;
}

TEST_F(OpenApi, KnowsEveryCodeOfTheHub) {
    const auto& page = Described::page();
    EXPECT_EQ(page.codes("CaseState"), codes_of(CaseState{}));
    EXPECT_EQ(page.codes("ReferralState"), codes_of(ReferralState{}));
    EXPECT_EQ(page.codes("OfferState"), codes_of(OfferState{}));
    EXPECT_EQ(page.codes("MessageState"), codes_of(store::MessageState{}));
    std::vector<std::string> faults;
    for (int f = 0; f <= static_cast<int>(Fault::broken); ++f) { faults.emplace_back(name_of(static_cast<Fault>(f))); }
    EXPECT_EQ(page.codes("Fault"), faults);
}

TEST_F(OpenApi, SaysOfEveryRouteWhatTheEdgeMayAnswer) {
    for (const auto& route : node().routes().all()) {
        const auto& responses = Described::page().responses(route.name.text);
        EXPECT_TRUE(responses.contains("503")) << route.name.text;
        const bool open = texts(route.callers).contains("anyone");
        for (const char* status : {"401", "403"}) { EXPECT_EQ(responses.contains(status), !open) << route.name.text; }
        for (const char* status : {"413", "415"}) {
            EXPECT_EQ(responses.contains(status), !route.media_types.empty()) << route.name.text;
        }
    }
}

// `ask` holds each answer to the page: here every route answers well at least once.
TEST_F(OpenApi, FitsWhatEveryRouteReallyAnswers) {
    hub_->folder_.export_csv("incidents-1.csv", std::string(header) + "41/00003/26,not a time\r\n");
    const auto of_case = open_case("refuge");
    rehearse(of_case);
    const auto accepted = ask("POST", "/v1/partners/westmere-council/messages",
                              {.token = token("westmere-council"), .media_type = "application/json", .body = "{}"});
    EXPECT_EQ(accepted.status, 202);
    EXPECT_EQ(receipt(accepted.text("message"), "westmere-council").text("state"), "held");
    EXPECT_EQ(get("/v1/cases", "practitioner").status, 200);
    EXPECT_EQ(get("/v1/call-list", "practitioner").status, 200);
    EXPECT_EQ(get("/v1/cases/" + of_case, "practitioner").status, 200);
    Reply offers;
    EXPECT_TRUE(peers::eventually([&] {
        offers = get("/v1/referrals", "harbour-refuge");
        return !offers.json().at("items").as_array().empty();
    })) << hub_->everything_held();
    const std::string reference(offers.json().at("items").at(0).at("reference").as_string());
    EXPECT_EQ(post("/v1/referrals/" + reference + "/answers", "harbour-refuge",
                   R"({"request": {"reference": ")" + reference + R"("}, "answer": {"kind": "has-capacity"}})")
                  .status,
              201);
    EXPECT_EQ(get("/v1/referrals", "practitioner").status, 200);
    const auto call = post("/v1/cases/" + of_case + "/calls", "practitioner", "{}");
    EXPECT_EQ(call.status, 200) << call.body;
    EXPECT_EQ(post("/v1/cases/" + of_case + "/calls", "duty-manager", "{}").status, 409);
    EXPECT_EQ(post("/v1/cases/" + of_case + "/contacts", "practitioner",
                   R"({"contact": {"channel": "call", "at": "2026-11-21T12:00:00Z", "outcome": "no-answer"}})")
                  .status,
              201);
    const auto held = get("/v1/held", "duty-manager");
    EXPECT_EQ(held.status, 200);
    const auto waiting = held.json();
    const auto& line = waiting.at("items").at(0);
    const auto decided = "/v1/held/" + std::string(line.at("held").as_string()) + "/decisions";
    EXPECT_EQ(get("/v1/held/" + std::string(line.at("held").as_string()) + "/items", "practitioner").status, 200);
    EXPECT_EQ(post(decided, std::string(line.at("role").as_string()), R"({"decision": "close"})").status, 200);
    EXPECT_EQ(post(decided, "duty-manager", R"({"decision": "close"})").status, 404) << "it is decided";
    EXPECT_EQ(post("/v1/stops", "duty-manager", R"({"partner": "everybody", "reason": "maintenance"})").status, 201);
    EXPECT_EQ(post("/v1/stops", "duty-manager", R"({"partner": "everybody", "reason": "maintenance"})").status, 409);
    EXPECT_EQ(post("/v1/stops", "duty-manager", R"({"partner": "everybody"})").status, 400);
    EXPECT_EQ(get("/v1/stops", "administrator").status, 200);
    EXPECT_EQ(ask("DELETE", "/v1/stops/everybody", {.token = token("duty-manager")}).status, 200);
    EXPECT_EQ(get("/v1/ledger?case=" + of_case, "duty-manager").status, 200);
    EXPECT_EQ(get("/v1/ledger?message=" + accepted.text("message"), "information-governance").status, 200);
    merge_and_unmerge(of_case);
    rights_of(of_case);
    publish_and_activate();
    EXPECT_EQ(ask("GET", "/healthz").status, 200);
    EXPECT_EQ(get("/metrics", "administrator").status, 200);
    let_go();
    witness();
    daily_receipt();
    for (const auto& route : node().routes().all()) {
        const std::string name(route.name.text);
        const bool well =
            seen_.contains(name + " 200") || seen_.contains(name + " 201") || seen_.contains(name + " 202");
        EXPECT_TRUE(well) << name;
    }
}

TEST_F(OpenApi, ItsReaderFindsAMemberThatIsMissingOrNotDescribed) {
    const auto& page = Described::page();
    EXPECT_EQ(page.unlike("health", 200, "application/json", R"({"status":"ok"})"), "");
    EXPECT_EQ(page.unlike("health", 200, "application/json", "{}"), ": expected status\n");
    EXPECT_EQ(page.unlike("health", 200, "application/json", R"({"status":"ill"})"), "/status: no such code\n");
    EXPECT_EQ(page.unlike("health", 200, "application/json", R"({"status":"ok","x":1})"), "/x: not described\n");
    EXPECT_EQ(page.unlike("health", 418, "application/json", "{}"), "no such status\n");
    EXPECT_EQ(page.unlike("health", 200, "text/html", ""), "no such media type: text/html\n");
}

}  // namespace
}  // namespace haven::test
