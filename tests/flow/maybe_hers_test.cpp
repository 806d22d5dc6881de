#include "core/store/call_list.h"
#include "core/store/conflicts.h"
#include "hub/flow/calling.h"
#include "hub/flow/erasing.h"
#include "hub/flow/need.h"
#include "mapping/identity.h"
#include "tests/flow/rejudged.h"

namespace haven {
namespace {

using namespace test;

/// Two cases that may be of one victim: the number and the birth date are the same, the name is another.
class MaybeHers : public Rejudged {
protected:
    /// A row of the force's extract, of somebody with the same number and birth date.
    static std::string row(const std::string& reference, const std::string& safe) {
        return "41/" + reference + "/26,21/11/2026 12:30:00,20/11/2026,22:15,20/11/2026 22:40,,,,Otherwise,Alex," +
               "03/04/1985,F,,E07999001,HOME,N,07700 900123,MOB," + safe + std::string(9 + 24, ',') +
               ",Example,Robin,01/01/1986,HUSB,Y,Example Ltd,LIB" + std::string(8, ',') + "M,DASH,11,COE,CON,,\r\n";
    }
    bool is_asked() { return everything_held().find("same-person") != std::string::npos; }
    void is_decided() {
        for (const auto& row : questions()) {
            EXPECT_TRUE(flow::decide_held(node_->context(), row.id, row.role, flow::HeldDecision::close, dana_));
        }
    }
    std::vector<store::HeldRow> questions() {
        auto all = read<std::vector<store::HeldRow>>([](store::Sql& sql) { return store::open_held(sql, {}, 50); });
        std::erase_if(all, [](const store::HeldRow& row) { return row.fault != "same-person"; });
        return all;
    }
    /// "granted", or why not.
    std::string call(CaseId id) {
        const auto& catalogue = node_->context().site->catalogue;
        const auto map =
            *Map::compile(identity_map(*catalogue, *catalogue->find_record_type("case-file"), true), "case", catalogue);
        const auto answer = flow::claim_call(node_->context(), id, ledger::Actor::of_user(dana_), *map);
        EXPECT_TRUE(answer) << answer.error().message();
        const auto* why = std::get_if<flow::CallBarred>(&*answer);
        return why == nullptr ? "granted" : std::string(why->reason);
    }
    bool is_in_conflict(CaseId id) {
        return flow::is_in_conflict(node_->context(), *flow::read_snapshot(node_->context(), id), council_);
    }
    /// What a person at the hub is told of one of them, by her.
    void says(CaseId id, const std::string& more) {
        const auto done = flow::enter_contact(node_->context(), id,
                                              R"({"contact": {"channel": "call", "at": ")" + iso_text(clock_.now()) +
                                                  R"(", "outcome": "reached"}, )" + more + "}",
                                              dana_);
        EXPECT_TRUE(done) << done.error().message();
        node_->wake();
    }
    bool is_listed(CaseId id) {
        const auto listed = read<std::vector<store::CaseRow>>(
            [&](store::Sql& sql) { return store::call_list(sql, clock_.now(), 10, dana_); });
        return std::any_of(listed.begin(), listed.end(), [&](const auto& row) { return row.id == id; });
    }
    /// A report of somebody else with the same number.
    void otherwise(const std::string& safe_contact) {
        report({.family = "Otherwise", .number = number_, .victim = R"(, "safe-contact": )" + safe_contact});
        EXPECT_TRUE(is_asked()) << everything_held();
    }
    std::size_t beside(CaseId id) { return flow::read_snapshot(node_->context(), id)->beside.size(); }
};

TEST_P(MaybeHers, WhatTheNewOneSaysTakesItBackFromWhoHoldsItOfTheOther) {
    const auto id = told_a_number();
    report({.family = "Otherwise", .number = number_, .safe = "no"});
    ASSERT_NE(newest_case(), id);
    EXPECT_TRUE(is_asked()) << everything_held();
    EXPECT_TRUE(is_amended_without_it()) << everything_held();
}

