#include "hub/flow/deciding.h"
#include "hub/flow/erasing.h"
#include "hub/flow/merging.h"
#include "hub/flow/replaying.h"
#include "tests/flow/hub.h"

namespace haven {
namespace {

using namespace test;

constexpr const char* no_report = "no report of this incident is known";

/// News of the perpetrator, which name an incident and no victim.
class Updates : public Hub {
protected:
    static std::string report(const std::string& reference, const std::string& family) {
        return "41/" + reference + "/26,21/11/2026 06:00:00,20/11/2026,22:15,20/11/2026 22:40,,,," + family +
               ",Ada,03/04/1985,F,,E07999001,HOME,N,07700 900123,MOB,U" + std::string(9 + 24, ',') +
               ",Example,Robin,01/01/1986,HUSB,Y,Example Ltd,CUST" + std::string(8, ',') + "M,DASH,11,COE,CON,,\r\n";
    }
    static std::string update(const std::string& reference, const std::string& state, const std::string& at = "11") {
        return R"({"report": {"as-of": "2026-11-21T)" + at +
               R"(:00:00Z"}, "incident": {"reference": {"issuer": "northshire-police", "value": "41/)" + reference +
               R"(/26"}}, "perpetrator": [{"name": {"family": "Example", "given": "Robin"}, "birth-date": "1986-01-01",)" +
               R"( "state": ")" + state + R"("}], "investigation": {"released": "2026-11-21T)" + at + R"(:00:00Z"}})";
    }
    /// From now on by a dialect that need not name them.
    void the_force_tells_of_several_victims() {
        const auto dialect = folder_.own_schemas() / "dialects/nameless";
        std::filesystem::create_directories(dialect);
        peers::put_file(dialect / "incident.map", R"(map        nameless.incident 1
dialect    json
record     incident-report 1
split victim victims

constant "northshire-police"  ->  incident/reference/issuer
number                        ->  incident/reference/value  required
place                         ->  incident/place/as-entered
victims.surname               ->  victim/name/family
victims.area                  ->  victim/home-area
each victims                  ->  person
  surname                     ->  person/name/family
  area                        ignore "told in that victim's own record"
  constant involved           ->  person/role
)");
        folder_.replace("partners/northshire-police.toml", "\"northshire-police/incident\", ",
                        "\"nameless/incident\", ");
        activate_folder();
    }
    /// What the force is told of a message that it sent.
    std::string sent(const std::string& name, const std::string& bytes) {
        folder_.export_csv(name, bytes);
        const auto receipt = folder_.site() / "var/northshire/receipts" / (name + ".json");
        EXPECT_TRUE(eventually([&] { return std::filesystem::exists(receipt); })) << everything_held();
        return peers::file_text(receipt);
    }
    std::vector<store::CaseRow> cases() {
        return read<std::vector<store::CaseRow>>([](store::Sql& sql) { return store::list_cases(sql, {}, 50); });
    }
    std::int64_t updates_of(CaseId id) {
        std::int64_t n = 0;
        for (const auto& row :
             read<std::vector<store::RecordRow>>([&](store::Sql& sql) { return store::records_of(sql, id); })) {
            n += row.record_type == "perpetrator-update" ? 1 : 0;
        }
        return n;
    }
    static bool will_be_called_again(const store::CaseRow& row) {
        const auto& clocks = row.progress.clocks;
        return std::any_of(clocks.begin(), clocks.end(),
                           [](const PromiseClock& clock) { return clock.name.text() == "contact-again"; });
    }
    flow::Replayed replay() {
        flow::Replayed sum;
        for (const auto role : {ledger::Word("integration-engineer"), ledger::Word("information-governance")}) {
            const auto by = ledger::Actor::of_user(UserId{9}, role);
            const auto lines = flow::lines_to_replay(node_->context(), {}, by);
            EXPECT_TRUE(lines);
            for (const auto& line : *lines) {
                const auto done = flow::replay_now(node_->context(), line, {line.id, {}}, by);
                EXPECT_TRUE(done) << done.error().message();
                sum.taken += done->taken;
                sum.held += done->held;
            }
        }
        return sum;
    }
};

TEST_P(Updates, AReleaseReachesTheCaseOfItsIncidentWhichRisesAndIsCalledAgain) {
    sent("incidents-1.csv", header + report("00011", "Sample"));
    const auto before = cases().at(0);
    EXPECT_FALSE(will_be_called_again(before));
    const auto told = sent("update-1.json", update("00011", "bailed"));
    EXPECT_NE(told.find("\"taken\":1"), std::string::npos) << told;
    ASSERT_EQ(cases().size(), 1U) << "the update names no victim: it opens no case";
    const auto after = cases().at(0);
    EXPECT_EQ(updates_of(after.id), 1);
    EXPECT_GT(after.call_rank, before.call_rank);
    EXPECT_TRUE(will_be_called_again(after));
    EXPECT_EQ(after.progress.the_case.reports, 1);

    const auto again = sent("update-2.json", update("00011", "bailed") + "\n");
    EXPECT_NE(again.find("\"repeated\":1"), std::string::npos) << again;
    EXPECT_EQ(updates_of(after.id), 1);
    sent("update-3.json", update("00011", "remanded", "12"));
    sent("update-4.json", update("00011", "bailed", "13"));
    EXPECT_EQ(updates_of(after.id), 3) << "released once more is news";
    EXPECT_EQ(cases().at(0).call_rank, after.call_rank);
}

TEST_P(Updates, AnUpdateThatComesBeforeItsReportIsCommittedFindsItsCase) {
    const auto force = Name::declare("northshire-police");
    ASSERT_TRUE(node_->door().accept({force, "text/csv", header + report("00011", "Sample"), {}, {}}));
    ASSERT_TRUE(node_->door().accept({force, "application/json", update("00011", "bailed"), {}, {}}));
    node_->wake();
    EXPECT_TRUE(eventually([&] { return cases().size() == 1 && updates_of(cases()[0].id) == 1; })) << everything_held();
}

TEST_P(Updates, AnUpdateBeforeItsReportIsHeldAndTakenUpWithTheReport) {
    sent("incidents-1.csv", header + report("00012", "Elsewhere"));
    const auto told = sent("update-1.json", update("00011", "released-under-investigation"));
    EXPECT_NE(told.find("\"held\":1"), std::string::npos) << told;
    EXPECT_NE(told.find(no_report), std::string::npos) << told;
    sent("update-2.json", update("00013", "bailed"));
    EXPECT_NE(everything_held().find(std::string("missing: : ") + no_report), std::string::npos) << everything_held();
    ASSERT_EQ(cases().size(), 1U);
    EXPECT_EQ(replay().held, 2) << "there is no report still";

    const auto decided = entries_of("held decided");
    sent("incidents-2.csv",
         header + report("00011", "Sample").replace(report("00011", "Sample").find("07700"), 12, "07700 900456"));
    ASSERT_EQ(cases().size(), 2U);
    EXPECT_TRUE(eventually([&] { return updates_of(cases()[1].id) == 1; })) << everything_held();
    EXPECT_TRUE(will_be_called_again(cases()[1]));
    EXPECT_EQ(updates_of(cases()[0].id), 0);
    EXPECT_EQ(entries_of("held decided"), decided + 1);
    EXPECT_NE(everything_held().find(no_report), std::string::npos) << "that of the third incident waits on";
    EXPECT_EQ(replay().held, 1);
    EXPECT_EQ(updates_of(cases()[1].id), 1);
}

TEST_P(Updates, EveryVictimOfAnIncidentIsConcerned) {
    const auto dialect = folder_.own_schemas() / "dialects/two-victims";
    std::filesystem::create_directories(dialect);
    peers::put_file(dialect / "incident.map", R"(map        two.incident 1
dialect    json
record     incident-report 1
split victim victims

constant "northshire-police"  ->  incident/reference/issuer
number                        ->  incident/reference/value  required
victims.surname               ->  victim/name/family        required
each victims                  ->  person
  surname                     ->  person/name/family
  constant involved           ->  person/role
)");
    folder_.replace("partners/northshire-police.toml", "\"northshire-police/incident\", ",
                    "\"two-victims/incident\", ");
    activate_folder();
    sent("a.json", R"({"number": "41/00011/26", "victims": [{"surname": "Sample"}, {"surname": "Elsewhere"}]})");
    ASSERT_EQ(cases().size(), 2U) << everything_held();
    const auto told = sent("update-1.json", update("00011", "bailed"));
    EXPECT_NE(told.find("\"taken\":1"), std::string::npos) << told;
    for (const auto& one : cases()) {
        EXPECT_EQ(updates_of(one.id), 1);
        EXPECT_TRUE(will_be_called_again(one));
    }
    const auto erased = cases()[0].id;
    ASSERT_TRUE(
        flow::erase_case(node_->context(), erased, flow::EraseReason::victim_asked, ledger::Actor::of_user(UserId{9})));
    sent("update-2.json", update("00011", "remanded", "12"));
    ASSERT_EQ(cases().size(), 1U) << "the other victim's case goes on";
    EXPECT_EQ(updates_of(cases()[0].id), 2);
    EXPECT_EQ(updates_of(erased), 0);
}

// A format without names, such as NIEM's, tells of each victim little: two are two all the same, also where the same is
// said of both.
TEST_P(Updates, VictimsOfOneReportAreNeverOneCaseThoughNobodyNamesThem) {
    the_force_tells_of_several_victims();
    sent("a.json", R"({"number": "41/1/26", "victims": [{"area": "E07999001"}, {"area": "E07999002"}]})");
    EXPECT_EQ(cases().size(), 2U) << everything_held();
    sent("b.json", R"({"number": "41/2/26", "victims": [{"area": "E07999001"}, {"area": "E07999001"}]})");
    EXPECT_EQ(cases().size(), 4U) << "the same is said of both: " << everything_held();
    sent("c.json", R"({"number": "41/3/26", "victims": [{"surname": "Sample", "area": "E07999001"},
                       {"surname": "Sample", "area": "E07999002"}]})");
    EXPECT_EQ(cases().size(), 6U) << "sisters, of whom nothing but the family name is told: " << everything_held();

    const auto told =
        sent("d.json", R"({"number": "41/1/26", "victims": [{"area": "E07999002"}, {"area": "E07999001"}]})");
    EXPECT_NE(told.find("\"repeated\":2"), std::string::npos) << "whatever their order: " << told;
    sent("e.json",
         R"({"number": "41/2/26", "place": "Eastford", "victims": [{"area": "E07999001"}, {"area": "E07999001"}]})");
    EXPECT_EQ(cases().size(), 6U) << "more of the incident is more of the same victims: " << everything_held();
    for (const auto& one : cases()) {
        const auto rows =
            read<std::vector<store::RecordRow>>([&](store::Sql& sql) { return store::records_of(sql, one.id); });
        EXPECT_LE(rows.size(), 2U) << "nothing of one victim is in the other's case";
    }
}

