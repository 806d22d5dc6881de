#include "hub/flow/concealing.h"
#include "hub/flow/deciding.h"
#include "hub/flow/near_misses.h"
#include "hub/flow/overriding.h"
#include "hub/flow/recalling.h"
#include "hub/flow/receipt.h"
#include "hub/flow/told.h"
#include "tests/flow/hub.h"
#include "tests/support/captured_log.h"

namespace haven {
namespace {

using namespace test;

constexpr const char* needs_a_home = R"({
  "contact": {"channel": "call", "at": "2026-11-21T12:00:00Z", "outcome": "reached", "help": "accepted"},
  "victim": {"phone": [{"number": "+447700900123", "safe": "yes"}]},
  "consent": {"to-referral": "yes", "to-pass-contact": "yes"},
  "need": [{"service": "rehousing"}]
})";

std::string where_he_works(const std::string& employer) {
    const std::string json(needs_a_home);
    return json.substr(0, json.rfind('}')) + ", \"perpetrator\": [{\"employer\": \"" + employer + "\"}]}";
}

/// What the guard stops, who may let it go, and who may not know.
class Guarded : public Hub {
protected:
    const Answerable ada_{UserId{7}, "practitioner"};
    const Answerable dana_{UserId{9}, "duty-manager"};
    const Answerable iris_{UserId{11}, "information-governance"};
    const Name council_ = Name::declare("eastford-council");
    const Name police_ = Name::declare("northshire-police");

    /// The council's agreements cover high risk only from now on; what is entered by hand has no grade.
    void cover_high_risk_only() {
        folder_.replace("agreements/eastford-1.toml", "retention_days", "risk_at_least = \"high\"\nretention_days");
        activate_folder();
    }
    CaseId open(const char* json = needs_a_home) {
        const auto id = flow::enter_contact(node_->context(), std::nullopt, json, UserId{7});
        EXPECT_TRUE(id) << (id ? "" : id.error().message());
        node_->wake();
        return id ? *id : CaseId{};
    }
    std::vector<store::NearMiss> misses() {
        return read<std::vector<store::NearMiss>>([](store::Sql& sql) { return store::near_misses(sql, {}, 50); });
    }
    bool stops(std::size_t n = 1) {
        return eventually([&] { return misses().size() == n; });
    }
    flow::OverrideRequest request(const Answerable& by, std::size_t miss = 0) {
        return {misses().at(miss).id, Ground::risk_to_life, std::chrono::minutes(30), "He was seen outside.", by};
    }
    bool all_is_quiet() {
        return eventually([&] {
            return read<std::int64_t>([](store::Sql& sql) {
                       return *sql.one<std::int64_t>("SELECT COUNT(*) FROM work WHERE state IN ('due', 'claimed')");
                   }) == 0;
        });
    }
};

