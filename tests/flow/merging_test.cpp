#include "hub/flow/merging.h"

#include "hub/flow/access.h"
#include "hub/flow/accounts.h"
#include "hub/flow/casework.h"
#include "hub/flow/concealing.h"
#include "hub/flow/erasing.h"
#include "hub/flow/recalling.h"
#include "hub/flow/told.h"
#include "hub/flow/vault.h"
#include "mapping/identity.h"
#include "tests/flow/rights.h"

namespace haven {
namespace {

using namespace test;
using flow::MergeReason;
using flow::UnmergeReason;

/// She rang before her import came: one case was opened by hand, the other by the police.
class Merging : public Rights {
protected:
    /// One row of the force's extract, with a number that may be rung.
    static std::string row(const std::string& reference, const std::string& family, const std::string& phone,
                           const std::string& custody = "LIB", const std::string& drawn = "06") {
        return "41/" + reference + "/26,21/11/2026 " + drawn + ":00:00,20/11/2026,22:15,20/11/2026 22:40,,,," + family +
               ",Ada,03/04/1985,F,,E07999001,HOME,N," + phone + ",MOB,Y," + std::string(8 + 24, ',') +
               ",Example,Robin,01/01/1986,HUSB,Y,Example Ltd," + custody + std::string(8, ',') +
               "M,DASH,11,COE,CON,,\r\n";
    }
    std::vector<CaseId> cases() {
        std::vector<CaseId> out;
        for (const auto& one :
             read<std::vector<store::CaseRow>>([](store::Sql& sql) { return store::list_cases(sql, {}, 10); })) {
            out.push_back(one.id);
        }
        return out;
    }
    /// The case that an export opens, once it is taken.
    CaseId imported(const std::string& name, const std::string& rows) {
        const auto before = cases();
        folder_.export_csv(name, header + rows);
        EXPECT_TRUE(eventually([&] { return cases().size() == before.size() + 1; })) << everything_held();
        for (const auto id : cases()) {
            if (std::find(before.begin(), before.end(), id) == before.end()) { return id; }
        }
        return {};
    }
    /// She is named and nothing else is known of her; the council was told who she is.
    CaseId opened_by_hand() { return told_to_the_council(R"({"name": {"family": "Sample", "given": "Alex"}})"); }
    /// Hers, and somebody else's with the message that brought it, merged by mistake: the council heard of the other.
    std::tuple<CaseId, CaseId, MessageId> taken_for_one() {
        const auto hers = opened_by_hand();
        const auto other = imported("incidents-1.csv", row("00011", "Elsewhere", "07700 900456"));
        const auto message = message_of(other);
        EXPECT_TRUE(merge(hers, other));
        EXPECT_TRUE(council_heard("7700900456")) << everything_held();
        return {hers, other, message};
    }
    Result<void> merge(CaseId into, CaseId from) {
        auto done = flow::merge_cases(node_->context(), into, from, MergeReason::opened_by_hand, dana_);
        node_->wake();
        return done;
    }
    MessageId message_of(CaseId id) {
        for (const auto& one :
             read<std::vector<store::RecordRow>>([&](store::Sql& sql) { return store::records_of(sql, id); })) {
            if (one.message) { return one.message; }
        }
        return {};
    }
    flow::CaseSnapshot snapshot(CaseId id) {
        auto read = flow::read_snapshot(node_->context(), id);
        if (!read) { ADD_FAILURE() << read.error().message(); }
        return std::move(*read);
    }
    Key key_of(CaseId id) { return std::move(snapshot(id).key); }
    std::vector<store::SealedCell> cells(CaseId id) {
        return read<std::vector<store::SealedCell>>([&](store::Sql& sql) { return store::sealed_cells(sql, id); });
    }
    /// How many cells of a case open where they stand, under this key.
    std::size_t opening(CaseId id, const Key& key) {
        std::size_t n = 0;
        for (const auto& cell : cells(id)) { n += flow::reseal(cell, {id, key}, {id, key}) ? 1U : 0U; }
        return n;
    }
    std::set<std::string> families(CaseId id) {
        std::set<std::string> out;
        const auto& context = node_->context();
        for (const auto& one : snapshot(id).records) { out.insert(context.fields.match.read(one.record).family); }
        out.erase("");
        return out;
    }
    bool council_heard(const std::string& word) {
        return eventually([&] { return folder_.council().received({word}) > 0; });
    }
    store::CopyRow council_copy(CaseId id) {
        return read<std::vector<store::CopyRow>>([&](store::Sql& sql) { return store::copies_of(sql, id); }).at(0);
    }
};

TEST_P(Merging, ACaseOpenedByHandAndItsImportBecomeOne) {
    const auto by_hand = opened_by_hand();
    const auto import = imported("incidents-1.csv", row("00011", "Sample", "07700 900456"));
    ASSERT_TRUE(work_is_done());
    ASSERT_TRUE(merge(by_hand, import));
    EXPECT_EQ(cases(), std::vector{by_hand});
    EXPECT_EQ(snapshot(by_hand).records.size(), 3U) << "her words, the council's answer, the police's report";
    EXPECT_EQ(snapshot(by_hand).row.grade, RiskLevel::medium);
    EXPECT_EQ(flow::see_case(node_->context(), import, dana_), by_hand) << "the old id stands for the other";
    EXPECT_EQ(flow::read_snapshot(node_->context(), import).error().fault, Fault::missing);
    EXPECT_TRUE(council_heard("7700900456")) << "who helps her is told again: " << everything_held();
    EXPECT_EQ(entries_of("case merged"), 1);
    folder_.export_csv("incidents-2.csv", header + row("00011", "Sample", "07700 900456", "BAIL", "09"));
    EXPECT_TRUE(eventually([&] { return snapshot(by_hand).records.size() == 4; })) << "what comes later finds it";
    EXPECT_EQ(cases().size(), 1U);
    EXPECT_EQ(merge(by_hand, import).error().fault, Fault::conflict) << "it is this case already";
}

TEST_P(Merging, WhatWasToldOfEitherIsToldOfTheOne) {
    const auto by_hand = opened_by_hand();
    const auto import = imported("incidents-1.csv", row("00011", "Sample", "07700 900456"));
    const auto told = flow::told_of_case(node_->context(), by_hand);
    ASSERT_TRUE(told);
    ASSERT_TRUE(merge(import, by_hand)) << "either may stay";
    EXPECT_TRUE(work_is_done()) << everything_held();
    const auto after = flow::told_of_case(node_->context(), import);
    ASSERT_TRUE(after) << after.error().message();
    ASSERT_GE(after->size(), told->size());
    EXPECT_TRUE(std::equal(told->begin(), told->end(), after->begin())) << "under its former name";
    EXPECT_EQ(council_copy(import).reference, reference_);
    folder_.council().answer("r1", R"({"messageType": "outcome", "externalId": ")" + reference_ +
                                       R"(", "result": "REHOUSED", "resultAt": "2026-11-21T12:30:00Z"})");
    EXPECT_TRUE(becomes("rehousing", "completed")) << "the council's answer finds the case: " << everything_held();
}

