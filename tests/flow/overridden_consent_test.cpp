#include "core/store/near_misses.h"
#include "hub/flow/deciding.h"
#include "hub/flow/overriding.h"
#include "hub/flow/teller.h"
#include "tests/flow/hub.h"

namespace haven {
namespace {

using namespace test;

constexpr const char* without_her_yes = R"({
  "contact": {"channel": "call", "at": "2026-11-21T12:00:00Z", "outcome": "reached", "help": "accepted"},
  "consent": {"overridden": "yes", "override-reason": "risk-to-life"},
  "need": [{"service": "rehousing"}]
})";

/// What is written down as `consent/overridden`, and whose word counts.
class OverriddenConsent : public Hub {
protected:
    /// A duty manager may decide without her yes, where it is a matter of life.
    void let_duty_managers_decide() {
        const std::string file = "agreements/eastford-1.toml";
        folder_.replace(file, "\"required\"", "\"overridable\"");
        folder_.replace(file, "[from]", "[override]\nby = [\"duty-manager\"]\ngrounds = [\"risk-to-life\"]\n\n[from]");
        activate_folder();
    }
    /// "by whom: why" of each entry with this action.
    std::vector<std::string> reasons_of(std::string_view action) {
        std::vector<std::string> out;
        for (const auto& body : read<std::vector<store::Bytes>>(
                 [](store::Sql& sql) { return sql.all<store::Bytes>("SELECT body FROM ledger_entry ORDER BY id"); })) {
            const auto entry = ledger::decode(body.value);
            if (!entry || entry->action.text() != action) { continue; }
            out.push_back(id_text(entry->actor.user) + ": " + std::string(entry->reason.text()));
        }
        return out;
    }

    /// She says no, and a manager decides to share all the same: the council is asked.
    CaseId shared_after_her_no() {
        folder_.replace("partners/northshire-police.toml", "\"haven/recall\"]",
                        "\"haven/recall\", \"haven/incident-report\"]");
        let_duty_managers_decide();
        reported("");
        const auto id = the_case();
        clock_.turn_to(noon + std::chrono::minutes(5));
        says_no_on_the_phone(id, "2026-11-21T12:05:00Z");
        EXPECT_EQ(folder_.council().received(), 0);
        clock_.turn_to(noon + std::chrono::minutes(10));
        const auto manager =
            flow::add_person(node_->context(), "Mo Manager", site::Role::duty_manager, ledger::Actor::of_hub("test"));
        std::string decided(without_her_yes);
        decided.replace(decided.find("12:00:00Z"), 9, "12:10:00Z");
        const auto done = flow::enter_contact(node_->context(), id, decided, *manager);
        EXPECT_TRUE(done) << done.error().message();
        node_->wake();
        EXPECT_TRUE(becomes("rehousing", "offered")) << everything_held();
        EXPECT_TRUE(eventually([&] { return folder_.council().received() == 1; })) << everything_held();
        EXPECT_TRUE(work_is_done()) << everything_held();
        clock_.turn_to(noon + std::chrono::minutes(15));
        return id;
    }
    void says_no_on_the_phone(CaseId id, const std::string& at) {
        const auto done = flow::enter_contact(node_->context(), id,
                                              R"({"contact": {"channel": "call", "at": ")" + at +
                                                  R"(", "outcome": "reached"}, "consent": {"to-referral": "no"}})",
                                              UserId{7});
        EXPECT_TRUE(done) << done.error().message();
        node_->wake();
    }
    /// The force reports, as of now and each time under another reference; `more` members of the record.
    void reported(const std::string& more) {
        const auto n = std::to_string(++reports_);
        ASSERT_TRUE(node_->door().accept({Name::declare("northshire-police"),
                                          "application/json",
                                          R"({"report": {"as-of": ")" + iso_text(clock_.now()) +
                                              R"("}, "incident": {"reference": [{"issuer": "northshire-police",
            "value": "41/0000)" + n + R"(/26"}]}, "victim": {"name": {"family": "Sample", "given": "Alex"},
            "birth-date": "1985-04-03", "phone": [{"number": "+447700900123", "safe": "yes"}]})" +
                                              more + "}",
                                          {},
                                          {}}));
        node_->wake();
        EXPECT_TRUE(eventually([&] {
            return counted("SELECT COUNT(*) FROM message WHERE state = 'taken' AND partner = 'northshire-police'") ==
                   reports_;
        })) << everything_held();
        EXPECT_TRUE(work_is_done()) << everything_held();
    }
    bool work_is_done() {
        return eventually([&] { return counted("SELECT COUNT(*) FROM work WHERE state IN ('due', 'claimed')") == 0; });
    }
    std::int64_t counted(Literal query) {
        return read<std::int64_t>([&](store::Sql& sql) { return *sql.one<std::int64_t>(query); });
    }
    /// What was shared is asked back, and nobody is asked any more.
    void everything_is_asked_back(CaseId id) {
        EXPECT_FALSE(flow::recorded_override(node_->context().fields, *flow::read_snapshot(node_->context(), id)));
        EXPECT_TRUE(becomes("rehousing", "withdrawn")) << state_of("rehousing");
        EXPECT_TRUE(work_is_done()) << everything_held();
        const auto copies =
            read<std::vector<store::CopyRow>>([&](store::Sql& sql) { return store::copies_of(sql, id); });
        EXPECT_FALSE(copies.empty());
        for (const auto& copy : copies) {
            if (copy.partner != council_) { continue; }
            EXPECT_EQ(copy.wanted, store::Wanted::destroy);
            EXPECT_EQ(copy.why, "consent-withdrawn");
        }
        EXPECT_EQ(folder_.council().received({"-withdraw-"}), 1) << everything_held();
        EXPECT_EQ(folder_.council().received({"recall", "DELETE"}), 1) << everything_held();
    }

    const Name council_ = Name::declare("eastford-council");
    int reports_ = 0;
};

