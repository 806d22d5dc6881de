#include <fstream>

#include "hub/flow/calling.h"
#include "hub/flow/casework.h"
#include "hub/flow/deciding.h"
#include "hub/flow/timeline.h"
#include "mapping/identity.h"
#include "tests/flow/hub.h"

namespace haven {
namespace {

using namespace test;
using namespace std::chrono_literals;

/// One row of the force's export, with what a test cares about.
struct Victim {
    std::string reference = "41/00003/26";
    std::string family = "Sample";
    std::string given = "Ada";
    std::string born = "03/04/1985";
    std::string asked_no_contact = "N";
    std::string phone = "07700 900123";
    std::string safe = "U";
    std::string grade = "M";
};
std::string row(const Victim& v) {
    return v.reference + ",21/11/2026 06:00:00,20/11/2026,22:15,20/11/2026 22:40,,,," + v.family + "," + v.given + "," +
           v.born + ",F,,E07999001,HOME," + v.asked_no_contact + "," + v.phone + "," +
           (v.phone.empty() ? "," : "MOB,") + (v.phone.empty() ? "" : v.safe) + std::string(9 + 24, ',') +
           ",Example,Robin,01/01/1986,HUSB,Y,Example Ltd,LIB" + std::string(8, ',') + v.grade +
           ",DASH,11,COE,CON,,\r\n";
}

class Casework : public Hub {
protected:
    /// Imports the rows and answers their cases, in order.
    std::vector<store::CaseRow> import(const std::vector<Victim>& victims, std::size_t cases) {
        std::string bytes = header;
        for (const auto& v : victims) { bytes += row(v); }
        folder_.export_csv("incidents-" + std::to_string(++exports_) + ".csv", bytes);
        const auto taken = [&] { return receipts().size() == exports_; };
        EXPECT_TRUE(eventually(taken)) << everything_held();
        auto rows = all_cases();
        EXPECT_EQ(rows.size(), cases) << everything_held();
        return rows;
    }
    std::vector<store::CaseRow> all_cases() {
        return read<std::vector<store::CaseRow>>([](store::Sql& sql) { return store::list_cases(sql, {}, 50); });
    }
    store::CaseRow the_row(CaseId id) {
        return *read<std::optional<store::CaseRow>>([&](store::Sql& sql) { return store::read_case(sql, id); });
    }
    /// The receipts that the force has got back.
    std::vector<std::string> receipts() {
        std::vector<std::string> out;
        const auto folder = folder_.site() / "var/northshire/receipts";
        for (std::size_t i = 1; std::filesystem::exists(folder) && i <= exports_; ++i) {
            const auto file = folder / ("incidents-" + std::to_string(i) + ".csv.json");
            if (std::filesystem::exists(file)) { out.push_back(peers::file_text(file)); }
        }
        return out;
    }
    std::variant<flow::CallGranted, flow::CallBarred> call(CaseId id, UserId by = UserId{7}) {
        const auto& catalogue = node_->context().site->catalogue;
        static const auto map =
            *Map::compile(identity_map(*catalogue, *catalogue->find_record_type("case-file"), true), "case", catalogue);
        auto answer = flow::claim_call(node_->context(), id, ledger::Actor::of_user(by), *map);
        EXPECT_TRUE(answer) << answer.error().message();
        return std::move(*answer);
    }
    std::string barred(CaseId id) {
        const auto answer = call(id);
        const auto* why = std::get_if<flow::CallBarred>(&answer);
        return why == nullptr ? "granted" : std::string(why->reason);
    }
    std::string granted(CaseId id) {
        const auto answer = call(id);
        const auto* call = std::get_if<flow::CallGranted>(&answer);
        return call == nullptr ? "barred" : std::string(*call->facts.bytes(clock_.now()));
    }
    /// How many entries of a case say so.
    int times_in_ledger(CaseId id, const char* part) {
        const auto entries = flow::entries_of_case(node_->context(), id, 0, 100, ledger::Actor::of_user(UserId{9}));
        EXPECT_TRUE(entries);
        int n = 0;
        for (const auto& entry : *entries) { n += entry.json.find(part) != std::string::npos ? 1 : 0; }
        return n;
    }
    std::string contact(CaseId id, const std::string& json) {
        const auto done = flow::enter_contact(node_->context(), id, json, UserId{7});
        return done ? "" : done.error().message();
    }
    static std::string reached(Instant at, const std::string& more) {
        return R"({"contact": {"channel": "call", "at": ")" + iso_text(at) +
               R"(", "outcome": "reached", "number": "+447700900123"})" + more + "}";
    }

    std::size_t exports_ = 0;
};