TEST_P(Merging, EverythingOpensUnderTheCaseThatStaysAndNothingUnderTheKeyThatWent) {
    const auto by_hand = opened_by_hand();
    const auto import = imported("incidents-1.csv", row("00011", "Sample", "07700 900456"));
    const auto account = flow::enter_account(node_->context(), by_hand,
                                             R"({"incident": {"reference": [{"issuer": "beacon", "value": "A-1"}]},
        "victim": {"name": {"family": "Sample"}}})",
                                             UserId{7});
    ASSERT_TRUE(account);
    const auto old_key = key_of(by_hand);
    ASSERT_TRUE(node_->context().writer.submit_and_wait([&](store::Sql& sql) -> Result<void> {
        store::OverrideRow over{.id = store::OverrideId{78}, .case_id = by_hand, .partner = Name::declare("kindred")};
        over.given.asked.role = "duty-manager";
        over.justification = flow::seal_justification(old_key, by_hand, over.id, "salt", "He was seen outside.");
        store::insert_override(sql, over);
        return {};
    }));
    const auto before = cells(by_hand).size();
    ASSERT_GE(before, 5U) << "records, an account, attempts, an override";
    ASSERT_TRUE(merge(import, by_hand));
    ASSERT_TRUE(work_is_done());
    EXPECT_GE(cells(import).size(), before + 1);
    EXPECT_EQ(opening(import, key_of(import)), cells(import).size());
    EXPECT_EQ(opening(import, old_key), 0U);
    for (const auto& cell : cells(import)) {
        EXPECT_FALSE(flow::reseal(cell, {by_hand, old_key}, {by_hand, old_key})) << "nor in its old place";
    }
    const auto over = read<std::optional<store::OverrideRow>>(
        [](store::Sql& sql) { return store::read_override(sql, store::OverrideId{78}); });
    EXPECT_EQ(flow::open_justification(key_of(import), import, over->id, over->justification), "He was seen outside.");
    const auto& catalogue = node_->context().site->catalogue;
    const auto map = *Map::compile(identity_map(*catalogue, *catalogue->find_record_type("incident-report"), true),
                                   "shown", catalogue);
    EXPECT_EQ(flow::read_accounts(node_->context(), import, *map, ledger::Actor::of_user(UserId{7}))->size(), 1U);
    EXPECT_EQ(count("SELECT COUNT(*) FROM cases WHERE wrapped_key IS NOT NULL"), 1);
    ASSERT_TRUE(node_->context().writer.submit_and_wait([&](store::Sql& sql) -> Result<void> {
        const auto rows = store::records_of(sql, import);
        sql.run("UPDATE record SET body = $2 WHERE id = $1", rows.at(0).id, store::BytesView{rows.at(1).body});
        return {};
    }));
    EXPECT_EQ(flow::read_snapshot(node_->context(), import).error().fault, Fault::broken) << "cells were swapped";
}