TEST_P(Updates, AnErasedCaseStaysErased) {
    sent("incidents-1.csv", header + report("00011", "Sample"));
    ASSERT_TRUE(flow::erase_case(node_->context(), cases().at(0).id, flow::EraseReason::victim_asked,
                                 ledger::Actor::of_user(UserId{9})));
    const auto told = sent("update-1.json", update("00011", "bailed"));
    EXPECT_NE(told.find(no_report), std::string::npos) << told;
    EXPECT_TRUE(cases().empty());
}

TEST_P(Updates, AnErasedReferenceStaysErasedWhenTheReportTellsOfASecondVictim) {
    the_force_tells_of_several_victims();
    const auto erase = [&] {
        EXPECT_TRUE(flow::erase_case(node_->context(), cases().at(0).id, flow::EraseReason::victim_asked,
                                     ledger::Actor::of_user(UserId{9})));
    };
    sent("a.json", R"({"number": "41/1/26", "victims": [{"surname": "Canary"}]})");
    erase();
    const auto told =
        sent("b.json", R"({"number": "41/1/26", "victims": [{"surname": "Canary"}, {"surname": "New"}]})");
    EXPECT_NE(told.find("the case of this reference was erased"), std::string::npos) << told;
    EXPECT_TRUE(cases().empty()) << "a person decides who of them is new";

    sent("c.json", R"({"number": "41/2/26", "victims": [{"surname": "Other"}, {"surname": "Stays"}]})");
    ASSERT_EQ(cases().size(), 2U);
    erase();
    sent("d.json",
         R"({"number": "41/2/26", "place": "Eastford", "victims": [{"surname": "Other"}, {"surname": "Stays"}]})");
    ASSERT_EQ(cases().size(), 1U);
    const auto rows =
        read<std::vector<store::RecordRow>>([&](store::Sql& sql) { return store::records_of(sql, cases()[0].id); });
    EXPECT_EQ(rows.size(), 2U) << "who was known, and was not erased, is known still";
}