TEST_P(Guarded, WhatWasStoppedIsKeptWithWhatWasDecidedOnIt) {
    cover_high_risk_only();
    const auto id = open();
    ASSERT_TRUE(stops()) << everything_held();
    const auto miss = misses().at(0);
    EXPECT_EQ(miss.partner, council_);
    EXPECT_EQ(miss.case_id, id);
    EXPECT_EQ(miss.why, "risk-too-low");
    EXPECT_EQ(miss.notice, "offer");
    EXPECT_EQ(miss.decision, "");
    const auto held =
        read<std::vector<store::HeldRow>>([](store::Sql& sql) { return store::open_held(sql, {}, 9); }).at(0);
    ASSERT_TRUE(flow::decide_held(node_->context(), held.id, held.role, flow::HeldDecision::close, dana_.who));
    const auto before = entries_of("near miss shown");
    const auto shown = flow::near_misses(node_->context(), ledger::Actor::of_user(iris_.who), 0, 9);
    ASSERT_TRUE(shown);
    ASSERT_EQ(shown->size(), 1U);
    EXPECT_NE(shown->at(0).json.find(R"("decision":"close","by":"user )" + id_text(dana_.who)), std::string::npos);
    EXPECT_EQ(entries_of("near miss shown"), before + 1) << "who looked is in the ledger";
    EXPECT_EQ(folder_.council().received(), 0);
}

TEST_P(Guarded, TwoNamedPeopleLetOneSendingGoOnceAndForAWhile) {
    cover_high_risk_only();
    open();
    ASSERT_TRUE(stops());
    auto& hub = node_->context();
    auto typed_nothing = request(ada_);
    typed_nothing.typed.clear();
    EXPECT_EQ(flow::ask_override(hub, typed_nothing).error().fault, Fault::malformed);
    typed_nothing.typed = " \n";
    EXPECT_EQ(flow::ask_override(hub, typed_nothing).error().fault, Fault::malformed);
    const auto asked = flow::ask_override(hub, request(ada_));
    ASSERT_TRUE(asked);
    ASSERT_TRUE(all_is_quiet());
    EXPECT_EQ(folder_.council().received(), 0) << "one is not enough";
    EXPECT_EQ(flow::confirm_override(hub, *asked, {ada_.who, "duty-manager"}).error().fault, Fault::refused);
    EXPECT_EQ(flow::confirm_override(hub, *asked, ada_).error().fault, Fault::refused);
    ASSERT_TRUE(flow::confirm_override(hub, *asked, dana_));
    node_->wake();
    EXPECT_TRUE(eventually([&] { return folder_.council().received() == 1; })) << everything_held();
    EXPECT_EQ(flow::confirm_override(hub, *asked, iris_).error().fault, Fault::missing) << "once";
    EXPECT_EQ(misses().at(0).decision, "override");
    EXPECT_EQ(entries_of("override asked for") + entries_of("override confirmed"), 2);
    EXPECT_NE(everything_held().find("override-given"), std::string::npos) << "somebody looks at it afterwards";
    open();
    ASSERT_TRUE(stops(2)) << "another sending is stopped as before";
    EXPECT_EQ(folder_.council().received(), 1);
    const auto later = flow::ask_override(hub, request(ada_, 1));
    ASSERT_TRUE(later);
    clock_.turn_by(std::chrono::hours(25));
    EXPECT_EQ(flow::confirm_override(hub, *later, dana_).error().fault, Fault::refused) << "it was asked too long ago";
}

TEST_P(Guarded, WhoBreaksTheGlassRaisesAnAlarmAndIsReviewedTheNextWorkingDay) {
    CapturedLog log;
    cover_high_risk_only();
    open();
    ASSERT_TRUE(stops());
    auto& hub = node_->context();
    auto too_long = request(ada_);
    too_long.lasts = std::chrono::minutes(61);
    EXPECT_EQ(flow::break_glass(hub, too_long).error().fault, Fault::malformed);
    EXPECT_EQ(flow::break_glass(hub, request(iris_)).error().fault, Fault::refused) << "not her role";
    const auto broken = flow::break_glass(hub, request(ada_));
    ASSERT_TRUE(broken);
    node_->wake();
    EXPECT_TRUE(eventually([&] { return folder_.council().received() == 1; })) << everything_held();
    const auto by = [&](const Answerable& user, const char* partner) {
        return flow::breach_report(hub, {partner, user.who, "", noon, noon + std::chrono::hours(1)},
                                   ledger::Actor::of_user(iris_.who))
            ->size();
    };
    EXPECT_EQ(by(ada_, "eastford-council"), 1U) << "what she let go";
    EXPECT_EQ(by(dana_, "eastford-council") + by(ada_, "kindred"), 0U);
    EXPECT_NE(log.text().find(R"("level":"alarm","event":"glass broken")"), std::string::npos) << log.text();
    EXPECT_EQ(log.text().find("seen outside"), std::string::npos);
    const auto line =
        read<std::vector<store::HeldRow>>([](store::Sql& sql) { return store::open_held(sql, {}, 9); }).at(0);
    EXPECT_EQ(line.fault, "glass-broken");
    EXPECT_EQ(iso_text(line.due_at), "2026-11-23T17:00:00Z") << "Monday's closing time, as it was Saturday";
    EXPECT_EQ(flow::decide_held(hub, line.id, line.role, flow::HeldDecision::close, dana_.who).error().fault,
              Fault::conflict)
        << "it is reviewed, not waved away";
    EXPECT_EQ(flow::review_override(hub, *broken, store::ReviewFinding::justified, ada_).error().fault, Fault::refused);
    clock_.turn_to(line.due_at);
    ASSERT_TRUE(node_->let_time_pass());
    EXPECT_NE(everything_held().find("review-overdue"), std::string::npos);
    EXPECT_NE(log.text().find(R"("level":"alarm","event":"review overdue")"), std::string::npos);
    const auto row = flow::see_override(hub, *broken, dana_.who);
    EXPECT_EQ(*flow::read_justification(hub, *row, ledger::Actor::of_user(dana_.who)), "He was seen outside.");
    ASSERT_TRUE(flow::review_override(hub, *broken, store::ReviewFinding::justified, dana_));
    EXPECT_EQ(everything_held().find("overdue"), std::string::npos) << "both lines are closed";
    EXPECT_EQ(everything_held().find("glass-broken"), std::string::npos);
    EXPECT_EQ(flow::review_override(hub, *broken, store::ReviewFinding::justified, dana_).error().fault,
              Fault::missing);
}

TEST_P(Guarded, NobodyLetsGoWhatProtectsHer) {
    ASSERT_TRUE(flow::stop_sending(node_->context(), council_, flow::StopReason::misdirected, dana_.who));
    open();
    ASSERT_TRUE(stops());
    EXPECT_EQ(misses().at(0).why, "stopped");
    EXPECT_EQ(flow::ask_override(node_->context(), request(ada_)).error().fault, Fault::refused);
    EXPECT_EQ(flow::break_glass(node_->context(), request(dana_)).error().fault, Fault::refused);
    ASSERT_TRUE(all_is_quiet());
    EXPECT_EQ(folder_.council().received(), 0);
}

TEST_P(Guarded, APartnerWhereTheAbuserWorksIsNeverAskedAndTheNextOneIs) {
    open(where_he_works("EASTFORD District Council, Fictional").c_str());
    EXPECT_EQ(reference_at("westmere-council").size(), 16U) << everything_held();
    ASSERT_TRUE(all_is_quiet());
    EXPECT_EQ(folder_.council().received(), 0);
    EXPECT_EQ(read<std::size_t>([&](store::Sql& sql) { return store::offers_to(sql, council_, {}, 9).size(); }), 0U);
}

// "Eastford District Council (fictional)" is its title: what a title says in brackets nobody writes of an employer.
TEST_P(Guarded, APartnerIsKnownByItsTitleWithoutWhatThatSaysInBrackets) {
    const auto in_conflict = [&](const std::string& employer) {
        const auto id = open(where_he_works(employer).c_str());
        return flow::is_in_conflict(node_->context(), *flow::read_snapshot(node_->context(), id), council_);
    };
    EXPECT_TRUE(in_conflict("Eastford District Council"));
    EXPECT_TRUE(in_conflict("Housing, EASTFORD DISTRICT COUNCIL"));
    EXPECT_FALSE(in_conflict("Eastford District Hospital"));
    EXPECT_FALSE(in_conflict("-"));
}

TEST_P(Guarded, AConflictDeclaredWhileTheWorkIsQueuedStopsIt) {
    ASSERT_TRUE(flow::stop_sending(node_->context(), council_, flow::StopReason::maintenance, dana_.who));
    const auto id = open();
    ASSERT_TRUE(stops());
    ASSERT_TRUE(flow::declare_conflict(node_->context(), id, council_, "", flow::ConflictReason::relative, ada_.who));
    EXPECT_EQ(flow::declare_conflict(node_->context(), id, council_, "", flow::ConflictReason::relative, ada_.who)
                  .error()
                  .fault,
              Fault::conflict);
    ASSERT_TRUE(flow::resume_sending(node_->context(), council_, dana_.who));
    node_->wake();
    ASSERT_TRUE(all_is_quiet());
    EXPECT_EQ(folder_.council().received(), 0);
    EXPECT_EQ(entries_of("conflict declared"), 1);
}

TEST_P(Guarded, ANominatedHandlerIsToldPastThePartnersOwnSystem) {
    const auto own_way = folder_.new_drop();
    folder_.add("partners/eastford-council.toml", folder_.handler_by_sftp(own_way));
    activate_folder();
    open(where_he_works("eastford-council").c_str());
    EXPECT_NE(SiteFolder::dropped(own_way, "-offer-"), "") << everything_held();
    EXPECT_EQ(folder_.council().received(), 0) << "nothing goes into the system that he may look at";
}

TEST_P(Guarded, AConflictIsTakenBackByWhoDeclaredItOrADutyManagerAndTheGuardDecidesAnew) {
    ASSERT_TRUE(flow::stop_sending(node_->context(), council_, flow::StopReason::maintenance, dana_.who));
    const auto id = open();
    ASSERT_TRUE(stops());
    auto& hub = node_->context();
    const auto end = [&](const Answerable& by, std::optional<Name> partner) {
        return flow::end_conflict(hub, id, partner, "", flow::ConflictEnd::mistaken, by);
    };
    EXPECT_EQ(end(dana_, council_).error().fault, Fault::missing) << "nobody declared one";
    ASSERT_TRUE(flow::declare_conflict(hub, id, council_, "", flow::ConflictReason::relative, ada_.who));
    ASSERT_TRUE(flow::resume_sending(hub, council_, dana_.who));
    node_->wake();
    ASSERT_TRUE(all_is_quiet());
    EXPECT_EQ(end({UserId{8}, "practitioner"}, council_).error().fault, Fault::refused) << "she did not declare it";
    EXPECT_EQ(end(iris_, council_).error().fault, Fault::refused);
    EXPECT_EQ(end(ada_, police_).error().fault, Fault::missing) << "of another partner";
    ASSERT_TRUE(end(ada_, council_));
    EXPECT_EQ(end(ada_, council_).error().fault, Fault::missing) << "once";
    EXPECT_EQ(entries_of("conflict taken back"), 1);
    ASSERT_TRUE(flow::declare_conflict(hub, id, council_, "", flow::ConflictReason::relative, ada_.who)) << "again";
    EXPECT_TRUE(end(dana_, council_)) << "a duty manager may";
    EXPECT_FALSE(flow::is_in_conflict(hub, *flow::read_snapshot(hub, id), council_));
}

TEST_P(Guarded, ALightPartnerInConflictSaysThatItsCopyIsDestroyedAndNothingElse) {
    open(where_he_works("eastford-council").c_str());
    const auto westmere = Name::declare("westmere-council");
    const auto reference = reference_at("westmere-council");
    ASSERT_FALSE(reference.empty()) << everything_held();
    const auto id = the_case();
    auto& hub = node_->context();
    ASSERT_TRUE(flow::declare_conflict(hub, id, westmere, "", flow::ConflictReason::relative, ada_.who));
    ASSERT_TRUE(flow::recall_copies(hub, id, westmere, flow::CopyReason::misdirected, dana_.who));
    const auto says = [&](const std::string& what) {
        return flow::enter_partner_answer(hub, westmere, reference,
                                          R"({"request": {"reference": ")" + reference + "\"}, " + what + "}");
    };
    EXPECT_EQ(says(R"("answer": {"kind": "accept", "at": "2026-11-21T12:05:00Z"})").error().fault, Fault::missing);
    const auto done = says(R"("recall": {"reference": ")" + reference +
                           R"(", "wanted": "destroy", "at": "2026-11-21T12:05:00Z", "acknowledged": "yes"})");
    EXPECT_TRUE(done) << done.error().message();
    EXPECT_EQ(entries_of("copy destroyed"), 1);
}