TEST_P(Casework, AReportWithNoWayToHerOpensACaseWithAClockAndAsksItsSource) {
    const auto cases = import({{.phone = ""}, {.reference = "41/00004/26", .family = "Other"}}, 2);
    EXPECT_EQ(cases[0].progress.the_case.state, CaseState::no_safe_way);
    ASSERT_EQ(cases[0].progress.clocks.size(), 1U);
    EXPECT_EQ(cases[0].progress.clocks[0].name.text(), "safe-way");
    EXPECT_EQ(cases[0].next_call, std::nullopt);
    EXPECT_EQ(cases[1].progress.the_case.state, CaseState::to_contact);
    EXPECT_NE(everything_held().find("no-safe-way"), std::string::npos);
    const auto receipt = receipts().at(0);
    EXPECT_NE(receipt.find("asked"), std::string::npos) << receipt;
    EXPECT_EQ(receipt.find("Sample"), std::string::npos) << "a receipt names nobody";
    EXPECT_EQ(barred(cases[0].id), "no-way-known");
}

TEST_P(Casework, AnUnknownNumberMayBeRungByOnePersonInTheHoursOfFirstCalls) {
    const auto id = import({{}}, 1)[0].id;
    const auto answer = call(id);
    const auto& granted = std::get<flow::CallGranted>(answer);
    EXPECT_TRUE(granted.how.first_contact);
    EXPECT_TRUE(granted.how.withhold_number);
    EXPECT_EQ(granted.how.if_other_answers, AnswerToCall::nothing);
    const auto facts = std::string(*granted.facts.bytes(clock_.now()));
    EXPECT_NE(facts.find("+447700900123"), std::string::npos) << facts;
    EXPECT_EQ(facts.find("Sample"), std::string::npos) << "no more than the call needs";
    EXPECT_EQ(times_in_ledger(id, R"("reason":"first-contact protocol")"), 1) << "that it held is written down";
    const auto other = call(id, UserId{8});
    EXPECT_EQ(std::get<flow::CallBarred>(other).reason, "claimed");
    clock_.turn_by(std::chrono::hours(9));  // Saturday, nine in the evening
    EXPECT_EQ(barred(id), "outside-hours");
}