TEST_P(Updates, TheCaseThatAnotherWasMergedIntoIsFoundAndTheOneThatWasTakenOutOfIt) {
    sent("incidents-1.csv", header + report("00011", "Sample"));
    auto other = report("00012", "Elsewhere");
    other.replace(other.find("900123"), 6, "900456");
    sent("incidents-2.csv", header + other);
    ASSERT_EQ(cases().size(), 2U);
    const auto into = cases()[1].id;
    const auto message =
        read<std::vector<store::RecordRow>>([&](store::Sql& sql) { return store::records_of(sql, cases()[0].id); })
            .at(0)
            .message;
    ASSERT_TRUE(flow::merge_cases(node_->context(), into, cases()[0].id, flow::MergeReason::she_said, UserId{9}));
    sent("update-1.json", update("00011", "bailed"));
    ASSERT_EQ(cases().size(), 1U);
    EXPECT_EQ(updates_of(into), 1);

    const auto out =
        flow::unmerge_records(node_->context(), into, {message}, flow::UnmergeReason::another_person, UserId{9});
    ASSERT_TRUE(out) << out.error().message();
    sent("update-2.json", update("00011", "remanded", "12"));
    EXPECT_EQ(updates_of(*out), 1);
    EXPECT_EQ(updates_of(into), 1);
}

TEST_P(Updates, WhatIsRehearsedDoesNotReachARealCase) {
    sent("incidents-1.csv", header + report("00011", "Sample"));
    folder_.replace("partners/northshire-police.toml", "state = \"live", "state = \"rehearsal");
    activate_folder();
    const auto told = sent("update-1.json", update("00011", "bailed"));
    EXPECT_NE(told.find(no_report), std::string::npos) << told;
    EXPECT_EQ(updates_of(cases().at(0).id), 0);
}

INSTANTIATE_TEST_SUITE_P(Engines, Updates, both_engines, engine_name);

}  // namespace
}  // namespace haven