TEST_P(MaybeHers, WhatTheNextRecordOfTheSameFileSaysOfTheNewOneTakesItBackToo) {
    told_a_number();
    folder_.export_csv("two-rows.csv", header + row("00011", "U") + row("00012", "N"));
    ASSERT_TRUE(eventually([&] { return count("SELECT COUNT(*) FROM cases") == 2; })) << everything_held();
    ASSERT_TRUE(work_is_done());
    EXPECT_EQ(count("SELECT COUNT(*) FROM cases"), 2) << "both rows are of the new one";
    EXPECT_TRUE(is_asked()) << everything_held();
    EXPECT_TRUE(is_amended_without_it()) << everything_held();
}

TEST_P(MaybeHers, WhatTheOlderOneSaysBarsInTheNewOneUntilAPersonHasDecided) {
    report({.family = "Sample",
            .number = number_,
            .more = R"(, "perpetrator": [{"name": {"family": "Example"}, "phone": [{"number": "+447700900123"}],
                        "employer": "westmere-council"}])"});
    const auto older = the_case();
    report({"Otherwise", number_});
    const auto id = *newest_case();
    ASSERT_NE(id, older);
    EXPECT_TRUE(flow::is_in_conflict(node_->context(), *flow::read_snapshot(node_->context(), id),
                                     Name::declare("westmere-council")));
    accepted("Otherwise", id, who("Otherwise"));
    EXPECT_EQ(folder_.council().received({"7700900123"}), 0) << "it may be the husband's";
    EXPECT_GT(beside(id), 0U);
    is_decided();
    EXPECT_EQ(beside(id), 0U) << "they are two people";
    EXPECT_EQ(beside(older), 0U);
    EXPECT_FALSE(flow::is_in_conflict(node_->context(), *flow::read_snapshot(node_->context(), id),
                                      Name::declare("westmere-council")));
}

TEST_P(MaybeHers, ADecisionOnTwoCasesLeavesTheQuestionOfTwoOthersAndWhatItBars) {
    const auto reported = [&](const std::string& family, const std::string& number) {
        report({family, number});
        return *newest_case();
    };
    const auto first = reported("Sample", number_);
    const auto second = reported("Otherwise", number_);
    const auto third = reported("Third", "+447700900456");
    const auto fourth = reported("Fourth", "+447700900456");
    const auto asked = questions();
    ASSERT_EQ(asked.size(), 2U) << everything_held();
    ASSERT_TRUE(flow::decide_held(node_->context(), asked[1].id, asked[1].role, flow::HeldDecision::close, dana_));
    EXPECT_EQ(beside(third) + beside(fourth), 0U) << "they are two people";
    EXPECT_GT(beside(first), 0U);
    EXPECT_GT(beside(second), 0U);
    ASSERT_EQ(questions().size(), 1U);
    EXPECT_EQ(questions()[0].id, asked[0].id);
}

TEST_P(MaybeHers, WhatIsSaidOfOneLaterTakesItBackFromWhoHoldsItOfTheOther) {
    const auto id = told_a_number();
    report({"Otherwise", number_});
    EXPECT_TRUE(is_asked()) << everything_held();
    EXPECT_EQ(folder_.council().received({"-amend-"}), 0) << "nothing bars yet";
    import(R"({"report": {"as-of": ")" + iso_text(clock_.now()) +
           R"("}, "incident": {"reference": {"issuer": "northshire-police", "value": "41/00002/26"}}, "perpetrator":
              [{"name": {"family": "Example"}, "phone": [{"number": "+447700900123"}]}],
              "investigation": {"released": "2026-11-21T12:10:00Z"}})");
    EXPECT_TRUE(is_amended_without_it()) << everything_held();
    EXPECT_EQ(copy_of(id).wanted, store::Wanted::keep);
}