TEST_P(Casework, NobodyRingsOutsideTheWindowThatSheNamed) {
    const auto id = import({{}}, 1)[0].id;
    EXPECT_EQ(contact(id, reached(clock_.now(), R"(, "victim": {
        "phone": [{"number": "+447700900123", "safe": "yes"}],
        "safe-contact": {"window": [{"day": "tuesday", "from": "13:00:00", "until": "14:30:00"}]}})")),
              "");
    EXPECT_EQ(barred(id), "outside-window");
    const auto tuesday = from_us(1'795'525'200'000'000);  // 2026-11-24T13:00:00Z
    EXPECT_EQ(the_row(id).next_call, tuesday);
    clock_.turn_to(tuesday);
    EXPECT_NE(granted(id).find("+447700900123"), std::string::npos);
    clock_.turn_by(90min);
    ASSERT_TRUE(node_->let_time_pass());
    EXPECT_EQ(the_row(id).next_call, tuesday + std::chrono::days(7));
    EXPECT_EQ(barred(id), "outside-window");
}

// What she asked for at a call is before whoever rings her next, and before no partner.
TEST_P(Casework, WhoRingsSeesTheCodeWordWhoMayAnswerAndTheRuleForInterpreters) {
    const auto id = import({{}}, 1)[0].id;
    EXPECT_EQ(contact(id, reached(clock_.now(), R"(, "victim": {
        "phone": [{"number": "+447700900123", "safe": "yes"}],
        "safe-contact": {"code-word": "Zzyzx", "may-answer": "Sister", "if-other-answers": "script",
                         "interpreter-rule": "not from the same town"}})")),
              "");
    const auto facts = granted(id);
    for (const char* said : {"+447700900123", "Zzyzx", "Sister", "not from the same town"}) {
        EXPECT_NE(facts.find(said), std::string::npos) << said << " in " << facts;
    }
    const auto snapshot = flow::read_snapshot(node_->context(), id);
    ASSERT_TRUE(snapshot);
    for (const auto& agreement : node_->context().site->agreements) {
        if (agreement->from() != node_->context().site->hub || agreement->to() == node_->context().site->team) {
            continue;
        }
        for (const char* path : {"victim/safe-contact/code-word", "victim/safe-contact/may-answer"}) {
            const auto field = node_->context().site->catalogue->find(path);
            ASSERT_TRUE(field) << path;
            EXPECT_FALSE(agreement->fields(Stage::accept).has(*field)) << agreement->name().text();
        }
    }
}

TEST_P(Casework, ANumberAtWhichSomebodyElseAnsweredIsRungNoMoreAndToldToNobody) {
    const auto id = import({{.safe = "Y"}}, 1)[0].id;
    EXPECT_NE(granted(id), "barred");
    EXPECT_EQ(contact(id, R"({"contact": {"channel": "call", "at": "2026-11-21T12:00:00Z", "outcome": "wrong-person",
                              "number": "+447700900123"}})"),
              "");
    EXPECT_EQ(the_row(id).progress.the_case.state, CaseState::no_safe_way);
    const auto snapshot = flow::read_snapshot(node_->context(), id);
    ASSERT_TRUE(snapshot);
    for (const auto in : snapshot->file.facts().instances(node_->context().fields.phone)) {
        EXPECT_EQ(snapshot->file.facts().get(node_->context().fields.phone_safe, in), Answer::no);
    }
    clock_.turn_by(std::chrono::days(2));
    EXPECT_NE(barred(id), "granted");
    EXPECT_NE(contact(id, R"({"contact": {"channel": "call", "at": "2026-11-23T12:00:00Z", "outcome": "wrong-person",
                              "number": "+447700900123"},
                              "victim": {"phone": [{"number": "+447700900123", "safe": "yes"}]}})"),
              "")
        << "one record may not say both";
}

TEST_P(Casework, WhoAskedNotToBeContactedIsNotContacted) {
    const auto id = import({{.asked_no_contact = "Y", .safe = "Y"}}, 1)[0].id;
    EXPECT_EQ(barred(id), "asked-not-to-be-contacted");
    EXPECT_EQ(the_row(id).progress.the_case.state, CaseState::no_safe_way);
}

TEST_P(Casework, ReportsOfOnePersonMeetInOneCaseAndTheGradeFollowsTheNewest) {
    const auto cases = import({{.grade = "S"},
                               {.reference = "41/00005/26", .family = "SAMPLE", .grade = "H"},
                               {.reference = "41/00006/26",
                                .family = "Elsewhere",
                                .given = "Eve",
                                .born = "09/09/1990",
                                .phone = "07700 900999"}},
                              2);
    EXPECT_EQ(cases[0].grade, RiskLevel::high);
    EXPECT_EQ(cases[0].progress.the_case.reports, 2);
    EXPECT_GT(cases[0].call_rank, cases[1].call_rank);
}

TEST_P(Casework, WhereItIsUnsureWhetherTwoAreOneAPersonDecides) {
    import({{}}, 1);
    import({{.reference = "41/00007/26", .given = "Adela", .phone = "07700 900123" }}, 2);
    EXPECT_NE(everything_held().find("same-person"), std::string::npos) << everything_held();
}