TEST_P(Merging, TheStricterStands) {
    const auto by_hand = opened_by_hand();
    const auto import = imported("incidents-1.csv", row("00011", "Sample", "07700 900456"));
    const auto mallory =
        flow::add_person(node_->context(), "mallory", site::Role::practitioner, ledger::Actor::of_hub("test"));
    ASSERT_TRUE(mallory);
    const auto& context = node_->context();
    ASSERT_TRUE(flow::set_legal_hold(context, import, flow::HoldReason::inquiry, dana_));
    ASSERT_TRUE(flow::restrict_case(context, import, flow::CopyReason::legal_claim, dana_));
    ASSERT_TRUE(
        flow::declare_conflict(context, import, std::nullopt, "mallory", flow::ConflictReason::relative, dana_));
    ASSERT_TRUE(
        flow::declare_conflict(context, import, Name::declare("steadfast"), "", flow::ConflictReason::relative, dana_));
    ASSERT_TRUE(work_is_done());
    EXPECT_EQ(flow::merge_cases(context, by_hand, import, MergeReason::she_said, *mallory).error().fault,
              Fault::missing)
        << "who must not know of one of them merges nothing";
    ASSERT_TRUE(merge(by_hand, import));
    const auto merged = snapshot(by_hand);
    EXPECT_EQ(merged.row.legal_hold, "inquiry");
    EXPECT_EQ(merged.row.restricted, "legal-claim");
    EXPECT_EQ(merged.conflicts.size(), 2U);
    EXPECT_EQ(flow::see_case(context, by_hand, *mallory).error().fault, Fault::missing);
    EXPECT_EQ(flow::see_case(context, import, *mallory).error().fault, Fault::missing) << "nor through the old id";
    EXPECT_TRUE(eventually([&] { return council_copy(by_hand).wanted == store::Wanted::stop_using; }));
    EXPECT_EQ(folder_.council().received({"7700900456"}), 0) << "nothing more is told of it";
}

