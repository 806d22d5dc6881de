#include <gtest/gtest.h>

#include "hub/flow/entering.h"
#include "hub/node/node.h"
#include "tests/flow/site_folder.h"

namespace haven {
namespace {

using peers::eventually;

// Saturday noon: the hub, the councils and the charities are open.
constexpr Instant noon = from_us(1'795'262'400'000'000);

constexpr const char* header =
    "CrimeRef,ExtractedAt,DateFrom,TimeFrom,Reported,IncidentPostcode,IncidentAddress,Summary,VicSurname,VicForename,"
    "VicDOB,VicSex,VicLanguage,VicHomeArea,SleepingTonight,AskedNoContact,VicTel1Number,VicTel1Kind,VicTel1Safe,"
    "VicTel2Number,VicTel2Kind,VicTel2Safe,VicAddr1Kind,VicAddr1House,VicAddr1Street,VicAddr1Town,VicAddr1Postcode,"
    "VicAddr1Uprn,Child1Surname,Child1Forename,Child1DOB,Child1School,Child2Surname,Child2Forename,Child2DOB,"
    "Child2School,Child3Surname,Child3Forename,Child3DOB,Child3School,Child4Surname,Child4Forename,Child4DOB,"
    "Child4School,Child5Surname,Child5Forename,Child5DOB,Child5School,Child6Surname,Child6Forename,Child6DOB,"
    "Child6School,Perp1Surname,Perp1Forename,Perp1DOB,Perp1Relation,Perp1LivesWith,Perp1Employer,Perp1Custody,"
    "Perp2Surname,Perp2Forename,Perp2DOB,Perp2Relation,Perp2LivesWith,Perp2Employer,Perp2Custody,RiskGrade,RiskTool,"
    "RiskScore,RiskFactors,AbuseKinds,HousingApproach,OfficerNotes\r\n";

std::string row() {
    return "41/00002/26,21/11/2026 06:00:00,20/11/2026,22:15,20/11/2026 22:40,ZZ99 4AA,\"1 Sample Road, Eastford\","
           "Words of the officer.,Sample,Alex,03/04/1985,M,en,E07999001,CAR,N,07700 900123,MOB,Y,,,,PREV,1,Sample Road,"
           "Eastford,ZZ99 4AA,," +
           std::string(24, ',') +
           "Example,Robin,01/01/1986,EXPA,N,Example Ltd,LIB,,,,,,,,M,DASH,11,SEP;COE,CON;PSY,"
           "refused twice,Not for anybody else.\r\n";
}

/// The hub in this process, on a clock that the test turns, with real partners.
class FoundingCase : public testing::Test {
protected:
    void SetUp() override { start(); }
    void start() {
        node_.reset();
        auto node = Node::start({.site_folder = folder_.site().string(), .clock = &clock_, .port = 0});
        if (!node) {
            for (const auto& problem : node.error()) { ADD_FAILURE() << text_of(problem); }
            std::abort();
        }
        node_ = std::move(*node);
    }
    template <class T>
    T read(auto&& body) {
        auto answer = node_->context().readers.read([&](store::Sql& sql) -> Result<T> { return body(sql); });
        EXPECT_TRUE(answer) << (answer ? "" : answer.error().message());
        return answer ? *answer : T{};
    }
    CaseId the_case() {
        std::vector<store::CaseRow> cases;
        eventually([&] {
            cases = read<std::vector<store::CaseRow>>([](store::Sql& sql) { return store::list_cases(sql, {}, 10); });
            return !cases.empty();
        });
        EXPECT_EQ(cases.size(), 1U);
        return cases.empty() ? CaseId{} : cases[0].id;
    }
    std::string state_of(std::string_view service) {
        for (const auto& referral :
             read<std::vector<Referral>>([](store::Sql& sql) { return store::list_referrals(sql, {}, {}, 100); })) {
            if (referral.service.text() == service) { return std::string(code_text(referral.state)); }
        }
        return "none";
    }
    bool becomes(std::string_view service, std::string_view state) {
        return eventually([&] { return state_of(service) == state; });
    }
    std::string reference_at(std::string_view partner) {
        std::string reference;
        eventually([&] {
            for (const auto& offer : read<std::vector<store::OfferRow>>(
                     [&](store::Sql& sql) { return store::offers_to(sql, Name::declare(partner), {}, 10); })) {
                if (offer.state != OfferState::queued && offer.state != OfferState::sent) {
                    reference = offer.reference;
                }
            }
            return !reference.empty();
        });
        return reference;
    }
    std::string everything_held() {
        std::string out;
        for (const auto& row :
             read<std::vector<store::HeldRow>>([](store::Sql& sql) { return store::open_held(sql, {}, 50); })) {
            out += std::string(row.partner.text()) + ": " + row.fault + ": " + row.place + ": " + row.reason + "\n";
        }
        return out;
    }

    test::SiteFolder folder_;
    ManualClock clock_{noon};
    std::unique_ptr<Node> node_;
};

constexpr const char* accepts_help = R"({
  "contact": {"channel": "call", "at": "2026-11-21T12:00:00Z", "outcome": "reached", "help": "accepted"},
  "consent": {"to-referral": "yes", "to-pass-contact": "yes"},
  "approach": [{"to": "Eastford District Council", "at": "2026-11-14", "answer": "refused"}],
  "need": [{"service": "rehousing"}, {"service": "mens-support"}]
})";

TEST_F(FoundingCase, AManInHisCarIsOfferedToTheCouncilAcceptedRehousedAndReferredToACharity) {
    folder_.export_csv("incidents-2026-11-21.csv", header + row());
    const auto id = the_case();
    ASSERT_TRUE(flow::enter_contact(node_->context(), id, accepts_help, UserId{7}));
    node_->wake();

    const auto reference = reference_at("eastford-council");
    ASSERT_FALSE(reference.empty()) << everything_held();
    EXPECT_EQ(folder_.council().received(), 1);
    EXPECT_EQ(folder_.council().received({"Sample"}), 0) << "an offer names nobody";
    folder_.council().answer("a1", R"({"messageType": "answer", "externalId": ")" + reference +
                                       R"(", "decision": "ACCEPTED", "decidedAt": "2026-11-21T12:05:00Z"})");
    EXPECT_TRUE(becomes("rehousing", "accepted")) << everything_held();
    EXPECT_TRUE(eventually([&] { return folder_.council().received({"Sample"}) == 1; }))
        << "identity goes once confirmed";
    EXPECT_EQ(folder_.council().received({"07700900123"}), 1);
    EXPECT_EQ(folder_.council().received({"Not for anybody else"}), 0);
    EXPECT_EQ(folder_.council().received({"Words of the officer"}), 0);

    folder_.council().answer("a2", R"({"messageType": "outcome", "externalId": ")" + reference +
                                       R"(", "result": "REHOUSED", "resultAt": "2026-11-21T15:00:00Z"})");
    EXPECT_TRUE(becomes("rehousing", "completed")) << everything_held();

    const auto drop = test::SiteFolder::dropped(folder_.drop("steadfast"), "-offer-");
    EXPECT_NE(drop.find("<Service>mens-support</Service>"), std::string::npos) << drop << everything_held();
    EXPECT_EQ(drop.find("Sample"), std::string::npos);
    const auto charity_reference = reference_at("steadfast");
    peers::put_file(folder_.answers("steadfast") + "/answer-1.xml",
                    "<Answer><Reference>" + charity_reference + "</Reference><Decision>yes</Decision></Answer>");
    const auto confirmed = test::SiteFolder::dropped(folder_.drop("steadfast"), "-confirm-");
    EXPECT_NE(confirmed.find("<LastName>Sample</LastName>"), std::string::npos) << confirmed << everything_held();
    EXPECT_EQ(confirmed.find("1985"), std::string::npos) << "the charity has not agreed to see the birth date";
    EXPECT_TRUE(test::SiteFolder::dropped(folder_.drop("kindred"), "nothing").empty());
    EXPECT_EQ(everything_held(), "");
}

}  // namespace
}  // namespace haven