TEST_P(Casework, APromiseThatABarredCallFindsBrokenIsStillWarnedOf) {
    const auto id = import({{}}, 1)[0].id;
    clock_.turn_by(9h);  // nine in the evening: two hours of open time have passed, and nobody may ring
    EXPECT_EQ(barred(id), "outside-hours");
    EXPECT_NE(everything_held().find("first-contact"), std::string::npos);
}

TEST_P(Casework, ACaseIsInTheLedgerOnceForEachStateAndNotForEachLook) {
    const auto id = import({{}}, 1)[0].id;
    clock_.turn_by(9h);
    EXPECT_EQ(barred(id), "outside-hours");
    EXPECT_EQ(barred(id), "outside-hours");
    const auto entries = flow::entries_of_case(node_->context(), id, 0, 100, ledger::Actor::of_user(UserId{9}));
    ASSERT_TRUE(entries);
    const auto of_state = std::count_if(entries->begin(), entries->end(), [](const auto& entry) {
        return entry.json.find(R"("action":"case")") != std::string::npos;
    });
    EXPECT_EQ(of_state, 1);
}

TEST_P(Casework, APromiseToRingIsWarnedOfAndBreachedInTheOpenHours) {
    const auto id = import({{}}, 1)[0].id;
    clock_.turn_by(3h);
    ASSERT_TRUE(node_->let_time_pass());
    const auto row = the_row(id);
    ASSERT_EQ(row.progress.clocks.size(), 1U);
    EXPECT_EQ(row.progress.clocks[0].state, ClockState::breached);
    EXPECT_NE(everything_held().find("first-contact"), std::string::npos);
}

TEST_P(Casework, TheNumberThatSheWasRungOnIsAskedAboutAgainThoughNobodyNamesIt) {
    const auto id = import({{.safe = "Y"}}, 1)[0].id;
    const auto standings = [&] {
        return flow::standings_of(node_->context().fields, *flow::read_snapshot(node_->context(), id));
    };
    const std::string answered =
        R"({"contact": {"channel": "call", "at": "2026-11-21T12:00:00Z", "outcome": "reached"})";
    EXPECT_EQ(contact(id, answered + "}"), "");
    EXPECT_TRUE(standings().empty()) << "she rang herself";
    EXPECT_EQ(barred(id), "granted");
    EXPECT_EQ(contact(id, answered + "}"), "");
    ASSERT_EQ(standings().size(), 1U);
    EXPECT_EQ(standings()[0].standing, ChannelStanding::to_verify_again);
    EXPECT_EQ(barred(id), "granted");
    EXPECT_EQ(contact(id, answered + R"(, "victim": {"phone": [{"number": "+447700900123", "safe": "yes"},
        {"number": "+447700900456", "safe": "yes"}]}})"),
              "");
    EXPECT_EQ(standings()[0].standing, ChannelStanding::verified);
    clock_.turn_by(24h);
    EXPECT_EQ(barred(id), "granted");
    EXPECT_NE(contact(id, answered + "}").find("which of the numbers"), std::string::npos);
}

TEST_P(Casework, AMessageThatWasLeftWhereNobodyKnowsWhoHearsItIsAPersonsMatter) {
    const auto id = import({{.safe = ""}}, 1)[0].id;
    // Whether a person is asked about what was just written down; the line is closed again.
    const auto asks = [&](const std::string& channel, const std::string& outcome, const std::string& more = "") {
        clock_.turn_by(1min);
        EXPECT_EQ(contact(id, R"({"contact": {"channel": ")" + channel + R"(", "at": ")" + iso_text(clock_.now()) +
                                  R"(", "outcome": ")" + outcome + "\"" + more + "}}"),
                  "");
        auto lines = read<std::vector<store::HeldRow>>([](store::Sql& sql) { return store::open_held(sql, {}, 50); });
        std::erase_if(lines, [](const store::HeldRow& row) { return row.fault != "message-left"; });
        for (const auto& line : lines) {
            EXPECT_TRUE(flow::decide_held(node_->context(), line.id, line.role, flow::HeldDecision::close, UserId{9}));
        }
        return !lines.empty();
    };
    const std::string number = R"(, "number": "+447700900123")";
    EXPECT_FALSE(asks("call", "no-answer", number));
    EXPECT_TRUE(asks("call", "message-left", number)) << "by the first-contact protocol none may be left";
    EXPECT_TRUE(asks("text", "no-answer")) << "a text is a message";
    EXPECT_EQ(contact(id, reached(clock_.now(), R"(, "victim": {"phone": [{"number": "+447700900123", "safe": "yes",
        "voicemail-safe": "yes"}]})")),
              "");
    EXPECT_FALSE(asks("call", "message-left")) << "she said that it is safe";
    EXPECT_TRUE(asks("text", "message-left", number)) << "of texts she said nothing";
    EXPECT_TRUE(asks("call", "message-left", R"(, "number": "+447700900456")")) << "whose is it?";
}

