#include "hub/flow/dry_run.h"

#include "hub/flow/accounts.h"
#include "hub/flow/concealing.h"
#include "tests/flow/rights.h"

namespace haven {
namespace {

using namespace test;

/// All that was told of one case: an offer and its confirmation, the outcome to the force, and her account, which no
/// agreement with the charity lets through.
class DryRuns : public Rights {
protected:
    void SetUp() override {
        folder_.replace("partners/steadfast.toml", R"("charity-xml/ending")",
                        R"("charity-xml/ending", "haven/incident-report")");
        Hub::SetUp();
        if (IsSkipped()) { return; }
        folder_.export_csv(
            "incidents-1.csv",
            header +
                std::string("41/00002/26,21/11/2026 06:00:00,20/11/2026,22:15,20/11/2026 22:40,ZZ99 "
                            "4AA,Here,Short.,Sample,Alex,03/04/1985,M,en,E07999001,CAR,N,07700 900123,"
                            "MOB,Y,,,,PREV,1,Old Road,Eastford,ZZ99 4AA,,") +
                std::string(24, ',') +
                "Example,Robin,01/01/1986,EXPA,N,Example Ltd,LIB,,,,,,,,M,DASH,11,SEP;COE,CON;PSY,,\r\n");
        case_ = the_case();
        const auto& context = node_->context();
        ASSERT_TRUE(flow::enter_contact(context, case_, R"({
            "contact": {"channel": "call", "at": "2026-11-21T12:00:00Z", "outcome": "reached", "help": "accepted"},
            "consent": {"to-referral": "yes", "to-pass-contact": "yes"}, "need": [{"service": "rehousing"}]})",
                                        UserId{7}));
        node_->wake();
        reference_ = reference_at("eastford-council");
        folder_.council().answer("a1", R"({"messageType": "answer", "externalId": ")" + reference_ +
                                           R"(", "decision": "ACCEPTED", "decidedAt": "2026-11-21T12:05:00Z"})");
        ASSERT_TRUE(eventually([&] { return folder_.council().received({"Sample"}) == 1; })) << everything_held();
        folder_.council().answer("a2", R"({"messageType": "outcome", "externalId": ")" + reference_ +
                                           R"(", "result": "REHOUSED", "resultAt": "2026-11-21T12:30:00Z"})");
        ASSERT_NE(SiteFolder::dropped(folder_.site() / "var/northshire/told", "-confirm-"), "") << everything_held();
        const auto account = flow::enter_account(context, case_, R"({"incident": {"reference": [{"issuer": "beacon",
            "value": "A-1"}], "summary": "In confidence."}, "victim": {"name": {"family": "Sample"}}})",
                                                 UserId{7});
        ASSERT_TRUE(account);
        ASSERT_TRUE(flow::decide_account(context, *account, Name::declare("steadfast"), true, UserId{7}));
        node_->wake();
        ASSERT_TRUE(work_is_done()) << everything_held();
    }
    /// Under the active site, and under the folder as it is by now.
    flow::DryRun run() {
        const auto adapters = adapters_of(folder_.site().string());
        const auto site = site::Site::load(folder_.site().string(), *adapters);
        if (!site) { ADD_FAILURE() << text_of(site.error().at(0)); }
        const auto& active = node_->context();
        const flow::Context after{*site,         active.writer, active.readers, active.keys, active.secrets,
                                  active.fields, active.ids,    active.clock,   active.node, active.older};
        const auto done = flow::dry_run(active, after, ledger::Actor::of_user(dana_));
        EXPECT_TRUE(done) << (done ? "" : done.error().message());
        return *done;
    }
    using Of = std::pair<std::string, std::string>;
    static std::string counts(const flow::DryRun::ByPartner& of, const std::string& partner, const std::string& what) {
        const auto at = of.find({partner, what});
        return at == of.end() ? "none" : std::to_string(at->second.before) + " " + std::to_string(at->second.after);
    }

    CaseId case_;
};

