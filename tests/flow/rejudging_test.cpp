#include "hub/flow/rejudging.h"

#include "hub/flow/concealing.h"
#include "hub/flow/deciding.h"
#include "tests/flow/rights.h"

namespace haven {
namespace {

using namespace test;
using std::chrono::minutes;

/// What a report of the force says of one victim, beside who she is.
struct Reported {
    std::string family;
    std::string number;
    std::string safe = "yes";
    std::string victim = "";  ///< more of her
    std::string pass = "yes";
    std::string more = "";  ///< more members of the record
};

/// Facts that protect her, brought by an import: before anything of her was told, and after.
class Rejudged : public Rights {
protected:
    void SetUp() override {
        folder_.replace("partners/northshire-police.toml", "\"haven/perpetrator-update\"",
                        "\"haven/perpetrator-update\", \"haven/incident-report\"");
        Hub::SetUp();
    }
    void report(const Reported& of) {
        const auto n = std::to_string(++reports_);
        import(R"({"report": {"as-of": ")" + iso_text(clock_.now()) +
               R"("}, "incident": {"reference": [{"issuer": "northshire-police", "value": "41/0000)" + n +
               R"(/26"}]}, "victim": {"name": {"family": ")" + of.family +
               R"(", "given": "Alex"}, "birth-date": "1985-04-03", "phone": [{"number": ")" + of.number +
               R"(", "safe": ")" + of.safe + "\"}]" + of.victim + R"(}, "consent": {"to-pass-contact": ")" + of.pass +
               "\"}" + of.more + "}");
    }
    void import(const std::string& json) {
        const auto name = "import-" + std::to_string(++imports_) + ".json";
        folder_.export_csv(name, json);
        const auto receipt = folder_.site() / "var/northshire/receipts" / (name + ".json");
        EXPECT_TRUE(eventually([&] { return std::filesystem::exists(receipt); })) << everything_held();
        EXPECT_EQ(peers::file_text(receipt).find("\"held\":1"), std::string::npos) << peers::file_text(receipt);
        EXPECT_TRUE(work_is_done()) << everything_held();
    }
    /// The council has rehoused her, ten minutes ago: nobody is asked to help under that referral any more.
    bool is_rehoused() {
        folder_.council().answer("done", R"({"messageType": "outcome", "externalId": ")" +
                                             reference_at("eastford-council") +
                                             R"(", "result": "REHOUSED", "resultAt": "2026-11-21T12:00:00Z"})");
        const bool done = becomes("rehousing", "completed") && work_is_done();
        clock_.turn_by(minutes(10));
        return done;
    }
    /// She wants a home, and the council takes her: it is told who she is.
    void accepted(const std::string& family, std::optional<CaseId> id, const std::string& victim) {
        const auto known = offers();
        const auto done = flow::enter_contact(node_->context(), id,
                                              R"({
            "contact": {"channel": "call", "at": ")" +
                                                  iso_text(clock_.now()) +
                                                  R"(", "outcome": "reached", "help": "accepted"},
            "consent": {"to-referral": "yes"}, "need": [{"service": "rehousing"}], "victim": )" +
                                                  victim + "}",
                                              UserId{7});
        ASSERT_TRUE(done) << done.error().message();
        node_->wake();
        ASSERT_TRUE(eventually([&] { return offers() > known; })) << everything_held();
        ASSERT_TRUE(work_is_done()) << everything_held();
        const auto reference = reference_at("eastford-council");
        folder_.council().answer("yes-" + family, R"({"messageType": "answer", "externalId": ")" + reference +
                                                      R"(", "decision": "ACCEPTED", "decidedAt": ")" +
                                                      iso_text(clock_.now()) + "\"}");
        EXPECT_TRUE(eventually([&] { return folder_.council().received({family}) > 0; })) << everything_held();
        EXPECT_TRUE(work_is_done()) << everything_held();
    }
    std::int64_t offers() { return count("SELECT COUNT(*) FROM offer WHERE partner = 'eastford-council'"); }
    std::optional<CaseId> newest_case() {
        const auto all =
            read<std::vector<store::CaseRow>>([](store::Sql& sql) { return store::list_cases(sql, {}, 10); });
        return all.empty() ? std::nullopt : std::optional(all.back().id);
    }
    store::CopyRow copy_of(CaseId id) {
        const auto all = read<std::vector<store::CopyRow>>([&](store::Sql& sql) { return store::copies_of(sql, id); });
        return all.empty() ? store::CopyRow{} : all[0];
    }
    static std::string who(const std::string& family) {
        return R"({"name": {"family": ")" + family + R"(", "given": "Alex"}, "birth-date": "1985-04-03"})";
    }
    /// The council holds a number that was safe; the fact takes it away. And of somebody of whom the fact is known
    /// first, the number never goes there.
    void takes_the_number_away(Reported fact) {
        const std::string first = "+447700900123";
        report({"Sample", first});
        accepted("Sample", the_case(), who("Sample"));
        EXPECT_EQ(folder_.council().received({"Sample", "7700900123"}), 1) << "the fact alone decides";
        clock_.turn_by(minutes(10));
        const auto of_number = [&](const std::string& family, const std::string& number) {
            auto of = fact;
            of.family = family;
            of.number = number;
            if (const auto at = of.more.find("NUMBER"); at != std::string::npos) { of.more.replace(at, 6, number); }
            return of;
        };
        report(of_number("Sample", first));
        EXPECT_TRUE(eventually([&] {
            return folder_.council().received({"-amend-", "Sample"}) == 1;
        })) << everything_held();
        EXPECT_EQ(folder_.council().received({"-amend-", "7700900123"}), 0);
        report(of_number("Otherwise", "+447700900456"));
        accepted("Otherwise", newest_case(), who("Otherwise"));
        EXPECT_GT(folder_.council().received({"Otherwise"}), 0);
        EXPECT_EQ(folder_.council().received({"7700900456"}), 0);
    }

    /// The council helps her and was told a number that was safe then.
    CaseId told_a_number() {
        report({"Sample", number_});
        const auto id = the_case();
        accepted("Sample", id, who("Sample"));
        EXPECT_EQ(folder_.council().received({"Sample", "7700900123"}), 1);
        clock_.turn_by(minutes(10));
        return id;
    }
    void its_number_turns_unsafe() { report({.family = "Sample", .number = number_, .safe = "no"}); }
    bool is_amended_without_it() {
        return eventually([&] {
                   return folder_.council().received({"-amend-", "Sample"}) == 1;
               }) &&
               work_is_done() && folder_.council().received({"-amend-", "7700900123"}) == 0;
    }
    void its_agreement_ends() {
        folder_.replace("agreements/eastford-1.toml", "review = 2027-06-30", "review = 2026-06-30");
        folder_.replace("agreements/eastford-1.toml", "end = 2027-12-31", "end = 2026-11-20");
        activate_folder();
    }
    void names_windows(CaseId id) {
        const auto done = flow::enter_contact(node_->context(), id,
                                              R"({"contact": {"channel": "call", "at": ")" + iso_text(clock_.now()) +
                                                  R"(", "outcome": "reached"}, "victim": {"safe-contact": {"window": [
            {"day": "tuesday", "from": "14:00:00", "until": "14:30:00"}]}}})",
                                              UserId{7});
        ASSERT_TRUE(done) << done.error().message();
        node_->wake();
        EXPECT_TRUE(work_is_done()) << everything_held();
    }
    void is_restricted(CaseId id) {
        ASSERT_TRUE(flow::restrict_case(node_->context(), id, flow::CopyReason::legal_claim, dana_));
        node_->wake();
        EXPECT_TRUE(eventually([&] { return copy_of(id).state == store::CopyState::told; })) << everything_held();
        EXPECT_EQ(copy_of(id).wanted, store::Wanted::stop_using);
    }
    void is_lifted(CaseId id) {
        ASSERT_TRUE(flow::lift_restriction(node_->context(), id, dana_));
        node_->wake();
        EXPECT_TRUE(work_is_done()) << everything_held();
    }

    const std::string number_ = "+447700900123";
    const Name council_ = Name::declare("eastford-council");
    int reports_ = 0;
    int imports_ = 0;
};

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