// Whatever else is wrong with an answer, it tells nobody there that there is such an offer.
TEST_P(Guarded, AnOfferThatIsConcealedFromAPartnerAnswersAsOneThatNeverWas) {
    open(where_he_works("eastford-council").c_str());
    const auto westmere = Name::declare("westmere-council");
    const auto reference = reference_at("westmere-council");
    ASSERT_FALSE(reference.empty()) << everything_held();
    const std::string never(reference.size(), '0');
    auto& hub = node_->context();
    const auto says = [&](const std::string& address, const std::string& named, const std::string& what) {
        const auto done = flow::enter_partner_answer(hub, westmere, address,
                                                     R"({"request": {"reference": ")" + named + "\"}, " + what + "}");
        return done ? std::string("taken") : done.error().message();
    };
    const std::string yes = R"("answer": {"kind": "accept", "at": "2026-11-21T12:05:00Z"})";
    const auto destroyed = [&](const std::string& of) {
        return R"("recall": {"reference": ")" + of +
               R"(", "wanted": "destroy", "at": "2026-11-21T12:05:00Z", "acknowledged": "yes"})";
    };
    const auto not_there = says(never, never, yes);
    EXPECT_NE(says(reference, never, yes), not_there) << "nothing is concealed yet";
    ASSERT_TRUE(flow::declare_conflict(hub, the_case(), westmere, "", flow::ConflictReason::relative, ada_.who));
    for (const auto& named : {reference, never}) {
        for (const auto& what : {yes, destroyed(reference), destroyed(named)}) {
            EXPECT_EQ(says(reference, named, what), not_there) << named << " " << what;
            EXPECT_EQ(says(never, named, what), not_there) << named << " " << what;
        }
    }
}

