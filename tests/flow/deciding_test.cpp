#include "hub/flow/deciding.h"
#include "tests/flow/hub.h"

namespace haven {
namespace {

using namespace test;

constexpr const char* needs_a_home = R"({
  "contact": {"channel": "call", "at": "2026-11-21T12:00:00Z", "outcome": "reached", "help": "accepted"},
  "victim": {"phone": [{"number": "+447700900123", "safe": "yes"}]},
  "consent": {"to-referral": "yes", "to-pass-contact": "yes"},
  "need": [{"service": "rehousing"}]
})";

/// What people decide about what waits.
class Deciding : public Hub {
protected:
    std::vector<store::HeldRow> held() {
        return read<std::vector<store::HeldRow>>([](store::Sql& sql) { return store::open_held(sql, {}, 50); });
    }
    static std::string row(const std::string& reference, const std::string& grade) {
        return reference + ",21/11/2026 06:00:00,20/11/2026,22:15,20/11/2026 22:40,,,,Sample,Alex,03/04/1985,M,,,,N," +
               "07700 900123,MOB,Y" + std::string(48, ',') + grade + ",DASH,11,,,,\r\n";
    }
    void import(const std::string& name, const std::string& rows) { folder_.export_csv(name, header + rows); }

    const Name council_ = Name::declare("eastford-council");
    const UserId dana_{9};
};

TEST_P(Deciding, AStoppedPartnerIsToldNothingUntilSomebodyResumes) {
    ASSERT_TRUE(flow::stop_sending(node_->context(), council_, flow::StopReason::misdirected, dana_));
    EXPECT_EQ(flow::stop_sending(node_->context(), council_, flow::StopReason::other, dana_).error().fault,
              Fault::conflict);
    ASSERT_TRUE(flow::enter_contact(node_->context(), std::nullopt, needs_a_home, UserId{7}));
    node_->wake();
    EXPECT_TRUE(eventually([&] { return !held().empty(); }));
    EXPECT_EQ(held().at(0).partner, council_);
    EXPECT_EQ(held().at(0).role, "duty-manager");
    EXPECT_EQ(folder_.council().received(), 0);
    ASSERT_TRUE(flow::resume_sending(node_->context(), council_, dana_));
    node_->wake();
    EXPECT_TRUE(eventually([&] { return folder_.council().received() == 1; })) << everything_held();
    EXPECT_TRUE(held().empty());
    EXPECT_EQ(flow::resume_sending(node_->context(), council_, dana_).error().fault, Fault::missing);
}

TEST_P(Deciding, TheSwitchOfTheWholeSiteStopsEveryPartnerAndNobodyAtTheHub) {
    ASSERT_TRUE(flow::stop_sending(node_->context(), std::nullopt, flow::StopReason::maintenance, dana_));
    const auto id = flow::enter_contact(node_->context(), std::nullopt, needs_a_home, UserId{7});
    ASSERT_TRUE(id);
    node_->wake();
    EXPECT_TRUE(eventually([&] { return !held().empty(); }));
    EXPECT_EQ(folder_.council().received(), 0);
    EXPECT_TRUE(flow::enter_contact(node_->context(), *id, needs_a_home, UserId{7})) << "the work of people goes on";
}

TEST_P(Deciding, AHeldRecordIsReadAgainOnceItsMapIsMended) {
    const auto schemas = folder_.own_schemas();
    const auto codes = schemas / "codes/northshire-police.2026.codes";
    const auto right = peers::file_text(codes);
    auto wrong = right;
    wrong.replace(wrong.find("H = high"), 8, "X = high");
    peers::put_file(codes, wrong);
    activate_folder();
    import("incidents.csv", row("41/00011/26", "H") + row("41/00012/26", "M"));
    ASSERT_TRUE(eventually([&] { return held().size() == 1; }));
    EXPECT_EQ(read<std::vector<store::CaseRow>>([](store::Sql& sql) { return store::list_cases(sql, {}, 9); }).size(),
              1U)
        << "its neighbour was taken";

    peers::put_file(codes, right);
    activate_folder();
    ASSERT_TRUE(
        flow::decide_held(node_->context(), held().at(0).id, "integration-engineer", flow::HeldDecision::again, dana_));
    node_->wake();
    const auto reports = [&] {
        const auto cases =
            read<std::vector<store::CaseRow>>([](store::Sql& sql) { return store::list_cases(sql, {}, 9); });
        return cases.size() == 1 ? cases[0].progress.the_case.reports : 0;
    };
    EXPECT_TRUE(eventually([&] { return reports() == 2; })) << "both are of one person";
    EXPECT_TRUE(held().empty()) << everything_held();
    const auto messages = read<std::vector<std::tuple<std::string, std::int64_t, std::int64_t>>>([](store::Sql& sql) {
        return sql.all<std::string, std::int64_t, std::int64_t>(
            "SELECT state, records_taken, records_held FROM message");
    });
    EXPECT_EQ(messages.at(0), std::tuple(std::string("taken"), std::int64_t{2}, std::int64_t{0}));
}

TEST_P(Deciding, AMessageThatNoMapReadIsTakenWholeOnceOneDoes) {
    const std::string partner = "partners/northshire-police.toml";
    folder_.replace(partner, "\"northshire-police/incident\", ", "");
    activate_folder();
    import("incidents.csv", row("41/00011/26", "H"));
    ASSERT_TRUE(eventually([&] { return held().size() == 1; }));
    folder_.replace(partner, "in = [", "in = [\"northshire-police/incident\", ");
    activate_folder();
    ASSERT_TRUE(
        flow::decide_held(node_->context(), held().at(0).id, "integration-engineer", flow::HeldDecision::again, dana_));
    node_->wake();
    const auto message = [&] {
        return read<std::vector<std::tuple<std::string, std::int64_t, std::int64_t>>>([](store::Sql& sql) {
            return sql.all<std::string, std::int64_t, std::int64_t>(
                "SELECT state, records_taken, records_held FROM message");
        });
    };
    const std::tuple<std::string, std::int64_t, std::int64_t> whole{"taken", 1, 0};
    EXPECT_TRUE(eventually([&] { return message().at(0) == whole; })) << everything_held();
}

TEST_P(Deciding, OnlyTheRoleOfALineDecidesAndOnce) {
    import("incidents.csv", row("41/00011/26", "Q"));
    ASSERT_TRUE(eventually([&] { return held().size() == 1; }));
    const auto id = held().at(0).id;
    const auto decide = [&](const char* role, flow::HeldDecision decision) {
        return flow::decide_held(node_->context(), id, role, decision, dana_);
    };
    EXPECT_EQ(decide("duty-manager", flow::HeldDecision::close).error().fault, Fault::missing) << "not her line";
    EXPECT_TRUE(decide("integration-engineer", flow::HeldDecision::close));
    EXPECT_EQ(decide("integration-engineer", flow::HeldDecision::again).error().fault, Fault::missing);
    EXPECT_TRUE(held().empty());
}

INSTANTIATE_TEST_SUITE_P(Engines, Deciding, both_engines, engine_name);

}  // namespace
}  // namespace haven
