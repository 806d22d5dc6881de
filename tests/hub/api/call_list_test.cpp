#include "tests/hub/api/api_under_test.h"

namespace haven::test {
namespace {

/// Whom to ring first, by what the hub's team is answered: a hub of each test, on both engines.
class CallList : public ApiOnBoth {
protected:
    /// One incident of a woman of this family name; `telephone` as "07700 900901,MOB,Y".
    static std::string incident(int number, const std::string& family, const std::string& grade,
                                const std::string& telephone) {
        return "41/0080" + std::to_string(number) + "/26,21/11/2026 06:00:00,20/11/2026,22:15,20/11/2026 22:40,,,," +
               family + ",Nine,0" + std::to_string(number) + "/02/1990,F,,E07999001,HOME,N," + telephone +
               std::string(9 + 24, ',') + ",Example,Robin,01/01/1986,HUSB,Y,Example Ltd,LIB" + std::string(8, ',') +
               grade + ",DASH,11,COE,CON,,\r\n";
    }
    static void exported(const std::string& incidents) {
        const auto sent =
            ask("POST", "/v1/partners/northshire-police/messages",
                {.token = token("northshire-police"), .media_type = "text/csv", .body = header + incidents});
        EXPECT_EQ(receipt(sent.text("message"), "northshire-police").text("state"), "taken");
    }
    /// The family names on the list, in its order.
    static std::string listed(const std::string& query = "") {
        std::string out;
        const auto list = get("/v1/call-list" + query, "practitioner").json();
        for (const auto& item : list.at("items").as_array()) {
            const auto shown = get("/v1/cases/" + std::string(item.at("case").as_string()), "practitioner").json();
            out.append(out.empty() ? "" : " ")
                .append(shown.at("facts").at("victim").at("name").at("family").as_string());
        }
        return out;
    }
};

TEST_P(CallList, FirstIsWhosePromiseEndsFirstThenTheHigherRisk) {
    exported(incident(1, "Samplemedium", "M", "07700 900901,MOB,Y") +
             incident(2, "Samplehigh", "H", "07700 900902,MOB,Y") +
             incident(3, "Samplestandard", "S", "07700 900903,MOB,Y"));
    hub_->clock_.turn_by(std::chrono::minutes(10));
    exported(incident(4, "Samplelater", "H", "07700 900904,MOB,Y"));
    EXPECT_EQ(listed(), "Samplehigh Samplemedium Samplestandard Samplelater");
    EXPECT_EQ(listed("?limit=2"), "Samplehigh Samplemedium");
    EXPECT_EQ(get("/v1/call-list?limit=0", "practitioner").status, 400);
    EXPECT_EQ(get("/v1/call-list", "integration-engineer").status, 403);
}

TEST_P(CallList, HoldsOnlyWhoMayBeRungNowAndWaitsForACall) {
    exported(incident(1, "Sampleone", "M", "07700 900901,MOB,Y") + incident(2, "Sampletwo", "H", "07700 900902,MOB,N"));
    EXPECT_EQ(listed(), "Sampleone") << "no number of the other is safe";
    const auto first =
        std::string(get("/v1/call-list", "practitioner").json().at("items").at(0).at("case").as_string());
    EXPECT_EQ(post("/v1/cases/" + first + "/contacts", "practitioner",
                   R"({"contact": {"channel": "call", "at": "2026-11-21T12:00:00Z", "outcome": "reached",
                                   "help": "accepted"}})")
                  .status,
              201);
    EXPECT_EQ(listed(), "") << "she was reached and decided";
}

INSTANTIATE_TEST_SUITE_P(Engines, CallList, both_engines, engine_name);

}  // namespace
}  // namespace haven::test
