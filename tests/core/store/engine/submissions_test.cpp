#include "core/store/engine/submissions.h"

#include <gtest/gtest.h>

namespace haven::store {
namespace {

using Turn = Writer::Turn;

void offer(Submissions& queue, Turn turn, int count) {
    for (int i = 0; i < count; ++i) {
        Submission one{{}, {}, turn};
        ASSERT_TRUE(queue.offer(one));
    }
}

/// How many of the door and of the rest are in the next group.
std::pair<int, int> next(Submissions& queue, std::size_t count) {
    std::pair<int, int> of;
    for (const auto& one : queue.take(count)) { ++(one.turn == Turn::door ? of.first : of.second); }
    return of;
}

TEST(Submissions, WhereFewStandAtTheDoorAGroupTakesAllThatWaits) {
    Submissions queue(100);
    offer(queue, Turn::usual, 30);
    offer(queue, Turn::door, 7);
    EXPECT_EQ(next(queue, 64), std::pair(7, 30));
    offer(queue, Turn::usual, 90);
    offer(queue, Turn::door, 7);
    EXPECT_EQ(next(queue, 64), std::pair(7, 57)) << "they never wait behind the rest";
}

TEST(Submissions, WhereManyStandAtTheDoorTheRestHasItsShareOfEachGroup) {
    Submissions queue(200);
    offer(queue, Turn::usual, 30);
    offer(queue, Turn::door, 100);
    EXPECT_EQ(next(queue, 64), std::pair(60, 4));
    EXPECT_EQ(next(queue, 64), std::pair(40, 4));
    EXPECT_EQ(next(queue, 64), std::pair(0, 22)) << "nobody stands at the door any more";
}

TEST(Submissions, InSmallGroupsTheRestHasOneAtLeast) {
    Submissions queue(100);
    offer(queue, Turn::usual, 2);
    offer(queue, Turn::door, 20);
    EXPECT_EQ(next(queue, 8), std::pair(7, 1));
    EXPECT_EQ(next(queue, 8), std::pair(7, 1));
    EXPECT_EQ(next(queue, 8), std::pair(6, 0));
}

TEST(Submissions, BothTurnsTogetherAreNeverMoreThanMayWait) {
    Submissions queue(10);
    offer(queue, Turn::usual, 5);
    offer(queue, Turn::door, 5);
    Submission one{{}, {}, Turn::door};
    EXPECT_FALSE(queue.offer(one));
    EXPECT_EQ(queue.size(), 10U);
    queue.close();
    EXPECT_EQ(queue.take_all_now().size(), 10U) << "all are answered when it closes";
}

}  // namespace
}  // namespace haven::store
