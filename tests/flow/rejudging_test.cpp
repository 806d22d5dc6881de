#include "hub/flow/rejudging.h"

#include "tests/flow/rejudged.h"

namespace haven {
namespace {

using namespace test;
using std::chrono::minutes;

TEST_P(Rejudged, ANumberThatAReportShowsToBeTheHusbandsIsTakenAwayFromWhoHoldsIt) {
    takes_the_number_away(
        {.more = R"(, "perpetrator": [{"name": {"family": "Example"}, "phone": [{"number": "NUMBER"}]}])"});
}

TEST_P(Rejudged, ANumberThatAReportCallsUnsafeIsTakenAwayFromWhoHoldsIt) {
    takes_the_number_away({.safe = "no"});
}

TEST_P(Rejudged, WhereSheAskedNotToBeContactedNobodyKeepsHerNumber) {
    takes_the_number_away({.victim = R"(, "safe-contact": {"asked-not-to-be-contacted": "yes"})"});
}

TEST_P(Rejudged, WhereSheLetsNobodyPassItOnNobodyKeepsHerNumber) {
    takes_the_number_away({.pass = "no"});
}

// Nobody is asked to help under it any more: it is asked back.
TEST_P(Rejudged, AnOldCopyWithANumberThatAReportShowsToBeTheHusbandsIsRecalled) {
    report({"Sample", "+447700900123"});
    const auto id = the_case();
    accepted("Sample", id, who("Sample"));
    ASSERT_TRUE(is_rehoused()) << everything_held();
    report({.family = "Sample",
            .number = "+447700900123",
            .more = R"(, "perpetrator": [{"name": {"family": "Example"}, "phone": [{"number": "+447700900123"}]}])"});
    EXPECT_EQ(copy_of(id).wanted, store::Wanted::destroy) << everything_held();
    EXPECT_EQ(copy_of(id).why, "protect");
}

// What waits behind a stop is what she says by then.
TEST_P(Rejudged, ANumberThatTurnsUnsafeWhileSendingIsStoppedIsTakenAwayOnceThatGoesOn) {
    told_a_number();
    for (const auto& whom : {std::optional(council_), std::optional<Name>()}) {
        ASSERT_TRUE(flow::stop_sending(node_->context(), whom, flow::StopReason::maintenance, dana_));
    }
    its_number_turns_unsafe();
    EXPECT_EQ(folder_.council().received({"-amend-"}), 0);
    for (const auto& whom : {std::optional(council_), std::optional<Name>()}) {
        ASSERT_TRUE(flow::resume_sending(node_->context(), whom, dana_));
    }
    node_->wake();
    EXPECT_TRUE(is_amended_without_it()) << everything_held();
}

TEST_P(Rejudged, AnOldCopyWithANumberThatTurnsUnsafeWhileSendingIsStoppedIsRecalledOnceThatGoesOn) {
    const auto id = told_a_number();
    ASSERT_TRUE(is_rehoused()) << everything_held();
    ASSERT_TRUE(flow::stop_sending(node_->context(), council_, flow::StopReason::maintenance, dana_));
    its_number_turns_unsafe();
    EXPECT_EQ(copy_of(id).why, "protect") << everything_held();
    EXPECT_EQ(folder_.council().received({"recall"}), 0);
    ASSERT_TRUE(flow::resume_sending(node_->context(), council_, dana_));
    node_->wake();
    EXPECT_TRUE(eventually([&] { return folder_.council().received({"recall", "DELETE"}) == 1; })) << everything_held();
}

// The one who helps her hears what is right by then, and by that may use it.
TEST_P(Rejudged, ANumberThatTurnsUnsafeWhileTheCaseIsRestrictedIsTakenAwayWhenThatIsLifted) {
    const auto id = told_a_number();
    is_restricted(id);
    its_number_turns_unsafe();
    EXPECT_EQ(folder_.council().received({"-amend-"}), 0);
    is_lifted(id);
    EXPECT_TRUE(is_amended_without_it()) << everything_held();
    EXPECT_EQ(copy_of(id).wanted, store::Wanted::keep);
    EXPECT_EQ(everything_held().find("eastford-council"), std::string::npos) << everything_held();
    EXPECT_EQ(folder_.council().received({"recall", "KEEP"}), 0);
}

TEST_P(Rejudged, AnOldCopyWithANumberThatTurnsUnsafeWhileTheCaseIsRestrictedIsRecalledAndNeverUsedAgain) {
    const auto id = told_a_number();
    ASSERT_TRUE(is_rehoused()) << everything_held();
    is_restricted(id);
    its_number_turns_unsafe();
    is_lifted(id);
    EXPECT_EQ(copy_of(id).wanted, store::Wanted::destroy);
    EXPECT_EQ(copy_of(id).why, "protect");
    EXPECT_EQ(folder_.council().received({"recall", "DELETE"}), 1) << everything_held();
    EXPECT_EQ(folder_.council().received({"recall", "KEEP"}), 0);
}

// Nothing may be told under it any more, so a person rings.
TEST_P(Rejudged, WhereTheAgreementHasEndedANumberThatTurnsUnsafeIsForAPerson) {
    told_a_number();
    its_agreement_ends();
    its_number_turns_unsafe();
    EXPECT_NE(everything_held().find("eastford-council: refused"), std::string::npos) << everything_held();
    EXPECT_EQ(folder_.council().received({"-amend-"}), 0);
}

TEST_P(Rejudged, WhereTheAgreementHasEndedAnOldCopyWithANumberThatTurnsUnsafeIsRecalled) {
    const auto id = told_a_number();
    ASSERT_TRUE(is_rehoused()) << everything_held();
    its_agreement_ends();
    its_number_turns_unsafe();
    EXPECT_EQ(copy_of(id).why, "protect") << everything_held();
    EXPECT_EQ(folder_.council().received({"recall", "DELETE"}), 1) << everything_held();
}

TEST_P(Rejudged, WhereTheAgreementHasEndedWindowsThatSheNamesAreForAPerson) {
    const auto id = told_a_number();
    its_agreement_ends();
    EXPECT_EQ(everything_held().find("eastford-council: refused"), std::string::npos) << everything_held();
    names_windows(id);
    EXPECT_NE(everything_held().find("eastford-council: refused"), std::string::npos) << everything_held();
}

TEST_P(Rejudged, WhereTheAgreementHasEndedWindowsThatSheNamesAreForAPersonWhoKnowsOfTheOldCopy) {
    const auto id = told_a_number();
    ASSERT_TRUE(is_rehoused()) << everything_held();
    its_agreement_ends();
    names_windows(id);
    EXPECT_NE(everything_held().find("eastford-council: correction: copy"), std::string::npos) << everything_held();
    EXPECT_EQ(copy_of(id).wanted, store::Wanted::keep);
}

constexpr const char* works_at_eastford =
    R"(, "perpetrator": [{"name": {"family": "Example"}, "employer": "EASTFORD District Council, fictional"}])";

TEST_P(Rejudged, APartnerOfWhichAReportSaysThatHeWorksThereIsAskedNoMoreAndTheNextOneIs) {
    ASSERT_TRUE(flow::enter_contact(node_->context(), std::nullopt,
                                    std::string(needs_a_home)
                                        .replace(std::string(needs_a_home).find("\"phone\""), 0,
                                                 who("Sample").substr(1, who("Sample").size() - 2) + ", "),
                                    UserId{7}));
    node_->wake();
    ASSERT_FALSE(reference_at("eastford-council").empty()) << everything_held();
    ASSERT_TRUE(work_is_done());
    clock_.turn_by(minutes(10));
    report({.family = "Sample", .number = "+447700900123", .more = works_at_eastford});
    EXPECT_FALSE(reference_at("westmere-council").empty()) << everything_held();
    EXPECT_EQ(folder_.council().received({"-withdraw-"}), 0) << "not even that goes where he may look: a person rings";
    EXPECT_NE(everything_held().find("eastford-council: conflict"), std::string::npos) << everything_held();
}

TEST_P(Rejudged, APartnerOfWhichAReportSaidBeforeThatHeWorksThereIsNeverAsked) {
    report({.family = "Sample", .number = "+447700900123", .more = works_at_eastford});
    ASSERT_TRUE(flow::enter_contact(node_->context(), the_case(), needs_a_home, UserId{7}));
    node_->wake();
    EXPECT_FALSE(reference_at("westmere-council").empty()) << everything_held();
    EXPECT_TRUE(work_is_done());
    EXPECT_EQ(folder_.council().received(), 0);
}

// Of two men without a name nobody knows which is meant.
TEST_P(Rejudged, WhereAManWithoutANameWorksStaysAConflictWhateverIsSaidOfAnotherWithoutOne) {
    const auto works = [](const char* name, const char* employer) {
        return std::string(R"(, "perpetrator": [{)") + name + R"("employer": ")" + employer + "\"}]";
    };
    const auto stays_in_conflict = [&](const char* family, const char* number, const char* name) {
        report({.family = family, .number = number, .more = works(name, "eastford-council")});
        const auto id = newest_case();
        EXPECT_TRUE(flow::enter_contact(
            node_->context(), *id,
            R"({"contact": {"channel": "call", "at": "2026-11-21T12:00:00Z", "outcome": "reached"})" +
                works(name, "Grocer Ltd") + "}",
            UserId{7}));
        return flow::is_in_conflict(node_->context(), *flow::read_snapshot(node_->context(), *id),
                                    Name::declare("eastford-council"));
    };
    EXPECT_TRUE(stays_in_conflict("Sample", "+447700900123", ""));
    EXPECT_FALSE(stays_in_conflict("Otherwise", "+447700900456", R"("name": {"family": "Example"}, )"))
        << "of a man with a name a person may put it right";
}

TEST_P(Rejudged, WhatAnUpdateSaysOfWhereHeWorksCountsAsWhatAReportSays) {
    report({"Sample", "+447700900123"});
    const auto id = the_case();
    accepted("Sample", id, who("Sample"));
    ASSERT_TRUE(is_rehoused()) << everything_held();
    import(R"({"report": {"as-of": "2026-11-21T12:10:00Z"}, "incident": {"reference": {"issuer": "northshire-police",
        "value": "41/00001/26"}})" +
           std::string(works_at_eastford) + R"(, "investigation": {"released": "2026-11-21T12:10:00Z"}})");
    EXPECT_TRUE(flow::is_in_conflict(node_->context(), *flow::read_snapshot(node_->context(), id),
                                     Name::declare("eastford-council")));
    EXPECT_NE(everything_held().find("eastford-council: conflict: copy"), std::string::npos) << everything_held();
    EXPECT_EQ(copy_of(id).wanted, store::Wanted::keep) << "a person decides, and whom to ring there";
}

INSTANTIATE_TEST_SUITE_P(Engines, Rejudged, both_engines, engine_name);

}  // namespace
}  // namespace haven
