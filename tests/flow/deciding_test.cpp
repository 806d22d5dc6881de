#include "hub/flow/deciding.h"

#include <set>

#include "hub/flow/accounts.h"
#include "hub/flow/casework.h"
#include "hub/flow/concealing.h"
#include "hub/flow/erasing.h"
#include "hub/flow/merging.h"
#include "hub/flow/people.h"
#include "hub/flow/replaying.h"
#include "tests/flow/hub.h"

namespace haven {
namespace {

using namespace test;

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

    /// Each entry of the ledger with this action: by whom, in which role, of which case and on which held line.
    using Entry = std::tuple<UserId, std::string, std::string, HeldId>;
    std::vector<Entry> entries(std::string_view action) {
        std::vector<Entry> out;
        for (const auto& body : read<std::vector<store::Bytes>>(
                 [](store::Sql& sql) { return sql.all<store::Bytes>("SELECT body FROM ledger_entry ORDER BY id"); })) {
            const auto entry = ledger::decode(body.value);
            if (!entry || entry->action.text() != action) { continue; }
            out.emplace_back(entry->actor.user, std::string(entry->actor.name.text()),
                             entry->subject ? std::string(entry->subject->view()) : "", entry->held);
        }
        return out;
    }
    std::string ledger_name(CaseId id) {
        return read<std::string>([&](store::Sql& sql) { return store::ledger_name_of(sql, id); });
    }
    CaseId needs_a_home_at(const std::string& number) {
        std::string contact(needs_a_home);
        contact.replace(contact.find("+447700900123"), 13, number);
        const auto id = flow::enter_contact(node_->context(), std::nullopt, contact, UserId{7});
        EXPECT_TRUE(id);
        node_->wake();
        return *id;
    }

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

// What waits for one cause may be of many cases, and who knows the husband of one of them decides on the others alone.
TEST_P(Deciding, WhatIsConcealedFromWhoeverDecidesWaitsOnAndEachCaseHasItsEntry) {
    const auto& hub = node_->context();
    const auto ann = flow::add_person(hub, "ann", site::Role::duty_manager, ledger::Actor::of_hub("test"));
    ASSERT_TRUE(ann);
    ASSERT_TRUE(flow::stop_sending(hub, council_, flow::StopReason::maintenance, dana_));
    const auto seen = needs_a_home_at("+447700900123");
    const auto concealed = needs_a_home_at("+447700900456");
    ASSERT_TRUE(eventually([&] { return held().size() == 1 && held()[0].items == 2; })) << everything_held();
    ASSERT_TRUE(flow::declare_conflict(hub, concealed, {}, "ann", flow::ConflictReason::acquaintance, UserId{7}));
    const auto line = held().at(0).id;
    ASSERT_TRUE(flow::decide_held(hub, line, "duty-manager", flow::HeldDecision::close, *ann));
    ASSERT_EQ(held().size(), 1U);
    EXPECT_EQ(held()[0].items, 1);
    const auto made = entries("held decided");
    ASSERT_EQ(made.size(), 1U);
    const auto decided = std::get<HeldId>(made[0]);
    EXPECT_EQ(made[0], (Entry{*ann, "duty-manager", ledger_name(seen), decided}));
    EXPECT_NE(decided, line) << "what ann might not know of waits on under it";
    const auto items =
        read<std::vector<store::HeldItem>>([&](store::Sql& sql) { return store::items_of(sql, decided); });
    ASSERT_EQ(items.size(), 1U) << "the entry names the line of what she decided";
    EXPECT_EQ(items[0].case_id, seen);
    EXPECT_EQ(flow::decide_held(hub, line, "duty-manager", flow::HeldDecision::close, *ann).error().fault,
              Fault::missing)
        << "to ann there is no such line any more";

    ASSERT_TRUE(flow::resume_sending(hub, council_, dana_));
    node_->wake();
    EXPECT_TRUE(eventually([&] { return folder_.council().received() == 1; })) << "hers, on which nobody had decided";
    EXPECT_TRUE(held().empty());
}

TEST_P(Deciding, EachCaseOfALineHasAnEntryOfTheDecision) {
    const auto& hub = node_->context();
    ASSERT_TRUE(flow::stop_sending(hub, council_, flow::StopReason::maintenance, dana_));
    std::set<std::string> names{ledger_name(needs_a_home_at("+447700900123")),
                                ledger_name(needs_a_home_at("+447700900456"))};
    ASSERT_TRUE(eventually([&] { return held().size() == 1 && held()[0].items == 2; })) << everything_held();
    const auto line = held()[0].id;
    ASSERT_TRUE(flow::decide_held(hub, line, "duty-manager", flow::HeldDecision::close, dana_));
    EXPECT_TRUE(held().empty());
    const auto made = entries("held decided");
    ASSERT_EQ(made.size(), 2U);
    for (const auto& entry : made) {
        EXPECT_EQ(names.erase(std::get<2>(entry)), 1U);
        EXPECT_EQ(std::get<HeldId>(entry), line);
    }
}

TEST_P(Deciding, AReplayIsAPersonsDecisionOnALineOfTheirRole) {
    const auto& hub = node_->context();
    import("incidents.csv", row("41/00011/26", "Q"));
    ASSERT_TRUE(eventually([&] { return held().size() == 1; }));
    const auto lines = [&](ledger::Word role) {
        return flow::lines_to_replay(hub, {}, ledger::Actor::of_user(dana_, role))->size();
    };
    EXPECT_EQ(lines("duty-manager"), 0U);
    ASSERT_EQ(lines("integration-engineer"), 1U);
    const auto engineer = ledger::Actor::of_user(dana_, "integration-engineer");
    EXPECT_EQ(flow::replay_now(hub, held()[0], {}, ledger::Actor::of_user(dana_, "duty-manager")).error().fault,
              Fault::missing);
    const auto line = held()[0].id;
    ASSERT_TRUE(flow::replay_now(hub, held()[0], {}, engineer));
    EXPECT_EQ(entries("held decided"), (std::vector<Entry>{{dana_, "integration-engineer", "", line}}));
}

// Why a case is kept beyond its time is a legal hold, whose reason is in the ledger; a word that closes a line has
// none.
TEST_P(Deciding, ACaseIsKeptBeyondItsTimeForAReasonAlone) {
    import("incidents.csv", row("41/00011/26", "H"));
    const auto id = the_case();
    clock_.turn_to(noon + std::chrono::hours(24 * 366));
    ASSERT_TRUE(node_->let_time_pass());
    HeldId line;
    for (const auto& row :
         read<std::vector<store::HeldRow>>([](store::Sql& sql) { return store::open_held(sql, {}, 200); })) {
        if (row.fault == "retention-ended") { line = row.id; }
    }
    const auto close = [&] {
        return flow::decide_held(node_->context(), line, "information-governance", flow::HeldDecision::close, dana_);
    };
    EXPECT_EQ(close().error().fault, Fault::conflict);
    EXPECT_NE(everything_held().find("retention-ended"), std::string::npos) << "it waits on";
    ASSERT_TRUE(flow::set_legal_hold(node_->context(), id, flow::HoldReason::inquiry, dana_));
    EXPECT_TRUE(close());
    EXPECT_EQ(everything_held().find("retention-ended"), std::string::npos);
    clock_.turn_by(std::chrono::hours(24 * 90));
    ASSERT_TRUE(node_->let_time_pass());
    EXPECT_EQ(everything_held().find("retention-ended"), std::string::npos) << "the hold stands";
    ASSERT_TRUE(flow::set_legal_hold(node_->context(), id, {}, dana_));
    ASSERT_TRUE(node_->let_time_pass());
    EXPECT_NE(everything_held().find("retention-ended"), std::string::npos) << "what it was kept for is over";
}

/// A case in which a report stands beside what a person wrote down: the one may leave, the other stays.
class DecidingOfTwo : public Deciding {
protected:
    void SetUp() override {
        Deciding::SetUp();
        if (IsSkipped()) { return; }
        import("incidents.csv", row("41/00011/26", "H"));
        stays_ = the_case();
        ASSERT_TRUE(flow::enter_contact(
            node_->context(), stays_,
            R"({"contact": {"channel": "call", "at": "2026-11-21T12:10:00Z", "outcome": "no-answer"}})", UserId{7}));
    }
    CaseId report_leaves() {
        const auto message =
            read<MessageId>([&](store::Sql& sql) { return store::records_of(sql, stays_).at(0).message; });
        const auto made =
            flow::unmerge_records(node_->context(), stays_, {message}, flow::UnmergeReason::another_person, dana_);
        EXPECT_TRUE(made) << made.error().message();
        return made.value_or(CaseId{});
    }
    flow::CaseSnapshot what_leaves() { return flow::read_snapshot(node_->context(), report_leaves()).value(); }
    SafeContact contact_in(const flow::CaseSnapshot& snapshot) {
        return flow::reach_of(node_->context(), snapshot, clock_.now()).contact;
    }
    bool waits_for_erasure(CaseId id) {
        EXPECT_TRUE(node_->let_time_pass());
        return everything_held().find("retention-ended: " + id_text(id) + ": ") != std::string::npos;
    }
    CaseId stays_;
};

TEST_P(DecidingOfTwo, RecordsThatLeaveAfterTheirTimeAreDecidedOnAtOnce) {
    clock_.turn_to(noon + std::chrono::hours(24 * 366));
    EXPECT_TRUE(waits_for_erasure(stays_)) << everything_held();
    const auto leaves = report_leaves();
    EXPECT_TRUE(waits_for_erasure(leaves)) << everything_held();
    EXPECT_TRUE(waits_for_erasure(stays_));
}

TEST_P(DecidingOfTwo, RecordsThatLeaveBeforeTheirTimeAreKeptAsLongAsTheCaseThatTheyLeave) {
    const auto leaves = report_leaves();
    EXPECT_FALSE(waits_for_erasure(leaves));
    clock_.turn_to(noon + std::chrono::hours(24 * 366));
    EXPECT_TRUE(waits_for_erasure(leaves)) << everything_held();
}

// What a person wrote down stays; of which of the two she said it nobody can tell.
TEST_P(DecidingOfTwo, HerNoGoesWithRecordsThatLeaveAndNothingElseThatAPersonWroteDown) {
    ASSERT_TRUE(flow::enter_contact(node_->context(), stays_, R"({
        "contact": {"channel": "call", "at": "2026-11-21T12:00:00Z", "outcome": "reached"},
        "victim": {"name": {"family": "Otherwise"}, "email": [{"address": "ada@sample.example", "safe": "no"}],
                   "phone": [{"number": "+447700900123", "safe": "no", "text-safe": "no"},
                             {"number": "+447700900456", "safe": "no"}],
                   "safe-contact": {"asked-not-to-be-contacted": "yes"}},
        "consent": {"to-pass-contact": "no"}
    })",
                                    UserId{7}));
    const auto leaves = what_leaves();
    const auto contact = contact_in(leaves);
    EXPECT_EQ(contact.asked_not_to_be_contacted, Answer::yes);
    ASSERT_EQ(contact.points.size(), 1U) << "no way that the report does not name";
    EXPECT_EQ(contact.points[0].safe, Answer::no);
    EXPECT_EQ(contact.points[0].text_safe, Answer::no);
    const auto& facts = leaves.file.facts();
    EXPECT_EQ(facts.get(node_->context().fields.consent_to_pass_contact), Answer::no);
    EXPECT_EQ(node_->context().fields.match.read(facts).family, "sample");
}