TEST_P(OverriddenConsent, OnlyWhomAnAgreementNamesWritesDownThatSheIsToldOfWithoutHerYes) {
    let_duty_managers_decide();
    auto& hub = node_->context();
    const auto practitioner =
        flow::add_person(node_->context(), "Pat Practitioner", site::Role::practitioner, ledger::Actor::of_hub("test"));
    const auto manager =
        flow::add_person(node_->context(), "Mo Manager", site::Role::duty_manager, ledger::Actor::of_hub("test"));
    ASSERT_TRUE(practitioner && manager);
    const auto refused = flow::enter_contact(hub, std::nullopt, without_her_yes, *practitioner);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().fault, Fault::refused);
    EXPECT_NE(refused.error().message().find("consent/overridden: no agreement lets this role"), std::string::npos)
        << refused.error().message();
    std::string other_ground(without_her_yes);
    other_ground.replace(other_ground.find("risk-to-life"), 12, "court-order");
    EXPECT_FALSE(flow::enter_contact(hub, std::nullopt, other_ground, *manager));
    EXPECT_FALSE(flow::enter_contact(hub, std::nullopt, without_her_yes, UserId{7})) << "nobody whom the hub knows";
    EXPECT_TRUE(reasons_of("consent overridden").empty());
    ASSERT_TRUE(flow::enter_contact(hub, std::nullopt, without_her_yes, *manager));
    node_->wake();
    EXPECT_TRUE(eventually([&] { return folder_.council().received() == 1; })) << everything_held();
    EXPECT_EQ(reasons_of("consent overridden"), std::vector{id_text(*manager) + ": risk-to-life"});
    EXPECT_EQ(reasons_of("told"), std::vector{id_text(UserId{}) + ": risk-to-life"});
}

TEST_P(OverriddenConsent, HerNoThatComesAfterItEndsIt) {
    let_duty_managers_decide();
    auto& hub = node_->context();
    const auto manager = flow::add_person(hub, "Mo Manager", site::Role::duty_manager, ledger::Actor::of_hub("test"));
    const auto id = *flow::enter_contact(hub, std::nullopt, without_her_yes, *manager);
    EXPECT_TRUE(flow::recorded_override(hub.fields, *flow::read_snapshot(hub, id)));
    clock_.turn_to(noon + std::chrono::minutes(5));
    const auto says = [&](const char* at, const char* answer) {
        return flow::enter_contact(hub, id,
                                   R"({"contact": {"channel": "call", "at": ")" + std::string(at) +
                                       R"(", "outcome": "reached"}, "consent": {"to-referral": ")" + answer + R"("}})",
                                   *manager);
    };
    ASSERT_TRUE(says("2026-11-21T12:05:00Z", "no"));
    EXPECT_FALSE(flow::recorded_override(hub.fields, *flow::read_snapshot(hub, id)));
}

