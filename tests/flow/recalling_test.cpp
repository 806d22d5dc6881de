#include "hub/flow/recalling.h"

#include "hub/flow/told.h"
#include "tests/flow/bad_messages.h"
#include "tests/flow/rights.h"

namespace haven {
namespace {

using namespace test;
using std::chrono::hours;
using store::CopyState;
using store::Wanted;

class Recalling : public Rights {
protected:
    std::vector<store::CopyRow> copies(CaseId id) {
        return read<std::vector<store::CopyRow>>([&](store::Sql& sql) { return store::copies_of(sql, id); });
    }
    bool council_copy_is(CaseId id, Wanted wanted, CopyState state) {
        return eventually([&] {
            const auto all = copies(id);
            return all.size() == 1 && all[0].wanted == wanted && all[0].state == state;
        });
    }
    void council_says(const std::string& name, const std::string& wanted, const std::string& done) {
        folder_.council().answer(name, R"({"messageType": "recallDone", "externalId": ")" + reference_ +
                                           R"(", "copy": ")" + reference_ + R"(", "wanted": ")" + wanted +
                                           R"(", "done": ")" + done + R"(", "doneAt": "2026-11-21T12:30:00Z"})");
    }
    std::string contact(CaseId id, const std::string& json) {
        const auto done = flow::enter_contact(node_->context(), id, json, UserId{7});
        node_->wake();
        return done ? "" : done.error().message();
    }
};

TEST_P(Recalling, AnAnswerThatSaysNothingOfWhatItsAgreementNamesIsHeldWithThatReason) {
    placed_at_the_council();
    folder_.replace("agreements/eastford-2.toml", "\"answer/*\", \"answer/question\"", "\"answer/question\"");
    activate_folder();
    folder_.council().answer("a2", R"({"messageType": "answer", "externalId": ")" + reference_ +
                                       R"(", "decision": "ACCEPTED", "decidedAt": "2026-11-21T12:40:00Z"})");
    EXPECT_TRUE(eventually([&] {
        return everything_held().find("eastford-council: malformed: : expected an answer, an arrival or an outcome") !=
               std::string::npos;
    })) << everything_held();
    EXPECT_EQ(everything_held().find("asked nothing"), std::string::npos) << "it was asked under this reference";
}

TEST_P(Recalling, AConsentTakenBackRecallsEveryCopyAndTheHolderAcknowledges) {
    const auto id = placed_at_the_council();
    ASSERT_TRUE(council_copy_is(id, Wanted::keep, CopyState::kept));
    EXPECT_EQ(contact(id, R"({"contact": {"channel": "call", "at": "2026-11-21T12:10:00Z", "outcome": "reached"},
                              "consent": {"to-referral": "no"}})"),
              "");
    EXPECT_TRUE(council_copy_is(id, Wanted::destroy, CopyState::told)) << everything_held();
    EXPECT_EQ(folder_.council().received({"recall", "DELETE", reference_}), 1);
    council_says("r1", "STOP-USING", "YES");
    council_says("r2", "DELETE", "YES");
    EXPECT_TRUE(council_copy_is(id, Wanted::destroy, CopyState::acknowledged)) << everything_held();
    EXPECT_EQ(entries_of("copy recalled"), 1);
    EXPECT_EQ(entries_of("copy destroyed"), 1);
}

TEST_P(Recalling, WhatNobodyAcknowledgesInTimeIsHeldAndAPersonMayWriteTheAnswerDown) {
    const auto id = placed_at_the_council();
    ASSERT_TRUE(flow::recall_copies(node_->context(), id, {}, flow::CopyReason::victim_asked, dana_));
    node_->wake();
    ASSERT_TRUE(council_copy_is(id, Wanted::destroy, CopyState::told)) << everything_held();
    EXPECT_TRUE(becomes("rehousing", "withdrawn"));
    EXPECT_EQ(everything_held().find("copy-not-acknowledged"), std::string::npos);
    clock_.turn_to(noon + std::chrono::hours(25));
    ASSERT_TRUE(node_->let_time_pass());
    EXPECT_NE(everything_held().find("eastford-council: copy-not-acknowledged"), std::string::npos);
    const auto copy = copies(id).at(0).id;
    ASSERT_TRUE(flow::enter_copy_word(node_->context(), copy, flow::CopyWord::refused, Wanted::destroy, dana_));
    EXPECT_TRUE(council_copy_is(id, Wanted::destroy, CopyState::refused));
    EXPECT_NE(everything_held().find("copy-kept"), std::string::npos);
    EXPECT_EQ(flow::enter_copy_word(node_->context(), store::CopyId{5}, flow::CopyWord::done, Wanted::destroy, dana_)
                  .error()
                  .fault,
              Fault::missing);
}