TEST_P(Merging, AnswersWhetherTheyAreOnePersonAndWhatWasSignedOfOneIsSignedAgain) {
    const auto one = imported("incidents-1.csv", row("00011", "Sample", "07700 900456"));
    const auto two = imported("incidents-2.csv", row("00012", "Otherwise", "07700 900456"));
    ASSERT_TRUE(work_is_done());
    EXPECT_NE(everything_held().find("same-person"), std::string::npos) << everything_held();
    const auto request = flow::prepare_access(node_->context(), two, store::Subject::victim, UserId{7});
    ASSERT_TRUE(request);
    ASSERT_TRUE(flow::sign_access(node_->context(), *request, dana_));
    ASSERT_TRUE(merge(one, two));
    EXPECT_EQ(everything_held().find("same-person"), std::string::npos) << everything_held();
    const auto moved =
        read<std::optional<store::AccessRow>>([&](store::Sql& sql) { return store::read_access(sql, *request); });
    EXPECT_EQ(moved->case_id, one);
    EXPECT_FALSE(moved->signed_by.has_value());
}

TEST_P(Merging, IsRefusedWhereItCannotBeDoneSafely) {
    const auto by_hand = opened_by_hand();
    const auto import = imported("incidents-1.csv", row("00011", "Sample", "07700 900456"));
    const auto& context = node_->context();
    const auto rehearsed = flow::enter_contact(
        context, std::nullopt,
        R"({"contact": {"channel": "call", "at": "2026-11-21T12:00:00Z", "outcome": "no-answer"}})", UserId{7}, true);
    ASSERT_TRUE(rehearsed);
    EXPECT_EQ(merge(by_hand, *rehearsed).error().fault, Fault::refused) << "nobody's case";
    EXPECT_EQ(merge(by_hand, by_hand).error().fault, Fault::conflict);
    EXPECT_EQ(merge(by_hand, CaseId{5}).error().fault, Fault::missing);
    ASSERT_TRUE(flow::restrict_case(context, import, flow::CopyReason::objection, dana_));
    EXPECT_EQ(merge(by_hand, import).error().fault, Fault::refused) << "restricted at her word";
    ASSERT_TRUE(flow::lift_restriction(context, import, dana_));
    const auto claim = [&](const char* state) {
        const auto done = context.writer.submit_and_wait([&](store::Sql& sql) -> Result<void> {
            sql.run("UPDATE work SET state = $1, lease_until_us = $2 WHERE case_id = $3", state,
                    noon + std::chrono::hours(1), by_hand);
            return {};
        });
        EXPECT_TRUE(done);
    };
    claim("claimed");
    EXPECT_EQ(merge(import, by_hand).error().fault, Fault::conflict) << "something of it is being sent";
    EXPECT_EQ(merge(by_hand, import).error().fault, Fault::conflict);
    claim("done");
    ASSERT_TRUE(flow::recall_copies(context, by_hand, {}, flow::CopyReason::victim_asked, dana_));
    node_->wake();
    ASSERT_TRUE(work_is_done());
    EXPECT_EQ(merge(import, by_hand).error().fault, Fault::conflict) << "it is about to be erased";
    EXPECT_EQ(cases().size(), 3U);
    EXPECT_EQ(entries_of("case merged"), 0);
    ASSERT_TRUE(
        flow::enter_copy_word(context, council_copy(by_hand).id, flow::CopyWord::done, store::Wanted::destroy, dana_));
    EXPECT_TRUE(merge(import, by_hand));
}

// Two worlds: the police's number goes on to the council only where the police's own agreement lets it.
class MergingOfSources : public Merging {
protected:
    void SetUp() override {
        folder_.replace("agreements/np-7.toml", "\"victim/sleeping-tonight\", \"victim/phone/*\",\n",
                        "\"victim/sleeping-tonight\",\n");
        Merging::SetUp();
    }
};