TEST_P(OverriddenConsent, HerNoThatIsEnteredAfterItAsksBackWhatWasShared) {
    const auto id = shared_after_her_no();
    says_no_on_the_phone(id, "2026-11-21T12:15:00Z");
    everything_is_asked_back(id);
}

// She had said no before, so that the case itself says nothing new.
TEST_P(OverriddenConsent, HerNoThatAnImportBringsAfterItAsksBackWhatWasShared) {
    const auto id = shared_after_her_no();
    reported(R"(, "consent": {"to-referral": "no"})");
    everything_is_asked_back(id);
}

TEST_P(OverriddenConsent, AnImportThatSaysNoMoreThanBeforeItLeavesWhatWasShared) {
    const auto id = shared_after_her_no();
    reported("");
    EXPECT_TRUE(work_is_done()) << everything_held();
    EXPECT_TRUE(flow::recorded_override(node_->context().fields, *flow::read_snapshot(node_->context(), id)));
    EXPECT_EQ(state_of("rehousing"), "offered");
    EXPECT_EQ(folder_.council().received({"-withdraw-"}), 0);
    EXPECT_EQ(folder_.council().received({"recall"}), 0);
}

// Two people let the force hear what became of her, though she had said no. She says so again before it is sent.
TEST_P(OverriddenConsent, HerNoThatAnImportBringsBeforeTheSendingEndsWhatTwoPeopleLetGo) {
    folder_.replace("partners/northshire-police.toml", "\"haven/recall\"]",
                    "\"haven/recall\", \"haven/incident-report\"]");
    folder_.replace("agreements/np-8.toml", "\"required\"", "\"overridable\"");
    folder_.replace("agreements/np-8.toml", "[from]",
                    "[override]\nby = [\"duty-manager\"]\ngrounds = [\"risk-to-life\"]\n\n[from]");
    activate_folder();
    auto& hub = node_->context();
    const auto police = Name::declare("northshire-police");
    const auto stops = [&](bool on) {
        const auto done = on ? flow::stop_sending(hub, police, flow::StopReason::maintenance, UserId{9})
                             : flow::resume_sending(hub, police, UserId{9});
        EXPECT_TRUE(done) << done.error().message();
        node_->wake();
    };
    const auto misses = [&] {
        return read<std::vector<store::NearMiss>>([](store::Sql& sql) { return store::near_misses(sql, {}, 50); });
    };
    reported("");
    const auto id = the_case();
    ASSERT_TRUE(flow::enter_contact(hub, id, needs_a_home, UserId{7}));
    node_->wake();
    const auto reference = reference_at("eastford-council");
    const auto says = [&](const char* name, const char* type, const std::string& more) {
        folder_.council().answer(name, R"({"messageType": ")" + std::string(type) + R"(", "externalId": ")" +
                                           reference + "\", " + more + "}");
    };
    says("a", "answer", R"("decision": "ACCEPTED", "decidedAt": "2026-11-21T12:00:00Z")");
    ASSERT_TRUE(becomes("rehousing", "accepted")) << everything_held();
    stops(true);
    says("b", "outcome", R"("result": "REHOUSED", "resultAt": "2026-11-21T12:00:00Z")");
    ASSERT_TRUE(becomes("rehousing", "completed")) << everything_held();
    clock_.turn_to(noon + std::chrono::minutes(5));
    says_no_on_the_phone(id, "2026-11-21T12:05:00Z");
    stops(false);
    ASSERT_TRUE(eventually([&] { return !misses().empty() && misses().back().why == "no-consent"; }))
        << everything_held();
    stops(true);
    const auto asked = flow::ask_override(hub, {misses().back().id,
                                                Ground::risk_to_life,
                                                std::chrono::minutes(30),
                                                "He was seen outside.",
                                                {UserId{7}, "practitioner"}});
    ASSERT_TRUE(asked) << asked.error().message();
    ASSERT_TRUE(flow::confirm_override(hub, *asked, {UserId{9}, "duty-manager"}));
    clock_.turn_to(noon + std::chrono::minutes(10));
    reported(R"(, "consent": {"to-referral": "no"})");
    stops(false);
    EXPECT_TRUE(work_is_done()) << everything_held();
    const auto told = folder_.site() / "var/northshire/told";
    EXPECT_TRUE(!std::filesystem::exists(told) || std::filesystem::is_empty(told));
}

