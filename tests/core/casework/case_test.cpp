#include "core/casework/case.h"

#include <gmock/gmock.h>

#include <functional>
#include <map>

#include "tests/core/casework/sample.h"

namespace haven {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Not;

namespace event = case_event;
namespace effect = case_effect;

struct Story {
    Case the_case{.id = {3}};
    CaseFacts facts{.safe_way = true};
    CaseRules rules{};
    Instant now = at(11, 23, 10);
    std::vector<CaseEffect> effects{};

    Story& operator()(const CaseEvent& e) {
        auto next = step(the_case, e, facts, rules, now);
        the_case = next.the_case;
        effects = std::move(next.effects);
        now += minutes(1);
        return *this;
    }
    Story& call(ContactOutcome outcome, std::optional<HelpAnswer> help = {}) {
        return (*this)(event::Contacted{ContactChannel::call, outcome, help});
    }
    bool has(const CaseEffect& wanted) const {
        return std::find(effects.begin(), effects.end(), wanted) != effects.end();
    }
    std::optional<CaseIgnoredWhy> ignored() const {
        for (const auto& e : effects) {
            if (const auto* i = std::get_if<effect::Ignored>(&e)) { return i->why; }
        }
        return std::nullopt;
    }
};

TEST(Case, StartsInTheCallListWithAPromiseToRing) {
    Story s;
    s(event::ReportArrived{});
    EXPECT_EQ(s.the_case.state, CaseState::to_contact);
    EXPECT_TRUE(s.has(effect::StartClock{CaseClock::first_contact}));
    EXPECT_TRUE(s.has(effect::Rerank{}));
}

TEST(Case, WithoutASafeWayAsksTheSourceForOneUnderAClock) {
    Story s;
    s.facts.safe_way = false;
    s(event::ReportArrived{});
    EXPECT_EQ(s.the_case.state, CaseState::no_safe_way);
    EXPECT_TRUE(s.has(effect::StartClock{CaseClock::safe_way}));
    EXPECT_TRUE(s.has(effect::AskSource{}));
    s.facts.safe_way = true;
    s(event::WayLearned{});
    EXPECT_EQ(s.the_case.state, CaseState::to_contact);
    EXPECT_TRUE(s.has(effect::StopClock{CaseClock::safe_way}));
    EXPECT_TRUE(s.has(effect::StartClock{CaseClock::first_contact}));
}

TEST(Case, LosesItsSafeWayWhenSomebodyElseAnswersTheOnlyTelephone) {
    Story s;
    s(event::ReportArrived{});
    s.facts.safe_way = false;  // as the file stands with this contact in it
    s.call(ContactOutcome::wrong_person);
    EXPECT_TRUE(s.has(effect::ChannelChanged{}));
    EXPECT_EQ(s.the_case.state, CaseState::no_safe_way);
    EXPECT_TRUE(s.has(effect::AskSource{}));
}

TEST(Case, GoesByItsWindowsThatEndWithTime) {
    Story s;
    s(event::ReportArrived{});
    s.facts.safe_way = false;
    s(event::Ticked{});
    EXPECT_EQ(s.the_case.state, CaseState::no_safe_way);
}

TEST(Contact, ThatReachesHerSettlesTheCase) {
    for (const auto& [help, state] : std::map<HelpAnswer, CaseState>{{HelpAnswer::accepted, CaseState::accepted_help},
                                                                     {HelpAnswer::declined, CaseState::declined_help},
                                                                     {HelpAnswer::undecided, CaseState::contacted}}) {
        Story s;
        s(event::ReportArrived{}).call(ContactOutcome::no_answer).call(ContactOutcome::reached, help);
        EXPECT_EQ(s.the_case.state, state);
        EXPECT_EQ(s.the_case.attempts, 0);
        EXPECT_EQ(s.the_case.not_before, std::nullopt);
        EXPECT_TRUE(s.has(effect::StopClock{CaseClock::first_contact}));
        EXPECT_EQ(s.has(effect::HelpBegins{}), help == HelpAnswer::accepted);
        EXPECT_EQ(s.has(effect::StartClock{CaseClock::contact_again}), help == HelpAnswer::undecided);
    }
}

TEST(Contact, ThatSaysNothingNewLeavesHerYesAsItIs) {
    Story s;
    s(event::ReportArrived{}).call(ContactOutcome::reached, HelpAnswer::accepted).call(ContactOutcome::reached);
    EXPECT_EQ(s.the_case.state, CaseState::accepted_help);
    EXPECT_FALSE(s.has(effect::HelpBegins{}));
}

TEST(Contact, InWhichSheTakesHerYesBackWithdrawsHerReferrals) {
    Story s;
    s(event::ReportArrived{}).call(ContactOutcome::reached, HelpAnswer::accepted);
    s.call(ContactOutcome::reached, HelpAnswer::declined);
    EXPECT_EQ(s.the_case.state, CaseState::declined_help);
    EXPECT_TRUE(s.has(effect::WithdrawReferrals{}));
}

TEST(Contact, ThatFailsIsTriedAgainLaterAndThenByAnotherRoute) {
    Story s;
    s(event::ReportArrived{});
    for (int i = 1; i < s.rules.attempts_max; ++i) {
        const auto before = s.now;
        s.call(ContactOutcome::no_answer);
        EXPECT_EQ(s.the_case.state, CaseState::to_contact);
        EXPECT_EQ(s.the_case.attempts, i);
        EXPECT_EQ(s.the_case.not_before, before + s.rules.between_attempts);
    }
    s.call(ContactOutcome::message_left);
    EXPECT_EQ(s.the_case.state, CaseState::could_not_reach);
    EXPECT_TRUE(s.has(effect::PersonNeeded{CaseCause::could_not_reach}));
}

TEST(Contact, ThatIsCutShortIsAnAlarmAndNobodyRingsBackByItself) {
    Story s;
    s(event::ReportArrived{}).call(ContactOutcome::cut_short);
    EXPECT_TRUE(s.has(effect::PersonNeeded{CaseCause::cut_short, true}));
    EXPECT_EQ(s.the_case.state, CaseState::to_contact);
    EXPECT_TRUE(s.the_case.not_before);
}

TEST(Contact, WhenItIsNotSafeWaitsForABetterTime) {
    Story s;
    s(event::ReportArrived{});
    const auto then = s.now;
    s.call(ContactOutcome::not_safe);
    EXPECT_TRUE(s.has(effect::PersonNeeded{CaseCause::find_safe_time}));
    EXPECT_EQ(s.the_case.not_before, then + s.rules.after_unsafe);
    s(event::WayLearned{});
    EXPECT_EQ(s.the_case.not_before, std::nullopt);
}

TEST(Claim, KeepsTwoPeopleFromRingingTheSameVictim) {
    Story s;
    s(event::ReportArrived{})(event::CallClaimed{{1}})(event::CallClaimed{{2}});
    EXPECT_EQ(s.ignored(), CaseIgnoredWhy::claimed);
    EXPECT_EQ(s.the_case.claimed_by, UserId{1});
    s(event::CallGivenUp{{2}});
    EXPECT_EQ(s.ignored(), CaseIgnoredWhy::claimed);
    s(event::CallGivenUp{{1}})(event::CallClaimed{{2}});
    EXPECT_EQ(s.the_case.claimed_by, UserId{2});
    s.now += s.rules.claim_max;
    s(event::Ticked{});
    EXPECT_EQ(s.the_case.claimed_by, std::nullopt);
    s(event::CallClaimed{{1}}).call(ContactOutcome::no_answer);
    EXPECT_EQ(s.the_case.claimed_by, std::nullopt);
}

TEST(Perpetrator, WhoseStateChangesReranksAsksForTheRiskAndStartsAClock) {
    Story s;
    s(event::ReportArrived{}).call(ContactOutcome::reached, HelpAnswer::accepted);
    for (const auto state : {CustodyState::arrested, CustodyState::released_no_charge, CustodyState::bailed}) {
        s(event::PerpetratorChanged{state});
        EXPECT_THAT(s.effects, ElementsAre(CaseEffect(effect::Rerank{}), CaseEffect(effect::AskRisk{}),
                                           CaseEffect(effect::StartClock{CaseClock::contact_again})));
        EXPECT_EQ(s.the_case.state, CaseState::accepted_help);
    }
}

TEST(Perpetrator, WhoIsReleasedBringsBackWhoCouldNotBeReachedAndShowsWhoSaidNo) {
    Story s;
    s.rules.attempts_max = 1;
    s(event::ReportArrived{}).call(ContactOutcome::no_answer)(event::PerpetratorChanged{CustodyState::in_custody});
    EXPECT_EQ(s.the_case.state, CaseState::to_contact) << "while he is away she may be reached";
    s.call(ContactOutcome::reached, HelpAnswer::declined)(event::PerpetratorChanged{CustodyState::bailed});
    EXPECT_TRUE(s.has(effect::PersonNeeded{CaseCause::perpetrator_free}));
    s(event::Closed{CloseReason::declined})(event::PerpetratorChanged{CustodyState::released_from_prison});
    EXPECT_TRUE(s.has(effect::PersonNeeded{CaseCause::perpetrator_free}));
    EXPECT_EQ(s.the_case.state, CaseState::closed);
}

TEST(Case, IsReopenedByANewReportAndKeepsCount) {
    Story s;
    s.facts.level = RiskLevel::medium;
    s(event::ReportArrived{}).call(ContactOutcome::reached, HelpAnswer::declined)(event::Closed{CloseReason::declined});
    EXPECT_EQ(s.the_case.state, CaseState::closed);
    EXPECT_EQ(s.the_case.close_reason, CloseReason::declined);
    EXPECT_EQ(s.the_case.closed_at_level, RiskLevel::medium);
    s(event::ReportArrived{});
    EXPECT_EQ(s.the_case.state, CaseState::to_contact);
    EXPECT_EQ(s.the_case.reopened, 1);
    EXPECT_EQ(s.the_case.reports, 2);
    EXPECT_EQ(s.the_case.close_reason, std::nullopt);
}

TEST(Case, ThatIsBeingHelpedShowsANewIncidentToAPerson) {
    Story s;
    s(event::ReportArrived{}).call(ContactOutcome::reached, HelpAnswer::accepted)(event::ReportArrived{});
    EXPECT_EQ(s.the_case.state, CaseState::accepted_help);
    EXPECT_TRUE(s.has(effect::PersonNeeded{CaseCause::new_incident}));
    EXPECT_TRUE(s.has(effect::AskRisk{}));
}

TEST(Case, IsNotClosedWhileAReferralLives) {
    Story s;
    s.facts.live_referral = true;
    s(event::ReportArrived{})(event::Closed{CloseReason::helped});
    EXPECT_EQ(s.ignored(), CaseIgnoredWhy::live_referral);
    EXPECT_EQ(s.the_case.state, CaseState::to_contact);
}

TEST(Case, ThatSheRingsAboutAfterItWasClosedIsOpenAgain) {
    Story s;
    s(event::ReportArrived{})(event::Closed{CloseReason::could_not_reach});
    s.call(ContactOutcome::reached, HelpAnswer::accepted);
    EXPECT_EQ(s.the_case.state, CaseState::accepted_help);
    EXPECT_EQ(s.the_case.reopened, 1);
    EXPECT_TRUE(s.has(effect::HelpBegins{}));
}

TEST(Case, ThatSheWithdrawsFromWithdrawsItsReferralsInAnyState) {
    for (const auto help : {HelpAnswer::accepted, HelpAnswer::undecided, HelpAnswer::declined}) {
        Story s;
        s(event::ReportArrived{}).call(ContactOutcome::reached, help)(event::Withdrawn{});
        EXPECT_EQ(s.the_case.state, CaseState::declined_help);
        EXPECT_TRUE(s.has(effect::WithdrawReferrals{}));
    }
}

const std::vector<std::pair<CaseState, std::function<void(Story&)>>> case_states{
    {CaseState::no_safe_way,
     [](Story& s) {
         s.facts.safe_way = false;
         s(event::ReportArrived{});
     }},
    {CaseState::to_contact, [](Story& s) { s(event::ReportArrived{}); }},
    {CaseState::contacted, [](Story& s) { s(event::ReportArrived{}).call(ContactOutcome::reached); }},
    {CaseState::could_not_reach,
     [](Story& s) {
         s.rules.attempts_max = 1;
         s(event::ReportArrived{}).call(ContactOutcome::no_answer);
     }},
    {CaseState::accepted_help, [](Story& s) { s(event::HelpAccepted{}); }},
    {CaseState::declined_help, [](Story& s) { s(event::Withdrawn{}); }},
    {CaseState::closed, [](Story& s) { s(event::Closed{CloseReason::other}); }},
};

// Every state and every event: what comes out, or "." where it is ignored.
TEST(CaseTable, SaysWhatEveryEventMakesOfEveryState) {
    ASSERT_EQ(case_states.size(), code_names(CaseState{}).size());
    const auto contacted = [](ContactOutcome outcome, std::optional<HelpAnswer> help = {}) {
        return CaseEvent(event::Contacted{ContactChannel::call, outcome, help});
    };
    // n: no safe way, t: to contact, c: contacted, r: could not reach, a: accepted, d: declined, x: closed
    const std::vector<std::tuple<const char*, CaseEvent, const char*>> rows{
        {"report arrived", event::ReportArrived{}, "nttt att"},
        {"call claimed", event::CallClaimed{{1}}, "ntcr ad."},
        {"call given up", event::CallGivenUp{{1}}, ".... ..."},
        {"no answer", contacted(ContactOutcome::no_answer), "ntcr adx"},
        {"wrong person", contacted(ContactOutcome::wrong_person), "ntcr adx"},
        {"reached", contacted(ContactOutcome::reached), "nccc adc"},
        {"reached, accepts", contacted(ContactOutcome::reached, HelpAnswer::accepted), "aaaa aaa"},
        {"reached, declines", contacted(ContactOutcome::reached, HelpAnswer::declined), "dddd ddd"},
        {"way learned", event::WayLearned{}, "ntct ad."},
        {"help accepted", event::HelpAccepted{}, "aaaa .aa"},
        {"perpetrator released", event::PerpetratorChanged{CustodyState::bailed}, "ntct adx"},
        {"withdrawn", event::Withdrawn{}, "dddd dd."},
        {"closed", event::Closed{CloseReason::other}, "xxxx xx."},
        {"reopened", event::Reopened{}, ".... ..t"},
        {"ticked", event::Ticked{}, "ntcr adx"},
    };
    for (const auto& [name, e, expected] : rows) {
        std::string row;
        for (const auto& [state, lead] : case_states) {
            Story before;
            lead(before);
            ASSERT_EQ(before.the_case.state, state);
            Story after = before;
            after(e);
            constexpr std::string_view letters = "ntcradx";
            if (state == CaseState::accepted_help) { row += ' '; }
            row += after.ignored() ? '.' : letters.at(static_cast<std::size_t>(after.the_case.state));
            if (after.ignored()) { EXPECT_EQ(after.the_case, before.the_case) << name; }
        }
        EXPECT_EQ(row, expected) << name;
    }
}

}  // namespace
}  // namespace haven
