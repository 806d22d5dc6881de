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

/// Her addresses with what is said of a letter there, as "street: safe", sorted.
std::set<std::string> letters(std::vector<CaseRecord> records) {
    std::set<std::string> out;
    const auto both = [&] {
        out.clear();
        const auto file = fold(records);
        for (const auto in : file.facts().instances(*catalogue()->find_group("victim/address"))) {
            out.insert(text(file, "victim/address/place/street", in) + ": " + text(file, "victim/address/safe", in));
        }
        return out;
    };
    auto forward = both();
    std::reverse(records.begin(), records.end());
    EXPECT_EQ(both(), forward) << "the order of arrival does not matter";
    return forward;
}

CaseRecord address(Name partner, std::int64_t id, Instant as_of, const char* street, const char* safe) {
    test::RecordMaker maker(partner == hub ? "contact-result" : "incident-report");
    maker.set("victim/address[0]/kind", "home");
    if (*street != 0) { maker.set("victim/address[0]/place/street", street); }
    if (*safe != 0) { maker.set("victim/address[0]/safe", safe); }
    return {maker.part(as_of), {RecordId{id}, partner, as_of, partner == hub}};
}

TEST(Fold, KeepsEachAddressWithItsOwnAnswersAndNeverMixesTwo) {
    using Letters = std::set<std::string>;
    EXPECT_EQ(letters({address(police, 1, day_1, "Old Road", ""), address(hub, 2, day_2, "New Lane", "yes")}),
              (Letters{"New Lane: yes", "Old Road: -"}));
    EXPECT_EQ(letters({address(police, 1, day_1, "Old Road", ""), address(hub, 2, day_2, "New Lane", "yes"),
                       address(police, 3, day_3, "Old Road", "")}),
              (Letters{"New Lane: yes", "Old Road: -"}))
        << "an import that repeats what its system holds says nothing new";
}

TEST(Fold, AYesForAnAddressStandsWhileItIsTheOneSaidLast) {
    using Letters = std::set<std::string>;
    const auto yes = address(hub, 1, day_1, "Old Road", "yes");
    EXPECT_EQ(letters({yes}), Letters{"Old Road: yes"});
    EXPECT_EQ(letters({yes, address(hub, 2, day_2, "New Lane", "")}), (Letters{"New Lane: -", "Old Road: -"}));
    EXPECT_EQ(letters({yes, address(police, 2, day_2, "New Lane", "")}), (Letters{"New Lane: -", "Old Road: -"}))
        << "she may have moved: nobody writes to either until a person asks";
    EXPECT_EQ(letters({yes, address(police, 2, day_2, "New Lane", ""), address(hub, 3, day_3, "Old Road", "yes")}),
              (Letters{"New Lane: -", "Old Road: yes"}));
}

TEST(Fold, AnImportsYesForAnAddressCountsWhereNobodyEverNamedAnother) {
    using Letters = std::set<std::string>;
    EXPECT_EQ(letters({address(police, 1, day_1, "Old Road", "yes")}), Letters{"Old Road: yes"});
    EXPECT_EQ(letters({address(police, 1, day_1, "Old Road", "yes"), address(police, 2, day_2, "New Lane", "yes")}),
              (Letters{"New Lane: -", "Old Road: -"}));
    EXPECT_EQ(letters({address(hub, 1, day_1, "Old Road", ""), address(police, 2, day_2, "OLD ROAD", "yes")}),
              (Letters{"OLD ROAD: -", "Old Road: -"}));
}

TEST(Fold, AnImportOpensNoHomeOfAnotherKindBesideOneThatAPersonNamed) {
    using Letters = std::set<std::string>;
    test::RecordMaker stays("incident-report");
    stays.set("victim/address[0]/kind", "current");
    stays.set("victim/address[0]/place/street", "Old Road");
    stays.set("victim/address[0]/safe", "yes");
    const CaseRecord import{stays.part(day_1), {RecordId{1}, police, day_1, false}};
    EXPECT_EQ(letters({import}), Letters{"Old Road: yes"});
    EXPECT_EQ(letters({import, address(hub, 2, day_2, "New Lane", "yes")}), (Letters{"New Lane: yes", "Old Road: -"}));
    EXPECT_EQ(letters({import, address(hub, 2, day_2, "", "no")}), (Letters{"-: no", "Old Road: -"}))
        << "a person spoke of her home: where she stays is hers to say, too";
}

