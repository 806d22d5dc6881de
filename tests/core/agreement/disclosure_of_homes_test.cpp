#include <gtest/gtest.h>

#include "core/agreement/disclosure.h"
#include "tests/support/disclosing.h"

namespace haven {
namespace {

using test::agreement;
using test::field;
using test::noon;
using test::permissive_facts;
using test::terms;
using test::told;

const std::string street_ = "victim/address/place/street";

std::string street_of(int address) {
    return "victim/address[" + std::to_string(address) + "]/place/street";
}

TEST(DisclosureOfHomes, OfAHomeWhosePlaceDoesNotGoNothingGoes) {
    const auto home = [](const char* safe, std::vector<std::string> fields) {
        const auto record = test::record("incident-report", {{"victim/name/family", "Example"},
                                                             {"victim/address[0]/kind", "home"},
                                                             {"victim/address[0]/safe", safe},
                                                             {street_, "Sample Road"}});
        return told(terms("referral", {{Stage::accept, std::move(fields)}}), record);
    };
    const std::vector<std::string> with_place{"victim/name/*", "victim/address/*", street_};
    EXPECT_TRUE(home("yes", with_place).has(field("victim/address/kind")));
    EXPECT_EQ(home("no", with_place).size(), 1U) << "the rest would say that there is a home which is not safe";
    EXPECT_EQ(home("no", {"victim/name/*", "victim/address/*"}).size(), 3U) << "no place was agreed, so none is missed";
    const auto placeless = test::record(
        "incident-report",
        {{"victim/name/family", "Example"}, {"victim/address[0]/kind", "home"}, {"victim/address[0]/safe", "no"}});
    EXPECT_EQ(told(terms("referral", {{Stage::accept, with_place}}), placeless).size(), 1U)
        << "nobody said where it is";
}

TEST(DisclosureOfHomes, AnAddressThatIsKnownOrNotSafeOrPreviousStays) {
    const auto street = field("victim/address/place/street");
    const auto named = terms("referral", {{Stage::accept, {"victim/name/*", "victim/address/safe", street_}}});
    const auto with = [&](const char* known, const char* safe, const char* kind = "current",
                          const Facts& facts = permissive_facts()) {
        const auto record = test::record("incident-report", {{"victim/name/family", "Example"},
                                                             {"victim/address[0]/kind", kind},
                                                             {"victim/address[0]/known-to-perpetrator", known},
                                                             {"victim/address[0]/safe", safe},
                                                             {"victim/address[0]/place/street", "Sample Road"}});
        return told(named, record, facts).has(street);
    };
    EXPECT_TRUE(with("no", "yes"));
    EXPECT_TRUE(with("unknown", "yes"));
    EXPECT_FALSE(with("yes", "yes"));
    EXPECT_FALSE(with("no", "no"));
    EXPECT_FALSE(with("no", "unknown")) << "a letter is barred like a call";
    EXPECT_FALSE(with("no", "yes", "previous"));
    auto facts = permissive_facts();
    facts.consent_to_pass_contact = Answer::unknown;
    EXPECT_FALSE(with("no", "yes", "current", facts));
}

TEST(DisclosureOfHomes, ANoForAPlaceHoldsHoweverElseItIsSpelledOrCalled) {
    const auto street_goes = [](const char* safe, const char* known) {
        const auto record = test::record("incident-report", {{"victim/name/family", "Example"},
                                                             {"victim/address[0]/kind", "home"},
                                                             {"victim/address[0]/place/building", "12"},
                                                             {street_of(0), "Sample Road"},
                                                             {"victim/address[0]/safe", safe},
                                                             {"victim/address[0]/known-to-perpetrator", known},
                                                             {"victim/address[1]/kind", "current"},
                                                             {"victim/address[1]/place/uprn", "100023336956"},
                                                             {"victim/address[1]/place/building", "12"},
                                                             {street_of(1), "SAMPLE ROAD"},
                                                             {"victim/address[1]/safe", "yes"}});
        auto facts = permissive_facts();
        const auto t = terms("referral", {{Stage::accept, {"victim/name/*", "victim/address/*", street_}}});
        facts.block_linked(agreement(t)->safety(), record, noon);
        return told(t, record, facts).has(field(street_));
    };
    EXPECT_TRUE(street_goes("yes", "no"));
    EXPECT_TRUE(street_goes("unknown", "unknown"));
    EXPECT_FALSE(street_goes("no", "unknown"));
    EXPECT_FALSE(street_goes("yes", "yes"));
}

TEST(DisclosureOfHomes, AnAddressGoesWithItsRuleOrNotAtAll) {
    const auto record = test::record("incident-report", {{"victim/name/family", "Example"},
                                                         {"victim/address[0]/kind", "current"},
                                                         {"victim/address[0]/safe", "yes"},
                                                         {"victim/address[0]/place/street", "Sample Road"}});
    const auto without = terms("referral", {{Stage::accept, {"victim/name/*", street_}}});
    EXPECT_FALSE(told(without, record).has(field(street_)));
    const auto silent = test::record("incident-report", {{"victim/name/family", "Example"},
                                                         {"victim/address[0]/kind", "current"},
                                                         {"victim/address[0]/place/street", "Sample Road"}});
    const auto with = terms("referral", {{Stage::accept, {"victim/name/*", "victim/address/safe", street_}}});
    EXPECT_TRUE(told(with, record).has(field(street_)));
    EXPECT_FALSE(told(with, silent).has(field(street_))) << "no answer is no yes";
}

TEST(DisclosureOfHomes, WhereTheyLiveTogetherHerHomeStaysUntilSomebodySaysThatHeDoesNotKnowIt) {
    const auto with = [](const char* together, const char* kind, const char* known) {
        const auto record = test::record("incident-report", {{"victim/name/family", "Example"},
                                                             {"victim/address[0]/kind", kind},
                                                             {"victim/address[0]/safe", "yes"},
                                                             {"victim/address[0]/known-to-perpetrator", known},
                                                             {"victim/address[0]/place/street", "Sample Road"},
                                                             {"perpetrator[0]/lives-with-victim", together}});
        const auto named = terms("referral", {{Stage::accept, {"victim/name/*", "victim/address/safe", street_}}});
        auto facts = permissive_facts();
        const bool goes = told(named, record).has(field(street_));
        facts.block_linked(agreement(named)->safety(), record, noon);
        const auto alone = test::record("incident-report", {{"victim/name/family", "Example"},
                                                            {"victim/address[0]/kind", kind},
                                                            {"victim/address[0]/safe", "yes"},
                                                            {"victim/address[0]/place/street", "SAMPLE ROAD"}});
        EXPECT_EQ(told(named, alone, facts).has(field(street_)), goes) << "the case bars it for what is drawn of it";
        return goes;
    };
    EXPECT_FALSE(with("yes", "home", "unknown"));
    EXPECT_FALSE(with("yes", "current", "unknown"));
    EXPECT_TRUE(with("yes", "home", "no"));
    EXPECT_TRUE(with("yes", "family", "unknown"));
    EXPECT_TRUE(with("no", "home", "unknown"));
}

TEST(DisclosureOfHomes, KnowsTheSharedHomeWithoutAPostcode) {
    const auto named =
        terms("referral", {{Stage::accept, {"victim/name/*", "victim/address/safe", "victim/address/place/street"}}});
    const auto with = [&](const char* building, const char* town) {
        const auto record = test::record("incident-report", {{"victim/name/family", "Example"},
                                                             {"victim/address[0]/kind", "home"},
                                                             {"victim/address[0]/safe", "yes"},
                                                             {"victim/address[0]/place/building", "7"},
                                                             {"victim/address[0]/place/street", "Sample Road"},
                                                             {"victim/address[0]/place/town", "Eastford"},
                                                             {"perpetrator[0]/address[0]/kind", "home"},
                                                             {"perpetrator[0]/address[0]/place/building", building},
                                                             {"perpetrator[0]/address[0]/place/street", "SAMPLE ROAD"},
                                                             {"perpetrator[0]/address[0]/place/town", town}});
        return told(named, record).has(field("victim/address/place/street"));
    };
    EXPECT_FALSE(with("7", "Eastford"));
    EXPECT_TRUE(with("8", "Eastford"));
    EXPECT_TRUE(with("7", "Westmere"));
}

TEST(DisclosureOfHomes, KnowsHisHomeHoweverTheOfficerWroteIt) {
    const auto goes = [](const test::PathValue& his, const test::PathValue& also) {
        const auto record = test::record("incident-report", {{"victim/name/family", "Example"},
                                                             {"victim/address[0]/kind", "current"},
                                                             {"victim/address[0]/safe", "yes"},
                                                             {"victim/address[0]/place/building", "7"},
                                                             {street_of(0), "Sample Road"},
                                                             {"victim/address[0]/place/postcode", "ZZ99 3VZ"},
                                                             his,
                                                             also});
        const auto named = terms("referral", {{Stage::accept, {"victim/name/*", "victim/address/safe", street_}}});
        return told(named, record).has(field(street_));
    };
    const auto structured = [&](const char* building, const char* postcode) {
        return goes({"perpetrator[0]/address[0]/place/building", building},
                    {"perpetrator[0]/address[0]/place/postcode", postcode});
    };
    EXPECT_FALSE(structured("7 Sample Road", "ZZ99 3VZ"));
    EXPECT_FALSE(structured("Flat 2, 7", "ZZ99 3VZ")) << "his may be a part of hers";
    EXPECT_FALSE(structured("Rose House", "ZZ99 3VZ")) << "which number that is nobody said";
    EXPECT_TRUE(structured("17", "ZZ99 3VZ"));
    EXPECT_TRUE(structured("7a", "ZZ99 3VZ"));
    EXPECT_TRUE(structured("7 Sample Road", "ZZ99 4AA"));
    const auto typed = [&](const char* line) {
        return goes({"perpetrator[0]/address[0]/kind", "home"}, {"perpetrator[0]/address[0]/place/as-entered", line});
    };
    EXPECT_FALSE(typed("7 Sample Road, Eastford, ZZ99 3VZ"));
    EXPECT_FALSE(typed("flat 1, 7 SAMPLE ROAD"));
    EXPECT_FALSE(typed("7, zz993vz"));
    EXPECT_TRUE(typed("8 Sample Road, Eastford, ZZ99 3VZ"));
    EXPECT_TRUE(typed("7 Other Road, Eastford"));
}

TEST(DisclosureOfHomes, KnowsAFlatAndItsBuildingInOnePartOrInTwo) {
    struct Door {
        const char* unit;
        const char* building;
    };
    const auto goes = [](Door hers, Door his, const char* shared, const char* text) {
        const auto record =
            test::record("incident-report", {{"victim/name/family", "Example"},
                                             {"victim/address[0]/kind", "current"},
                                             {"victim/address[0]/safe", "yes"},
                                             {"victim/address[0]/place/unit", hers.unit},
                                             {"victim/address[0]/place/building", hers.building},
                                             {std::string("victim/address[0]/place/") + shared, text},
                                             {"perpetrator[0]/address[0]/place/unit", his.unit},
                                             {"perpetrator[0]/address[0]/place/building", his.building},
                                             {std::string("perpetrator[0]/address[0]/place/") + shared, text}});
        const auto named = terms(
            "referral",
            {{Stage::accept,
              {"victim/name/*", "victim/address/safe", "victim/address/place/unit", "victim/address/place/building"}}});
        const auto sent = told(named, record);
        return sent.has(field("victim/address/place/unit")) || sent.has(field("victim/address/place/building"));
    };
    const auto both_ways = [&](Door one, Door other) {
        const bool by_postcode = goes(one, other, "postcode", "ZZ99 3VZ");
        EXPECT_EQ(goes(other, one, "postcode", "ZZ99 3VZ"), by_postcode);
        EXPECT_EQ(goes(one, other, "street", "Sample Road"), by_postcode);
        EXPECT_EQ(goes(other, one, "street", "Sample Road"), by_postcode);
        return by_postcode;
    };
    const Door flat_2{"Flat 2", "7"};
    EXPECT_FALSE(both_ways(flat_2, {"FLAT 2,", "7"}));
    EXPECT_FALSE(both_ways(flat_2, {"", "Flat 2, 7"}));
    EXPECT_FALSE(both_ways(flat_2, {"", "7 FLAT 2"}));
    EXPECT_FALSE(both_ways(flat_2, {"", "7"})) << "who says no flat may mean any";
    EXPECT_FALSE(both_ways({"Garden flat", "Rose House"}, {"", "Rose House, garden flat"}));
    EXPECT_TRUE(both_ways(flat_2, {"Flat 3", "7"}));
    EXPECT_TRUE(both_ways(flat_2, {"Flat 2", "9"}));
    EXPECT_TRUE(both_ways(flat_2, {"", "Flat 3, 7"}));
    EXPECT_TRUE(both_ways({"Garden flat", "Rose House"}, {"Attic", "Rose House"}));
    EXPECT_FALSE(goes(flat_2, {"Flat 2", ""}, "postcode", "ZZ99 3VZ")) << "of which building the postcode says";
    EXPECT_FALSE(goes({"Flat 2", ""}, {"", "7"}, "postcode", "ZZ99 3VZ"));
}

TEST(DisclosureOfHomes, KnowsAFlatInALineThatWasTyped) {
    const auto goes = [](const char* line, bool postcode_is_known = true) {
        test::RecordMaker maker("incident-report");
        std::vector<test::PathValue> values{{"victim/name/family", "Example"},
                                            {"victim/address[0]/kind", "current"},
                                            {"victim/address[0]/safe", "yes"},
                                            {"victim/address[0]/place/unit", "Flat 2"},
                                            {"victim/address[0]/place/building", "7"},
                                            {street_of(0), "Sample Road"},
                                            {"perpetrator[0]/address[0]/place/as-entered", line}};
        if (postcode_is_known) { values.push_back({"victim/address[0]/place/postcode", "ZZ99 3VZ"}); }
        for (const auto& [path, text] : values) { maker.set(path, text); }
        const auto record = maker.part();
        const auto named = terms("referral", {{Stage::accept, {"victim/name/*", "victim/address/safe", street_}}});
        return told(named, record).has(field(street_));
    };
    EXPECT_FALSE(goes("7 Sample Road, Flat 2"));
    EXPECT_FALSE(goes("flat 2, 7, ZZ99 3VZ"));
    EXPECT_FALSE(goes("7 Sample Road, ZZ99 3VZ")) << "who says no flat may mean any";
    EXPECT_TRUE(goes("Flat 3, 7 Sample Road, ZZ99 3VZ"));
    EXPECT_TRUE(goes("Flat 2, 9 Sample Road, ZZ99 3VZ"));
    EXPECT_FALSE(goes("7 Sample Road, ZZ99 3VZ", false)) << "the half of a postcode is no door";
    EXPECT_TRUE(goes("Flat 3, 7 Sample Road, ZZ99 3VZ", false));
}

}  // namespace
}  // namespace haven
