#include "hub/flow/accounts.h"

#include "hub/flow/deciding.h"
#include "hub/flow/need.h"
#include "hub/flow/recalling.h"
#include "hub/flow/teller.h"
#include "mapping/identity.h"
#include "tests/flow/hub.h"

namespace haven {
namespace {

using namespace test;

constexpr const char* account = R"({
  "incident": {"reference": [{"issuer": "beacon", "value": "A-1"}], "summary": "What Zzyzx told in confidence."},
  "victim": {"name": {"family": "Zzyzxova"}, "phone": [{"number": "+447700900777", "safe": "yes"}]}
})";
constexpr const char* accepts_support = R"({
  "contact": {"channel": "call", "at": "2026-11-21T12:00:00Z", "outcome": "reached", "help": "accepted"},
  "victim": {"name": {"family": "Sample"}},
  "consent": {"to-referral": "yes", "to-pass-contact": "yes"},
  "need": [{"service": "emotional-support"}]
})";

/// What a victim tells a practitioner later. The charity Kindred stands for whoever she may let know.
class Accounts : public Hub {
protected:
    /// Kindred has an agreement on accounts, and a case is open with one account in it.
    void SetUp() override {
        Hub::SetUp();
        if (IsSkipped()) { return; }
        folder_.replace("partners/kindred.toml", R"("charity-xml/ending")",
                        R"("charity-xml/ending", "haven/incident-report")");
        auto own = peers::file_text(folder_.site() / "agreements/kindred-1.toml");
        const auto record = own.find("[[record]]");
        own.replace(record, own.find("[[signed]]") - record,
                    "[[record]]\ntype = \"incident-report\"\naccept = [\"incident/reference/*\", \"incident/summary\", "
                    "\"victim/name/*\"" +
                        also_named_ + "]\n\n[[record]]\ntype = \"recall\"\naccept = [\"request/*\", \"recall/*\"]\n\n");
        const std::string support = "purpose = \"support\"";
        own.replace(own.find(support), support.size(), "purpose = \"victim-account\"");
        peers::put_file(folder_.site() / "agreements/kindred-account.toml", own);
        activate_folder();
        case_ = *flow::enter_contact(node_->context(), std::nullopt, accepts_support, UserId{7});
        const auto made = flow::enter_account(node_->context(), case_, account, UserId{7});
        ASSERT_TRUE(made) << made.error().message();
        account_ = *made;
        node_->wake();
    }
    void decide(const char* partner, bool tell) {
        EXPECT_TRUE(flow::decide_account(node_->context(), account_, Name::declare(partner), tell, UserId{7}));
        node_->wake();
    }
    /// Nothing is being sent: before the clock goes on, for what is claimed waits no longer than half its lease.
    bool rests() {
        return eventually([&] {
            return read<std::int64_t>([](store::Sql& sql) {
                       return *sql.one<std::int64_t>("SELECT COUNT(*) FROM work WHERE state IN ('due', 'claimed')");
                   }) == 0;
        });
    }
    std::shared_ptr<const Map> map_of(std::string_view type) {
        const auto& catalogue = node_->context().site->catalogue;
        return *Map::compile(identity_map(*catalogue, *catalogue->find_record_type(type), true), "shown", catalogue);
    }
    std::string told() {
        std::string out;
        for (const auto& entry : std::filesystem::directory_iterator(folder_.drop("kindred"))) {
            out += entry.path().filename().string() + "\n" + peers::file_text(entry.path()) + "\n";
        }
        return out;
    }

    CaseId case_;
    RecordId account_;
    std::string also_named_;
};

