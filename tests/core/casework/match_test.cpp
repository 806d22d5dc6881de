#include "core/casework/match.h"

#include <gmock/gmock.h>

#include "tests/core/casework/sample.h"

namespace haven {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

MatchTerms terms(std::initializer_list<test::PathValue> values) {
    const auto fields = MatchFields::bind(*test::catalogue());
    EXPECT_TRUE(fields);
    return fields->read(test::record("incident-report", values));
}
const std::initializer_list<test::PathValue> anna{{"victim/name/given", "Anna"},
                                                  {"victim/name/family", "O'Example-Łuk"},
                                                  {"victim/birth-date", "1990-04-03"},
                                                  {"victim/phone[0]/number", "+447700900123"},
                                                  {"victim/identifier[0]/issuer", "northshire"},
                                                  {"victim/identifier[0]/value", "P 12/345"},
                                                  {"victim/address[0]/kind", "home"},
                                                  {"victim/address[0]/place/postcode", "ZZ99 3VZ"}};

TEST(FoldedName, LeavesOutCaseAccentsSpacesHyphensAndApostrophes) {
    EXPECT_EQ(folded_name("O'Brien-Smith"), "obriensmith");
    EXPECT_EQ(folded_name("O\xE2\x80\x99"
                          "Brien  Smith"),
              "obriensmith");
    EXPECT_EQ(folded_name("ÅSA Zoë Łukasz Þóra"), "asazoelukasztora");
    EXPECT_EQ(folded_name("Żółć ŠĐ ſ"), "zolcsds");
    EXPECT_EQ(folded_name("Анна"), "Анна") << "another script stays as it is";
    EXPECT_EQ(folded_name(""), "");
}

TEST(BlindTerms, AreNamesWithBirthDatesTelephonesAndIdentifiersAndNeverAddresses) {
    EXPECT_THAT(
        terms(anna).blind_terms(),
        ElementsAre(BlindTerm{Indexed::reference, "NORTHSHIRE|P12/345"}, BlindTerm{Indexed::phone, "+447700900123"},
                    BlindTerm{Indexed::name_and_birth_date, "oexampleluk|1990-03-04"},
                    BlindTerm{Indexed::name_and_birth_date, "oexampleluk|1990-04-03"}));
    EXPECT_THAT(terms({{"victim/name/given", "Anna"}, {"victim/gender", "female"}}).blind_terms(), IsEmpty());
}

TEST(BlindTerms, OfSwappedDaysAndMonthsMeetWhereBothAreDates) {
    const auto one = terms({{"victim/name/family", "Example"}, {"victim/birth-date", "1990-04-30"}});
    EXPECT_EQ(one.blind_terms().size(), 1U) << "there is no month thirty";
    const auto two = terms({{"victim/name/family", "Example"}, {"victim/birth-date", "1990-04-04"}});
    EXPECT_EQ(two.blind_terms().size(), 1U);
}

TEST(Match, IsSureByAnIdentifierOfOneIssuer) {
    EXPECT_EQ(compare(terms(anna), terms({{"victim/identifier[0]/issuer", "Northshire"},
                                          {"victim/identifier[0]/value", "p12/345"}})),
              Match::same);
    EXPECT_EQ(compare(terms(anna), terms({{"victim/identifier[0]/issuer", "southshire"},
                                          {"victim/identifier[0]/value", "P12/345"}})),
              Match::different);
    EXPECT_EQ(compare(terms(anna), terms({{"victim/identifier[0]/issuer", "northshire"},
                                          {"victim/identifier[0]/value", "P123/45"}})),
              Match::different);
}

TEST(Match, ByAnIdentifierThatEverythingElseSpeaksAgainstIsForAPerson) {
    EXPECT_EQ(compare(terms(anna), terms({{"victim/identifier[0]/issuer", "northshire"},
                                          {"victim/identifier[0]/value", "P12/345"},
                                          {"victim/name/family", "Other"},
                                          {"victim/birth-date", "1961-12-24"}})),
              Match::unsure);
}

TEST(Match, IsSureByNamesAndBirthDate) {
    EXPECT_EQ(compare(terms(anna), terms({{"victim/name/given", "ANNA"},
                                          {"victim/name/family", "OExample Luk"},
                                          {"victim/birth-date", "1990-04-03"}})),
              Match::same);
}

TEST(Match, IsForAPersonWhereTwoThingsAgree) {
    // name and telephone
    EXPECT_EQ(compare(terms(anna), terms({{"victim/name/given", "Anna"},
                                          {"victim/name/family", "O'Example-Łuk"},
                                          {"victim/phone[0]/number", "+447700900123"}})),
              Match::unsure);
    // name and swapped birth date
    EXPECT_EQ(compare(terms(anna), terms({{"victim/name/given", "Anna"},
                                          {"victim/name/family", "O'Example-Łuk"},
                                          {"victim/birth-date", "1990-03-04"}})),
              Match::unsure);
    // birth date and telephone: a twin, or a changed surname
    EXPECT_EQ(compare(terms(anna), terms({{"victim/name/given", "Beata"},
                                          {"victim/name/family", "O'Example-Łuk"},
                                          {"victim/birth-date", "1990-04-03"},
                                          {"victim/phone[0]/number", "+447700900123"}})),
              Match::unsure);
}

TEST(Match, IsNoneWhereOneThingAgrees) {
    EXPECT_EQ(compare(terms(anna), terms({{"victim/phone[0]/number", "+447700900123"}})), Match::different);
    EXPECT_EQ(compare(terms(anna), terms({{"victim/birth-date", "1990-04-03"}})), Match::different);
    EXPECT_EQ(compare(terms(anna), terms({{"victim/name/given", "Anna"}, {"victim/name/family", "O'Example-Łuk"}})),
              Match::different);
    EXPECT_EQ(compare({}, {}), Match::different);
}

TEST(Match, NeverGoesByAnAddress) {
    const std::initializer_list<test::PathValue> flatmate{{"victim/address[0]/kind", "home"},
                                                          {"victim/address[0]/place/postcode", "ZZ99 3VZ"},
                                                          {"victim/phone[0]/number", "+447700900123"}};
    EXPECT_EQ(compare(terms(anna), terms(flatmate)), Match::different);
}

TEST(Match, IsTheSameFromBothSides) {
    const std::vector<MatchTerms> all{
        terms(anna),
        terms({{"victim/phone[0]/number", "+447700900123"}, {"victim/birth-date", "1990-03-04"}}),
        terms({{"victim/name/family", "Other"}}),
        {}};
    for (const auto& a : all) {
        for (const auto& b : all) { EXPECT_EQ(compare(a, b), compare(b, a)); }
    }
}

}  // namespace
}  // namespace haven
