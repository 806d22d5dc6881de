#include "core/casework/contact.h"

#include <gmock/gmock.h>

#include "tests/core/casework/sample.h"

namespace haven {
namespace {

const ContactRules& rules() {
    static const auto made = default_contact_rules(london());
    return made;
}
SafeWindows tuesdays(const char* interval) {
    return *SafeWindows::make(london(), {{.days = {false, true}, .interval = *Interval::parse(interval)}});
}
SafeWindows sundays(const char* interval) {
    return *SafeWindows::make(
        london(), {{.days = {false, false, false, false, false, false, true}, .interval = *Interval::parse(interval)}});
}
// A telephone that she said is safe to ring, with or without a window.
SafeContact safe_to_ring() {
    return {.points = {{.safe = Answer::yes}}};
}
SafeContact unknown() {
    return {.points = {{}}};
}

tl::expected<Allowed, Barred> asked(const SafeContact& contact, Instant now, Caller caller = Caller::person,
                                    ContactChannel channel = ContactChannel::call,
                                    const std::vector<Instant>& attempts = {}) {
    return may_contact(contact, contact.points.at(0), channel, caller, attempts, rules(), now);
}
BarredWhy why(const tl::expected<Allowed, Barred>& answer) {
    EXPECT_FALSE(answer.has_value());
    return answer ? BarredWhy::other_channel : answer.error().why;
}

const Instant tuesday_noon = at(11, 24, 12);

TEST(Contact, OnANumberThatIsNotSafeIsBarredToEverybodyForGood) {
    auto contact = safe_to_ring();
    contact.points[0].safe = Answer::no;
    contact.points[0].text_safe = Answer::yes;
    for (const auto caller : {Caller::machine, Caller::partner, Caller::person}) {
        for (const auto channel : {ContactChannel::call, ContactChannel::text}) {
            const auto answer = asked(contact, tuesday_noon, caller, channel);
            EXPECT_EQ(why(answer), BarredWhy::not_safe);
            EXPECT_EQ(answer.error().next_allowed_at, std::nullopt);
        }
    }
}

TEST(Contact, OnANumberOfWhichNothingIsKnownIsBarredToEveryMachineAndEveryPartner) {
    EXPECT_EQ(why(asked(unknown(), tuesday_noon, Caller::machine)), BarredWhy::unknown);
    EXPECT_EQ(why(asked(unknown(), tuesday_noon, Caller::partner)), BarredWhy::unknown);
    EXPECT_EQ(why(asked(unknown(), tuesday_noon, Caller::person, ContactChannel::text)), BarredWhy::unknown);
}

TEST(FirstCall, IsForAPersonUnderTheProtocolOnly) {
    const auto answer = asked(unknown(), tuesday_noon);
    ASSERT_TRUE(answer);
    EXPECT_TRUE(answer->first_contact);
    EXPECT_TRUE(answer->withhold_number);
    EXPECT_EQ(answer->if_other_answers, AnswerToCall::nothing);
    EXPECT_EQ(answer->until, at(11, 24, 19));
    EXPECT_TRUE(rules().first_contact.agreed_by.empty()) << "the words are ours, until they are agreed";
    auto strict = rules();
    strict.first_contact.permitted = false;
    EXPECT_EQ(why(may_contact(unknown(), unknown().points[0], ContactChannel::call, Caller::person, {}, strict,
                              tuesday_noon)),
              BarredWhy::unknown);
}

TEST(FirstCall, LeavesNoMessageThoughAVoicemailWouldBeSafe) {
    auto contact = unknown();
    contact.points[0].voicemail_safe = Answer::yes;
    contact.if_other_answers = AnswerToCall::script;
    EXPECT_EQ(asked(contact, tuesday_noon)->if_other_answers, AnswerToCall::nothing);
}

TEST(FirstCall, KeepsItsHoursToTheMinute) {
    EXPECT_EQ(why(asked(unknown(), at(11, 24, 8, 59))), BarredWhy::outside_hours);
    EXPECT_TRUE(asked(unknown(), at(11, 24, 9)));
    EXPECT_TRUE(asked(unknown(), at(11, 24, 19) - std::chrono::microseconds(1)));
    const auto late = asked(unknown(), at(11, 28, 19));
    EXPECT_EQ(why(late), BarredWhy::outside_hours);
    EXPECT_EQ(late.error().next_allowed_at, at(11, 30, 9)) << "not on a Sunday";
}

TEST(FirstCall, IsTriedOnlySoOftenADay) {
    const std::vector<Instant> two{at(11, 24, 9), at(11, 24, 11)};
    const auto answer = asked(unknown(), tuesday_noon, Caller::person, ContactChannel::call, two);
    EXPECT_EQ(why(answer), BarredWhy::attempts_used);
    EXPECT_EQ(answer.error().next_allowed_at, at(11, 25, 9));
    const std::vector<Instant> yesterday{at(11, 23, 9), at(11, 23, 23, 59), at(11, 24, 11)};
    EXPECT_TRUE(asked(unknown(), tuesday_noon, Caller::person, ContactChannel::call, yesterday));
}

TEST(Contact, WithoutAWindowKeepsTheHubsHours) {
    EXPECT_EQ(asked(safe_to_ring(), tuesday_noon)->until, at(11, 24, 20));
    EXPECT_FALSE(asked(safe_to_ring(), tuesday_noon)->first_contact);
    EXPECT_EQ(why(asked(safe_to_ring(), at(11, 24, 7, 59))), BarredWhy::outside_hours);
    EXPECT_EQ(why(asked(safe_to_ring(), at(11, 24, 3), Caller::machine)), BarredWhy::outside_hours);
}

TEST(Window, IsKeptToTheMinuteByEverybody) {
    auto contact = safe_to_ring();
    contact.points[0].text_safe = Answer::yes;
    contact.window_named = true;
    contact.windows = tuesdays("10:00-11:30");
    for (const auto caller : {Caller::machine, Caller::partner, Caller::person}) {
        for (const auto channel : {ContactChannel::call, ContactChannel::text}) {
            const auto before = asked(contact, at(11, 24, 10) - std::chrono::microseconds(1), caller, channel);
            EXPECT_EQ(why(before), BarredWhy::outside_window);
            EXPECT_EQ(before.error().next_allowed_at, at(11, 24, 10));
            EXPECT_EQ(asked(contact, at(11, 24, 10), caller, channel)->until, at(11, 24, 11, 30));
            EXPECT_TRUE(asked(contact, at(11, 24, 11, 30) - std::chrono::microseconds(1), caller, channel));
            const auto after = asked(contact, at(11, 24, 11, 30), caller, channel);
            EXPECT_EQ(why(after), BarredWhy::outside_window);
            EXPECT_EQ(after.error().next_allowed_at, at(12, 1, 10));
        }
    }
}

TEST(Window, ThatSheNamedStandsAboveTheHubsHours) {
    auto contact = safe_to_ring();
    contact.window_named = true;
    contact.windows = tuesdays("22:00-23:00");
    EXPECT_TRUE(asked(contact, at(11, 24, 22, 30)));
    EXPECT_EQ(why(asked(contact, tuesday_noon)), BarredWhy::outside_window);
}

TEST(Window, AndTheHoursOfAFirstCallMustBothBeOpen) {
    auto contact = unknown();
    contact.window_named = true;
    contact.windows = tuesdays("18:00-22:00");
    EXPECT_EQ(asked(contact, at(11, 24, 18, 30))->until, at(11, 24, 19));
    EXPECT_EQ(why(asked(contact, at(11, 24, 19, 30))), BarredWhy::outside_hours);
    EXPECT_EQ(asked(contact, at(11, 24, 19, 30)).error().next_allowed_at, at(12, 1, 18));
    contact.windows = tuesdays("22:00-23:00");
    EXPECT_EQ(asked(contact, tuesday_noon).error().next_allowed_at, std::nullopt) << "there is no such time";
}

TEST(Window, ThatCannotBeReadOrHasEndedLetsNothingThrough) {
    auto contact = safe_to_ring();
    contact.window_named = true;
    const auto answer = asked(contact, tuesday_noon);
    EXPECT_EQ(why(answer), BarredWhy::outside_window);
    EXPECT_EQ(answer.error().next_allowed_at, std::nullopt);
    contact.windows = *SafeWindows::make(
        london(),
        {{.days = {false, true}, .interval = *Interval::parse("10:00-14:00"), .last_day = *parse_day("2026-11-23")}});
    EXPECT_EQ(why(asked(contact, tuesday_noon)), BarredWhy::outside_window);
    EXPECT_EQ(asked(contact, tuesday_noon).error().next_allowed_at, std::nullopt);
}

TEST(Window, FollowsTheClockOnTheWallWhenTheClocksChange) {
    auto contact = safe_to_ring();
    contact.window_named = true;
    contact.windows = sundays("01:30-03:00");
    // 29 March: the clocks go from 01:00 to 02:00; nothing shows 01:30.
    const auto spring = at(3, 29, 0, 59) + minutes(1);  // 02:00 in summer time
    EXPECT_TRUE(asked(contact, spring));
    EXPECT_EQ(asked(contact, spring)->until, spring + hours(1));
    EXPECT_FALSE(asked(contact, spring - minutes(1)));
    // 25 October: 01:00 to 02:00 comes twice.
    const auto autumn = at(10, 25, 1, 30);
    EXPECT_TRUE(asked(contact, autumn));
    EXPECT_FALSE(asked(contact, autumn + minutes(45))) << "the clock shows 01:15 for the second time";
    EXPECT_TRUE(asked(contact, autumn + hours(1)));
    EXPECT_FALSE(asked(contact, autumn + hours(2) + minutes(30)));
}

TEST(Contact, IsBarredWhereSheAskedForNone) {
    auto contact = safe_to_ring();
    contact.asked_not_to_be_contacted = Answer::yes;
    EXPECT_EQ(why(asked(contact, tuesday_noon)), BarredWhy::asked_not_to_be_contacted);
    contact.asked_not_to_be_contacted = Answer::unknown;
    EXPECT_TRUE(asked(contact, tuesday_noon));
}

TEST(Contact, IsBarredThroughWhatIsThePerpetratorsTooWhateverItSays) {
    auto contact = safe_to_ring();
    contact.points[0].of_perpetrator = true;
    EXPECT_EQ(why(asked(contact, tuesday_noon)), BarredWhy::of_perpetrator);
}

TEST(Contact, IsBarredThroughSuspendedAndSupersededChannels) {
    auto contact = safe_to_ring();
    contact.points[0].standing = ChannelStanding::suspended;
    EXPECT_EQ(why(asked(contact, tuesday_noon)), BarredWhy::suspended);
    contact.points[0].standing = ChannelStanding::superseded;
    EXPECT_EQ(why(asked(contact, tuesday_noon)), BarredWhy::superseded);
}

TEST(Contact, ThroughAChannelThatSheWasNotAskedAboutAgainIsForPersonsOnly) {
    auto contact = safe_to_ring();
    contact.points[0].standing = ChannelStanding::to_verify_again;
    EXPECT_EQ(why(asked(contact, tuesday_noon, Caller::machine)), BarredWhy::to_verify_again);
    EXPECT_EQ(why(asked(contact, tuesday_noon, Caller::partner)), BarredWhy::to_verify_again);
    EXPECT_TRUE(asked(contact, tuesday_noon, Caller::person));
    contact.points[0].standing = ChannelStanding::verified;
    EXPECT_TRUE(asked(contact, tuesday_noon, Caller::machine));
}

TEST(Contact, ByTextNeedsItsOwnYes) {
    auto contact = safe_to_ring();
    EXPECT_EQ(why(asked(contact, tuesday_noon, Caller::person, ContactChannel::text)), BarredWhy::unknown);
    contact.points[0].text_safe = Answer::yes;
    EXPECT_TRUE(asked(contact, tuesday_noon, Caller::machine, ContactChannel::text));
}

TEST(Contact, LeavesAMessageOnlyWhereAVoicemailIsSafeAndSheSaidWhich) {
    auto contact = safe_to_ring();
    contact.if_other_answers = AnswerToCall::vague_message;
    EXPECT_EQ(asked(contact, tuesday_noon)->if_other_answers, AnswerToCall::nothing);
    contact.points[0].voicemail_safe = Answer::yes;
    EXPECT_EQ(asked(contact, tuesday_noon)->if_other_answers, AnswerToCall::vague_message);
}

TEST(Contact, WithholdsTheNumberUnlessSheSaidOtherwise) {
    auto contact = safe_to_ring();
    EXPECT_TRUE(asked(contact, tuesday_noon)->withhold_number);
    contact.withhold_number = Answer::no;
    EXPECT_FALSE(asked(contact, tuesday_noon)->withhold_number);
}

TEST(Contact, UsesEachPointOnlyForWhatItIs) {
    SafeContact contact{.points = {{.kind = ContactPoint::Kind::address, .safe = Answer::yes}}};
    EXPECT_TRUE(asked(contact, at(11, 24, 3), Caller::machine, ContactChannel::post)) << "a letter wakes nobody";
    EXPECT_EQ(why(asked(contact, tuesday_noon)), BarredWhy::other_channel);
    EXPECT_EQ(why(asked(contact, tuesday_noon, Caller::person, ContactChannel::visit)), BarredWhy::other_channel);
    contact.points[0].safe = Answer::unknown;
    EXPECT_EQ(why(asked(contact, tuesday_noon, Caller::person, ContactChannel::post)), BarredWhy::unknown);
    contact.points[0] = {.kind = ContactPoint::Kind::email, .safe = Answer::yes};
    EXPECT_TRUE(asked(contact, tuesday_noon, Caller::machine, ContactChannel::email));
}

TEST(NextContact, IsTheEarliestOverAllPointsAndNothingWhereThereIsNoSafeWay) {
    EXPECT_EQ(next_contact({}, every_channel, {}, rules(), tuesday_noon), std::nullopt);
    SafeContact contact{.points = {{.safe = Answer::no}, {.safe = Answer::yes, .of_perpetrator = true}}};
    EXPECT_EQ(next_contact(contact, every_channel, {}, rules(), tuesday_noon), std::nullopt);
    contact.points.push_back({.safe = Answer::yes});
    contact.window_named = true;
    contact.windows = tuesdays("10:00-11:30");
    EXPECT_EQ(next_contact(contact, every_channel, {}, rules(), tuesday_noon), at(12, 1, 10));
    contact.points.push_back({.kind = ContactPoint::Kind::address, .safe = Answer::yes});
    EXPECT_EQ(next_contact(contact, every_channel, {}, rules(), tuesday_noon), tuesday_noon);
    EXPECT_EQ(next_contact(contact, calls, {}, rules(), tuesday_noon), at(12, 1, 10));
}

TEST(ChannelStanding, IsChangedByEachContact) {
    using enum ChannelStanding;
    EXPECT_EQ(after_contact(unverified, ContactOutcome::wrong_person, false), suspended);
    EXPECT_EQ(after_contact(verified, ContactOutcome::number_unusable, false), superseded);
    EXPECT_EQ(after_contact(unverified, ContactOutcome::reached, true), verified);
    EXPECT_EQ(after_contact(verified, ContactOutcome::reached, false), to_verify_again);
    EXPECT_EQ(after_contact(verified, ContactOutcome::not_safe, false), to_verify_again);
    EXPECT_EQ(after_contact(verified, ContactOutcome::cut_short, false), to_verify_again);
    EXPECT_EQ(after_contact(verified, ContactOutcome::no_answer, false), verified);
    EXPECT_EQ(after_contact(suspended, ContactOutcome::cut_short, false), suspended);
}

}  // namespace
}  // namespace haven
