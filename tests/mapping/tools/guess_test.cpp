#include "mapping/tools/guess.h"

#include <gtest/gtest.h>

#include "tests/mapping/tools/drafting.h"

namespace haven {
namespace {

bool guessed(const char* name, const char* value, const char* path) {
    ShapePlace place{.name = name};
    place.see(value);
    return guess(*test::catalogue(), *test::catalogue()->find(path), name_words(name), place).has_value();
}

TEST(Guess, KnowsTheWordsOfPartners) {
    EXPECT_EQ(name_words("VicDOB"), (std::set<std::string>{"victim", "birth", "date"}));
    EXPECT_EQ(name_words("dateOfBirth"), (std::set<std::string>{"birth", "date"}));
    EXPECT_EQ(name_words("PERP_LAST_NAME"), (std::set<std::string>{"perpetrator", "name", "family"}));
    EXPECT_EQ(name_words("Tel1Number"), (std::set<std::string>{"phone", "number"}));
}

TEST(Guess, AnswersNothingWhereNameOrValuesSpeakAgainstIt) {
    EXPECT_TRUE(guessed("VicDOB", "14/06/1994", "victim/birth-date"));
    ShapePlace dirty{.name = "VicDOB"};
    for (const auto* value : {"14/06/1994", "1985", "22/08/1989"}) { dirty.see(value); }
    const auto found =
        guess(*test::catalogue(), *test::catalogue()->find("victim/birth-date"), {"victim", "birth", "date"}, dirty);
    ASSERT_TRUE(found);
    EXPECT_EQ(found->words, "date(dd/MM/yyyy)");
    EXPECT_FALSE(guessed("VicDOB", "soon", "victim/birth-date"));
    EXPECT_FALSE(guessed("OfficerNotes", "He left.", "incident/officer/value"));
    EXPECT_FALSE(guessed("AskedNoContact", "N", "victim/safe-contact/withhold-number"));
}

TEST(Guess, KnowsAFlatAndABuildingByTheirNames) {
    EXPECT_TRUE(guessed("VicFlat", "Flat 2", "victim/address/place/unit"));
    EXPECT_TRUE(guessed("Vic.Address.SAON", "Flat 2", "victim/address/place/unit"));
    EXPECT_TRUE(guessed("Vic.Address.PAON", "7", "victim/address/place/building"));
}

// An outcome may tell its incident, and then needs its reference: a postcode is no reason to ask for one.
TEST(Guess, TakesAFieldOfAnOptionalPartOnlyWhereTheNameSaysThePart) {
    EXPECT_EQ(test::draft(csv_shape("Reference,At,Postcode,Started,CrimeRef\n"
                                    "R-1,2026-03-01T10:00:00Z,ZZ99 3VZ,2026-02-01T10:00:00Z,41/1\n"),
                          "outcome"),
              R"(dialect    csv
record     outcome 1

Reference  ->  request/reference   # guess
At         ->  outcome/at   instant(iso)   # guess
Postcode   ->  outcome/place/postcode   postcode   # guess
Started    ->  incident/started   instant(iso)   # guess
CrimeRef   ->  incident/reference/value   # guess

# Left to do:
#   line 6: outcome requires incident/reference/issuer, and no line reads it
#   line 6: outcome requires outcome/kind, and no line reads it
)");
    EXPECT_NE(
        test::draft(csv_shape("Reference,Started\nR-1,2026-02-01T10:00:00Z\n"), "outcome").find("\nStarted    ignore"),
        std::string::npos);
    EXPECT_EQ(test::draft(json_shape(R"({"id": "R-1", "note": "x", "place": {"town": "Eastford"},
                                   "incident": {"postcode": "ZZ99 3VZ", "town": "Eastford"}})"),
                          "outcome"),
              R"(dialect    json
record     outcome 1

id                 ->  request/reference   # guess
note               ->  outcome/note   # guess
place.town         ->  outcome/place/town   # guess
incident.postcode  ->  incident/place/postcode   postcode   # guess
incident.town      ->  incident/place/town   # guess

# Left to do:
#   line 6: outcome requires incident/reference, and no line reads it
#   line 6: outcome requires outcome/kind, and no line reads it
)");
    EXPECT_EQ(test::draft(xml_shape("<Outcome id='7'><Place><Postcode>ZZ99 3VZ</Postcode></Place><At>"
                                    "2026-03-01T10:00:00Z</At></Outcome>"),
                          "outcome"),
              R"(dialect    xml root Outcome
record     outcome 1

@id             ->  request/reference   # guess
Place.Postcode  ->  outcome/place/postcode   postcode   # guess
At              ->  outcome/at   instant(iso)   # guess

# Left to do:
#   line 6: outcome requires outcome/kind, and no line reads it
)");
}

// Of a draft that reads nothing the checker asks nothing.
TEST(Guess, WithoutAnyADraftSaysWhatIsRequired) {
    EXPECT_EQ(test::draft(csv_shape("A,B\n1,2\n"), "outcome"), R"(dialect    csv
record     outcome 1

A  ignore "say why"
B  ignore "say why"

# Left to do:
#   outcome requires request/reference
#   outcome requires outcome/kind
)");
}

}  // namespace
}  // namespace haven
