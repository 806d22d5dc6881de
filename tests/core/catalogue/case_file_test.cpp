#include "core/catalogue/case_file.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <set>

#include "core/catalogue/raw_text.h"
#include "tests/support/catalogue.h"

namespace haven {
namespace {

using test::catalogue;
using test::field;
using test::PathValue;

constexpr Instant day_1 = from_us(1'795'262'400'000'000);
constexpr Instant day_2 = day_1 + 24h;
constexpr Instant day_3 = day_2 + 24h;

const Name police = Name::declare("northshire-police");
const Name hub = Name::declare("beacon");

CaseRecord from(Name partner, std::int64_t id, Instant as_of, std::initializer_list<PathValue> values) {
    return {test::record(partner == hub ? "contact-result" : "incident-report", values, as_of),
            {RecordId{id}, partner, as_of, partner == hub}};
}

std::string text(const CaseFile& file, std::string_view path, InstanceNumber in = root_instance) {
    return std::string(RawText::of(file.facts(), field(path), in).value_or("-"));
}

CaseFile fold(std::vector<CaseRecord> records) {
    return CaseFile::fold(catalogue(), records);
}

TEST(Fold, TakesTheNewestValueOfEachPathWithItsSource) {
    const auto file = fold({from(police, 1, day_1, {{"victim/name/family", "Old"}, {"victim/gender", "female"}}),
                            from(police, 2, day_2, {{"victim/name/family", "New"}})});
    EXPECT_EQ(text(file, "victim/name/family"), "New");
    EXPECT_EQ(text(file, "victim/gender"), "female");
    for (const auto& value : file.facts().values()) {
        EXPECT_EQ(file.source_of(value).record, RecordId{value.field == field("victim/gender") ? 1 : 2});
    }
}

TEST(Altered, NamesFieldsOfWhichAValueStandsNoMoreAndNoneThatWasOnlyAdded) {
    const auto first = from(police, 1, day_1, {{"victim/name/family", "Old"}, {"victim/gender", "female"}});
    const auto before = fold({first});
    const auto changed = fold({first, from(police, 2, day_2, {{"victim/name/family", "New"}})});
    const auto added = fold({first, from(police, 2, day_2, {{"victim/language", "cy"}})});
    const auto older = fold({first, from(police, 2, day_1 - 24h, {{"victim/name/family", "Older"}})});
    FieldSet family;
    family.add(field("victim/name/family"));
    EXPECT_EQ(altered(before, changed), family);
    EXPECT_TRUE(altered(before, added).empty());
    EXPECT_TRUE(altered(before, older).empty()) << "what came late changed nothing";
}

TEST(Fold, DoesNotDependOnTheOrderOfArrival) {
    std::vector<CaseRecord> records{
        from(police, 1, day_1,
             {{"victim/name/family", "A"},
              {"victim/phone[0]/number", "+447700900001"},
              {"victim/phone[0]/safe", "yes"}}),
        from(
            police, 2, day_1,
            {{"victim/name/family", "B"}, {"victim/phone[0]/number", "+447700900001"}, {"victim/phone[0]/safe", "no"}}),
        from(hub, 3, day_2, {{"victim/phone[0]/number", "+447700900002"}, {"victim/phone[0]/safe", "yes"}}),
        from(police, 4, day_3, {{"risk/level", "high"}, {"risk/factor[0]/kind", "separation"}})};
    const auto expected = fold(records).facts().encode();
    std::mt19937 random(7);
    for (int i = 0; i < 50; ++i) {
        std::shuffle(records.begin(), records.end(), random);
        EXPECT_EQ(fold(records).facts().encode(), expected);
    }
}

TEST(Fold, ASafetyRaisingValueStandsAgainstNewerImportsUntilAPersonEntersAnother) {
    const auto no =
        from(police, 1, day_1, {{"victim/phone[0]/number", "+447700900001"}, {"victim/phone[0]/safe", "no"}});
    const auto yes =
        from(police, 2, day_2, {{"victim/phone[0]/number", "+447700900001"}, {"victim/phone[0]/safe", "yes"}});
    const auto person =
        from(hub, 3, day_3, {{"victim/phone[0]/number", "+447700900001"}, {"victim/phone[0]/safe", "yes"}});
    const auto safe = [](const CaseFile& file) {
        return text(file, "victim/phone/safe", file.facts().instances(*catalogue()->find_group("victim/phone"))[0]);
    };
    EXPECT_EQ(safe(fold({no, yes})), "no");
    EXPECT_EQ(safe(fold({no, yes, person})), "yes");
    auto earlier_person =
        from(hub, 4, day_1 - 1h, {{"victim/phone[0]/number", "+447700900001"}, {"victim/phone[0]/safe", "yes"}});
    EXPECT_EQ(safe(fold({no, earlier_person})), "no");
    auto same_age = from(hub, 5, day_1, {{"victim/phone[0]/number", "+447700900001"}, {"victim/phone[0]/safe", "yes"}});
    EXPECT_EQ(safe(fold({no, same_age})), "no") << "equal age: the safer one";
}

TEST(Fold, InSafetyFieldsAPersonsEntryStandsOverALaterImport) {
    const auto file = fold({from(hub, 1, day_1, {{"victim/safe-contact/code-word", "heron"}}),
                            from(police, 2, day_2, {{"victim/safe-contact/code-word", "other"}})});
    EXPECT_EQ(text(file, "victim/safe-contact/code-word"), "heron");
}

TEST(Fold, OtherFieldsFollowTheNewerImportEvenAgainstAPerson) {
    const auto file = fold({from(hub, 1, day_1, {{"victim/sleeping-tonight", "car"}}),
                            from(police, 2, day_2, {{"victim/sleeping-tonight", "refuge"}})});
    EXPECT_EQ(text(file, "victim/sleeping-tonight"), "refuge");
}

TEST(Fold, ReplacesAnAddressAsOneAndNeverMixesTwo) {
    const auto file = fold({from(police, 1, day_1,
                                 {{"incident/place/building", "Flat 2"},
                                  {"incident/place/street", "Old Road"},
                                  {"incident/place/postcode", "ZZ99 1AA"}}),
                            from(police, 2, day_2, {{"incident/place/street", "New Road"}})});
    EXPECT_EQ(text(file, "incident/place/street"), "New Road");
    EXPECT_EQ(text(file, "incident/place/building"), "-");
    EXPECT_EQ(text(file, "incident/place/postcode"), "-");
}

TEST(Fold, AnAssessmentOfRiskBringsItsOwnFactorsAndNoOthers) {
    const auto file = fold({from(police, 1, day_1, {{"risk/level", "medium"}, {"risk/factor[0]/kind", "stalking"}}),
                            from(police, 2, day_2, {{"risk/level", "high"}, {"risk/factor[0]/kind", "separation"}})});
    const auto factors = file.facts().instances(*catalogue()->find_group("risk/factor"));
    ASSERT_EQ(factors.size(), 1U);
    EXPECT_EQ(text(file, "risk/factor/kind", factors[0]), "separation");
}

TEST(Fold, KeepsEachFurtherAssessmentByToolAndTimeWithItsOwnAnswers) {
    const auto file = fold({from(police, 1, day_1,
                                 {{"assessment[0]/tool", "dash-police"},
                                  {"assessment[0]/assessed", "2026-02-03T18:15:00Z"},
                                  {"assessment[0]/answer[0]/question", "1"},
                                  {"assessment[0]/answer[0]/value", "yes"}}),
                            from(police, 2, day_2,
                                 {{"assessment[0]/tool", "dara"},
                                  {"assessment[0]/assessed", "2026-02-03T18:15:00Z"},
                                  {"assessment[0]/answer[0]/question", "1"},
                                  {"assessment[0]/answer[0]/how-often", "often"},
                                  {"assessment[1]/tool", "dash-police"},
                                  {"assessment[1]/assessed", "2026-11-20T09:00:00Z"}})});
    std::set<std::string> found;
    const auto& facts = file.facts();
    for (const auto one : facts.instances(*catalogue()->find_group("assessment"))) {
        auto said = text(file, "assessment/tool", one) + " " + text(file, "assessment/assessed", one).substr(0, 10);
        for (const auto answer : facts.instances(*catalogue()->find_group("assessment/answer"), one)) {
            said += " " + text(file, "assessment/answer/value", answer);
            said += " " + text(file, "assessment/answer/how-often", answer);
        }
        found.insert(said);
    }
    EXPECT_EQ(found, (std::set<std::string>{"dara 2026-02-03 - often", "dash-police 2026-02-03 yes -",
                                            "dash-police 2026-11-20"}));
}

TEST(Fold, JoinsChildrenByNameAndBirthDateAndLosesNone) {
    const auto file = fold({from(police, 1, day_1,
                                 {{"child[0]/name/given", "Robin"},
                                  {"child[0]/birth-date", "2020-05-05"},
                                  {"child[1]/name/given", "Sam"},
                                  {"child[1]/birth-date", "2018-01-01"}}),
                            from(police, 2, day_2,
                                 {{"child[0]/name/given", "Robin"},
                                  {"child[0]/birth-date", "2020-05-05"},
                                  {"child[0]/school", "A school"}})});
    EXPECT_EQ(file.facts().instances(*catalogue()->find_group("child")).size(), 2U);
}

TEST(Fold, DrawsARecordByPathWithTheRequestsOwnFields) {
    const auto file = fold({from(police, 1, day_1, {{"victim/name/family", "Example"}})});
    const auto own = test::record("referral", {{"request/reference", "R-1"}, {"request/service", "refuge"}}, day_2);
    const auto drawn = file.draw(*catalogue()->find_record_type("referral"), own, {RecordId{9}, hub, day_2, true});
    ASSERT_TRUE(drawn) << drawn.error().message();
    EXPECT_EQ(text(*drawn, "victim/name/family"), "Example");
    EXPECT_EQ(text(*drawn, "request/reference"), "R-1");
    for (const auto& value : drawn->facts().values()) {
        const bool own_value = value.field == field("request/reference") || value.field == field("request/service");
        EXPECT_EQ(drawn->source_of(value).partner, own_value ? hub : police);
    }
}

}  // namespace
}  // namespace haven