TEST_P(OverriddenConsent, AnImportThatSaysItIsSharedWithoutHerYesChangesNothing) {
    folder_.replace("partners/northshire-police.toml", "\"haven/recall\"]",
                    "\"haven/recall\", \"haven/incident-report\"]");
    let_duty_managers_decide();
    auto& hub = node_->context();
    ASSERT_TRUE(node_->door().accept({Name::declare("northshire-police"),
                                      "application/json",
                                      R"({
        "incident": {"reference": [{"issuer": "northshire-police", "value": "41/00009/26"}]},
        "victim": {"name": {"family": "Sample"}, "phone": [{"number": "+447700900123", "safe": "yes"}]},
        "consent": {"overridden": "yes", "override-reason": "risk-to-life"}})",
                                      {},
                                      {}}));
    node_->wake();
    const auto id = the_case();
    ASSERT_TRUE(flow::enter_contact(hub, id, R"({
        "contact": {"channel": "call", "at": "2026-11-21T11:00:00Z", "outcome": "reached", "help": "accepted"},
        "need": [{"service": "rehousing"}]})",
                                    UserId{7}));
    node_->wake();
    ASSERT_TRUE(eventually([&] {
        return read<std::int64_t>([](store::Sql& sql) {
                   return *sql.one<std::int64_t>("SELECT COUNT(*) FROM work WHERE state IN ('due', 'claimed')");
               }) == 0;
    }));
    EXPECT_EQ(folder_.council().received(), 0);
    EXPECT_NE(state_of("rehousing"), "none");
    const auto snapshot = flow::read_snapshot(hub, id);
    ASSERT_TRUE(snapshot);
    EXPECT_EQ(snapshot->file.facts().get(hub.fields.consent_override.overridden), Answer::yes)
        << "it is known who said so";
    EXPECT_TRUE(read<std::vector<store::OfferRow>>([&](store::Sql& sql) {
                    return store::offers_to(sql, council_, {}, 9);
                }).empty())
        << "nobody is even about to be asked";
    const flow::Teller teller(hub, clock_.now());
    EXPECT_FALSE(teller.facts(*snapshot, snapshot->file, council_, "rehousing").consent_overridden);
}

TEST_P(OverriddenConsent, NoImportTakesAPersonsDecisionAwayAndALaterAnswerOfAPersonEndsIt) {
    folder_.replace("partners/northshire-police.toml", "\"haven/recall\"]",
                    "\"haven/recall\", \"haven/incident-report\"]");
    let_duty_managers_decide();
    const auto& hub = node_->context();
    const auto manager = flow::add_person(hub, "Mo Manager", site::Role::duty_manager, ledger::Actor::of_hub("test"));
    ASSERT_TRUE(manager);
    auto record = flow::with_role(hub, *flow::read_canonical(hub, "contact-result", without_her_yes), *manager, noon);
    ASSERT_TRUE(record) << record.error().message();
    auto snapshot = flow::new_case(hub, {record->record, {RecordId{1}, hub.site->hub, noon, true}}, {}, false, noon);
    ASSERT_TRUE(flow::recorded_override(hub.fields, snapshot));
    const auto import = flow::read_canonical(hub, "incident-report", R"({
        "incident": {"reference": [{"issuer": "northshire-police", "value": "41/00009/26"}]}, "victim": {"name": {"family": "Sample"}},
        "consent": {"overridden": "yes", "override-reason": "court-order", "override-role": "practitioner"}})");
    ASSERT_TRUE(import) << import.error().message();
    const auto later = noon + std::chrono::minutes(10);
    snapshot.add({*import, {RecordId{2}, Name::declare("northshire-police"), later, false}}, {});
    const auto decided = flow::recorded_override(hub.fields, snapshot);
    ASSERT_TRUE(decided);
    EXPECT_EQ(decided->ground, Ground::risk_to_life);
    EXPECT_EQ(decided->role, "duty-manager");
    const auto ended = flow::read_canonical(hub, "contact-result", R"({
        "contact": {"channel": "call", "at": "2026-11-21T12:20:00Z", "outcome": "reached"},
        "consent": {"overridden": "no"}})");
    ASSERT_TRUE(ended) << ended.error().message();
    snapshot.add({*ended, {RecordId{3}, hub.site->hub, later + std::chrono::minutes(10), true}}, {});
    EXPECT_FALSE(flow::recorded_override(hub.fields, snapshot));
}

