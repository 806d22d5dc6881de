#include "hub/flow/access.h"
#include "hub/flow/accounts.h"
#include "hub/flow/erasing.h"
#include "hub/flow/merging.h"
#include "hub/flow/overriding.h"
#include "hub/flow/recalling.h"
#include "hub/flow/told.h"
#include "mapping/identity.h"
#include "tests/flow/canary.h"

namespace haven {
namespace {

using namespace test;

class CanaryRights : public Canary {
protected:
    CaseId opened(const std::string& family, const std::string& phone, const std::string& more) {
        const auto id = flow::enter_contact(node_->context(), std::nullopt,
                                            R"({"contact": {"channel": "call", "at": "2026-11-21T12:00:00Z",
            "outcome": "reached", "help": "accepted", "note": "Canarytyped of )" +
                                                family + R"("}, "victim": {"name": {"family": ")" + family +
                                                R"("}, "birth-date": "1985-04-03", "phone": [{"number": ")" + phone +
                                                R"(", "safe": "yes"}],
            "safe-contact": {"code-word": "Canaryword"}})" +
                                                more + "}",
                                            UserId{7});
        EXPECT_TRUE(id) << id.error().message();
        return *id;
    }
    std::shared_ptr<const Map> map_of(std::string_view type) {
        const auto& catalogue = node_->context().site->catalogue;
        return *Map::compile(identity_map(*catalogue, *catalogue->find_record_type(type), true), type, catalogue);
    }
    std::int64_t count(Literal query) {
        return read<std::int64_t>([&](store::Sql& sql) { return *sql.one<std::int64_t>(query); });
    }
    Places looked_at(const CapturedLog& log) {
        const auto held = everything_held();
        Places tables;
        add_tables(tables);
        auto running = while_it_runs();
        node_.reset();
        auto places = everything(log);
        places.merge(tables);
        for (const auto& [place, text] : running) { places[place] += text; }
        places["held: all"] = held;
        start();
        return places;
    }
    const UserId dana_{9};
};

// What a person types: an account, a reason to let something go, a request; and what is made of it, to the erasure.
TEST_P(CanaryRights, WhatIsTypedAndDecidedOfACaseIsFoundNowhere) {
    CapturedLog log;
    node_.reset();
    folder_.replace("agreements/eastford-1.toml", "retention_days", "risk_at_least = \"high\"\nretention_days");
    start();
    activate_folder();
    const auto& context = node_->context();
    const auto id = opened("Canaryfamily", "+447700900771",
                           R"(, "consent": {"to-referral": "yes"}, "need": [{"service": "rehousing"}])");
    node_->wake();
    std::vector<store::NearMiss> misses;
    ASSERT_TRUE(eventually([&] {
        misses = read<std::vector<store::NearMiss>>([](store::Sql& sql) { return store::near_misses(sql, {}, 50); });
        return misses.size() == 1;
    })) << everything_held();
    ASSERT_TRUE(flow::ask_override(context, {misses[0].id,
                                             Ground::risk_to_life,
                                             std::chrono::minutes(30),
                                             "Canarywhy: he was seen outside.",
                                             {UserId{7}, "practitioner"}}));
    const auto other = opened("Canaryother", "+447700900772", "");
    const auto account = flow::enter_account(context, id, R"({"incident": {"reference": [{"issuer": "beacon",
        "value": "Canaryref"}], "summary": "Canaryconfided."}, "victim": {"name": {"family": "Canaryfamily"}}})",
                                             UserId{7});
    ASSERT_TRUE(account) << account.error().message();
    ASSERT_TRUE(flow::merge_cases(context, id, other, flow::MergeReason::she_said, dana_));
    const auto request = flow::prepare_access(context, id, store::Subject::victim, dana_);
    ASSERT_TRUE(request);
    const auto shown = flow::show_access(context, *request, {*map_of("case-file"), *map_of("incident-report")},
                                         ledger::Actor::of_user(dana_));
    ASSERT_TRUE(shown) << shown.error().message();
    ASSERT_NE(shown->json.find("Canaryother"), std::string::npos) << "the sweep's words are hers: " << shown->json;
    ASSERT_TRUE(flow::show_told(context, id, ledger::Actor::of_user(dana_)));
    ASSERT_TRUE(flow::restrict_case(context, id, flow::CopyReason::objection, dana_));
    const std::vector<std::string> marks{"Canaryfamily",   "Canaryother", "Canarytyped", "Canaryword", "Canaryref",
                                         "Canaryconfided", "Canarywhy",   "7700900771",  "7700900772"};
    const std::set<std::string> nowhere;
    const auto before = looked_at(log);
    for (const auto& mark : marks) { EXPECT_EQ(found_in(before, mark), nowhere) << mark; }

    ASSERT_TRUE(flow::lift_restriction(node_->context(), id, dana_));
    ASSERT_TRUE(flow::erase_case(node_->context(), id, flow::EraseReason::victim_asked, ledger::Actor::of_user(dana_)))
        << everything_held();
    const auto after = looked_at(log);
    for (const auto& mark : marks) { EXPECT_EQ(found_in(after, mark), nowhere) << mark; }
    EXPECT_EQ(count("SELECT COUNT(*) FROM record"), 0);
}

INSTANTIATE_TEST_SUITE_P(Engines, CanaryRights, both_engines, engine_name);

}  // namespace
}  // namespace haven