TEST_P(MaybeHers, WhatAPersonIsToldInOneTakesItBackFromWhoHoldsItOfTheOther) {
    const auto id = told_a_number();
    report({"Otherwise", number_});
    const auto other = *newest_case();
    ASSERT_TRUE(flow::enter_contact(node_->context(), other,
                                    R"({"contact": {"channel": "call", "at": ")" + iso_text(clock_.now()) +
                                        R"(", "outcome": "wrong-person", "number": "+447700900123"}})",
                                    dana_));
    node_->wake();
    EXPECT_TRUE(is_amended_without_it()) << everything_held();
    EXPECT_EQ(copy_of(id).wanted, store::Wanted::keep);
}

TEST_P(MaybeHers, WhatIsSaidInConfidenceInOneBarsInTheOtherAndIsToldToNobody) {
    report({"Sample", number_});
    const auto older = the_case();
    ASSERT_TRUE(flow::enter_account(node_->context(), older, R"({
        "incident": {"reference": [{"issuer": "beacon", "value": "A-1"}], "summary": "told in confidence"}, "victim": {"phone": [{"number": "+447700900123", "safe": "no"}]}
    })",
                                    dana_));
    report({"Otherwise", number_});
    accepted("Otherwise", *newest_case(), who("Otherwise"));
    EXPECT_EQ(folder_.council().received({"7700900123"}), 0);
    EXPECT_EQ(folder_.council().received({"confidence"}), 0);
    EXPECT_EQ(folder_.council().received({"Sample"}), 0);
}

TEST_P(MaybeHers, AConflictThatAPersonDeclaredForOneBarsInTheOther) {
    report({"Sample", number_});
    const auto older = the_case();
    ASSERT_TRUE(flow::declare_conflict(node_->context(), older, council_, "", flow::ConflictReason::relative, dana_));
    report({"Otherwise", number_});
    const auto id = *newest_case();
    ASSERT_NE(id, older);
    EXPECT_TRUE(is_in_conflict(id));
    is_decided();
    EXPECT_FALSE(is_in_conflict(id)) << "they are two people";
    EXPECT_TRUE(is_in_conflict(older));
}

TEST_P(MaybeHers, AConflictThatIsDeclaredForOneIsAPersonsMatterWhereThePartnerHoldsTheOther) {
    const auto id = told_a_number();
    report({"Otherwise", number_});
    EXPECT_EQ(copy_of(id).wanted, store::Wanted::keep);
    EXPECT_EQ(everything_held().find("eastford-council: conflict"), std::string::npos);
    ASSERT_TRUE(
        flow::declare_conflict(node_->context(), *newest_case(), council_, "", flow::ConflictReason::relative, dana_));
    EXPECT_NE(everything_held().find("eastford-council: conflict"), std::string::npos) << everything_held();
}

TEST_P(MaybeHers, WhoMustNotKnowOfOneFindsTheOtherNowhere) {
    report({"Sample", number_});
    const auto older = the_case();
    const UserId pat{90};
    ASSERT_TRUE(node_->context().writer.submit_and_wait([&](store::Sql& sql) -> Result<void> {
        EXPECT_TRUE(store::insert_conflict(sql, {older, {}, pat, "relative", dana_, clock_.now()}));
        return {};
    }));
    report({"Otherwise", number_});
    const auto id = *newest_case();
    const auto finds = [&](UserId by) {
        return read<bool>([&](store::Sql& sql) {
            const auto listed = store::list_cases(sql, {}, 10, by);
            const bool in_list =
                std::any_of(listed.begin(), listed.end(), [&](const auto& row) { return row.id == id; });
            EXPECT_EQ(store::is_seen(sql, id, by), in_list);
            return in_list;
        });
    };
    EXPECT_FALSE(finds(pat));
    EXPECT_TRUE(finds(dana_));
    is_decided();
    EXPECT_TRUE(finds(pat)) << "they are two people";
}

