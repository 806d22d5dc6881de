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

    const Name council_ = Name::declare("eastford-council");
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
    EXPECT_EQ(snapshot->file.facts().get(hub.fields.consent_overridden), Answer::yes) << "it is known who said so";
    EXPECT_TRUE(read<std::vector<store::OfferRow>>([&](store::Sql& sql) {
                    return store::offers_to(sql, council_, {}, 9);
                }).empty())
        << "nobody is even about to be asked";
    const flow::Teller teller(hub, clock_.now());
    EXPECT_FALSE(teller.facts(*snapshot, snapshot->file, council_, "rehousing").consent_overridden);
}

INSTANTIATE_TEST_SUITE_P(Engines, OverriddenConsent, both_engines, engine_name);

}  // namespace
}  // namespace haven