TEST_P(MergingOfSources, WhatASourceKeepsBackStaysBackInTheMergedCase) {
    const auto by_hand = opened_by_hand();
    const auto import = imported("incidents-1.csv", row("00011", "Sample", "07700 900456"));
    const auto message = message_of(import);
    ASSERT_TRUE(merge(by_hand, import));
    EXPECT_TRUE(council_heard("1985-04-03")) << "its birth date goes on: " << everything_held();
    EXPECT_TRUE(work_is_done());
    EXPECT_EQ(folder_.council().received({"7700900456"}), 0);
    ASSERT_TRUE(flow::unmerge_records(node_->context(), by_hand, {message}, UnmergeReason::other, dana_));
    node_->wake();
    EXPECT_TRUE(work_is_done());
    EXPECT_EQ(folder_.council().received({"7700900456"}), 0) << "nor when it leaves";
}

// A rule that the tables do not have refuses a row in the middle of the transaction.
TEST_P(Merging, ThatFailsInTheMiddleLeavesBothAsTheyWere) {
    const auto by_hand = opened_by_hand();
    const auto import = imported("incidents-1.csv", row("00011", "Sample", "07700 900456"));
    auto& writer = node_->context().writer;
    const auto run = [&](Literal sqlite, Literal postgres) {
        ASSERT_TRUE(writer.submit_and_wait([&](store::Sql& sql) -> Result<void> {
            sql.run(GetParam() == store::Engine::sqlite ? sqlite : postgres);
            return {};
        }));
    };
    run("CREATE TRIGGER planted BEFORE INSERT ON blind_index BEGIN SELECT RAISE(ABORT, 'planted'); END",
        "ALTER TABLE blind_index ADD CONSTRAINT planted CHECK (kind < 0) NOT VALID");
    const auto cells_before = cells(import).size();
    EXPECT_FALSE(merge(by_hand, import));
    EXPECT_EQ(cases().size(), 2U);
    EXPECT_EQ(cells(import).size(), cells_before);
    EXPECT_EQ(opening(import, key_of(import)), cells_before);
    EXPECT_EQ(opening(by_hand, key_of(by_hand)), cells(by_hand).size());
    EXPECT_EQ(entries_of("case merged"), 0);
    EXPECT_EQ(count("SELECT COUNT(*) FROM former_name"), 0);
    run("DROP TRIGGER planted", "ALTER TABLE blind_index DROP CONSTRAINT planted");
    EXPECT_TRUE(merge(by_hand, import));
}

TEST_P(Merging, RecordsOfSomebodyElseLeaveForACaseOfTheirOwn) {
    const auto [hers, other, message] = taken_for_one();
    ASSERT_TRUE(work_is_done());
    EXPECT_EQ(flow::unmerge_records(node_->context(), hers, {MessageId{5}}, UnmergeReason::another_person, dana_)
                  .error()
                  .fault,
              Fault::missing);
    const auto key = key_of(hers);
    const auto amended = folder_.council().received();
    const auto made = flow::unmerge_records(node_->context(), hers, {message}, UnmergeReason::another_person, dana_);
    ASSERT_TRUE(made) << made.error().message();
    node_->wake();
    EXPECT_EQ(families(hers), std::set<std::string>{"sample"});
    EXPECT_EQ(families(*made), std::set<std::string>{"elsewhere"});
    EXPECT_EQ(opening(*made, key_of(*made)), cells(*made).size());
    EXPECT_EQ(opening(*made, key), 0U) << "the key of the case that they left";
    EXPECT_FALSE(snapshot(hers).row.grade.has_value()) << "the grade was the other's";
    EXPECT_TRUE(eventually([&] { return folder_.council().received() == amended + 1; })) << everything_held();
    EXPECT_EQ(council_copy(hers).wanted, store::Wanted::keep) << "it helps her, and is told again without them";
    EXPECT_NE(everything_held().find("unmerged"), std::string::npos);
    EXPECT_EQ(flow::see_case(node_->context(), other, dana_).error().fault, Fault::missing)
        << "nobody can say which of the two the old id meant";
    EXPECT_EQ(entries_of("records unmerged"), 1);
    folder_.export_csv("incidents-2.csv", header + row("00012", "Elsewhere", "07700 900456"));
    EXPECT_TRUE(eventually([&] { return snapshot(*made).records.size() == 2; })) << "what comes later finds it";
    EXPECT_EQ(
        flow::unmerge_records(node_->context(), *made, {message_of(*made), MessageId{5}}, UnmergeReason::other, dana_)
            .has_value(),
        true)
        << "one of its two messages";
    EXPECT_EQ(
        flow::unmerge_records(node_->context(), *made, {message_of(*made)}, UnmergeReason::other, dana_).error().fault,
        Fault::malformed)
        << "nothing would stay";
}

