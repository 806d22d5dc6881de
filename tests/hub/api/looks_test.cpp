#include <cstring>

#include "core/store/cases.h"
#include "hub/flow/daily_receipts.h"
#include "tests/hub/api/api_under_test.h"

namespace haven::test {
namespace {

/// Reads that show nothing of any person, each with why. Whatever else is read is an entry.
const std::map<std::string, const char*, std::less<>> shows_nobody{
    {"/healthz", "that the hub is there"},
    {"/metrics", "counts of the whole hub"},
    {"/v1/site", "hashes of sites, and who published them"},
    {"/v1/stops", "partners to whom nothing is sent, and who said so"},
    {"/v1/messages/{id}", "what became of each record, by its number in the message: no case and no value"},
    {"/v1/partners/{partner}/daily-receipts", "counts of a day"},
    {"/v1/ledger/checkpoint", "a hash of the whole ledger"},
};

/// What a look at a case leaves behind, and what whoever rings is told.
class Looks : public ApiTest {
protected:
    // So that a line of what is held names a case.
    static void SetUpTestSuite() {
        ApiTest::SetUpTestSuite();
        hub_->folder_.replace("haven.toml", "[keeping]", "[keeping]\nprivacy_notice = \"28d\"");
        hub_->activate_folder();
    }
    struct Look {
        std::string action;
        std::string by;
        std::string role;
        std::string purpose;
        std::string subject;
    };
    /// Every reading that the ledger tells of so far, oldest first.
    static std::vector<Look> looks() {
        auto found = node().context().readers.read([&](store::Sql& sql) -> Result<std::vector<Look>> {
            std::vector<Look> out;
            for (const auto& body : sql.all<store::Bytes>("SELECT body FROM ledger_entry ORDER BY id")) {
                const auto entry = ledger::decode(body.value);
                if (!entry || entry->operation != ledger::Operation::consultation) { continue; }
                out.push_back({std::string(entry->action.text()), ledger::text_of(entry->actor),
                               std::string(entry->actor.name.text()), std::string(entry->purpose.text()),
                               entry->subject ? std::string(entry->subject->view()) : ""});
            }
            return out;
        });
        return found ? *found : std::vector<Look>{};
    }
    template <class T>
    static T read(auto&& body) {
        auto found = node().context().readers.read([&](store::Sql& sql) -> Result<T> { return body(sql); });
        EXPECT_TRUE(found);
        return found ? *found : T{};
    }
    static std::string ledger_name(const std::string& of_case) {
        return read<std::string>(
            [&](store::Sql& sql) { return store::ledger_name_of(sql, CaseId{*id_from_text(of_case)}); });
    }
    static std::string text_of_id(Literal query) {
        return id_text(read<std::int64_t>([&](store::Sql& sql) { return sql.one<std::int64_t>(query).value_or(0); }));
    }
    /// A case about which there is something on every route: an account, a stopped telling that waits, an override that
    /// somebody asked for, a request for access.
    static void fill(const std::string& of_case) {
        const auto at = "/v1/cases/" + of_case;
        const auto account = post(at + "/accounts", "practitioner",
                                  R"({"incident": {"reference": [{"issuer": "beacon", "value": "A-1"}]},
                                      "victim": {"name": {"family": "Example"}}})");
        ASSERT_EQ(account.status, 201) << account.body;
        const auto asked = post("/v1/near-misses/" + near_miss(1) + "/overrides", "practitioner",
                                R"({"ground": "risk-to-life", "minutes": 30, "why": "He was seen outside."})");
        ASSERT_EQ(asked.status, 201) << asked.body;
        ids_["/v1/overrides/{id}"] = asked.text("override");
        const auto access = post(at + "/access-requests", "duty-manager", R"({"subject": "perpetrator"})");
        ASSERT_EQ(access.status, 201) << access.body;
        ids_["/v1/access-requests/{id}"] = access.text("request");
        const auto& hub = node().context();
        ASSERT_TRUE(flow::make_daily_receipts(hub, hub.site->zone->day(hub.clock.now())));
        const auto message = ask("POST", "/v1/partners/westmere-council/messages",
                                 {.token = token("westmere-council"), .media_type = "application/json", .body = "{ }"});
        ids_["/v1/messages/{id}"] = message.text("message");
        ids_["/v1/held/{id}/items"] = text_of_id("SELECT held_id FROM held_item WHERE case_id <> 0 LIMIT 1");
    }
    /// A route's path for this case.
    static std::string target(const std::string& pattern, const std::string& of_case) {
        auto where = pattern;
        const auto put = [&](std::string_view name, const std::string& value) {
            if (const auto at = where.find(name); at != std::string::npos) { where.replace(at, name.size(), value); }
        };
        put("{id}", ids_.contains(pattern) ? ids_[pattern] : of_case);
        put("{partner}", "westmere-council");
        if (pattern == "/v1/ledger") { where += "?case=" + of_case; }
        if (pattern == "/v1/disclosures") { where += "?from=2026-01-01T00:00:00Z&to=2027-01-01T00:00:00Z"; }
        return where;
    }