TEST_P(Recalling, OfARestrictedCaseNothingMoreIsToldUntilItIsLifted) {
    const auto id = placed_at_the_council();
    ASSERT_TRUE(flow::restrict_case(node_->context(), id, flow::CopyReason::accuracy, dana_));
    node_->wake();
    EXPECT_TRUE(council_copy_is(id, Wanted::stop_using, CopyState::told)) << everything_held();
    EXPECT_EQ(folder_.council().received({"STOP-USING"}), 1);
    const auto before = folder_.council().received();
    EXPECT_EQ(contact(id, R"({"contact": {"channel": "call", "at": "2026-11-21T12:10:00Z", "outcome": "reached"},
                              "victim": {"name": {"family": "Otherwise"}}, "need": [{"service": "mens-support"}]})"),
              "");
    EXPECT_TRUE(work_is_done());
    EXPECT_EQ(folder_.council().received(), before);
    EXPECT_EQ(folder_.council().received({"Otherwise"}), 0);
    EXPECT_EQ(copies(id).size(), 1U) << "nobody new holds anything";
    ASSERT_TRUE(flow::lift_restriction(node_->context(), id, dana_));
    node_->wake();
    EXPECT_TRUE(eventually([&] { return folder_.council().received({"Otherwise"}) == 1; })) << everything_held();
    EXPECT_EQ(copies(id).at(0).wanted, Wanted::keep);
    EXPECT_EQ(flow::lift_restriction(node_->context(), id, dana_).error().fault, Fault::missing);
}

TEST_P(Recalling, ACorrectionIsToldToThoseWhoseAgreementNamesItAndToNobodyElse) {
    const auto id = placed_at_the_council();
    const auto before = folder_.council().received();
    EXPECT_EQ(contact(id, R"({"contact": {"channel": "call", "at": "2026-11-21T12:10:00Z", "outcome": "reached",
                                         "note": "Words for the hub alone."}})"),
              "");
    EXPECT_TRUE(work_is_done());
    EXPECT_EQ(folder_.council().received(), before) << "it would be told nothing new";
    EXPECT_EQ(contact(id, R"({"contact": {"channel": "call", "at": "2026-11-21T12:20:00Z", "outcome": "reached"},
                              "victim": {"name": {"family": "Corrected"}}})"),
              "");
    EXPECT_TRUE(eventually([&] { return folder_.council().received({"Corrected"}) == 1; })) << everything_held();
    EXPECT_EQ(copies(id).size(), 1U) << "told again it is one copy";
}

TEST_P(Recalling, AnObjectionIsCarriedToTheHolderWhoAcknowledgesIt) {
    const auto id = placed_at_the_council();
    ASSERT_TRUE(flow::restrict_case(node_->context(), id, flow::CopyReason::objection, dana_));
    node_->wake();
    ASSERT_TRUE(council_copy_is(id, Wanted::stop_using, CopyState::told)) << everything_held();
    EXPECT_EQ(copies(id).at(0).why, "objection");
    EXPECT_EQ(folder_.council().received({"recall", "STOP-USING", reference_}), 1);
    council_says("r1", "STOP-USING", "YES");
    EXPECT_TRUE(council_copy_is(id, Wanted::stop_using, CopyState::acknowledged)) << everything_held();
    EXPECT_FALSE(copies(id).at(0).due_at.has_value());
    EXPECT_EQ(entries_of("copy rests"), 1);
}