TEST_P(DecidingOfTwo, WhatIsNotSafeInConfidenceIsNotSafeInRecordsThatLeaveAndNothingElseOfItGoes) {
    ASSERT_TRUE(flow::enter_account(node_->context(), stays_, R"({
        "incident": {"reference": [{"issuer": "beacon", "value": "A-1"}], "summary": "told in confidence"},
        "victim": {"name": {"family": "Otherwise"}, "phone": [{"number": "+447700900123", "safe": "no"}]},
        "perpetrator": [{"name": {"family": "Example"}, "employer": "westmere-council"}]
    })",
                                    UserId{7}));
    const auto leaves = what_leaves();
    const auto contact = contact_in(leaves);
    ASSERT_EQ(contact.points.size(), 1U);
    EXPECT_EQ(contact.points[0].safe, Answer::no);
    EXPECT_EQ(node_->context().fields.match.read(leaves.file.facts()).family, "sample");
    EXPECT_EQ(leaves.file.facts().content().find("westmere-council"), std::string::npos);
    EXPECT_TRUE(flow::is_in_conflict(node_->context(), leaves, Name::declare("westmere-council"))) << "he works there";
}

// Whoever took them apart has decided that.
TEST_P(DecidingOfTwo, NobodyIsAskedWhetherWhatLeftAndWhatStayedAreOfOnePerson) {
    const auto leaves = report_leaves();
    for (const auto id : {stays_, leaves}) {
        ASSERT_TRUE(flow::enter_contact(node_->context(), id, R"({
            "contact": {"channel": "call", "at": "2026-11-21T12:15:00Z", "outcome": "reached"},
            "victim": {"name": {"family": "Sample", "given": "Alex"}, "birth-date": "1985-04-03",
                       "phone": [{"number": "+447700900123", "safe": "yes"}]}})",
                                        UserId{7}));
    }
    EXPECT_EQ(everything_held().find("same-person"), std::string::npos) << everything_held();
}