TEST_P(Casework, WhereSomebodyElseAnsweredAtTheOnlyNumberThatMayBeRungThatNumberIsBarred) {
    const auto id = import({{.safe = "Y"}}, 1)[0].id;
    EXPECT_EQ(barred(id), "granted");
    EXPECT_EQ(
        contact(id, R"({"contact": {"channel": "call", "at": "2026-11-21T12:00:00Z", "outcome": "wrong-person"}})"),
        "");
    const auto snapshot = flow::read_snapshot(node_->context(), id);
    const auto& fields = node_->context().fields;
    const auto& facts = snapshot->file.facts();
    EXPECT_EQ(facts.get(fields.phone_safe, facts.instances(fields.phone)[0]), Answer::no);
}

TEST_P(Casework, WhoTookBackWhatSheAskedForMayAskAgain) {
    const auto id = import({{.safe = "Y"}}, 1)[0].id;
    const std::string yes = R"(, "consent": {"to-referral": "yes"}, "need": [{"service": "rehousing"}]})";
    const auto says = [&](const std::string& help, const std::string& more) {
        clock_.turn_by(10min);
        return contact(id, R"({"contact": {"channel": "call", "at": ")" + iso_text(clock_.now()) +
                               R"(", "outcome": "reached")" + help + "}" + more);
    };
    const auto live = [&] {
        int n = 0;
        for (const auto& r :
             read<std::vector<Referral>>([&](store::Sql& sql) { return store::list_referrals(sql, {}, {}, 100); })) {
            n += is_live(r.state) ? 1 : 0;
        }
        return n;
    };
    EXPECT_EQ(says(R"(, "help": "accepted")", yes), "");
    EXPECT_EQ(says(R"(, "help": "accepted")", yes), "");
    EXPECT_EQ(live(), 1) << "what is under way is not asked for twice";
    EXPECT_EQ(says("", R"(, "consent": {"to-referral": "no"}})"), "");
    EXPECT_EQ(live(), 0);
    EXPECT_EQ(contact(id, R"({"contact": {"channel": "call", "at": ")" + iso_text(noon + 15min) +
                              R"(", "outcome": "reached", "help": "accepted"}, "need": [{"service": "rehousing"}]})"),
              "");
    EXPECT_EQ(live(), 0) << "written down late: she has taken it back since";
    EXPECT_EQ(says(R"(, "help": "accepted")", yes), "");
    EXPECT_EQ(live(), 1);
}

TEST_P(Casework, WhoAcceptedHelpBeforeIsHelpedWithWhatElseSheNames) {
    const auto id = import({{.safe = "Y"}}, 1)[0].id;
    EXPECT_EQ(contact(id, needs_a_home), "");
    EXPECT_EQ(contact(id, reached(clock_.now(), R"(, "need": [{"service": "emotional-support"}])")), "");
    EXPECT_NE(state_of("emotional-support"), "none");
    EXPECT_EQ(contact(id, R"({"contact": {"channel": "call", "at": "2026-11-21T12:00:00Z", "outcome": "wrong-person",
        "number": "+447700900123"}, "need": [{"service": "refuge"}]})"),
              "");
    EXPECT_EQ(state_of("refuge"), "none") << "it was not she who answered";
}

INSTANTIATE_TEST_SUITE_P(Engines, Casework, both_engines, engine_name);

}  // namespace
}  // namespace haven