TEST_P(Guarded, WhatWasHeldForAConflictGoesOnOnlyAsTheGuardDecidesAnew) {
    open();
    const auto reference = reference_at("eastford-council");
    ASSERT_FALSE(reference.empty()) << everything_held();
    const auto id = the_case();
    auto& hub = node_->context();
    ASSERT_TRUE(flow::declare_conflict(hub, id, council_, "", flow::ConflictReason::relative, ada_.who));
    const auto answer = R"({"messageType": "answer", "externalId": ")" + reference +
                        R"(", "decision": "ACCEPTED", "decidedAt": "2026-11-21T12:05:00Z"})";
    const auto accepted = node_->door().accept({council_, "application/json", answer, {}, {}});
    ASSERT_TRUE(accepted);
    ASSERT_TRUE(eventually([&] { return everything_held().find("partner in conflict") != std::string::npos; }))
        << everything_held();
    EXPECT_EQ(state_of("rehousing").find("accepted"), std::string::npos) << "it is not taken";
    const auto receipt = flow::receipt_json(hub, accepted->id);
    ASSERT_TRUE(receipt);
    EXPECT_EQ(receipt->find("conflict"), std::string::npos) << "nobody there learns of it: " << *receipt;
    EXPECT_NE(receipt->find("asked nothing under this reference"), std::string::npos) << *receipt;
    const auto line = [&] {
        for (const auto& row :
             read<std::vector<store::HeldRow>>([](store::Sql& sql) { return store::open_held(sql, {}, 9); })) {
            if (row.reason.find("partner in conflict") != std::string::npos) { return row; }
        }
        return store::HeldRow{};
    };
    ASSERT_EQ(line().role, "duty-manager");
    const auto before = line().id;
    ASSERT_TRUE(flow::decide_held(hub, before, "duty-manager", flow::HeldDecision::again, dana_.who));
    node_->wake();
    EXPECT_TRUE(eventually([&] { return line().id && line().id != before; })) << "still in conflict: held again";
    ASSERT_TRUE(flow::end_conflict(hub, id, council_, "", flow::ConflictEnd::mistaken, dana_));
    EXPECT_EQ(line().items, 1) << "nothing goes by itself";
    ASSERT_TRUE(flow::decide_held(hub, line().id, "duty-manager", flow::HeldDecision::again, dana_.who));
    node_->wake();
    EXPECT_TRUE(eventually([&] { return !line().id; })) << everything_held();
    EXPECT_EQ(everything_held().find("asked nothing"), std::string::npos) << "it was read: " << everything_held();
}