TEST_P(Recalling, ARestrictionAndItsEndAreCarriedToTheHolder) {
    const auto id = placed_at_the_council();
    ASSERT_TRUE(flow::restrict_case(node_->context(), id, flow::CopyReason::legal_claim, dana_));
    node_->wake();
    ASSERT_TRUE(council_copy_is(id, Wanted::stop_using, CopyState::told)) << everything_held();
    council_says("r1", "STOP-USING", "YES");
    ASSERT_TRUE(council_copy_is(id, Wanted::stop_using, CopyState::acknowledged)) << everything_held();
    ASSERT_TRUE(flow::lift_restriction(node_->context(), id, dana_));
    node_->wake();
    EXPECT_TRUE(council_copy_is(id, Wanted::keep, CopyState::told)) << everything_held();
    EXPECT_EQ(folder_.council().received({"recall", reference_}), 2) << "stop, and go on";
    EXPECT_EQ(entries_of("copy may be used again"), 1);
}

// What the holder took was the word of before: that it arrived says nothing of what is asked of it by now.
TEST_P(Recalling, WhatIsAskedWhileAnotherWordIsUnderWayIsToldToo) {
    const auto id = placed_at_the_council();
    folder_.council().misbehave(R"("delay", "times": 1, "seconds": 2)");
    ASSERT_TRUE(flow::restrict_case(node_->context(), id, flow::CopyReason::objection, dana_));
    node_->wake();
    ASSERT_TRUE(eventually([&] { return folder_.council().received({"STOP-USING", reference_}) == 1; }));
    ASSERT_EQ(copies(id).at(0).state, CopyState::asked) << "the council's answer is still under way";
    ASSERT_TRUE(
        flow::recall_copies(node_->context(), id, Name::declare("eastford-council"), flow::CopyReason::protect, dana_));
    node_->wake();
    EXPECT_TRUE(eventually([&] {
        return folder_.council().received({"DELETE", reference_}) == 1;
    })) << everything_held();
    EXPECT_TRUE(council_copy_is(id, Wanted::destroy, CopyState::told)) << everything_held();
}

// Told again is the message of a correction, and that the holder's system took it is its acknowledgement.
TEST_P(Recalling, ACorrectionIsCarriedToWhoHelpsAndItsArrivalIsKnown) {
    const auto id = placed_at_the_council();
    const auto told_at = copies(id).at(0).told_at;
    clock_.turn_to(noon + std::chrono::minutes(20));
    EXPECT_EQ(contact(id, R"({"contact": {"channel": "call", "at": "2026-11-21T12:20:00Z", "outcome": "reached"},
                              "victim": {"name": {"family": "Corrected"}}})"),
              "");
    EXPECT_TRUE(eventually([&] { return folder_.council().received({"Corrected", reference_}) == 1; }));
    EXPECT_TRUE(work_is_done()) << everything_held();
    EXPECT_GT(copies(id).at(0).told_at, told_at);
    EXPECT_EQ(copies(id).at(0).state, CopyState::kept) << "it is to be used, as it is now";
    const auto told = flow::told_of_case(node_->context(), id);
    ASSERT_TRUE(told);
    EXPECT_NE(told->back().find(R"("sending":"accepted")"), std::string::npos) << told->back();
}

TEST_P(Recalling, ACorrectionOfAnOldCopyIsForAPersonWhoMayRecallItAsInaccurate) {
    const auto id = placed_at_the_council();
    folder_.council().answer("a2", R"({"messageType": "outcome", "externalId": ")" + reference_ +
                                       R"(", "result": "REHOUSED", "resultAt": "2026-11-21T12:10:00Z"})");
    ASSERT_TRUE(becomes("rehousing", "completed")) << everything_held();
    EXPECT_EQ(contact(id, R"({"contact": {"channel": "call", "at": "2026-11-21T12:20:00Z", "outcome": "reached"},
                              "victim": {"name": {"family": "Corrected"}}})"),
              "");
    EXPECT_NE(everything_held().find("eastford-council: correction"), std::string::npos) << everything_held();
    ASSERT_TRUE(flow::recall_copies(node_->context(), id, Name::declare("eastford-council"), flow::CopyReason::accuracy,
                                    dana_));
    node_->wake();
    ASSERT_TRUE(council_copy_is(id, Wanted::destroy, CopyState::told)) << everything_held();
    EXPECT_EQ(copies(id).at(0).why, "accuracy");
    council_says("r1", "DELETE", "YES");
    EXPECT_TRUE(council_copy_is(id, Wanted::destroy, CopyState::acknowledged)) << everything_held();
}