TEST_P(DryRuns, DecideOffersOutcomesAccountsAndWhatWasStoppedAgain) {
    const auto same = run();
    EXPECT_EQ(same.cases, 1);
    EXPECT_EQ(same.tellings, 4) << "offer, confirmation, outcome, account";
    EXPECT_EQ(counts(same.told, "eastford-council", "victim/name/family"), "1 1");
    EXPECT_EQ(counts(same.told, "northshire-police", "outcome/kind"), "1 1");
    EXPECT_EQ(counts(same.stopped, "steadfast", "no agreement with this recipient for this purpose"), "1 1")
        << same.stopped.size();
    EXPECT_EQ(folder_.council().received({"Sample"}), 1) << "nothing was sent";
}

TEST_P(DryRuns, ShowWhatANewAgreementWouldTellLessAndLetThroughThatWasStopped) {
    folder_.replace("agreements/np-8.toml", "\"outcome/kind\", ", "");
    auto own = peers::file_text(folder_.site() / "agreements/steadfast-1.toml");
    const auto record = own.find("[[record]]");
    own.replace(
        record, own.find("[[signed]]") - record,
        "[[record]]\ntype = \"incident-report\"\naccept = [\"incident/reference/*\", \"incident/summary\"]\n\n");
    const auto purpose = own.find("purpose = ");
    own.replace(purpose, own.find('\n', purpose) - purpose, "purpose = \"victim-account\"");
    peers::put_file(folder_.site() / "agreements/steadfast-account.toml", own);
    const auto changed = run();
    EXPECT_EQ(counts(changed.told, "northshire-police", "outcome/kind"), "1 0");
    EXPECT_EQ(counts(changed.told, "northshire-police", "outcome/at"), "1 1");
    EXPECT_EQ(counts(changed.told, "steadfast", "incident/summary"), "0 1");
    EXPECT_EQ(counts(changed.stopped, "steadfast", "no agreement with this recipient for this purpose"), "1 0");
}

// What is asked of a new agreement does not fade with the traffic: what was heard since is none of its doing.
TEST_P(DryRuns, DecideByWhatWasKnownWhenItWasTold) {
    clock_.turn_by(std::chrono::hours(1));
    const auto council = Name::declare("eastford-council");
    ASSERT_TRUE(flow::declare_conflict(node_->context(), case_, council, "", flow::ConflictReason::relative, dana_));
    ASSERT_TRUE(flow::enter_contact(node_->context(), case_, R"({
        "contact": {"channel": "call", "at": "2026-11-21T13:00:00Z", "outcome": "reached"},
        "victim": {"name": {"family": "Other"}}, "consent": {"to-referral": "no"}})",
                                    UserId{7}));
    node_->wake();
    ASSERT_TRUE(work_is_done()) << everything_held();
    clock_.turn_by(std::chrono::days(366));
    ASSERT_TRUE(node_->let_time_pass());
    ASSERT_EQ(count("SELECT COUNT(*) FROM copy WHERE wanted = 'destroy'"), 2) << "everything was asked back";
    folder_.replace("agreements/eastford-1.toml", "\"victim/birth-date\", ", "");
    const auto changed = run();
    EXPECT_EQ(counts(changed.told, "eastford-council", "victim/name/family"), "1 1");
    EXPECT_EQ(counts(changed.told, "eastford-council", "victim/birth-date"), "1 0");
    EXPECT_EQ(counts(changed.told, "northshire-police", "outcome/kind"), "1 1");
}

TEST_P(DryRuns, CompareAnAgreementWithItsRenewalThatBeginsWhenItEnds) {
    auto renewal = peers::file_text(folder_.site() / "agreements/eastford-1.toml");
    const auto put = [&](const std::string& from, const std::string& to) {
        renewal.replace(renewal.find(from), from.size(), to);
    };
    put("start = 2026-01-12", "start = 2028-01-01");
    put("review = 2027-06-30", "review = 2028-06-30");
    put("end = 2027-12-31", "end = 2028-12-31");
    put("\"victim/birth-date\", ", "");
    peers::put_file(folder_.site() / "agreements/eastford-0.toml", renewal);
    EXPECT_EQ(counts(run().told, "eastford-council", "victim/birth-date"), "1 0");
    clock_.turn_to(*parse_instant("2029-01-01T12:00:00Z"));
    EXPECT_EQ(counts(run().stopped, "eastford-council", "the agreement is not in force"), "2 2")
        << "under neither site would anything go any more";
}

INSTANTIATE_TEST_SUITE_P(Engines, DryRuns, both_engines, engine_name);

}  // namespace
}  // namespace haven