struct Said {
    Name partner;
    Instant as_of;
    const char* day;
    bool of_place = true;
};

TEST(Fold, TheLastDayOfAnAddressIsTheEarliestThatImportsNameUntilAPersonNamesAnother) {
    const auto until = [](std::initializer_list<Said> said) {
        std::vector<CaseRecord> records;
        for (const auto& [partner, as_of, day, of_place] : said) {
            test::RecordMaker maker(partner == hub ? "contact-result" : "incident-report");
            maker.set("victim/address[0]/kind", "home");
            if (of_place) { maker.set("victim/address[0]/place/street", "Old Road"); }
            maker.set("victim/address[0]/until", day);
            records.push_back({maker.part(as_of), {RecordId{std::ssize(records) + 1}, partner, as_of, partner == hub}});
        }
        const auto file = fold(records);
        return text(file, "victim/address/until",
                    file.facts().instances(*catalogue()->find_group("victim/address"))[0]);
    };
    EXPECT_EQ(until({{police, day_1, "2026-11-20"}, {police, day_2, "2027-01-01"}}), "2026-11-20");
    EXPECT_EQ(until({{hub, day_1, "2026-11-20"}, {police, day_2, "2027-01-01"}}), "2026-11-20");
    EXPECT_EQ(until({{police, day_1, "2026-11-20"}, {hub, day_2, "2027-01-01"}}), "2027-01-01");
    EXPECT_EQ(until({{hub, day_1, "2027-01-01"}, {police, day_2, "2026-11-20"}}), "2026-11-20");
    EXPECT_EQ(until({{hub, day_1, "2026-11-20"}, {hub, day_2, "2027-01-01", false}}), "2026-11-20")
        << "of no place in particular a later day opens none";
}

TEST(Fold, AnImportNeverBringsBackTheYesOfAHomeThatSheLeft) {
    using Letters = std::set<std::string>;
    EXPECT_EQ(letters({address(hub, 1, day_1, "Old Road", "yes"), address(hub, 2, day_2, "New Lane", "yes"),
                       address(police, 3, day_3, "Old Road", "")}),
              (Letters{"New Lane: yes", "Old Road: -"}))
        << "the first import of a place that a person named before says nothing new";
    EXPECT_EQ(letters({address(hub, 1, day_1, "Old Road", "yes"), address(hub, 2, day_2, "New Lane", "yes"),
                       address(hub, 3, day_3, "Old Road", "")}),
              (Letters{"New Lane: -", "Old Road: -"}))
        << "she is back, and the yes is of the time before she left";
    test::RecordMaker both("contact-result");
    both.set("victim/address[0]/kind", "home");
    both.set("victim/address[0]/place/street", "Old Road");
    both.set("victim/address[1]/kind", "home");
    both.set("victim/address[1]/place/street", "New Lane");
    both.set("victim/address[1]/safe", "yes");
    const CaseRecord at_once{both.part(day_2), {RecordId{2}, hub, day_2, true}};
    EXPECT_EQ(letters({address(hub, 1, day_1, "Old Road", "yes"), at_once}), (Letters{"New Lane: yes", "Old Road: -"}))
        << "who names the old one beside the new one knows of both";
    EXPECT_EQ(letters({at_once, address(hub, 3, day_2, "Old Road", "")}), (Letters{"New Lane: -", "Old Road: -"}));
}

/// What is known of the perpetrators, as "numbers places lives-with", sorted.
std::set<std::string> perpetrators(const CaseFile& file) {
    std::set<std::string> out;
    const auto& facts = file.facts();
    for (const auto who : facts.instances(*catalogue()->find_group("perpetrator"))) {
        std::string known;
        for (const auto in : facts.instances(*catalogue()->find_group("perpetrator/phone"), who)) {
            known += text(file, "perpetrator/phone/number", in) + " ";
        }
        for (const auto in : facts.instances(*catalogue()->find_group("perpetrator/address"), who)) {
            known += text(file, "perpetrator/address/place/street", in) + " ";
        }
        out.insert(known + text(file, "perpetrator/lives-with-victim", who));
    }
    return out;
}