    static inline std::map<std::string, std::string> ids_;  ///< by pattern, where it is not the case's
};

TEST_F(Looks, WhateverIsReadOfAPersonIsFirstAnEntryOfWhoInWhichRoleAndWhatFor) {
    const auto of_case = open_case("rehousing", "Example");
    fill(of_case);
    const auto name = ledger_name(of_case);
    for (const auto& route : node().routes().all()) {
        const std::string pattern(route.pattern.text);
        if (std::string_view(route.method.text) != "GET") { continue; }
        const bool is_open = shows_nobody.contains(pattern);
        for (const auto& kind : route.callers) {
            const std::string who(kind.text);
            if (who == "partner" || who == "witness") { continue; }
            const auto before = looks();
            const auto where = target(pattern, of_case);
            const auto reply = who == "anyone" ? ask("GET", where) : get(where, who);
            EXPECT_TRUE(reply.status == 200 || pattern == "/v1/ledger/checkpoint") << pattern << " " << reply.body;
            const auto after = looks();
            if (is_open) {
                EXPECT_EQ(after.size(), before.size()) << pattern;
                EXPECT_EQ(reply.body.find(of_case), std::string::npos) << pattern << " names a case";
                continue;
            }
            std::size_t hers = 0;
            for (auto at = before.size(); at < after.size(); ++at) {
                EXPECT_EQ(after[at].role, who) << pattern;
                EXPECT_NE(after[at].purpose, "") << pattern;
                hers += after[at].subject == name ? 1U : 0U;
            }
            // She has no number: nobody need ring her now.
            const bool shows_her = pattern != "/v1/call-list" || reply.body.find(of_case) != std::string::npos;
            EXPECT_EQ(hers, shows_her ? 1U : 0U) << pattern << " " << reply.body;
        }
    }
}

// What a partner sees of an offer that has ended is its state alone, and that is news of her too.
TEST_F(Looks, APartnersLookAtAnOfferThatHasEndedIsAnEntryToo) {
    const auto of_case = open_case("refuge");
    const auto reference = reference_at("harbour-refuge");
    ASSERT_EQ(post("/v1/referrals/" + reference + "/answers", "harbour-refuge",
                   R"({"request": {"reference": ")" + reference + R"("}, "answer": {"kind": "decline"}})")
                  .status,
              201);
    const auto name = ledger_name(of_case);
    const auto seen = [&] {
        const auto all = looks();
        return std::count_if(all.begin(), all.end(), [&](const Look& look) {
            return look.subject == name && look.by == "harbour-refuge" && look.purpose == "referral";
        });
    };
    const auto before = seen();
    const auto list = get("/v1/referrals", "harbour-refuge").json();
    ASSERT_EQ(list.at("items").as_array().size(), 1U);
    EXPECT_FALSE(list.at("items").at(0).as_object().contains("referral")) << "nothing of her any more";
    EXPECT_EQ(seen(), before + 1);
}

// Whoever rings a number of which nobody knows whether it is safe is told how, and whose words these are.
TEST_F(Looks, AFirstCallGoesByTheProtocolAndSaysThatItIsStillToBeAgreed) {
    const auto opened = post("/v1/cases", "practitioner",
                             R"({"contact": {"channel": "call", "at": "2026-11-21T09:00:00Z", "outcome": "reached"},
                                 "victim": {"name": {"family": "Specimen"},
                                            "phone": [{"number": "+447700900987", "safe": "unknown"}]}})");
    ASSERT_EQ(opened.status, 201) << opened.body;
    const auto of_case = opened.text("case");
    const auto reply = post("/v1/cases/" + of_case + "/calls", "practitioner", "{}");
    ASSERT_EQ(reply.status, 200) << reply.body;
    const auto call = reply.json();
    const auto& protocol = node().context().site->contact->first_contact;
    EXPECT_TRUE(call.at("first-contact").as_bool());
    EXPECT_TRUE(call.at("withhold-number").as_bool());
    EXPECT_FALSE(call.at("leave-message").as_bool());
    EXPECT_FALSE(call.at("name-agency").as_bool());
    EXPECT_EQ(reply.text("identity-question"), protocol.identity_question);
    EXPECT_EQ(reply.text("wrong-person-words"), protocol.wrong_person_words);
    EXPECT_FALSE(protocol.identity_question.empty() || protocol.wrong_person_words.empty());
    EXPECT_EQ(call.at("protocol-agreed-by").as_string(), "") << "the words are the hub's proposal";
}

}  // namespace
}  // namespace haven::test