TEST_P(Recalling, AFactThatProtectsHerIsToldToWhoHelpsAndRecallsAnOldCopy) {
    const auto id = placed_at_the_council();
    const auto unsafe_now = [](const char* at) {
        return std::string(R"({"contact": {"channel": "call", "at": ")") + at +
               R"(", "outcome": "wrong-person", "number": "+447700900123"}})";
    };
    EXPECT_EQ(contact(id, unsafe_now("2026-11-21T12:10:00Z")), "");
    EXPECT_TRUE(work_is_done()) << everything_held();
    EXPECT_EQ(folder_.council().received({"-amend-"}), 1) << "without the number";
    EXPECT_EQ(folder_.council().received({"-amend-", "7700900123"}), 0);
    EXPECT_TRUE(council_copy_is(id, Wanted::keep, CopyState::kept));
    folder_.council().answer("a2", R"({"messageType": "outcome", "externalId": ")" + reference_ +
                                       R"(", "result": "REHOUSED", "resultAt": "2026-11-21T12:20:00Z"})");
    ASSERT_TRUE(becomes("rehousing", "completed")) << everything_held();
    EXPECT_EQ(contact(id, R"({"contact": {"channel": "call", "at": "2026-11-21T12:30:00Z", "outcome": "reached"},
                              "victim": {"phone": [{"number": "+447700900456", "safe": "yes"}]}})"),
              "");
    EXPECT_NE(everything_held().find("eastford-council: correction"), std::string::npos) << everything_held();
    EXPECT_EQ(contact(id, R"({"contact": {"channel": "call", "at": "2026-11-21T12:40:00Z", "outcome": "reached"},
                              "victim": {"phone": [{"number": "+447700900456", "safe": "no"}]}})"),
              "");
    EXPECT_TRUE(council_copy_is(id, Wanted::destroy, CopyState::told)) << everything_held();
}

TEST_P(Recalling, ARecallPassesWhatIsHeldOfTheCase) {
    const auto id = placed_at_the_council();
    EXPECT_EQ(contact(id, R"({"contact": {"channel": "call", "at": "2026-11-21T12:10:00Z", "outcome": "reached"},
                              "consent": {"to-referral": "unknown"}, "victim": {"name": {"family": "Changed"}}})"),
              "");
    EXPECT_TRUE(eventually([&] { return count("SELECT COUNT(*) FROM work WHERE state = 'held'") == 1; }))
        << "the amendment, for want of consent: " << everything_held();
    ASSERT_TRUE(flow::recall_copies(node_->context(), id, {}, flow::CopyReason::victim_asked, dana_));
    node_->wake();
    EXPECT_TRUE(council_copy_is(id, Wanted::destroy, CopyState::told)) << everything_held();
}

TEST_P(Recalling, TheEndOfACopysRetentionRecallsIt) {
    const auto id = placed_at_the_council();
    ASSERT_TRUE(copies(id).at(0).delete_by.has_value());
    clock_.turn_to(*copies(id).at(0).delete_by);
    ASSERT_TRUE(node_->let_time_pass());
    const auto copy = copies(id).at(0);
    EXPECT_EQ(copy.wanted, Wanted::destroy);
    EXPECT_EQ(copy.why, "retention");
}

// Her no counts whoever brings it.
TEST_P(Recalling, ANoThatASourceSendsWithdrawsAndAsksBackAsOneThatSheSaysDoes) {
    folder_.replace("partners/northshire-police.toml", "\"haven/perpetrator-update\"",
                    "\"haven/perpetrator-update\", \"haven/incident-report\"");
    activate_folder();
    const auto id = placed_at_the_council();
    const auto report = [&](const std::string& number, const std::string& consent) {
        folder_.export_csv("consent-" + number + ".json",
                           R"({"report": {"as-of": "2026-11-21T12:06:00Z"}, "incident": {"reference": [{"issuer":
            "northshire-police", "value": "41/0000)" +
                               number + R"(/26"}]}, "victim": {"name": {"family": "Sample", "given": "Alex"},
            "birth-date": "1985-04-03"}, "consent": {"to-referral": ")" +
                               consent + R"("}})");
        const auto receipt = folder_.site() / "var/northshire/receipts" / ("consent-" + number + ".json.json");
        EXPECT_TRUE(eventually([&] { return std::filesystem::exists(receipt); })) << everything_held();
    };
    clock_.turn_to(noon + std::chrono::minutes(10));
    report("1", "yes");
    EXPECT_EQ(state_of("rehousing"), "accepted");
    EXPECT_EQ(copies(id).at(0).wanted, Wanted::keep);
    report("2", "no");
    EXPECT_TRUE(becomes("rehousing", "withdrawn")) << everything_held();
    EXPECT_EQ(copies(id).at(0).wanted, Wanted::destroy);
    EXPECT_EQ(copies(id).at(0).why, "consent-withdrawn");
    EXPECT_TRUE(eventually([&] { return folder_.council().received({"-withdraw-"}) > 0; })) << everything_held();
}