TEST(Fold, NothingThatIsKnownOfAPerpetratorWithoutANameIsDisplaced) {
    const auto first = from(police, 1, day_1,
                            {{"perpetrator[0]/lives-with-victim", "yes"},
                             {"perpetrator[0]/phone[0]/number", "+447700900123"},
                             {"perpetrator[0]/address[0]/kind", "home"},
                             {"perpetrator[0]/address[0]/place/street", "Sample Road"}});
    const auto second = from(police, 2, day_2, {{"perpetrator[0]/gender", "male"}, {"perpetrator[1]/gender", "male"}});
    const auto moved =
        from(police, 3, day_3,
             {{"perpetrator[0]/address[0]/kind", "home"}, {"perpetrator[0]/address[0]/place/street", "Other Road"}});
    using Known = std::set<std::string>;
    EXPECT_EQ(perpetrators(fold({first, second})), (Known{"+447700900123 Sample Road yes", "-"}));
    EXPECT_EQ(perpetrators(fold({first, from(hub, 2, day_2, {{"perpetrator[0]/gender", "male"}}), moved})),
              Known{"+447700900123 Sample Road Other Road yes"});
    EXPECT_EQ(perpetrators(fold({first, from(hub, 2, day_2, {{"perpetrator[0]/lives-with-victim", "no"}}), moved})),
              Known{"+447700900123 Sample Road Other Road yes"})
        << "it may be another man that a person speaks of";
    const auto named = [&](Name partner, std::int64_t id, Instant as_of, const char* lives_with) {
        return from(partner, id, as_of,
                    {{"perpetrator[0]/name/family", "Example"}, {"perpetrator[0]/lives-with-victim", lives_with}});
    };
    EXPECT_EQ(perpetrators(fold({named(police, 1, day_1, "yes"), named(hub, 2, day_2, "no")})), Known{"no"})
        << "of a man with a name a person may take it away";
}

TEST(Fold, WhoNamesAWindowNamesAllAndAPersonBeforeAnImport) {
    const auto window = [](Name partner, std::int64_t id, Instant as_of, std::initializer_list<const char*> days) {
        test::RecordMaker maker(partner == hub ? "contact-result" : "incident-report");
        int n = 0;
        for (const char* day : days) {
            const auto at = "victim/safe-contact/window[" + std::to_string(n++) + "]/";
            maker.set(at + "day", day);
            maker.set(at + "from", "14:00:00");
            maker.set(at + "until", "14:30:00");
        }
        return CaseRecord{maker.part(as_of), {RecordId{id}, partner, as_of, partner == hub}};
    };
    const auto days = [](const CaseFile& file) {
        std::set<std::string> out;
        for (const auto in : file.facts().instances(*catalogue()->find_group("victim/safe-contact/window"))) {
            out.insert(text(file, "victim/safe-contact/window/day", in));
        }
        return out;
    };
    using Days = std::set<std::string>;
    const auto before = window(hub, 1, day_1, {"monday", "friday"});
    EXPECT_EQ(days(fold({before, window(hub, 2, day_2, {"tuesday"})})), Days{"tuesday"});
    EXPECT_EQ(days(fold({before, window(hub, 2, day_2, {"friday"})})), Days{"friday"});
    EXPECT_EQ(days(fold({before, window(hub, 2, day_2, {})})), (Days{"monday", "friday"}));
    EXPECT_EQ(days(fold({before, window(police, 2, day_2, {"sunday"})})), (Days{"monday", "friday"}));
    const auto all = window(police, 1, day_1, {"weekdays", "sunday"});
    EXPECT_EQ(days(fold({all, window(police, 2, day_2, {"monday"})})), Days{"monday"}) << "it only narrows";
    EXPECT_EQ(days(fold({all, window(police, 2, day_2, {"monday", "saturday"})})), (Days{"weekdays", "sunday"}))
        << "an import does not know more than was said before";
    EXPECT_EQ(days(fold({window(police, 2, day_2, {"every-day"}), all})), (Days{"weekdays", "sunday"}));
}

TEST(Fold, ANoWithoutAPlaceProtectsEachOfItsKindAndAYesOpensNone) {
    using Letters = std::set<std::string>;
    const auto yes = address(hub, 1, day_1, "Old Road", "yes");
    EXPECT_EQ(letters({yes, address(hub, 2, day_2, "", "no")}), Letters{"Old Road: no"});
    EXPECT_EQ(letters({address(police, 1, day_1, "Old Road", ""), address(hub, 2, day_2, "", "yes")}),
              Letters{"Old Road: -"});
    EXPECT_EQ(letters({address(hub, 1, day_1, "", "no"), address(hub, 2, day_2, "Old Road", "yes")}),
              Letters{"Old Road: yes"})
        << "who says a later yes of the place has been there";
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