TEST_P(DecidingOfTwo, ANumberThatAPersonCalledThePerpetratorsIsBarredInRecordsThatLeave) {
    ASSERT_TRUE(flow::enter_contact(node_->context(), stays_, R"({
        "contact": {"channel": "call", "at": "2026-11-21T12:00:00Z", "outcome": "reached"},
        "perpetrator": [{"name": {"family": "Example"}, "phone": [{"number": "+447700900123"}],
                         "employer": "westmere-council"}]
    })",
                                    UserId{7}));
    const auto leaves = what_leaves();
    const auto contact = contact_in(leaves);
    ASSERT_EQ(contact.points.size(), 1U);
    EXPECT_EQ(contact.points[0].safe, Answer::no);
    EXPECT_TRUE(flow::is_in_conflict(node_->context(), leaves, Name::declare("westmere-council")));
}

TEST_P(Deciding, TheEndOfALegalHoldBeforeRetentionEndsAsksNobody) {
    import("incidents.csv", row("41/00011/26", "H"));
    const auto id = the_case();
    ASSERT_TRUE(flow::set_legal_hold(node_->context(), id, flow::HoldReason::inquiry, dana_));
    ASSERT_TRUE(flow::set_legal_hold(node_->context(), id, {}, dana_));
    ASSERT_TRUE(node_->let_time_pass());
    EXPECT_EQ(everything_held().find("retention-ended"), std::string::npos);
}

INSTANTIATE_TEST_SUITE_P(Engines, Deciding, both_engines, engine_name);
INSTANTIATE_TEST_SUITE_P(Engines, DecidingOfTwo, both_engines, engine_name);

}  // namespace
}  // namespace haven
