#include "core/base/id.h"

#include <gtest/gtest.h>

#include <set>
#include <thread>

namespace haven {
namespace {

constexpr Instant noon = from_us(1'795'262'400'000'000);  // 2026-11-21T12:00:00Z

TEST(Id, IsThirteenCharactersAndComesBack) {
    for (std::int64_t id : {std::int64_t{0}, std::int64_t{1}, std::int64_t{912'345'678'901}, INT64_MAX}) {
        const auto text = id_text(id);
        EXPECT_EQ(text.size(), 13U);
        EXPECT_EQ(id_from_text(text), id);
    }
}

TEST(Id, IsReadInEitherCaseAndRefusedOtherwise) {
    EXPECT_EQ(id_from_text("000000000000A"), 10);
    EXPECT_EQ(id_from_text(""), std::nullopt);
    EXPECT_EQ(id_from_text("00000000000001"), std::nullopt);
    EXPECT_EQ(id_from_text("000000000000u"), std::nullopt);  // u is no digit of the alphabet
    EXPECT_EQ(id_from_text("zzzzzzzzzzzzz"), std::nullopt);  // more than 63 bits
}

TEST(IdSource, RisesWithinAMillisecondAndWhenTheClockStepsBack) {
    IdSource ids(7);
    std::int64_t last = 0;
    for (int i = 0; i < 10'000; ++i) {
        const auto id = ids.next(i < 5'000 ? noon : noon - 1h);
        EXPECT_GT(id, last);
        last = id;
    }
}

TEST(IdSource, MakesIdsThatSayWhenTheyWereMade) {
    IdSource ids(3);
    EXPECT_EQ(made_at(ids.next(noon + 7ms)), noon + 7ms);
}

TEST(IdSource, GoesOnAboveTheHighestIdOfTheStore) {
    const auto highest = IdSource(3).next(noon);
    IdSource after_restart(3, highest);
    EXPECT_GT(after_restart.next(noon - 24h), highest);
}

TEST(IdSource, NeverGivesAnIdTwiceToTwoThreads) {
    IdSource ids(1);
    std::set<std::int64_t> first;
    std::set<std::int64_t> second;
    std::thread other([&] {
        for (int i = 0; i < 20'000; ++i) { first.insert(ids.next(noon)); }
    });
    for (int i = 0; i < 20'000; ++i) { second.insert(ids.next(noon)); }
    other.join();
    first.merge(second);
    EXPECT_EQ(first.size(), 40'000U);
}

TEST(IsoText, IsUtcWithAFractionOnlyWhereThereIsOne) {
    EXPECT_EQ(iso_text(noon), "2026-11-21T12:00:00Z");
    EXPECT_EQ(iso_text(noon + 5us), "2026-11-21T12:00:00.000005Z");
    EXPECT_EQ(iso_text(from_us(-1'000'000)), "1969-12-31T23:59:59Z");
    std::string text = "at ";
    put_iso(text, noon);
    EXPECT_EQ(text, "at 2026-11-21T12:00:00Z");
}

}  // namespace
}  // namespace haven
