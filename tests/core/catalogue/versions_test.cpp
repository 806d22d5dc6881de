#include "core/catalogue/versions.h"

#include <filesystem>
#include <fstream>

#include "core/catalogue/older.h"
#include "core/catalogue/raw_text.h"
#include "tests/support/next_version.h"

namespace haven {
namespace {

using test::NextVersion;

std::string value(const Record& record, std::string_view path) {
    const auto field = record.catalogue().find(path);
    return field ? std::string(RawText::of(record, *field, root_instance).value_or("-")) : "no such path";
}

Result<Versions> versions(const NextVersion& next, Moves moves = NextVersion::moves()) {
    return Versions::make({{test::catalogue(), {}}, {next.catalogue(), std::move(moves)}});
}

TEST(Versions, TheSamePathIsTheSameFactAndAMovedOneIsFoundWhereItStandsNow) {
    const NextVersion next;
    const auto both = versions(next);
    ASSERT_TRUE(both) << both.error().message();
    EXPECT_EQ(both->own()->version(), 2);
    EXPECT_EQ(both->numbers(), (std::vector<int>{1, 2}));
    const auto before = test::record("incident-report", {{"victim/name/family", "Sample"},
                                                         {"victim/language", "pl"},
                                                         {"victim/phone[0]/number", "+447700900123"},
                                                         {"victim/phone[1]/number", "+447700900124"}});
    const auto now = both->to_own(1)->say(before);
    ASSERT_TRUE(now) << now.error().message();
    EXPECT_EQ(value(*now, "victim/name/family"), "Sample");
    EXPECT_EQ(value(*now, "victim/spoken-language"), "pl");
    EXPECT_EQ(value(*now, "victim/language"), "no such path");
    EXPECT_EQ(now->instances(*next.catalogue()->find_group("victim/phone")).size(), 2U);

    const auto back = both->from_own(1)->say(*now);
    ASSERT_TRUE(back) << back.error().message();
    EXPECT_EQ(back->content(), before.content());
}

TEST(Versions, WhatAnOlderVersionHasNoPlaceForIsToldByItsPathAndNeverDropped) {
    const NextVersion next;
    const auto both = versions(next);
    RecordBuilder builder(next.catalogue());
    builder.start(*next.catalogue()->find_record_type("incident-report"));
    ASSERT_TRUE(builder.set(*next.catalogue()->find("victim/called-at-home"), "Plantedname", root_instance));
    const auto said = both->from_own(1)->say(builder.finish_part(from_us(0)));
    ASSERT_FALSE(said);
    EXPECT_EQ(said.error().fault, Fault::unmapped);
    EXPECT_EQ(said.error().message(), "victim/called-at-home: version 1 has no place for this value");
}

TEST(Versions, APathThatTheNewestHasNoPlaceForIsRefusedUnlessItSaysWhereItStands) {
    const NextVersion next;
    EXPECT_EQ(versions(next, {}).error().message(),
              "victim/language: of version 1: has no place in the newest; [moved] of its version.toml may say where it "
              "stands now");
    EXPECT_EQ(versions(next, {{"victim/langage", "victim/spoken-language"}}).error().message(),
              "victim/langage: moved, and the version before has no such path");
    EXPECT_EQ(versions(next, {{"victim/language", "victim/spokn-language"}}).error().message(),
              "victim/spokn-language: something is moved to it, and the version has no such path");
    EXPECT_EQ(versions(next, {{"victim/language", "victim/name/family"}}).error().message(),
              "victim/language: of version 1: has another class, or stands in another group, in the newest");
}

TEST(Versions, ARecordOfTheStoreIsReadWhereItsValuesStandNow) {
    const NextVersion next;
    const auto both = versions(next);
    const std::vector<SharedCorrespondence> older{both->from_older(test::catalogue())};
    const auto bytes = test::record("incident-report", {{"victim/language", "pl"}}).encode();
    const auto read = decode_record(next.catalogue(), older, bytes);
    ASSERT_TRUE(read) << read.error().message();
    EXPECT_EQ(value(*read, "victim/spoken-language"), "pl");
    EXPECT_EQ(decode_record(next.catalogue(), {}, bytes).error().fault, Fault::broken);
}

}  // namespace
}  // namespace haven