TEST_P(Guarded, ToAUserWhoKnowsThemThereIsNoSuchCase) {
    const auto mallory =
        flow::add_person(node_->context(), "mallory", site::Role::practitioner, ledger::Actor::of_hub("test"));
    ASSERT_TRUE(mallory);
    cover_high_risk_only();
    const auto id = open();
    ASSERT_TRUE(stops());
    const auto counts = [&](UserId by) {
        return read<std::array<std::size_t, 4>>([&](store::Sql& sql) {
            return std::array{store::list_cases(sql, {}, 9, by).size(),
                              store::list_referrals(sql, {}, {}, 9, by).size(), store::open_held(sql, {}, 9, by).size(),
                              store::near_misses(sql, {}, 9, by).size()};
        });
    };
    const std::array<std::size_t, 4> one_each{1, 1, 1, 1};
    const std::array<std::size_t, 4> nothing{0, 0, 0, 0};
    EXPECT_EQ(counts(*mallory), one_each);
    ASSERT_TRUE(flow::declare_conflict(node_->context(), id, std::nullopt, "mallory",
                                       flow::ConflictReason::acquaintance, ada_.who));
    EXPECT_EQ(counts(*mallory), nothing);
    EXPECT_EQ(counts(ada_.who), one_each);
    const auto concealed = flow::see_case(node_->context(), id, *mallory);
    const auto missing = flow::see_case(node_->context(), CaseId{12345}, *mallory);
    EXPECT_EQ(concealed.error().message(), missing.error().message());
    EXPECT_TRUE(flow::see_case(node_->context(), id, ada_.who));
    EXPECT_EQ(flow::break_glass(node_->context(), request({*mallory, "practitioner"})).error().fault, Fault::missing);
    ASSERT_TRUE(flow::end_conflict(node_->context(), id, std::nullopt, "mallory", flow::ConflictEnd::no_longer, dana_));
    EXPECT_EQ(counts(*mallory), one_each) << "it was taken back";
}

