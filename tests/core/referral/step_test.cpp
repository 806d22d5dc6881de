#include "core/referral/step.h"

#include <gmock/gmock.h>

#include "tests/core/referral/sample.h"

namespace haven {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(Referral, IsOfferedToNobodyBeforeSheSaysYes) {
    Story s;
    s(event::Prepared{false});
    EXPECT_EQ(s.referral.state, ReferralState::awaiting_consent);
    s(event::SentOut{});
    EXPECT_EQ(s.ignored(), IgnoredWhy::wrong_state);
    EXPECT_TRUE(s.referral.offers.empty());
    s(event::ConsentGiven{})(event::SentOut{});
    EXPECT_EQ(s.referral.state, ReferralState::offered);
    EXPECT_THAT(s.told(oakbridge), ElementsAre(Notice::offer));
}

TEST(InTurn, AsksTheNextOnlyWhenTheFirstHasAnsweredOrItsTimeIsOver) {
    Story s;
    s.send().deliver(oakbridge);
    EXPECT_FALSE(s.was_asked(larkfield));
    s.answer(oakbridge, AnswerKind::decline);
    EXPECT_THAT(s.told(larkfield), ElementsAre(Notice::offer));
    s.deliver(larkfield).wait(minutes(57));
    EXPECT_FALSE(s.was_asked(thornbury));
    s.wait(minutes(2));
    EXPECT_EQ(s.of(larkfield).state, OfferState::lapsed);
    EXPECT_THAT(s.told(thornbury), ElementsAre(Notice::offer));
}

TEST(InTurn, GoesOnWhenTheMessageIsRejectedAndTellsAPerson) {
    Story s;
    s.send()(event::SendBegun{s.of(oakbridge).id, Notice::offer});
    s(event::SendEnded{s.of(oakbridge).id, Notice::offer, 1, Delivery::rejected});
    EXPECT_THAT(s.needs(), ElementsAre(Cause::delivery_rejected));
    EXPECT_EQ(s.of(oakbridge).state, OfferState::declined);
    EXPECT_THAT(s.told(larkfield), ElementsAre(Notice::offer));
}

TEST(InTurn, GoesOnWhenItsSystemIsDownAllAfternoonAndTheOldOfferIsNeverSent) {
    Story s;
    s.send();
    const auto id = s.of(oakbridge).id;
    s(event::SendBegun{id, Notice::offer})(event::SendEnded{id, Notice::offer, 1, Delivery::unreachable});
    EXPECT_EQ(s.of(oakbridge).state, OfferState::queued);
    s.wait(hours(1));
    EXPECT_EQ(s.of(oakbridge).state, OfferState::lapsed);
    EXPECT_THAT(s.needs(), ElementsAre(Cause::never_sent));
    EXPECT_THAT(s.told(larkfield), ElementsAre(Notice::offer));
    s.deliver(larkfield).answer(larkfield, AnswerKind::accept);
    EXPECT_THAT(s.told(oakbridge), IsEmpty()) << "it never heard of her";
}

TEST(InTurn, LeavesOutWhoIsClosedOrNotEligibleAndStopsWithAPersonWhenNobodyIsLeft) {
    Story s;
    s.rules.providers[0].why_not = WhyNot::closed;
    s.rules.providers[2].why_not = WhyNot::boy_too_old;
    s.send();
    EXPECT_FALSE(s.was_asked(oakbridge));
    s.deliver(larkfield).answer(larkfield, AnswerKind::no_capacity);
    EXPECT_EQ(s.of(larkfield).reason, DeclineReason::no_bed);
    EXPECT_EQ(s.referral.state, ReferralState::no_provider);
    EXPECT_THAT(s.needs(), ElementsAre(Cause::no_provider));
    EXPECT_FALSE(s.was_asked(thornbury));
}

TEST(InTurn, ShowsAPersonTheProviderThatIsNamedInstead) {
    Story s;
    s.send().deliver(oakbridge).answer(oakbridge, AnswerKind::onward);
    EXPECT_THAT(s.needs(), ElementsAre(Cause::onward));
    EXPECT_EQ(s.of(oakbridge).state, OfferState::declined);
    EXPECT_TRUE(s.was_asked(larkfield));
}

TEST(ReplyWindow, RunsFromTheDeliveryInOpeningTime) {
    Story s({candidate(oakbridge, office()), candidate(larkfield)});
    s.now = at(11, 20, 19, 50);  // a Friday, ten minutes before closing
    s.send().deliver(oakbridge);
    EXPECT_EQ(s.of(oakbridge).reply_by, at(11, 21, 9, 53));  // delivered at 19:53
}

TEST(ReplyWindow, EndsAtClosingTimeWhereTheHelpIsNeededNow) {
    Story s({candidate(oakbridge, office()), candidate(larkfield)});
    s.rules.only_open = true;
    s.now = at(11, 20, 19, 30);
    s.send().deliver(oakbridge);
    EXPECT_EQ(s.of(oakbridge).reply_by, at(11, 20, 20));
    s.now = at(11, 20, 20);
    s(event::Ticked{});
    EXPECT_EQ(s.of(oakbridge).state, OfferState::lapsed);
    EXPECT_TRUE(s.was_asked(larkfield));
}

TEST(ReplyWindow, StandsStillWhileTheHubOwesAnAnswer) {
    Story s;
    s.send().deliver(oakbridge);
    const auto by = *s.of(oakbridge).reply_by;
    const auto asked_at = s.now;
    s.answer(oakbridge, AnswerKind::question);
    EXPECT_THAT(s.needs(), ElementsAre(Cause::question));
    s.wait(hours(5));
    EXPECT_EQ(s.of(oakbridge).state, OfferState::question);
    EXPECT_FALSE(s.was_asked(larkfield));
    const auto answered_at = s.now;
    s(event::QuestionAnswered{s.of(oakbridge).id});
    EXPECT_THAT(s.told(oakbridge), ElementsAre(Notice::reply));
    EXPECT_EQ(s.of(oakbridge).reply_by, answered_at + (by - asked_at));
}

TEST(Capacity, IsAskedFirstAndAYesBringsTheOffer) {
    Story s;
    s.rules.ask_capacity = true;
    s.send();
    EXPECT_THAT(s.told(oakbridge), ElementsAre(Notice::capacity));
    s.deliver(oakbridge).answer(oakbridge, AnswerKind::has_capacity);
    EXPECT_THAT(s.told(oakbridge), ElementsAre(Notice::offer));
    EXPECT_EQ(s.of(oakbridge).state, OfferState::queued);
    EXPECT_EQ(s.of(oakbridge).stage, Stage::offer);
    EXPECT_EQ(s.of(oakbridge).held, Stage::capacity);
}

TEST(Capacity, IsNotAYesToHer) {
    Story s;
    s.rules.ask_capacity = true;
    s.send().deliver(oakbridge).answer(oakbridge, AnswerKind::accept);
    EXPECT_EQ(s.referral.state, ReferralState::offered);
    EXPECT_THAT(s.told(oakbridge), ElementsAre(Notice::offer)) << "it has not seen the offer yet";
}

TEST(Capacity, BringsNoOfferWhereTheProviderHasComeToBeUnfit) {
    Story s;
    s.rules.ask_capacity = true;
    s.send().deliver(oakbridge);
    s.rules.providers[0].why_not = WhyNot::boy_too_old;
    s.answer(oakbridge, AnswerKind::has_capacity);
    EXPECT_THAT(s.told(oakbridge), ElementsAre(Notice::withdraw));
    EXPECT_TRUE(s.was_asked(larkfield));
}

TEST(Capacity, OnAWaitingListIsForAPersonAndTheWindowRunsOn) {
    Story s;
    s.rules.ask_capacity = true;
    s.send().deliver(oakbridge).answer(oakbridge, AnswerKind::waiting_list);
    EXPECT_THAT(s.needs(), ElementsAre(Cause::waiting_list));
    EXPECT_FALSE(s.was_asked(larkfield));
    s.wait(hours(1));
    EXPECT_EQ(s.of(oakbridge).state, OfferState::lapsed);
    EXPECT_TRUE(s.was_asked(larkfield));
}

TEST(SeveralAtOnce, AsksAsManyAsDeclaredAndTheNextForEachNo) {
    Story s;
    s.rules.at_once = 2;
    s.send();
    EXPECT_TRUE(s.was_asked(oakbridge));
    EXPECT_TRUE(s.was_asked(larkfield));
    EXPECT_FALSE(s.was_asked(thornbury));
    s.deliver(oakbridge).deliver(larkfield).answer(larkfield, AnswerKind::decline);
    EXPECT_THAT(s.told(thornbury), ElementsAre(Notice::offer));
}

TEST(SeveralAtOnce, ConfirmsTheFirstYesAndReleasesTheOthersInTheSameStep) {
    Story s;
    s.rules.at_once = 3;
    s.send().deliver(oakbridge).deliver(larkfield).answer(larkfield, AnswerKind::accept);
    EXPECT_EQ(s.referral.state, ReferralState::accepted);
    EXPECT_EQ(s.of(larkfield).state, OfferState::confirmed);
    EXPECT_EQ(s.of(larkfield).stage, Stage::accept);
    EXPECT_THAT(s.told(larkfield), ElementsAre(Notice::confirm));
    EXPECT_EQ(s.of(oakbridge).state, OfferState::released);
    EXPECT_THAT(s.told(oakbridge), ElementsAre(Notice::release));
    EXPECT_EQ(s.of(oakbridge).stage, Stage::offer) << "identity goes to nobody else";
    EXPECT_THAT(s.told(thornbury), IsEmpty()) << "it was still queued and never hears of her";
}

TEST(SeveralAtOnce, ReleasesASecondYesAtOnce) {
    Story s;
    s.rules.at_once = 2;
    s.send().deliver(oakbridge).deliver(larkfield);
    s.answer(larkfield, AnswerKind::accept).answer(oakbridge, AnswerKind::accept);
    EXPECT_THAT(s.told(oakbridge), ElementsAre(Notice::release));
    EXPECT_THAT(s.needs(), IsEmpty());
    EXPECT_EQ(s.of(larkfield).state, OfferState::confirmed);
    EXPECT_EQ(s.of(oakbridge).state, OfferState::released);
}

TEST(LateYes, CountsAsLongAsNobodyIsConfirmed) {
    Story s({candidate(oakbridge)});
    s.send().deliver(oakbridge).wait(hours(2));
    EXPECT_EQ(s.referral.state, ReferralState::no_provider);
    s.answer(oakbridge, AnswerKind::accept);
    EXPECT_EQ(s.of(oakbridge).state, OfferState::confirmed);
    EXPECT_EQ(s.referral.state, ReferralState::accepted);
}

TEST(LateYes, IsEvidenceThatAnOfferOfUnknownDeliveryArrived) {
    Story s;
    s.send()(event::SendBegun{s.of(oakbridge).id, Notice::offer});
    s(event::SendEnded{s.of(oakbridge).id, Notice::offer, 1, Delivery::unknown});
    EXPECT_THAT(s.needs(), ElementsAre(Cause::delivery_unknown));
    s.answer(oakbridge, AnswerKind::accept);
    EXPECT_EQ(s.of(oakbridge).state, OfferState::confirmed);
}

TEST(LateYes, OfAPlaceWhoseTimeIsOverDoesNotCount) {
    Story s;
    s.send().deliver(oakbridge);
    s(event::Answered{.offer = s.of(oakbridge).id, .kind = AnswerKind::accept, .until = s.now});
    EXPECT_EQ(s.of(oakbridge).state, OfferState::lapsed);
    EXPECT_THAT(s.needs(), ElementsAre(Cause::accept_expired));
    EXPECT_EQ(s.referral.state, ReferralState::offered);
    EXPECT_TRUE(s.was_asked(larkfield));
}

TEST(LateYes, ToWhatWasTakenBackGoesToAPersonAndConfirmsNothing) {
    Story s({candidate(oakbridge), candidate(larkfield)});
    s.send().deliver(oakbridge).wait(hours(2)).deliver(larkfield).answer(larkfield, AnswerKind::accept);
    ASSERT_EQ(s.of(oakbridge).state, OfferState::released);
    const auto old = s.of(oakbridge).id;
    s.rules.providers[0].why_not = WhyNot::no_capacity;
    s.answer(larkfield, AnswerKind::decline);
    s(event::Answered{old, AnswerKind::accept});
    EXPECT_THAT(s.needs(), ElementsAre(Cause::accept_after_end));
    EXPECT_NE(s.referral.state, ReferralState::accepted);
}

TEST(Answers, RecordedByTelephoneAreTheSameWithTheWriterNamed) {
    Story s;
    s.send();
    s(event::Answered{.offer = s.of(oakbridge).id, .kind = AnswerKind::accept, .recorded_by = UserId{5}});
    EXPECT_EQ(s.of(oakbridge).state, OfferState::confirmed);
    EXPECT_EQ(s.of(oakbridge).recorded_by, UserId{5});
}

}  // namespace
}  // namespace haven
