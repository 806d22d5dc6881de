#include "core/casework/merge.h"

#include <gtest/gtest.h>

#include "tests/core/casework/sample.h"

namespace haven {
namespace {

Case in_state(CaseState state) {
    Case made;
    made.id = {3};
    made.state = state;
    return made;
}

TEST(MergedCase, KeepsTheStateThatAsksMoreOfTheHubWhicheverStays) {
    const std::vector<CaseState> rising{CaseState::closed,          CaseState::declined_help, CaseState::contacted,
                                        CaseState::could_not_reach, CaseState::to_contact,    CaseState::accepted_help};
    for (std::size_t less = 0; less < rising.size(); ++less) {
        for (std::size_t more = less; more < rising.size(); ++more) {
            EXPECT_EQ(merge(in_state(rising[less]), in_state(rising[more])).state, rising[more]);
            EXPECT_EQ(merge(in_state(rising[more]), in_state(rising[less])).state, rising[more]);
        }
    }
}

TEST(MergedCase, RingsHerNoEarlierThanEitherAllowed) {
    auto stays = in_state(CaseState::to_contact);
    auto goes = in_state(CaseState::to_contact);
    goes.not_before = at(11, 23, 10);
    EXPECT_EQ(merge(stays, goes).not_before, goes.not_before);
    stays.not_before = at(11, 23, 12);
    EXPECT_EQ(merge(stays, goes).not_before, stays.not_before);
}

TEST(MergedCase, CountsWhatBothCountedAndIsNotClosedWhereOneIsOpen) {
    auto stays = in_state(CaseState::closed);
    stays.close_reason = CloseReason::declined;
    stays.reports = 2;
    auto goes = in_state(CaseState::to_contact);
    goes.reports = 1;
    goes.reopened = 1;
    const auto merged = merge(stays, goes);
    EXPECT_EQ(merged.id, stays.id);
    EXPECT_EQ(merged.reports, 3);
    EXPECT_EQ(merged.reopened, 1);
    EXPECT_FALSE(merged.close_reason.has_value());
}

TEST(MergedCase, TwoPeopleWhoAreAboutToRingHerAreSeen) {
    auto one = in_state(CaseState::to_contact);
    one.claimed_by = UserId{7};
    one.claimed_until = at(11, 23, 11);
    auto other = one;
    EXPECT_FALSE(both_claimed(one, other, at(11, 23, 10))) << "the same person";
    other.claimed_by = UserId{8};
    EXPECT_TRUE(both_claimed(one, other, at(11, 23, 10)));
    EXPECT_FALSE(both_claimed(one, other, at(11, 23, 12))) << "the time is over";
}

TEST(MergedCase, AYesAndANoAreForAPerson) {
    EXPECT_TRUE(answers_differ(in_state(CaseState::declined_help), in_state(CaseState::accepted_help)));
    EXPECT_FALSE(answers_differ(in_state(CaseState::declined_help), in_state(CaseState::contacted)));
}

}  // namespace
}  // namespace haven
