#include "core/catalogue/record.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "core/catalogue/raw_text.h"
#include "tests/support/catalogue.h"

namespace haven {
namespace {

using test::catalogue;
using test::field;
using test::RecordMaker;

RecordMaker report() {
    RecordMaker maker("incident-report");
    maker.set("incident/reference/issuer", "northshire-police").set("incident/reference/value", "41/00001/26");
    maker.set("victim/name/family", "Example");
    return maker;
}

TEST(Record, IsCompleteWhenItsRequiredFieldsAre) {
    auto whole = report().finish();
    ASSERT_TRUE(whole) << whole.error().message();
    RecordMaker no_reference("incident-report");
    no_reference.set("victim/name/family", "Example");
    const auto missing = no_reference.finish();
    ASSERT_FALSE(missing);
    EXPECT_EQ(missing.error().message(), "incident/reference/issuer: a required field has no value");
}

TEST(Record, RequiresAFieldOfAnOptionalBranchOnlyWhereTheBranchIsThere) {
    EXPECT_TRUE(report().finish());
    auto half = report();
    half.set("incident/officer/value", "1234");
    const auto missing = half.finish();
    ASSERT_FALSE(missing);
    EXPECT_EQ(missing.error().where(), "incident/officer/issuer");
}

TEST(Record, RequiresTheKeyOfEachInstanceOfAGroup) {
    auto maker = report();
    maker.set("victim/phone[0]/number", "+447700900123").set("victim/phone[1]/safe", "no");
    const auto missing = maker.finish();
    ASSERT_FALSE(missing);
    EXPECT_EQ(missing.error().where(), "victim/phone/number");
}

TEST(Record, RefusesAValueThatBreaksItsTypeAndNeverQuotesIt) {
    RecordBuilder builder(catalogue());
    builder.start(*catalogue()->find_record_type("incident-report"));
    const auto bad = builder.set(field("victim/birth-date"), "31/02/1990");
    ASSERT_FALSE(bad);
    EXPECT_EQ(bad.error().message(), "victim/birth-date: expected a day that exists, as YYYY-MM-DD");
    const auto code = builder.set(field("risk/level"), "purple");
    ASSERT_FALSE(code);
    EXPECT_EQ(code.error().message(), "risk/level: expected one of 3 codes");
    const auto twice = (builder.set(field("victim/age"), "30"), builder.set(field("victim/age"), "31"));
    ASSERT_FALSE(twice);
    EXPECT_EQ(twice.error().reason.text(), "expected one value, got two");
}

TEST(Record, AValueThatIsNotKeptIsNoPartOfTheNext) {
    constexpr auto to_check = RecordBuilder::Spelling::to_check;
    RecordBuilder builder(catalogue());
    builder.start(*catalogue()->find_record_type("incident-report"));
    const auto born = field("victim/birth-date");
    builder.value() += "31/02/1990";
    ASSERT_FALSE(builder.keep(born, root_instance, to_check));
    EXPECT_EQ(builder.refusal(born, root_instance).message(),
              "victim/birth-date: expected a day that exists, as YYYY-MM-DD");
    builder.value() += "1990-02-28";
    EXPECT_EQ(builder.added(), "1990-02-28");
    ASSERT_TRUE(builder.keep(born, root_instance, to_check));
    EXPECT_TRUE(builder.keep(field("victim/age"), root_instance, to_check)) << "nothing was added: no value";
    const auto record = builder.finish_part({});
    ASSERT_EQ(record.values().size(), 1U);
    EXPECT_EQ(RawText::of(record, born), "1990-02-28");
}

TEST(Record, RefusesAFieldOfAnotherRecordTypeOrGroup) {
    RecordBuilder builder(catalogue());
    builder.start(*catalogue()->find_record_type("vacancy"));
    EXPECT_EQ(builder.set(field("victim/name/family"), "Example").error().fault, Fault::unmapped);
    builder.start(*catalogue()->find_record_type("incident-report"));
    EXPECT_EQ(builder.set(field("child/birth-date"), "2020-01-01").error().fault, Fault::unmapped);
}

TEST(Record, KeepsRepeatedGroupsWithinGroups) {
    auto maker = report();
    maker.set("perpetrator[0]/name/family", "Sample").set("perpetrator[0]/phone[0]/number", "+447700900001");
    maker.set("perpetrator[0]/phone[1]/number", "+447700900002").set("perpetrator[1]/name/family", "Other");
    const auto record = *maker.finish();
    const auto people = record.instances(*catalogue()->find_group("perpetrator"));
    ASSERT_EQ(people.size(), 2U);
    const auto phone = *catalogue()->find_group("perpetrator/phone");
    EXPECT_EQ(record.instances(phone, people[0]).size(), 2U);
    EXPECT_EQ(record.instances(phone, people[1]).size(), 0U);
    EXPECT_EQ(RawText::of(record, field("perpetrator/phone/number"), record.instances(phone, people[0])[1]),
              "+447700900002");
}

// A tree's own values come behind those of what repeats in it, columns before it; a short record and a long one.
TEST(Record, IsInOneOrderWhateverTheOrderItsValuesCameIn) {
    const auto record = [](int phones, bool own_first, bool backwards) {
        RecordBuilder builder(catalogue());
        builder.start(*catalogue()->find_record_type("incident-report"));
        const auto own = [&] {
            EXPECT_TRUE(builder.set(field("victim/name/family"), "Example"));
            EXPECT_TRUE(builder.set(field("incident/reference/value"), "41/00001/26"));
            EXPECT_TRUE(builder.set(field("incident/reference/issuer"), "northshire-police"));
        };
        if (own_first) { own(); }
        std::vector<InstanceNumber> opened;
        for (int i = 0; i < phones; ++i) { opened.push_back(*builder.open(*catalogue()->find_group("victim/phone"))); }
        if (backwards) { std::reverse(opened.begin(), opened.end()); }
        for (const auto in : opened) {
            EXPECT_TRUE(builder.set(field("victim/phone/kind"), "mobile", in));
            EXPECT_TRUE(builder.set(field("victim/phone/number"), "+447700900" + std::to_string(100 + in.value), in));
        }
        if (!own_first) { own(); }
        return builder.finish_part({});
    };
    for (const int phones : {0, 3, 20, 200}) {
        const auto expected = record(phones, true, false).encode();
        for (const bool own_first : {true, false}) {
            for (const bool backwards : {true, false}) {
                const auto made = record(phones, own_first, backwards);
                EXPECT_EQ(made.encode(), expected) << phones;
                ASSERT_TRUE(made.has(field("victim/name/family")));
                for (const auto in : made.instances(*catalogue()->find_group("victim/phone"))) {
                    EXPECT_TRUE(made.has(field("victim/phone/number"), in)) << phones;
                }
            }
        }
    }
}

TEST(Record, ComesBackFromItsBytesAndOnlyUnderItsOwnSchema) {
    const auto record = *report().finish(from_us(1'795'262'400'000'000));
    const auto bytes = record.encode();
    const auto back = Record::decode(catalogue(), bytes);
    ASSERT_TRUE(back);
    EXPECT_EQ(back->encode(), bytes);
    EXPECT_EQ(back->as_of(), record.as_of());
    auto other_schema = bytes;
    other_schema[7] = static_cast<char>(other_schema[7] ^ 1);
    EXPECT_EQ(Record::decode(catalogue(), other_schema).error().fault, Fault::broken);
}

TEST(Record, BytesCutOrChangedAnywhereNeverCrashAndNeverReadPastTheirEnd) {
    auto maker = report();
    maker.set("victim/phone[0]/number", "+447700900123").set("child[0]/name/given", "Robin");
    const auto bytes = maker.finish()->encode();
    for (std::size_t n = 0; n < bytes.size(); ++n) {
        EXPECT_FALSE(Record::decode(catalogue(), std::string_view(bytes).substr(0, n)));
        auto flipped = bytes;
        flipped[n] = static_cast<char>(~flipped[n]);
        if (const auto read = Record::decode(catalogue(), flipped)) { EXPECT_LE(read->values().size(), 10U); }
    }
}

TEST(Record, APartKeepsWhatIsMarkedAndDropsEmptiedInstances) {
    auto maker = report();
    maker.set("child[0]/name/given", "Robin").set("child[1]/birth-date", "2020-05-05");
    const auto record = *maker.finish();
    std::vector<bool> keep;
    for (const auto& value : record.values()) { keep.push_back(value.field == field("child/birth-date")); }
    const auto part = record.part(*catalogue()->find_record_type("referral"), keep);
    EXPECT_EQ(part.values().size(), 1U);
    const auto children = part.instances(*catalogue()->find_group("child"));
    ASSERT_EQ(children.size(), 1U);
    EXPECT_EQ(RawText::of(part, field("child/birth-date"), children[0]), "2020-05-05");
}

}  // namespace
}  // namespace haven