TEST_P(Guarded, WhatIsStoppedAsTheCaseIsRestrictedIsANearMissThatNobodyLetsGo) {
    ASSERT_TRUE(flow::stop_sending(node_->context(), council_, flow::StopReason::maintenance, dana_.who));
    const auto id = open();
    ASSERT_TRUE(stops());
    ASSERT_TRUE(flow::restrict_case(node_->context(), id, flow::CopyReason::objection, dana_.who));
    ASSERT_TRUE(flow::resume_sending(node_->context(), council_, dana_.who));
    node_->wake();
    ASSERT_TRUE(stops(2));
    EXPECT_EQ(misses().at(1).why, "restricted");
    EXPECT_EQ(flow::ask_override(node_->context(), request(ada_, 1)).error().fault, Fault::refused);
    EXPECT_EQ(folder_.council().received(), 0);
}

TEST_P(Guarded, WhatIsStoppedAsItsHolderIsAskedToGiveItBackIsANearMiss) {
    const auto id = open();
    const auto reference = reference_at("eastford-council");
    ASSERT_FALSE(reference.empty()) << everything_held();
    ASSERT_TRUE(flow::stop_sending(node_->context(), council_, flow::StopReason::maintenance, dana_.who));
    folder_.council().answer("a1", R"({"messageType": "answer", "externalId": ")" + reference +
                                       R"(", "decision": "ACCEPTED", "decidedAt": "2026-11-21T12:05:00Z"})");
    ASSERT_TRUE(stops()) << everything_held();
    ASSERT_TRUE(flow::recall_copies(node_->context(), id, council_, flow::CopyReason::misdirected, dana_.who));
    ASSERT_TRUE(flow::resume_sending(node_->context(), council_, dana_.who));
    node_->wake();
    ASSERT_TRUE(all_is_quiet());
    const auto all = misses();
    EXPECT_TRUE(std::any_of(all.begin(), all.end(), [](const auto& miss) { return miss.why == "recalled"; }))
        << everything_held();
}

INSTANTIATE_TEST_SUITE_P(Engines, Guarded, both_engines, engine_name);

}  // namespace
}  // namespace haven
