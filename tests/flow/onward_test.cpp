#include "hub/flow/onward.h"

#include "tests/flow/rights.h"

namespace haven {
namespace {

using namespace test;

/// What the force exports of her, with a number that it calls safe.
std::string her_report() {
    return header +
           std::string(
               "41/00011/26,21/11/2026 06:00:00,20/11/2026,22:15,20/11/2026 22:40,,,,"
               "Sample,Ada,03/04/1985,F,,E07999001,HOME,N,07700 900456,MOB,Y,") +
           std::string(8 + 24, ',') + ",Example,Robin,01/01/1986,HUSB,Y,Example Ltd,LIB" + std::string(8, ',') +
           "M,DASH,11,COE,CON,,\r\n";
}

/// The police told the hub her number on Saturday under np-7, which lets the council hear it not and ends that day.
/// From Sunday another agreement of the police on such reports is in force, and lets it on.
class Onward : public Rights {
protected:
    void SetUp() override {
        auto text = peers::file_text(folder_.site() / first_);
        const std::string phone = "\"victim/sleeping-tonight\", \"victim/phone/*\",\n";
        ASSERT_NE(text.find(phone), std::string::npos);
        folder_.add(second_, text);
        folder_.replace(second_, "start = 2026-01-12", "start = 2026-11-22");
        folder_.replace(first_, phone, "\"victim/sleeping-tonight\",\n");
        folder_.replace(first_, "review = 2027-06-30", "review = 2026-06-30");
        folder_.replace(first_, "end = 2027-12-31", "end = 2026-11-21");
    }
    void start_with_her_report() {
        Rights::SetUp();
        if (IsSkipped()) { return; }
        folder_.export_csv("incidents-1.csv", her_report());
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

TEST_P(Onward, APartnerThatTheSiteHasNoMoreLetsNothingOn) {
    start_with_her_report();
    if (IsSkipped()) { return; }
    for (const char* file : {"agreements/np-7.toml", "agreements/np-70.toml", "agreements/np-8.toml",
                             "agreements/np-9.toml", "agreements/np-10.toml", "partners/northshire-police.toml"}) {
        std::filesystem::remove(folder_.site() / file);
    }
    activate_folder();
    told_on_monday();
    for (const char* theirs : {"7700900456", "1985-04-03", "25-64"}) {
        EXPECT_EQ(folder_.council().received({theirs}), 0) << theirs;
    }
}

// A band says what her birth date says: the force lets that on, or the band itself, or neither is told.
TEST_P(Onward, WhatTheHubWorksOutGoesOnWhereThatGoesWhichItIsMadeOf) {
    folder_.replace(second_, "\"victim/birth-date\", \"victim/gender\"", "\"victim/gender\"");
    folder_.replace(second_, "\"risk/level\", \"household/*\",\n]", "\"risk/level\",\n]");
    start_with_her_report();
    if (IsSkipped()) { return; }
    told_on_monday();
    EXPECT_EQ(folder_.council().received({"25-64"}), 0);
    EXPECT_EQ(folder_.council().received({"FEMALE"}), 2) << "her gender may go on, and what is made of it";
}

TEST_P(Onward, WhatTheHubWorksOutGoesOnWhereItsOwnNameIsLet) {
    folder_.replace(second_, "\"victim/birth-date\", \"victim/gender\"", "\"victim/gender\"");
    start_with_her_report();
    if (IsSkipped()) { return; }
    told_on_monday();
    EXPECT_EQ(folder_.council().received({"25-64"}), 2) << "offered, and confirmed";
    EXPECT_EQ(folder_.council().received({"1985-04-03"}), 0);
}

INSTANTIATE_TEST_SUITE_P(Engines, Onward, both_engines, engine_name);

/// The force brought her case, and the council that housed her says so under eastford-2.
class OutcomeOnward : public Rights {
protected:
    void SetUp() override {}  // each test writes the council's clause first
    void let_on(const std::string& clause) {
        const std::string before =
            "[[record.onward]]\nto = [\"police\"]\npurposes = [\"outcome\"]\nfields = ["
            "\"outcome/kind\", \"outcome/reason\", \"outcome/at\"]\n";
        ASSERT_NE(peers::file_text(folder_.site() / agreement_).find(before), std::string::npos);
        folder_.replace(agreement_, before, clause);
    }
    void taken_by_the_council() {
        Rights::SetUp();
        if (IsSkipped()) { return; }
        folder_.export_csv("incidents-1.csv", her_report());
        case_ = the_case();
        ASSERT_TRUE(flow::enter_contact(node_->context(), case_, needs_a_home, UserId{7}));
        node_->wake();
        reference_ = reference_at("eastford-council");
        folder_.council().answer("a1", R"({"messageType": "answer", "externalId": ")" + reference_ +
                                           R"(", "decision": "ACCEPTED", "decidedAt": "2026-11-21T12:05:00Z"})");
        ASSERT_TRUE(becomes("rehousing", "accepted")) << everything_held();
    }
    void council_says(const std::string& what) {
        folder_.council().answer("a2", R"({"messageType": "outcome", "externalId": ")" + reference_ +
                                           R"(", "result": "REHOUSED")" + what + "}");
        ASSERT_TRUE(becomes("rehousing", "completed")) << everything_held();
        ASSERT_TRUE(work_is_done()) << everything_held();
    }
    void worker_writes_down() {
        const auto all =
            read<std::vector<Referral>>([](store::Sql& sql) { return store::list_referrals(sql, {}, {}, 10); });
        ASSERT_EQ(all.size(), 1U);
        ASSERT_TRUE(flow::enter_answer(
            node_->context(), id_text(all[0].id),
            R"({"request": {"reference": ")" + reference_ + R"("}, "outcome": {"kind": "rehoused"}})", UserId{7}));
        node_->wake();
        ASSERT_TRUE(work_is_done()) << everything_held();
    }
    bool anything_is_told() {
        const auto told = folder_.site() / "var/northshire/told";
        return std::filesystem::exists(told) && !std::filesystem::is_empty(told);
    }
    std::string told() { return SiteFolder::dropped(folder_.site() / "var/northshire/told", "-confirm-"); }

