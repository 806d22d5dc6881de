#include "tests/flow/rights.h"

namespace haven {
namespace {

using namespace test;

/// The police told the hub her number on Saturday under np-7, which lets the council hear it not and ends that day.
/// From Sunday another agreement of the police on such reports is in force, and lets it on.
class Onward : public Rights {
protected:
    void SetUp() override {
        auto text = peers::file_text(folder_.site() / first_);
        const std::string phone = "\"victim/sleeping-tonight\", \"victim/phone/*\",\n    \"child/name/*\"";
        ASSERT_NE(text.find(phone), std::string::npos);
        folder_.add(second_, text);
        folder_.replace(second_, "start = 2026-01-12", "start = 2026-11-22");
        folder_.replace(first_, phone, "\"victim/sleeping-tonight\",\n    \"child/name/*\"");
        folder_.replace(first_, "review = 2027-06-30", "review = 2026-06-30");
        folder_.replace(first_, "end = 2027-12-31", "end = 2026-11-21");
    }
    void start_with_her_report() {
        Rights::SetUp();
        if (IsSkipped()) { return; }
        folder_.export_csv("incidents-1.csv",
                           header +
                               std::string("41/00011/26,21/11/2026 06:00:00,20/11/2026,22:15,20/11/2026 22:40,,,,"
                                           "Sample,Ada,03/04/1985,F,,E07999001,HOME,N,07700 900456,MOB,Y,") +
                               std::string(8 + 24, ',') + ",Example,Robin,01/01/1986,HUSB,Y,Example Ltd,LIB" +
                               std::string(8, ',') + "M,DASH,11,COE,CON,,\r\n");
        case_ = the_case();
        clock_.turn_by(std::chrono::days(2));
    }
    /// She says yes on Monday, gives her name herself, and the council takes her.
    void told_on_monday() {
        ASSERT_TRUE(flow::enter_contact(node_->context(), case_, R"({
            "contact": {"channel": "call", "at": "2026-11-23T12:00:00Z", "outcome": "reached", "help": "accepted"},
            "consent": {"to-referral": "yes", "to-pass-contact": "yes"},
            "need": [{"service": "rehousing"}], "victim": {"name": {"family": "Sampleton"}}})",
                                        UserId{7}));
        node_->wake();
        const auto reference = reference_at("eastford-council");
        folder_.council().answer("a1", R"({"messageType": "answer", "externalId": ")" + reference +
                                           R"(", "decision": "ACCEPTED", "decidedAt": "2026-11-23T12:05:00Z"})");
        ASSERT_TRUE(eventually([&] { return folder_.council().received({"Sampleton"}) == 1; })) << everything_held();
        ASSERT_TRUE(work_is_done());
    }

    const std::string first_ = "agreements/np-7.toml";
    const std::string second_ = "agreements/np-70.toml";
    CaseId case_;
};

TEST_P(Onward, AnotherAgreementOfTheSourceLetsNothingOnThatCameUnderTheFirst) {
    folder_.replace(second_, "purpose = \"safeguarding\"", "purpose = \"missing-persons\"");
    start_with_her_report();
    if (IsSkipped()) { return; }
    told_on_monday();
    EXPECT_EQ(folder_.council().received({"7700900456"}), 0);
}

TEST_P(Onward, ARenewalForTheSameRecordsAndPurposeStandsInThePlaceOfTheOneThatEnded) {
    start_with_her_report();
    if (IsSkipped()) { return; }
    told_on_monday();
    EXPECT_EQ(folder_.council().received({"7700900456"}), 1);
}

TEST_P(Onward, AnAgreementThatTheSiteHasNoMoreLetsNothingOn) {
    start_with_her_report();
    if (IsSkipped()) { return; }
    std::filesystem::remove(folder_.site() / first_);
    activate_folder();
    told_on_monday();
    EXPECT_EQ(folder_.council().received({"7700900456"}), 0);
}

INSTANTIATE_TEST_SUITE_P(Engines, Onward, both_engines, engine_name);

}  // namespace
}  // namespace haven