TEST_P(MaybeHers, HerNoInOneTakesBackWhatIsToldOfTheOtherUntilSheSaysOtherwiseThere) {
    const auto id = told_a_number();
    report({"Otherwise", number_});
    const auto other = *newest_case();
    const auto consent = [&] {
        return flow::consent_of(node_->context().fields.consent_to_referral,
                                *flow::read_snapshot(node_->context(), id));
    };
    EXPECT_EQ(consent(), Answer::yes);
    clock_.turn_by(std::chrono::minutes(10));
    says(other, R"("consent": {"to-referral": "no"})");
    EXPECT_EQ(consent(), Answer::no);
    EXPECT_TRUE(eventually([&] { return copy_of(id).wanted != store::Wanted::keep; })) << everything_held();
    clock_.turn_by(std::chrono::minutes(10));
    says(id, R"("consent": {"to-referral": "yes"})");
    EXPECT_EQ(consent(), Answer::yes) << "she has said so since";
}

TEST_P(MaybeHers, NobodyRingsForOneWhatTheOtherCallsUnsafe) {
    report({"Sample", number_});
    const auto id = the_case();
    report({.family = "Otherwise", .number = number_, .safe = "no"});
    ASSERT_NE(newest_case(), id);
    EXPECT_EQ(call(id), "not-safe");
    is_decided();
    EXPECT_EQ(call(id), "granted") << "they are two people";
}

TEST_P(MaybeHers, NobodyRingsForOneWhoAskedInTheOtherNotToBeContacted) {
    report({"Sample", number_});
    const auto id = the_case();
    report({.family = "Otherwise",
            .number = number_,
            .victim = R"(, "safe-contact": {"asked-not-to-be-contacted": "yes"})"});
    EXPECT_EQ(call(id), "asked-not-to-be-contacted");
    const auto listed = read<std::vector<store::CaseRow>>(
        [&](store::Sql& sql) { return store::call_list(sql, clock_.now(), 10, dana_); });
    EXPECT_TRUE(listed.empty()) << "nor does the list of calls name her";
}

TEST_P(MaybeHers, NobodyRingsForOneOutsideTheTimesThatSheNamedInTheOther) {
    report({"Sample", number_});
    const auto id = the_case();
    report(
        {.family = "Otherwise",
         .number = number_,
         .victim = R"(, "safe-contact": {"window": [{"day": "saturday", "from": "14:00:00", "until": "14:30:00"}]})"});
    EXPECT_EQ(call(id), "outside-window");
    EXPECT_TRUE(read<std::vector<store::CaseRow>>([&](store::Sql& sql) {
                    return store::call_list(sql, clock_.now(), 10, dana_);
                }).empty());
    clock_.turn_to(noon + std::chrono::minutes(125));
    EXPECT_EQ(call(id), "granted");
    clock_.turn_to(noon + std::chrono::minutes(160));
    EXPECT_EQ(call(id), "outside-window");
    is_decided();
    EXPECT_EQ(call(id), "granted") << "they are two people";
}

TEST_P(MaybeHers, WhoWasRungForOneAsOftenAsMayBeIsNotRungForTheOther) {
    report({"Sample", number_});
    const auto id = the_case();
    report({"Otherwise", number_});
    for (int tries = 0; tries < 3; ++tries) {
        ASSERT_TRUE(flow::enter_contact(
            node_->context(), *newest_case(),
            R"({"contact": {"channel": "call", "at": ")" + iso_text(clock_.now()) + R"(", "outcome": "no-answer"}})",
            dana_));
    }
    EXPECT_EQ(call(id), "attempts-used");
    is_decided();
    EXPECT_EQ(call(id), "granted") << "they are two people";
}

TEST_P(MaybeHers, WhoIsNotTheOtherStandsInTheListOfCallsAgain) {
    report({"Sample", number_});
    const auto id = the_case();
    EXPECT_TRUE(is_listed(id));
    otherwise(R"({"asked-not-to-be-contacted": "yes"})");
    EXPECT_FALSE(is_listed(id));
    is_decided();
    EXPECT_TRUE(is_listed(id)) << "they are two people";
}