/// Kindred's agreement on accounts names her numbers, and when they may be called.
class AccountsWithNumbers : public Accounts {
protected:
    void SetUp() override {
        also_named_ = R"(, "victim/phone/*", "victim/safe-contact/window/*")";
        Accounts::SetUp();
    }
};

// She says in confidence who he is: nothing of it is told, and what it protects her from is heeded at once.
TEST_P(Accounts, WhomSheNamesInConfidenceIsKeptFromHer) {
    const auto of = [](const std::string& who) {
        return R"({"incident": {"reference": [{"issuer": "beacon", "value": "A-2"}]}, "victim": {"name": {"family": "Zzyzxova"}}, "perpetrator": [)" +
               who + "]}";
    };
    ASSERT_NE(SiteFolder::dropped(folder_.drop("kindred"), "-offer-"), "") << everything_held();
    const auto conflicts = [&] {
        const auto known = flow::read_snapshot(node_->context(), case_);
        return flow::conflicts_of(*node_->context().site, node_->context().fields, *known);
    };
    EXPECT_TRUE(conflicts().empty());
    ASSERT_TRUE(flow::enter_account(node_->context(), case_, of(R"({"employer": "Kindred"})"), UserId{7}));
    EXPECT_EQ(conflicts(), std::vector{Name::declare("kindred")});
    EXPECT_NE(everything_held(), "") << "and whoever holds something of her is asked to";
}

TEST_P(Accounts, WhatSheToldInConfidenceIsInNothingElse) {
    EXPECT_NE(SiteFolder::dropped(folder_.drop("kindred"), "-offer-"), "") << everything_held();
    peers::put_file(folder_.answers("kindred") + "/yes.xml",
                    "<Answer><Reference>" + reference_at("kindred") + "</Reference><Decision>yes</Decision></Answer>");
    EXPECT_NE(SiteFolder::dropped(folder_.drop("kindred"), "-confirm-"), "") << everything_held();
    const auto snapshot = flow::read_snapshot(node_->context(), case_);
    ASSERT_TRUE(snapshot);
    for (const auto& record : snapshot->records) {
        EXPECT_NE(record.source.record, account_) << "it is in no case file";
    }
    const flow::Teller teller(node_->context(), clock_.now());
    const auto shown = teller.show_case(*snapshot, snapshot->file, *map_of("case-file"));
    ASSERT_TRUE(shown);
    EXPECT_EQ(shown->cleared.bytes(clock_.now())->find("Zzyzx"), std::string::npos);
    EXPECT_EQ(told().find("Zzyzx"), std::string::npos) << told();
    EXPECT_EQ(told().find("900777"), std::string::npos);
    const auto own =
        flow::read_accounts(node_->context(), case_, *map_of("incident-report"), ledger::Actor::of_user(UserId{7}));
    ASSERT_TRUE(own) << own.error().message();
    EXPECT_NE(own->at(0).find("What Zzyzx told"), std::string::npos) << "her worker reads it";
}

TEST_P(Accounts, GoesWhereSheDecidesUnderItsOwnAgreementAndNoFurther) {
    decide("kindred", true);
    decide("steadfast", true);
    EXPECT_NE(SiteFolder::dropped(folder_.drop("kindred"), id_text(account_)), "") << everything_held();
    EXPECT_NE(told().find("What Zzyzx told"), std::string::npos);
    EXPECT_EQ(told().find("900777"), std::string::npos) << "her number is not in that agreement";
    EXPECT_TRUE(eventually([&] { return everything_held().find("steadfast: ") != std::string::npos; }));
    EXPECT_TRUE(std::filesystem::is_empty(folder_.drop("steadfast"))) << "no agreement, no telling";
}

TEST_P(Accounts, HerNoBeforeTheSendingStopsIt) {
    const auto kindred = Name::declare("kindred");
    ASSERT_TRUE(flow::stop_sending(node_->context(), kindred, flow::StopReason::maintenance, UserId{9}));
    decide("kindred", true);
    decide("kindred", false);
    ASSERT_TRUE(flow::resume_sending(node_->context(), kindred, UserId{9}));
    node_->wake();
    EXPECT_TRUE(eventually([&] {
        return read<std::int64_t>([](store::Sql& sql) {
                   return *sql.one<std::int64_t>(
                       "SELECT COUNT(*) FROM work WHERE kind = 'account' AND state IN ('due', 'claimed')");
               }) == 0;
    })) << everything_held();
    EXPECT_EQ(told().find("Zzyzx"), std::string::npos);
}

// She decided on this telling, and has said since that nobody is to be told.
TEST_P(Accounts, ANoToEverythingThatSheSaysAfterHerDecisionStopsItToo) {
    const auto kindred = Name::declare("kindred");
    ASSERT_TRUE(flow::stop_sending(node_->context(), kindred, flow::StopReason::maintenance, UserId{9}));
    decide("kindred", true);
    clock_.turn_by(std::chrono::minutes(10));
    ASSERT_TRUE(flow::enter_contact(node_->context(), case_,
                                    R"({"contact": {"channel": "call", "at": ")" + iso_text(clock_.now()) +
                                        R"(", "outcome": "reached"}, "consent": {"to-referral": "no"}})",
                                    UserId{7}));
    ASSERT_TRUE(flow::resume_sending(node_->context(), kindred, UserId{9}));
    node_->wake();
    EXPECT_TRUE(eventually([&] { return everything_held().find("consent") != std::string::npos; }))
        << everything_held();
    EXPECT_EQ(told().find("What Zzyzx told"), std::string::npos);
    ASSERT_TRUE(rests()) << everything_held();
    clock_.turn_by(std::chrono::minutes(1));
    decide("kindred", true);
    EXPECT_TRUE(eventually([&] { return told().find("What Zzyzx told") != std::string::npos; }))
        << "a new decision of hers is newer than that: " << everything_held();
    EXPECT_EQ(everything_held().find("consent"), std::string::npos) << everything_held();
}

TEST_P(Accounts, HerNoAfterItWasToldAsksItBack) {
    decide("kindred", true);
    EXPECT_NE(SiteFolder::dropped(folder_.drop("kindred"), id_text(account_)), "") << everything_held();
    const auto copies = [&] {
        return read<std::vector<store::CopyRow>>([&](store::Sql& sql) { return store::copies_of(sql, case_); });
    };
    const auto wanted = [&](const std::string& reference) {
        std::optional<store::Wanted> out;
        for (const auto& copy : copies()) {
            if (copy.reference == reference) { out = copy.wanted; }
        }
        return out;
    };
    ASSERT_TRUE(eventually([&] { return wanted(id_text(account_)).has_value(); }));
    decide("steadfast", false);
    EXPECT_EQ(wanted(id_text(account_)), store::Wanted::keep) << "another was meant";
    decide("kindred", false);
    EXPECT_EQ(wanted(id_text(account_)), store::Wanted::destroy);
    ASSERT_TRUE(rests()) << everything_held();
    ASSERT_NE(told().find("recall"), std::string::npos) << told();
    clock_.turn_by(std::chrono::minutes(1));
    for (const auto& copy : copies()) {
        if (copy.reference != id_text(account_)) { continue; }
        ASSERT_TRUE(
            flow::enter_copy_word(node_->context(), copy.id, flow::CopyWord::done, store::Wanted::destroy, UserId{7}));
    }
    clock_.turn_by(std::chrono::minutes(1));
    decide("kindred", true);
    EXPECT_TRUE(eventually([&] { return wanted(id_text(account_)) == store::Wanted::keep; }))
        << "she may change her mind: " << everything_held();
    ASSERT_TRUE(rests());
    EXPECT_EQ(read<std::int64_t>([&](store::Sql& sql) {
                  return *sql.one<std::int64_t>(
                      "SELECT COUNT(DISTINCT idempotency_key) FROM attempt WHERE work_id IN"
                      " (SELECT id FROM work WHERE kind = 'account') AND state = 'accepted'");
              }),
              2)
        << "under a key that it knows the partner would take it for a repeat of what it has destroyed";
}

// What the case says of a number is not in her account: it goes with the case alone.
TEST_P(AccountsWithNumbers, NoNumberGoesWithAnAccountWhateverItsAgreementNames) {
    decide("kindred", true);
    EXPECT_NE(SiteFolder::dropped(folder_.drop("kindred"), id_text(account_)), "") << everything_held();
    EXPECT_NE(told().find("What Zzyzx told"), std::string::npos) << told();
    EXPECT_EQ(told().find("900777"), std::string::npos) << told();
}

INSTANTIATE_TEST_SUITE_P(Engines, AccountsWithNumbers, both_engines, engine_name);
INSTANTIATE_TEST_SUITE_P(Engines, Accounts, both_engines, engine_name);

}  // namespace
}  // namespace haven