TEST_P(Merging, ANumberAtWhichSomebodyElseAnsweredStaysBarredInTheCaseThatLeaves) {
    const auto [hers, other, message] = taken_for_one();
    ASSERT_TRUE(work_is_done());
    ASSERT_TRUE(flow::enter_contact(node_->context(), hers,
                                    R"({"contact": {"channel": "call", "at": "2026-11-21T12:00:00Z",
                                        "outcome": "wrong-person", "number": "+447700900456"}})",
                                    dana_));
    const auto made = flow::unmerge_records(node_->context(), hers, {message}, UnmergeReason::another_person, dana_);
    ASSERT_TRUE(made) << made.error().message();
    const auto reach = flow::reach_of(node_->context(), snapshot(*made), clock_.now());
    ASSERT_EQ(reach.contact.points.size(), 1U);
    EXPECT_EQ(reach.contact.points[0].safe, Answer::no);
    EXPECT_EQ(reach.contact.points[0].standing, ChannelStanding::suspended);
}

TEST_P(Merging, AHolderWhoHelpsNoMoreIsAskedToDestroyWhatWasOfSomebodyElse) {
    const auto [hers, other, message] = taken_for_one();
    folder_.council().answer("a2", R"({"messageType": "outcome", "externalId": ")" + reference_ +
                                       R"(", "result": "REHOUSED", "resultAt": "2026-11-21T12:30:00Z"})");
    ASSERT_TRUE(becomes("rehousing", "completed")) << everything_held();
    ASSERT_TRUE(work_is_done());
    ASSERT_TRUE(flow::unmerge_records(node_->context(), hers, {message}, UnmergeReason::another_person, dana_));
    node_->wake();
    EXPECT_TRUE(eventually([&, hers = hers] { return council_copy(hers).state == store::CopyState::told; }))
        << everything_held();
    EXPECT_EQ(council_copy(hers).wanted, store::Wanted::destroy);
    EXPECT_EQ(council_copy(hers).why, "misdirected");
}

TEST_P(Merging, AnErasureOfTheOneTakesWhatTheLedgerCalledTheOther) {
    const auto one = imported("incidents-1.csv", row("00011", "Sample", "07700 900456"));
    const auto two = imported("incidents-2.csv", row("00012", "Otherwise", "07700 900457"));
    ASSERT_TRUE(merge(one, two));
    EXPECT_EQ(count("SELECT COUNT(*) FROM former_name"), 1);
    const auto erased =
        flow::erase_case(node_->context(), one, flow::EraseReason::victim_asked, ledger::Actor::of_user(dana_));
    ASSERT_TRUE(erased) << erased.error().message();
    EXPECT_EQ(erased->erased.records, 2);
    EXPECT_EQ(count("SELECT COUNT(*) FROM former_name"), 0);
    EXPECT_EQ(count("SELECT COUNT(*) FROM cases WHERE ledger_name IS NOT NULL OR wrapped_key IS NOT NULL"), 0);
    EXPECT_EQ(flow::see_case(node_->context(), two, dana_).error().fault, Fault::missing);
}

INSTANTIATE_TEST_SUITE_P(Engines, Merging, both_engines, engine_name);
INSTANTIATE_TEST_SUITE_P(Engines, MergingOfSources, both_engines, engine_name);

}  // namespace
}  // namespace haven