TEST_P(MaybeHers, WhoseOtherIsErasedStandsInTheListOfCallsAgain) {
    report({"Sample", number_});
    const auto id = the_case();
    otherwise(R"({"asked-not-to-be-contacted": "yes"})");
    EXPECT_FALSE(is_listed(id));
    ASSERT_TRUE(flow::erase_case(node_->context(), *newest_case(), flow::EraseReason::victim_asked,
                                 ledger::Actor::of_user(dana_)));
    EXPECT_TRUE(eventually([&] { return is_listed(id); }));
}

TEST_P(MaybeHers, OfTwoThatNameTimesThoseOfBothHold) {
    report({"Sample", number_});
    const auto id = the_case();
    const auto at = [](const std::string& from, const std::string& until) {
        return R"(, "safe-contact": {"window": [{"day": "saturday", "from": ")" + from + R"(", "until": ")" + until +
               "\"}]}";
    };
    report({.family = "Otherwise", .number = number_, .victim = at("14:00:00", "15:00:00")});
    report({.family = "Third", .number = number_, .victim = at("14:30:00", "16:00:00")});
    clock_.turn_to(noon + std::chrono::minutes(130));
    EXPECT_EQ(call(id), "outside-window") << "the third names others";
    clock_.turn_to(noon + std::chrono::minutes(150));
    EXPECT_EQ(call(id), "granted");
    clock_.turn_to(noon + std::chrono::minutes(190));
    EXPECT_EQ(call(id), "outside-window") << "the second names others";
}

const char* const at_two = R"({"window": [{"day": "saturday", "from": "14:00:00", "until": "14:30:00"}]})";

TEST_P(MaybeHers, NoPartnerHasANumberWithoutTheTimesThatTheOtherNames) {
    const auto id = told_a_number();
    otherwise(at_two);
    EXPECT_TRUE(is_amended_without_it()) << everything_held();
    EXPECT_EQ(copy_of(id).wanted, store::Wanted::keep);
    is_decided();
    EXPECT_TRUE(eventually([&] {
        return folder_.council().received({"-amend-", "7700900123"}) == 1;
    })) << "they are two people, and it is told again: "
        << everything_held();
}

TEST_P(MaybeHers, WhoHasHelpedGivesUpANumberForWhichTheOtherNamesTimes) {
    const auto id = told_a_number();
    ASSERT_TRUE(is_rehoused()) << everything_held();
    otherwise(at_two);
    EXPECT_EQ(copy_of(id).wanted, store::Wanted::destroy) << everything_held();
}

// Each is decided before the other is committed, so that neither finds the other.
TEST_P(MaybeHers, TwoThatAreEnteredAtOneMomentAreAskedAboutToo) {
    constexpr int pairs = 5;
    const auto enter = [&](const std::string& family, int pair) {
        EXPECT_TRUE(flow::enter_contact(node_->context(), std::nullopt,
                                        R"({"contact": {"channel": "call", "at": ")" + iso_text(clock_.now()) +
                                            R"(", "outcome": "reached"}, "victim": {"name": {"family": ")" + family +
                                            std::to_string(pair) +
                                            R"("}, "birth-date": "1985-04-03", "phone": [{"number": "+44770090012)" +
                                            std::to_string(pair) + R"(", "safe": "yes"}]}})",
                                        dana_));
    };
    for (int pair = 0; pair < pairs; ++pair) {
        std::thread beside([&] { enter("Sample", pair); });
        enter("Otherwise", pair);
        beside.join();
    }
    ASSERT_TRUE(work_is_done()) << everything_held();
    clock_.turn_by(std::chrono::minutes(1));
    EXPECT_TRUE(eventually([&] { return questions().size() == pairs; })) << everything_held();
}

INSTANTIATE_TEST_SUITE_P(Engines, MaybeHers, both_engines, engine_name);

}  // namespace
}  // namespace haven