// Nobody has rung her yet: that is what the hub is for.
TEST_P(Recalling, ANoThatASourceSendsBeforeAnythingWasSharedLeavesHerToBeCalled) {
    folder_.replace("partners/northshire-police.toml", "\"haven/perpetrator-update\"",
                    "\"haven/perpetrator-update\", \"haven/incident-report\"");
    activate_folder();
    for (const char* consent : {"unknown", "no"}) {
        const std::string name = std::string("consent-") + consent + ".json";
        folder_.export_csv(name, R"({"report": {"as-of": "2026-11-21T11:59:00Z"}, "incident": {"reference": [{"issuer":
            "northshire-police", "value": "41/00001/26"}]}, "victim": {"name": {"family": "Sample", "given": "Alex"},
            "birth-date": "1985-04-03", "phone": [{"number": "+447700900123", "safe": "yes"}]},
            "consent": {"to-referral": ")" +
                                     std::string(consent) + R"("}})");
        const auto receipt = folder_.site() / "var/northshire/receipts" / (name + ".json");
        ASSERT_TRUE(eventually([&] { return std::filesystem::exists(receipt); })) << everything_held();
    }
    const auto snapshot = flow::read_snapshot(node_->context(), the_case());
    ASSERT_TRUE(snapshot);
    EXPECT_EQ(snapshot->file.facts().get(node_->context().fields.consent_to_referral), Answer::no);
    EXPECT_EQ(snapshot->row.progress.the_case.state, CaseState::to_contact);
}

TEST_P(Recalling, WhatTheForceWasToldOfAnOutcomeIsRecalledAndItAnswersByAFile) {
    const auto told = folder_.site() / "var/northshire/told";
    folder_.export_csv(
        "incidents-1.csv",
        header + export_row({{"VicSurname", "Sample"}, {"VicDOB", "03/04/1985"}, {"VicHomeArea", "E07999001"}}));
    const auto id = the_case();
    ASSERT_EQ(contact(id, R"({"contact": {"channel": "call", "at": "2026-11-21T12:00:00Z", "outcome": "reached",
                                          "help": "accepted"},
                              "consent": {"to-referral": "yes", "to-pass-contact": "yes"},
                              "need": [{"service": "rehousing"}]})"),
              "");
    reference_ = reference_at("eastford-council");
    folder_.council().answer("a1", R"({"messageType": "answer", "externalId": ")" + reference_ +
                                       R"(", "decision": "ACCEPTED", "decidedAt": "2026-11-21T12:05:00Z"})");
    ASSERT_TRUE(becomes("rehousing", "accepted")) << everything_held();
    folder_.council().answer("a2", R"({"messageType": "outcome", "externalId": ")" + reference_ +
                                       R"(", "result": "REHOUSED", "resultAt": "2026-11-21T12:10:00Z"})");
    const auto outcome = SiteFolder::dropped(told, "-confirm-");
    EXPECT_NE(outcome.find("rehoused"), std::string::npos) << outcome << everything_held();
    EXPECT_NE(outcome.find("northshire-police"), std::string::npos) << "of which incident: " << outcome;
    EXPECT_EQ(outcome.find("Sample"), std::string::npos);
    EXPECT_EQ(outcome.find("eastford"), std::string::npos) << "not who helped her";

    ASSERT_TRUE(flow::recall_copies(node_->context(), id, Name::declare("northshire-police"),
                                    flow::CopyReason::victim_asked, dana_));
    node_->wake();
    const auto recall = SiteFolder::dropped(told, "-recall-");
    EXPECT_NE(recall.find("destroy"), std::string::npos) << recall << everything_held();
    const auto police = [&] {
        for (const auto& copy : copies(id)) {
            if (copy.partner.text() == "northshire-police") { return copy; }
        }
        return store::CopyRow{};
    };
    const auto reference = police().reference;
    folder_.council().answer("guess", R"({"messageType": "recallDone", "externalId": ")" + reference +
                                          R"(", "copy": ")" + reference +
                                          R"(", "wanted": "DELETE", "done": "YES", "doneAt": "2026-11-21T12:30:00Z"})");
    EXPECT_TRUE(eventually([&] {
        return everything_held().find("eastford-council: missing: : this partner was asked nothing") !=
               std::string::npos;
    })) << "another's reference is as one that was never used: "
        << everything_held();
    EXPECT_EQ(police().state, CopyState::told);
    peers::put_file(folder_.site() / "var/northshire/done.json",
                    R"({"request": {"reference": ")" + reference + R"("}, "recall": {"reference": ")" + reference +
                        R"(", "wanted": "destroy", "at": "2026-11-21T13:00:00Z", "acknowledged": "yes"}})");
    EXPECT_TRUE(eventually([&] { return police().state == CopyState::acknowledged; })) << everything_held();
}

