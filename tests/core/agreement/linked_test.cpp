#include "core/agreement/linked.h"

#include <gtest/gtest.h>

#include "tests/support/disclosing.h"

namespace haven {
namespace {

using test::noon;
using Parts = std::vector<std::pair<std::string, std::string>>;

const SafetyFields& safety() {
    static const auto agreement = test::agreement(test::terms("referral", {{Stage::accept, {"victim/name/*"}}}));
    return agreement->safety();
}

Record with_places(const Parts& hers, const Parts& his) {
    test::RecordMaker maker("incident-report");
    maker.set("victim/address[0]/kind", "current");
    for (const auto& [part, text] : hers) { maker.set("victim/address[0]/place/" + part, text); }
    maker.set("perpetrator[0]/address[0]/kind", "home");
    for (const auto& [part, text] : his) { maker.set("perpetrator[0]/address[0]/place/" + part, text); }
    return maker.part(noon);
}

/// Whether a home of hers is taken for his.
bool is_his(const Parts& hers, const Parts& his) {
    const auto record = with_places(hers, his);
    const Linked linked(safety(), record);
    return linked.is_shared_address(record.instances(safety().victim_address).front());
}

TEST(SameWords, AreTheSameWhateverTheirCaseSpacesCommasAndStops) {
    EXPECT_TRUE(same_words("Flat 2, 7 High St.", "FLAT 2 7 HIGH ST"));
    EXPECT_TRUE(same_words("ZZ99 3VZ", "zz993vz"));
    EXPECT_FALSE(same_words("7 High St", "7 High Street"));
    EXPECT_FALSE(same_words("7", ""));
}

TEST(IsOver, ADayIsOverAnHourBeforeItsLastMidnightAndNotBefore) {
    const auto day = *parse_date("2026-11-21");
    EXPECT_FALSE(is_over(day, noon));
    EXPECT_FALSE(is_over(day, noon + 11h - 1us));
    EXPECT_TRUE(is_over(day, noon + 11h));
}

TEST(Linked, WhereNobodySaidWhereItIsNothingIsShared) {
    EXPECT_FALSE(is_his({}, {}));
    EXPECT_FALSE(is_his({{"street", "Sample Road"}}, {}));
}

TEST(Linked, OneNumberOfAPropertyOrOneTypedLineIsOneHome) {
    const Parts hers{{"uprn", "100023336956"}, {"building", "12"}, {"street", "Sample Road"}};
    EXPECT_TRUE(is_his(hers, {{"uprn", "100023336956"}, {"building", "Rose Cottage"}}));
    EXPECT_FALSE(is_his(hers, {{"uprn", "100023336957"}, {"building", "Rose Cottage"}}));
    const Parts typed{{"as-entered", "the caravan behind the mill"}, {"postcode", "ZZ99 3VZ"}};
    EXPECT_TRUE(is_his(typed, {{"as-entered", "The caravan behind the mill."}, {"postcode", "ZZ99 4AA"}}));
    EXPECT_FALSE(is_his(typed, {{"as-entered", "The caravan before the mill."}, {"postcode", "ZZ99 4AA"}}));
}

TEST(Linked, WhatOneOfThemLeavesOutTheRestDecides) {
    const Parts door{{"building", "7"}, {"street", "Sample Road"}};
    const auto and_also = [&](const char* part, const char* text) {
        auto out = door;
        out.emplace_back(part, text);
        return out;
    };
    EXPECT_TRUE(is_his(and_also("town", "Eastford"), door));
    EXPECT_TRUE(is_his(door, and_also("postcode", "ZZ99 3VZ")));
    EXPECT_TRUE(is_his(and_also("town", "Eastford"), and_also("postcode", "ZZ99 3VZ")));
    EXPECT_FALSE(is_his(and_also("town", "Eastford"), and_also("town", "Westmere")));
    EXPECT_FALSE(is_his(and_also("postcode", "ZZ99 3VZ"), and_also("postcode", "ZZ99 4AA")));
}

TEST(Linked, WithinAPostcodeTwoNamesAreTwoHomesAndANameMayHaveAnyNumber) {
    const auto at = [](const char* building) { return Parts{{"building", building}, {"postcode", "ZZ99 3VZ"}}; };
    EXPECT_FALSE(is_his(at("Rose Cottage"), at("Lily Cottage")));
    EXPECT_TRUE(is_his(at("Rose Cottage"), at("ROSE COTTAGE")));
    EXPECT_TRUE(is_his(at("Rose Cottage"), at("7")));
    EXPECT_FALSE(is_his(at("Flat 1, 7"), at("Flat 2, 7")));
}

// Either of the two may be what an officer typed in one line.
TEST(Linked, ATypedLineIsReadForDoorStreetAndPostcode) {
    const auto typed_is = [](const char* line, const Parts& other) {
        const Parts typed{{"as-entered", line}};
        const bool hers = is_his(typed, other);
        EXPECT_EQ(is_his(other, typed), hers) << line;
        return hers;
    };
    const Parts cottage{{"building", "Rose Cottage"}, {"street", "Sample Road"}};
    EXPECT_TRUE(typed_is("Rose Cottage, Sample Road, Eastford", cottage));
    EXPECT_FALSE(typed_is("Lily Cottage, Sample Road, Eastford", cottage));
    EXPECT_FALSE(typed_is("Rose Cottage, Other Road, Eastford", cottage));
    EXPECT_TRUE(typed_is("8 Sample Road, ZZ99 3VZ", {{"postcode", "ZZ99 3VZ"}})) << "which door of it nobody said";
    EXPECT_FALSE(typed_is("8 Sample Road, ZZ99 3VZ", {{"street", "Sample Road"}})) << "a street is no home";
}

TEST(Linked, OnePerpetratorWhoLivesWithHerIsEnough) {
    const auto shared = [](const char* first, const char* second) {
        const auto record = test::record("incident-report", {{"victim/address[0]/kind", "current"},
                                                             {"victim/address[0]/place/street", "Sample Road"},
                                                             {"perpetrator[0]/name/family", "Sample"},
                                                             {"perpetrator[0]/lives-with-victim", first},
                                                             {"perpetrator[1]/name/family", "Example"},
                                                             {"perpetrator[1]/lives-with-victim", second}});
        return Linked(safety(), record).is_shared_address(record.instances(safety().victim_address).front());
    };
    EXPECT_TRUE(shared("yes", "no"));
    EXPECT_TRUE(shared("no", "yes"));
    EXPECT_FALSE(shared("no", "no"));
}

TEST(Linked, HisMailboxIsHisInAnySpelling) {
    const auto record = test::record("incident-report", {{"perpetrator[0]/email[0]/address", "r.example@one.example"}});
    const Linked linked(safety(), record);
    EXPECT_TRUE(linked.is_of_perpetrator("R.Example@ONE.example"));
    EXPECT_FALSE(linked.is_of_perpetrator("a.sample@one.example"));
}

}  // namespace
}  // namespace haven