    const std::string agreement_ = "agreements/eastford-2.toml";
    const std::string at_noon_ = R"(, "resultAt": "2026-11-21T12:00:00Z")";
    CaseId case_;
};

TEST_P(OutcomeOnward, WhatBecameOfHerIsNotToldToTheForceWhereWhoHelpedDoesNotLetItOn) {
    let_on("");
    taken_by_the_council();
    if (IsSkipped()) { return; }
    council_says(at_noon_);
    EXPECT_NE(everything_held().find("northshire-police: refused"), std::string::npos) << everything_held();
    EXPECT_FALSE(anything_is_told()) << told();
}

TEST_P(OutcomeOnward, OfWhatBecameOfHerTheForceIsToldTheFieldsThatWhoHelpedLetsOn) {
    let_on("[[record.onward]]\nto = [\"police\"]\npurposes = [\"outcome\"]\nfields = [\"outcome/kind\"]\n");
    taken_by_the_council();
    if (IsSkipped()) { return; }
    council_says(at_noon_);
    EXPECT_NE(told().find("rehoused"), std::string::npos) << everything_held();
    EXPECT_EQ(told().find("\"at\""), std::string::npos) << told();
}

TEST_P(OutcomeOnward, AnOutcomeWithNoTimeOrATimeToComeIsToldAsFarAsItsSourceLetsItOn) {
    taken_by_the_council();
    if (IsSkipped()) { return; }
    council_says(R"(, "resultAt": "2026-11-22T12:00:00Z")");
    EXPECT_NE(told().find("rehoused"), std::string::npos) << everything_held();
    EXPECT_NE(told().find("2026-11-21T12:00:00Z"), std::string::npos) << told();
}

// What a person writes down for a partner is that partner's: it goes on where any of its agreements lets it.
TEST_P(OutcomeOnward, AnOutcomeThatAWorkerWritesDownForWhoHelpedGoesOnAsThatPartnerLetsIt) {
    taken_by_the_council();
    if (IsSkipped()) { return; }
    worker_writes_down();
    EXPECT_NE(told().find("rehoused"), std::string::npos) << everything_held();
}

TEST_P(OutcomeOnward, NoWorkersWritingDownLetsOnWhatWhoHelpedDoesNot) {
    let_on("");
    taken_by_the_council();
    if (IsSkipped()) { return; }
    worker_writes_down();
    EXPECT_NE(everything_held().find("northshire-police: refused"), std::string::npos) << everything_held();
    EXPECT_FALSE(anything_is_told()) << told();
}

// The council was asked in vain for something else too, where the hub itself says that it ended in the same way.
TEST_P(OutcomeOnward, WhatAPartnerSaysOfOneReferralKeepsBackNothingOfAnother) {
    let_on("");
    taken_by_the_council();
    if (IsSkipped()) { return; }
    council_says(at_noon_);
    const auto& context = node_->context();
    auto snapshot = flow::read_snapshot(context, case_);
    ASSERT_TRUE(snapshot);
    auto other = snapshot->referrals.at(0);
    for (auto& offer : other.offers) {
        offer.id = OfferId{offer.id.value + 1};
        offer.state = OfferState::declined;
    }
    other.offers.push_back(other.offers.at(0));
    other.offers.back().partner = context.site->hub;
    other.offers.back().state = OfferState::confirmed;
    const auto own = flow::read_canonical(context, "outcome",
                                          R"({"request": {"reference": "R-other"}, "outcome": {"kind": "rehoused"}})");
    ASSERT_TRUE(own) << own.error().message();
    snapshot->add({*own, {RecordId{1}, context.site->hub, clock_.now(), true}}, {});
    const flow::Onward onward(*context.site, *snapshot, Name::declare("northshire-police"), "outcome", clock_.now());
    EXPECT_TRUE(onward.not_reported(context.fields, other).empty());
    EXPECT_FALSE(onward.not_reported(context.fields, snapshot->referrals.at(0)).empty());
}

INSTANTIATE_TEST_SUITE_P(Engines, OutcomeOnward, both_engines, engine_name);

}  // namespace
}  // namespace haven
