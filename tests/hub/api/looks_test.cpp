#include <set>

#include "tests/hub/api/api_under_test.h"

namespace haven::test {
namespace {

/// What a look at a case leaves behind, and what whoever rings is told.
class Looks : public ApiTest {};

TEST_F(Looks, EachLookAtACaseIsAnEntryOfItsOwnWhateverItIsThatIsShown) {
    const auto of_case = open_case("mens-support", "Example");
    const auto consultations = [&] {
        std::size_t n = 0;
        (void)node().context().readers.read([&](store::Sql& sql) -> Result<int> {
            for (const auto& body : sql.all<store::Bytes>("SELECT body FROM ledger_entry")) {
                const auto entry = ledger::decode(body.value);
                n += entry && entry->operation == ledger::Operation::consultation &&
                             entry->actor.kind == ledger::Actor::Kind::user
                         ? 1U
                         : 0U;
            }
            return 0;
        });
        return n;
    };
    const auto account = post("/v1/cases/" + of_case + "/accounts", "practitioner",
                              R"({"incident": {"reference": [{"issuer": "beacon", "value": "A-1"}]},
                                  "victim": {"name": {"family": "Example"}}})");
    ASSERT_EQ(account.status, 201) << account.body;
    std::set<std::string> looked;
    for (const auto& route : node().routes().all()) {
        const std::string pattern(route.pattern.text);
        const bool of_the_case = pattern.starts_with("/v1/cases/{id}") || pattern == "/v1/ledger" ||
                                 pattern == "/v1/near-misses" || pattern == "/v1/disclosures";
        if (std::string_view(route.method.text) != "GET" || !of_the_case) { continue; }
        auto where = pattern;
        if (const auto at = where.find("{id}"); at != std::string::npos) { where.replace(at, 4, of_case); }
        if (pattern == "/v1/ledger") { where += "?case=" + of_case; }
        if (pattern == "/v1/disclosures") { where += "?from=2026-01-01T00:00:00Z&to=2027-01-01T00:00:00Z"; }
        const auto who = std::find_if(route.callers.begin(), route.callers.end(),
                                      [](const Literal& kind) { return std::string_view(kind.text) != "partner"; });
        ASSERT_NE(who, route.callers.end()) << pattern;
        const auto before = consultations();
        const auto reply = get(where, who->text);
        EXPECT_EQ(reply.status, 200) << pattern << reply.body;
        EXPECT_EQ(consultations(), before + 1) << pattern;
        looked.insert(pattern);
    }
    EXPECT_GE(looked.size(), 6U);
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
