#include <gmock/gmock.h>

#include "tests/core/referral/sample.h"

// What follows a confirmation: the place, the arrival, the outcome; and what may come at any time: withdrawal,
// amendment, conflict, silence and clocks.
namespace haven {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

TEST(Place, ThatIsLostIsAnAlarmAndTheOthersAreAskedAgain) {
    Story s;
    s.send().deliver(oakbridge).wait(hours(2)).deliver(larkfield).answer(larkfield, AnswerKind::accept);
    s.answer(larkfield, AnswerKind::decline);
    EXPECT_THAT(s.needs(), Contains(Cause::place_lost));
    EXPECT_TRUE(s.has_alarm());
    EXPECT_EQ(s.referral.state, ReferralState::offered);
    EXPECT_EQ(s.of(oakbridge).state, OfferState::queued) << "it was released, not heard: it may be asked again";
    EXPECT_EQ(s.of(larkfield).state, OfferState::declined);
}

TEST(Place, WhoseTimeRunsOutBeforeSheIsThereIsAnAlarmOnce) {
    Story s;
    s.send().deliver(oakbridge);
    s(event::Answered{.offer = s.of(oakbridge).id, .kind = AnswerKind::accept, .until = s.now + hours(3)});
    EXPECT_EQ(next_due(s.referral), s.of(oakbridge).until);
    s.wait(hours(3));
    EXPECT_THAT(s.needs(), ElementsAre(Cause::place_lapsing));
    EXPECT_TRUE(s.has_alarm());
    s.wait(minutes(5));
    EXPECT_THAT(s.needs(), IsEmpty());
}

TEST(Arrival, ThatDoesNotHappenIsAnAlarmAtOnceAndSheMayStillCome) {
    Story s;
    s.send().deliver(oakbridge).answer(oakbridge, AnswerKind::accept);
    s(event::Arrival{s.of(oakbridge).id, ArrivalKind::expected});
    s(event::Arrival{s.of(oakbridge).id, ArrivalKind::did_not_arrive});
    EXPECT_TRUE(s.has_alarm());
    EXPECT_EQ(s.referral.state, ReferralState::on_hold);
    s(event::Arrival{s.of(oakbridge).id, ArrivalKind::arrived});
    EXPECT_EQ(s.of(oakbridge).state, OfferState::arrived);
    EXPECT_EQ(s.referral.state, ReferralState::in_progress);
}

TEST(Arrival, OlderThanWhatIsKnownChangesNothing) {
    Story s;
    s.send().deliver(oakbridge).answer(oakbridge, AnswerKind::accept);
    const auto early = s.now;
    s(event::Arrival{s.of(oakbridge).id, ArrivalKind::arrived, s.now});
    s(event::Arrival{s.of(oakbridge).id, ArrivalKind::did_not_arrive, early - minutes(30)});
    EXPECT_EQ(s.ignored(), IgnoredWhy::older);
    EXPECT_EQ(s.of(oakbridge).state, OfferState::arrived);
}

TEST(Outcome, ThatIsGoodCompletesAndIsReportedToTheSource) {
    for (const auto kind : {OutcomeKind::placed, OutcomeKind::rehoused, OutcomeKind::engaged, OutcomeKind::completed}) {
        Story s;
        s.send().deliver(oakbridge).answer(oakbridge, AnswerKind::accept);
        s(event::OutcomeReported{s.of(oakbridge).id, kind});
        EXPECT_EQ(s.referral.state, ReferralState::completed);
        EXPECT_THAT(s.effects, ElementsAre(ReferralEffect(effect::Report{kind})));
        EXPECT_EQ(next_due(s.referral), std::nullopt);
    }
}

TEST(Outcome, ThatIsBadHoldsTheReferralWithAnAlarmEvenAfterItWasCompleted) {
    for (const auto kind : {OutcomeKind::did_not_attend, OutcomeKind::disengaged, OutcomeKind::could_not_contact,
                            OutcomeKind::unable_to_support}) {
        Story s;
        s.send().deliver(oakbridge).answer(oakbridge, AnswerKind::accept);
        s(event::OutcomeReported{s.of(oakbridge).id, OutcomeKind::engaged});
        s(event::OutcomeReported{s.of(oakbridge).id, kind});
        EXPECT_EQ(s.referral.state, ReferralState::on_hold);
        EXPECT_THAT(s.needs(), ElementsAre(Cause::bad_outcome));
        EXPECT_TRUE(s.has_alarm());
        EXPECT_NE(next_due(s.referral), std::nullopt);
    }
}

TEST(Outcome, MayBeFollowedByANewRoundInWhichTheOldPlaceIsReleased) {
    Story s;
    s.send().deliver(oakbridge).answer(oakbridge, AnswerKind::accept);
    s(event::OutcomeReported{s.of(oakbridge).id, OutcomeKind::unable_to_support});
    s(event::OfferedAgain{});
    EXPECT_EQ(s.referral.round, 2);
    EXPECT_THAT(s.told(oakbridge), ElementsAre(Notice::release, Notice::offer));
    EXPECT_EQ(s.of(oakbridge).state, OfferState::queued);
}

TEST(Outcome, OfAReferralThatAPersonEndsIsThatNobodyCouldHelp) {
    Story s({candidate(oakbridge)});
    s.send().deliver(oakbridge).answer(oakbridge, AnswerKind::decline)(event::Closed{});
    EXPECT_EQ(s.referral.state, ReferralState::declined);
    EXPECT_THAT(s.effects, ElementsAre(ReferralEffect(effect::Report{OutcomeKind::unable_to_support})));
}

TEST(Withdrawal, ReachesEverybodyWhoHoldsAnythingAndNobodyElse) {
    Story s;
    s.rules.at_once = 3;
    s.send().deliver(oakbridge).answer(oakbridge, AnswerKind::decline);
    s(event::SendBegun{s.of(larkfield).id, Notice::offer});
    s(event::Withdrawn{});
    EXPECT_EQ(s.referral.state, ReferralState::withdrawn);
    EXPECT_THAT(s.told(oakbridge), ElementsAre(Notice::withdraw)) << "it said no, and still holds the offer";
    EXPECT_THAT(s.told(larkfield), ElementsAre(Notice::withdraw)) << "it may arrive at any moment";
    EXPECT_THAT(s.told(thornbury), IsEmpty()) << "it was only queued";
    EXPECT_EQ(s.of(thornbury).state, OfferState::withdrawn);
    EXPECT_EQ(next_due(s.referral), std::nullopt);
}

TEST(Withdrawal, ReachesThosePartnersToWhomTheReferralIsLongCompleted) {
    Story s;
    s.send().deliver(oakbridge).answer(oakbridge, AnswerKind::accept);
    s(event::OutcomeReported{s.of(oakbridge).id, OutcomeKind::placed})(event::Withdrawn{});
    EXPECT_THAT(s.told(oakbridge), ElementsAre(Notice::withdraw));
}

TEST(Withdrawal, RecallsWhatTurnsOutToHaveBeenSentAllTheSame) {
    Story s;
    s.send();
    const auto id = s.of(oakbridge).id;
    s(event::Withdrawn{});
    EXPECT_THAT(s.told(oakbridge), IsEmpty());
    s(event::SendEnded{id, Notice::offer, 1, Delivery::accepted});
    EXPECT_THAT(s.told(oakbridge), ElementsAre(Notice::withdraw));
    s(event::SendEnded{id, Notice::offer, 1, Delivery::accepted});
    EXPECT_THAT(s.told(oakbridge), IsEmpty()) << "once is enough";
    s(event::SendEnded{id, Notice::withdraw, 1, Delivery::accepted});
    EXPECT_TRUE(s.of(oakbridge).end_known);
}

TEST(Withdrawal, ThatAPartnerDoesNotTakeIsAnAlarm) {
    Story s;
    s.send().deliver(oakbridge)(event::Withdrawn{});
    s(event::SendEnded{s.of(oakbridge).id, Notice::withdraw, 1, Delivery::rejected});
    EXPECT_THAT(s.needs(), ElementsAre(Cause::notice_failed));
    EXPECT_TRUE(s.has_alarm());
}

TEST(Amendment, IsToldToWhoeverHoldsTheOfferAndIsAcknowledged) {
    Story s;
    s.rules.at_once = 3;
    s.rules.ask_capacity = true;
    s.send().deliver(oakbridge).answer(oakbridge, AnswerKind::has_capacity).deliver(oakbridge).deliver(larkfield);
    s(event::Amended{});
    EXPECT_EQ(s.referral.version, 2);
    EXPECT_THAT(s.told(oakbridge), ElementsAre(Notice::amend));
    EXPECT_THAT(s.told(larkfield), IsEmpty()) << "it was asked for a place, and knows of nobody";
    EXPECT_THAT(s.told(thornbury), IsEmpty()) << "what is queued goes with the facts of the moment of sending";
    EXPECT_EQ(s.of(oakbridge).version, 1);
    s(event::SendEnded{s.of(oakbridge).id, Notice::amend, 2, Delivery::accepted});
    EXPECT_EQ(s.of(oakbridge).version, 2);
}

TEST(Amendment, IsNothingToWhomItDoesNotConcern) {
    Story s;
    s.rules.at_once = 2;
    s.send().deliver(oakbridge).deliver(larkfield);
    s(event::Amended{{{larkfield}}});
    EXPECT_THAT(s.told(larkfield), ElementsAre(Notice::amend));
    EXPECT_THAT(s.told(oakbridge), IsEmpty());
    s.answer(oakbridge, AnswerKind::accept);
    EXPECT_EQ(s.of(oakbridge).state, OfferState::confirmed);
    EXPECT_THAT(s.needs(), IsEmpty()) << "what it said yes to is what there is";
}

TEST(Amendment, ThatThePartnerMayNotKnowIsShownWithItsYes) {
    Story s;
    s.send().deliver(oakbridge)(event::Amended{}).answer(oakbridge, AnswerKind::accept);
    EXPECT_EQ(s.of(oakbridge).state, OfferState::confirmed);
    EXPECT_THAT(s.needs(), ElementsAre(Cause::accepted_older_version));
}

TEST(Conflict, TakesTheOfferBackAndNotEvenAYesCounts) {
    Story s;
    s.send().deliver(oakbridge);
    s.rules.providers[0].why_not = WhyNot::conflict;
    s.answer(oakbridge, AnswerKind::accept);
    EXPECT_EQ(s.of(oakbridge).state, OfferState::withdrawn);
    EXPECT_THAT(s.told(oakbridge), ElementsAre(Notice::withdraw));
    EXPECT_THAT(s.needs(), UnorderedElementsAre(Cause::conflict, Cause::accept_after_end));
    EXPECT_THAT(s.told(larkfield), ElementsAre(Notice::offer));
}

TEST(Conflict, FoundAfterANoMakesALaterYesCountForNothing) {
    Story s;
    s.send().deliver(oakbridge).answer(oakbridge, AnswerKind::decline);
    s.rules.providers[0].why_not = WhyNot::conflict;
    s.answer(oakbridge, AnswerKind::accept);
    EXPECT_EQ(s.of(oakbridge).state, OfferState::withdrawn);
    EXPECT_THAT(s.told(oakbridge), ElementsAre(Notice::withdraw));
    EXPECT_THAT(s.needs(), ElementsAre(Cause::conflict));
    EXPECT_EQ(s.referral.state, ReferralState::offered);
}

TEST(Conflict, WithAPartnerThatTheSiteNoLongerKnowsIsTakenForGranted) {
    Story s;
    s.send().deliver(oakbridge);
    s.rules.providers.erase(s.rules.providers.begin());
    s(event::Ticked{});
    EXPECT_THAT(s.told(oakbridge), ElementsAre(Notice::withdraw));
}

TEST(Conflict, FoundAfterTheConfirmationIsAnAlarmOnceAndAPersonDecides) {
    Story s;
    s.send().deliver(oakbridge).answer(oakbridge, AnswerKind::accept);
    s.rules.providers[0].why_not = WhyNot::area_to_avoid;
    s(event::Ticked{});
    EXPECT_THAT(s.needs(), ElementsAre(Cause::conflict));
    EXPECT_TRUE(s.has_alarm());
    EXPECT_EQ(s.of(oakbridge).state, OfferState::confirmed);
    s(event::Ticked{});
    EXPECT_THAT(s.needs(), IsEmpty());
}

TEST(Silence, IsToldToAPersonAgainAndAgain) {
    Story s;
    s(event::Prepared{false});
    for (int i = 0; i < 3; ++i) {
        s.now = *next_due(s.referral);
        s(event::Ticked{});
        EXPECT_THAT(s.needs(), ElementsAre(Cause::silence));
        EXPECT_TRUE(s.has_alarm());
    }
}

class ClockedReferral : public testing::Test {
protected:
    ClockedReferral() {
        story.now = at(11, 23, 10);
        story.rules.clocks = {{.name = same_day,
                               .source = "the hub's promise",
                               .within = SameDay{},
                               .hours = daily("08:00-20:00"),
                               .kept_by = Milestone::confirmed}};
        story.open();
    }
    std::vector<ClockState> rang() const {
        std::vector<ClockState> out;
        for (const auto& e : story.effects) {
            if (const auto* c = std::get_if<effect::ClockEntered>(&e)) { out.push_back(c->state); }
        }
        return out;
    }
    Name same_day = Name::declare("same-day");
    Story story;
};

TEST_F(ClockedReferral, SaysBeforehandThatItsPromiseIsInDanger) {
    story.send();
    story.now = at(11, 23, 15);
    story(event::Ticked{});
    EXPECT_THAT(rang(), ElementsAre(ClockState::warned));
    story.now = at(11, 23, 20);
    story(event::Ticked{});
    EXPECT_THAT(rang(), ElementsAre(ClockState::escalated, ClockState::breached));
}

TEST_F(ClockedReferral, StopsItsClockWhenThePromiseIsKeptAndGoesOnWhenThePlaceIsLost) {
    story.send().deliver(oakbridge).answer(oakbridge, AnswerKind::accept);
    EXPECT_TRUE(story.referral.clocks[0].stopped_at);
    story.answer(oakbridge, AnswerKind::decline);
    EXPECT_FALSE(story.referral.clocks[0].stopped_at);
    story.now = at(11, 23, 15);
    story(event::Ticked{});
    EXPECT_THAT(rang(), ElementsAre(ClockState::warned));
}

TEST_F(ClockedReferral, MayBePausedWithAReason) {
    story.send()(event::ClockPaused{same_day, PauseReason::victim_asked});
    EXPECT_EQ(story.referral.clocks[0].pause_reason, PauseReason::victim_asked);
    story(event::ClockPaused{same_day, PauseReason::other});
    EXPECT_EQ(story.ignored(), IgnoredWhy::wrong_state);
    story.now = at(11, 24, 8);
    story(event::Ticked{});
    EXPECT_THAT(rang(), IsEmpty());
    story(event::ClockResumed{same_day});
    EXPECT_FALSE(story.referral.clocks[0].paused_at);
    EXPECT_GT(story.referral.clocks[0].breach_at, at(11, 24, 17));
}

// Founding case 2: the first council declines, the next accepts before closing time.
TEST_F(ClockedReferral, IsRehousedTheSameDayByTheSecondCouncil) {
    story.rules.only_open = true;
    story.send().deliver(oakbridge).answer(oakbridge, AnswerKind::decline).deliver(larkfield);
    story.answer(larkfield, AnswerKind::accept);
    EXPECT_LT(story.now, at(11, 23, 20));
    story(event::OutcomeReported{story.of(larkfield).id, OutcomeKind::rehoused});
    EXPECT_EQ(story.referral.state, ReferralState::completed);
    EXPECT_EQ(story.referral.clocks[0].state, ClockState::running);
    EXPECT_EQ(next_due(story.referral), std::nullopt);
}

}  // namespace
}  // namespace haven