TEST_P(Recalling, WhatIsForAPartnerThatTheSiteHasNoWayToIsHeldAndNotForgotten) {
    folder_.replace("partners/northshire-police.toml", "tell = \"yes\"\n", "");
    activate_folder();
    clock_.turn_by(hours(12) + std::chrono::minutes(15));
    ASSERT_TRUE(node_->let_time_pass());
    EXPECT_TRUE(eventually([&] {
        return everything_held().find(
                   "northshire-police: missing: : the site's adapter of this partner sends nothing") !=
               std::string::npos;
    })) << everything_held();
    EXPECT_EQ(count("SELECT COUNT(*) FROM attempt WHERE partner = 'northshire-police'"), 0) << "nothing was begun";
    EXPECT_TRUE(work_is_done());
}

// What was left over when it went, and what comes up afterwards.
TEST_P(Recalling, WhatIsForAPartnerThatTheSiteHasNoMoreIsHeldAndNotForgotten) {
    const auto id = placed_at_the_council();
    folder_.council().misbehave("busy");
    EXPECT_EQ(contact(id, R"({"contact": {"channel": "call", "at": "2026-11-21T12:10:00Z", "outcome": "reached"},
                              "victim": {"name": {"family": "Corrected"}}})"),
              "");
    ASSERT_TRUE(eventually([&] {
        return count("SELECT COUNT(*) FROM work WHERE state = 'due' AND attempts > 0") == 1;
    })) << "it is to be tried again";
    const auto before = folder_.council().received();
    std::map<std::string, std::string> theirs;
    for (const char* file : {"agreements/eastford-1.toml", "agreements/eastford-2.toml", "agreements/eastford-3.toml",
                             "agreements/eastford-4.toml", "partners/eastford-council.toml"}) {
        theirs[file] = peers::file_text(folder_.site() / file);
        std::filesystem::remove(folder_.site() / file);
    }
    activate_folder();
    folder_.council().behave();
    clock_.turn_by(std::chrono::minutes(10));
    node_->wake();
    const auto held = [&] {
        return count("SELECT COUNT(*) FROM work WHERE lane = 'eastford-council' AND state = 'held'");
    };
    EXPECT_TRUE(eventually([&] { return held() == 1; })) << "the correction";
    ASSERT_TRUE(flow::recall_copies(node_->context(), id, Name::declare("eastford-council"),
                                    flow::CopyReason::victim_asked, dana_));
    node_->wake();
    EXPECT_TRUE(eventually([&] { return held() == 2; })) << "the recall";
    EXPECT_NE(everything_held().find("eastford-council: missing: : the site has no such partner any more"),
              std::string::npos)
        << everything_held();
    EXPECT_EQ(folder_.council().received(), before);
    for (const auto& [file, text] : theirs) { peers::put_file(folder_.site() / file, text); }
    activate_folder();  // so that what it was told before went where it may
}

INSTANTIATE_TEST_SUITE_P(Engines, Recalling, both_engines, engine_name);

}  // namespace
}  // namespace haven
