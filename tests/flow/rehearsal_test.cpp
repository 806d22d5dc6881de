#include "hub/flow/deciding.h"
#include "tests/flow/hub.h"

namespace haven {
namespace {

using namespace test;

std::string row(const std::string& reference) {
    return reference + ",21/11/2026 06:00:00,20/11/2026,22:15,20/11/2026 22:40,,,,Sample,Alex,03/04/1985,M,,,,N," +
           "07700 900123,MOB,Y" + std::string(48, ',') + "M,DASH,11,,,,\r\n";
}

/// Partners in rehearsal: fictional traffic goes to them and comes from them, and no other.
class Rehearsal : public Hub {
protected:
    void set_state(const std::string& partner, const char* from, const char* to) const {
        folder_.replace("partners/" + partner + ".toml", std::string("state = \"") + from,
                        std::string("state = \"") + to);
    }
    std::vector<store::CaseRow> cases() {
        return read<std::vector<store::CaseRow>>([](store::Sql& sql) { return store::list_cases(sql, {}, 9); });
    }
    std::vector<std::string> told_partners() {
        std::vector<std::string> out;
        for (const auto& referral :
             read<std::vector<Referral>>([](store::Sql& sql) { return store::list_referrals(sql, {}, {}, 9); })) {
            for (const auto& offer : referral.offers) { out.emplace_back(offer.partner.text()); }
        }
        return out;
    }
    std::int64_t held_for_rehearsal() {
        std::int64_t n = 0;
        for (const auto& line :
             read<std::vector<store::HeldRow>>([](store::Sql& sql) { return store::open_held(sql, {}, 50); })) {
            n += line.reason.starts_with("fictional cases go to") ? line.items : 0;
        }
        return n;
    }
    std::string reasons() {
        std::string out;
        for (const auto& body : read<std::vector<store::Bytes>>(
                 [](store::Sql& sql) { return sql.all<store::Bytes>("SELECT body FROM ledger_entry ORDER BY id"); })) {
            const auto entry = ledger::decode(body.value);
            if (entry && entry->reason == ledger::Word("rehearsal")) { out += std::string(entry->action.text()) + ";"; }
        }
        return out;
    }
};

TEST_P(Rehearsal, WhatAPartnerInRehearsalSendsIsAFictionalCaseAndNeverMeetsARealOne) {
    folder_.export_csv("real.csv", header + row("41/00011/26"));
    ASSERT_TRUE(eventually([&] { return cases().size() == 1; }));
    EXPECT_FALSE(cases()[0].fictional);
    set_state("northshire-police", "live", "rehearsal");
    activate_folder();
    folder_.export_csv("rehearsed.csv", header + row("41/00011/26"));
    ASSERT_TRUE(eventually([&] { return cases().size() == 2; }))
        << "the same person, the same reference, the same bytes";
    EXPECT_FALSE(cases()[0].fictional);
    EXPECT_TRUE(cases()[1].fictional);
    EXPECT_EQ(reasons(), "record taken;");
    set_state("northshire-police", "rehearsal", "live");
    activate_folder();
    folder_.export_csv("real-again.csv", header + row("41/00012/26"));
    ASSERT_TRUE(eventually([&] { return cases()[0].progress.the_case.reports == 2; })) << "joins the real one";
    EXPECT_EQ(cases()[1].progress.the_case.reports, 1);
    EXPECT_EQ(everything_held(), "");
}

TEST_P(Rehearsal, ARealCaseIsPutToLivePartnersOnlyAndAFictionalOneToThoseInRehearsal) {
    set_state("eastford-council", "live", "rehearsal");
    activate_folder();
    ASSERT_TRUE(flow::enter_contact(node_->context(), std::nullopt, needs_a_home, UserId{7}));
    node_->wake();
    ASSERT_TRUE(eventually([&] { return !told_partners().empty(); }));
    EXPECT_EQ(told_partners(), std::vector<std::string>{"westmere-council"}) << "the first in rank is in rehearsal";
    ASSERT_TRUE(flow::enter_contact(node_->context(), std::nullopt, needs_a_home, UserId{7}, true));
    node_->wake();
    ASSERT_TRUE(eventually([&] { return folder_.council().received() == 1; })) << everything_held();
    EXPECT_EQ(told_partners(), (std::vector<std::string>{"westmere-council", "eastford-council"}));
    EXPECT_EQ(reasons().substr(0, 4), "told") << "the ledger marks what was told in rehearsal";
}

// The choice of providers is not the only wall: what was queued for a partner meets the guard as it stands then.
TEST_P(Rehearsal, TheGuardStopsWhatIsQueuedForAPartnerThatCameOutOfRehearsalOrWentIntoIt) {
    for (const bool fictional : {false, true}) {
        set_state("eastford-council", fictional ? "rehearsal" : "live", fictional ? "rehearsal" : "live");
        const auto stopped =
            flow::stop_sending(node_->context(), std::nullopt, flow::StopReason::maintenance, UserId{9});
        ASSERT_TRUE(stopped);
        ASSERT_TRUE(flow::enter_contact(node_->context(), std::nullopt, needs_a_home, UserId{7}, fictional));
        node_->wake();
        ASSERT_TRUE(eventually([&] { return everything_held().find("all sending") != std::string::npos; }));
        set_state("eastford-council", fictional ? "rehearsal" : "live", fictional ? "live" : "rehearsal");
        activate_folder();
        ASSERT_TRUE(flow::resume_sending(node_->context(), std::nullopt, UserId{9}));
        node_->wake();
        EXPECT_TRUE(eventually([&] { return held_for_rehearsal() == (fictional ? 2 : 1); })) << everything_held();
        EXPECT_EQ(folder_.council().received(), 0);
    }
}

TEST_P(Rehearsal, APartnersWordOnACaseOfTheOtherKindIsHeld) {
    ASSERT_TRUE(flow::enter_contact(node_->context(), std::nullopt, needs_a_home, UserId{7}));
    node_->wake();
    const auto reference = reference_at("eastford-council");
    set_state("eastford-council", "live", "rehearsal");
    activate_folder();
    folder_.council().answer("a1", R"({"messageType": "answer", "externalId": ")" + reference +
                                       R"(", "decision": "ACCEPTED", "decidedAt": "2026-11-21T12:05:00Z"})");
    EXPECT_TRUE(eventually([&] { return held_for_rehearsal() == 1; })) << everything_held();
    EXPECT_EQ(state_of("rehousing"), "offered");
}

INSTANTIATE_TEST_SUITE_P(Engines, Rehearsal, both_engines, engine_name);

}  // namespace
}  // namespace haven