// The council lets only duty managers decide, the charity only practitioners.
TEST_P(OverriddenConsent, ADecisionCountsOnlyUnderAgreementsThatNameTheRoleOfWhoMadeIt) {
    folder_.replace("agreements/kindred-1.toml", "\"required\"", "\"overridable\"");
    folder_.replace("agreements/kindred-1.toml", "[from]",
                    "[override]\nby = [\"practitioner\"]\ngrounds = [\"risk-to-life\"]\n\n[from]");
    let_duty_managers_decide();
    const auto& hub = node_->context();
    const auto practitioner =
        flow::add_person(hub, "Pat Practitioner", site::Role::practitioner, ledger::Actor::of_hub("test"));
    const auto manager = flow::add_person(hub, "Mo Manager", site::Role::duty_manager, ledger::Actor::of_hub("test"));
    ASSERT_TRUE(practitioner && manager);
    std::string both(without_her_yes);
    both.replace(both.find(R"("rehousing")"), 11, R"("rehousing"}, {"service": "emotional-support")");
    const auto by_practitioner = flow::enter_contact(hub, std::nullopt, both, *practitioner);
    ASSERT_TRUE(by_practitioner) << by_practitioner.error().message();
    node_->wake();
    EXPECT_NE(test::SiteFolder::dropped(folder_.drop("kindred"), "-offer-"), "") << everything_held();
    ASSERT_TRUE(eventually([&] { return everything_held().find("requires consent") != std::string::npos; }))
        << everything_held();
    EXPECT_EQ(folder_.council().received(), 0) << "no duty manager decided";
    ASSERT_TRUE(flow::enter_contact(hub, std::nullopt, without_her_yes, *manager));
    node_->wake();
    EXPECT_TRUE(eventually([&] { return folder_.council().received() == 1; })) << everything_held();
}

TEST_P(OverriddenConsent, ADecisionWhoseRoleIsNotKnownOrWasTypedCountsForNothing) {
    let_duty_managers_decide();
    const auto& hub = node_->context();
    std::string typed(without_her_yes);
    typed.replace(typed.find("\"risk-to-life\""), 14, R"("risk-to-life", "override-role": "duty-manager")");
    const auto manager = flow::add_person(hub, "Mo Manager", site::Role::duty_manager, ledger::Actor::of_hub("test"));
    ASSERT_TRUE(manager);
    const auto refused = flow::enter_contact(hub, std::nullopt, typed, *manager);
    ASSERT_FALSE(refused);
    EXPECT_NE(refused.error().message().find("consent/override-role"), std::string::npos) << refused.error().message();

    const auto stored = flow::read_canonical(hub, "contact-result", without_her_yes);  // as before there was a role
    ASSERT_TRUE(stored);
    const auto snapshot =
        flow::new_case(hub, {*stored, {RecordId{1}, hub.site->hub, clock_.now(), true}}, {}, false, clock_.now());
    EXPECT_FALSE(flow::recorded_override(hub.fields, snapshot));
    EXPECT_FALSE(
        flow::Teller(hub, clock_.now()).facts(snapshot, snapshot.file, council_, "rehousing").consent_overridden);
}

INSTANTIATE_TEST_SUITE_P(Engines, OverriddenConsent, both_engines, engine_name);

}  // namespace
}  // namespace haven
