#include "core/agreement/guard.h"

#include <gtest/gtest.h>

#include <ostream>

#include "core/base/log.h"
#include "tests/support/disclosing.h"

namespace haven {

/// Stands where the maps stand.
class OutwardMap {
public:
    static Outgoing write(Disclosure disclosure) { return {std::move(disclosure), "text/csv", "bytes"}; }
};

namespace {

using test::noon;
using test::permissive_facts;

const std::vector<std::string> told{"request/reference",
                                    "victim/name/*",
                                    "victim/phone/*",
                                    "victim/email/*",
                                    "victim/address/*",
                                    "victim/address/place/postcode",
                                    "victim/address/place/building"};

Record example() {
    return test::record("referral", {{"request/reference", "R-1"},
                                     {"victim/name/family", "Example"},
                                     {"victim/phone[0]/number", "+447700900123"},
                                     {"victim/phone[0]/safe", "yes"},
                                     {"victim/email[0]/address", "a.sample@one.example"},
                                     {"victim/email[0]/safe", "yes"},
                                     {"victim/address[0]/kind", "current"},
                                     {"victim/address[0]/until", "2026-11-21"},
                                     {"victim/address[0]/safe", "yes"},
                                     {"victim/address[0]/place/building", "Flat 2"},
                                     {"victim/address[0]/place/postcode", "ZZ99 3VZ"}});
}

/// What was decided at noon under facts that permit, on its way to the guard.
Outgoing outgoing(const Terms& terms, bool hub_team = false) {
    auto facts = permissive_facts();
    facts.hub_team = hub_team;
    auto made = disclose(test::agreement(terms), test::file_of(example()), Stage::accept, facts, noon);
    EXPECT_TRUE(made) << (made ? "" : name_of(made.error()));
    EXPECT_TRUE(made->fields().has(test::field("victim/address/place/postcode")));
    return OutwardMap::write(std::move(*made));
}

Terms usual() {
    return test::terms("referral", {{Stage::accept, told}});
}

// The facts change between the decision and the sending.
std::optional<Refusal> refusal(auto&& change, Instant now = noon, const Terms& terms = usual()) {
    auto facts = permissive_facts();
    change(facts);
    const auto cleared = Guard::clear(outgoing(terms, facts.hub_team), facts, "R-1.csv", now);
    return cleared ? std::nullopt : std::optional(cleared.error());
}

constexpr auto nothing = [](Facts&) {};

TEST(Guard, ClearsWhatStillHoldsForTwoSeconds) {
    auto cleared = Guard::clear(outgoing(usual()), permissive_facts(), "R-1.csv", noon + 1s);
    ASSERT_TRUE(cleared);
    EXPECT_EQ(cleared->partner(), test::council);
    EXPECT_EQ(*cleared->bytes(noon + 2s), "bytes");
    EXPECT_FALSE(cleared->bytes(noon + 2s + 1us)) << "the first byte leaves in time or it is decided again";
    EXPECT_EQ(refusal(nothing, noon + 2s), std::nullopt);
    EXPECT_EQ(refusal(nothing, noon + 2s + 1us), Refusal::changed);
    EXPECT_EQ(refusal(nothing, noon - 1us), Refusal::changed) << "decided in the future";
}

TEST(Guard, JudgesTheWholeAgainWithTheFactsOfThatMoment) {
    EXPECT_EQ(refusal([](Facts& f) { f.recipient = test::force; }), Refusal::wrong_recipient);
    EXPECT_EQ(refusal([](Facts& f) { f.stopped = true; }), Refusal::stopped);
    EXPECT_EQ(refusal([](Facts& f) { f.mixes_rehearsal = true; }), Refusal::rehearsal);
    EXPECT_EQ(refusal([](Facts& f) { f.site_stopped = true; }), Refusal::site_stopped);
    EXPECT_EQ(refusal([](Facts& f) { f.withdrawn = true; }), Refusal::withdrawn);
    EXPECT_EQ(refusal([](Facts& f) { f.consent_to_referral = Answer::no; }), Refusal::no_consent);
    EXPECT_EQ(refusal([](Facts& f) { f.outside_safe_window = true; }), Refusal::outside_window);
}

TEST(Guard, StopsWhatAnAgreementThatEndedAtMidnightLetGo) {
    auto ends = usual();
    ends.end = noon + 1s;
    EXPECT_EQ(refusal(nothing, noon + 1s - 1us, ends), std::nullopt);
    EXPECT_EQ(refusal(nothing, noon + 1s, ends), Refusal::not_in_force);
}

TEST(Guard, AConflictLeavesOnlyTheNominatedHandler) {
    EXPECT_EQ(refusal([](Facts& f) { f.conflict = true; }), Refusal::conflict);
    EXPECT_EQ(refusal([](Facts& f) { f.conflict = f.nominated_handler = true; }), std::nullopt);
    EXPECT_EQ(refusal([](Facts& f) { f.nominated_handler = true; }), std::nullopt);
    const auto for_handler = [](bool conflict) {
        auto facts = permissive_facts();
        facts.conflict = conflict;
        facts.nominated_handler = true;
        return Guard::clear(outgoing(usual()), facts, "R-1.csv", noon)->for_handler();
    };
    EXPECT_TRUE(for_handler(true)) << "whoever sends it keeps it out of the partner's own system";
    EXPECT_FALSE(for_handler(false));
}

TEST(Guard, StopsAChannelThatWasBlockedSince) {
    EXPECT_EQ(refusal([](Facts& f) { f.blocked_contacts = {"+447700900123"}; }), Refusal::unsafe_contact);
    EXPECT_EQ(refusal([](Facts& f) { f.blocked_contacts = {"A.SAMPLE@one.example"}; }), Refusal::unsafe_contact);
    EXPECT_EQ(refusal([](Facts& f) { f.blocked_contacts = {"+447700900999"}; }), std::nullopt);
    EXPECT_EQ(refusal([](Facts& f) { f.hub_team = true, f.blocked_contacts = {"+447700900123"}; }), std::nullopt)
        << "the hub's own people see it, to heed it";
}

// What the case file shows now, though the record that is sent leaves those people out.
std::optional<Refusal> refusal_with(std::initializer_list<test::PathValue> case_file) {
    return refusal([&](Facts& f) {
        f.block_linked(test::agreement(usual())->safety(), test::record("incident-report", case_file), noon);
    });
}

TEST(Guard, StopsWhatTheCaseCallsUnsafeUnderAnyNameAndInAnySpelling) {
    const auto with = [](std::initializer_list<test::PathValue> case_file) {
        return refusal([&](Facts& f) {
            f.block_unsafe(test::agreement(usual())->safety(), test::record("incident-report", case_file));
        });
    };
    const auto person = [&](const char* safe) {
        return with({{"person[0]/role", "safe-contact"},
                     {"person[0]/phone[0]/number", "+447700900123"},
                     {"person[0]/phone[0]/safe", safe}});
    };
    EXPECT_EQ(person("no"), Refusal::unsafe_contact);
    EXPECT_EQ(person("unknown"), std::nullopt) << "of whoever that is";
    const auto mailbox = [&](const char* safe) {
        return with({{"victim/email[0]/address", "A.Sample@ONE.example"}, {"victim/email[0]/safe", safe}});
    };
    EXPECT_EQ(mailbox("no"), Refusal::unsafe_contact);
    EXPECT_EQ(mailbox("yes"), std::nullopt);
}

TEST(Guard, StopsTheNumbersOfWhoeverSheMustBeSafeFrom) {
    const auto with_role = [](const char* role) {
        return refusal_with({{"person[0]/role", role}, {"person[0]/phone[0]/number", "+447700900123"}});
    };
    EXPECT_EQ(with_role("feared"), Refusal::unsafe_contact);
    EXPECT_EQ(with_role("not-safe-contact"), Refusal::unsafe_contact);
    EXPECT_EQ(with_role("safe-contact"), std::nullopt);
    EXPECT_EQ(with_role("witness"), std::nullopt);
    EXPECT_EQ(refusal_with({{"perpetrator[0]/phone[0]/number", "+447700900123"}}), Refusal::unsafe_contact);
    EXPECT_EQ(refusal_with({{"perpetrator[0]/email[0]/address", "a.sample@ONE.example"}}), Refusal::unsafe_contact);
    EXPECT_EQ(refusal_with({{"perpetrator[0]/phone[0]/number", "+447700900124"}}), std::nullopt);
}

TEST(Guard, StopsAHomeThatIsTheirsOrThatEndedSince) {
    EXPECT_EQ(refusal_with({{"perpetrator[0]/address[0]/kind", "home"},
                            {"perpetrator[0]/address[0]/place/building", "FLAT 2,"},
                            {"perpetrator[0]/address[0]/place/postcode", "ZZ99 3VZ"}}),
              Refusal::unsafe_locator);
    EXPECT_EQ(refusal_with({{"perpetrator[0]/address[0]/kind", "home"},
                            {"perpetrator[0]/address[0]/place/building", "Flat 3"},
                            {"perpetrator[0]/address[0]/place/postcode", "ZZ99 3VZ"}}),
              std::nullopt);
    const auto moved = [](const char* until) {
        return refusal_with({{"victim/address[0]/kind", "current"},
                             {"victim/address[0]/until", until},
                             {"victim/address[0]/place/building", "Flat 2"},
                             {"victim/address[0]/place/postcode", "ZZ99 3VZ"}});
    };
    EXPECT_EQ(moved("2026-11-20"), Refusal::unsafe_locator);
    EXPECT_EQ(moved("2026-11-21"), std::nullopt) << "she leaves today";
    EXPECT_EQ(refusal_with({{"victim/address[0]/kind", "previous"}, {"victim/address[0]/place/postcode", "ZZ99 3VZ"}}),
              Refusal::unsafe_locator);
}

// She asked not to be contacted since, and a letter is a contact.
TEST(Guard, StopsEachHomeOfHersOnceLettersAreBlocked) {
    EXPECT_EQ(refusal([](Facts& f) { f.block_letters(test::agreement(usual())->safety(), example()); }),
              Refusal::unsafe_locator);
}

// Everything was let through, as for the hub's own people; then it is to go to a partner.
std::optional<Refusal> refusal_of(std::initializer_list<test::PathValue> record, bool locators_held = false) {
    auto facts = permissive_facts();
    facts.hub_team = true;
    const auto all = test::agreement(test::terms("referral", {{Stage::accept, test::every_field("referral")}}));
    auto made = disclose(all, test::file_of(test::record("referral", record)), Stage::accept, facts, noon);
    EXPECT_TRUE(made);
    auto then = permissive_facts();
    then.locators_held = locators_held;
    const auto cleared = Guard::clear(OutwardMap::write(std::move(*made)), then, "R-1.csv", noon);
    return cleared ? std::nullopt : std::optional(cleared.error());
}

TEST(Guard, StopsByItselfWhatADecisionLetThroughByMistake) {
    const auto phone = [](const char* safe, const char* perpetrators) {
        return refusal_of({{"victim/phone[0]/number", "+447700900123"},
                           {"victim/phone[0]/safe", safe},
                           {"perpetrator[0]/phone[0]/number", perpetrators}});
    };
    EXPECT_EQ(phone("yes", "+447700900124"), std::nullopt);
    EXPECT_EQ(phone("yes", "+447700900123"), Refusal::unsafe_contact);
    EXPECT_EQ(phone("no", "+447700900124"), Refusal::unsafe_contact);
    EXPECT_EQ(phone("unknown", "+447700900124"), Refusal::unsafe_contact);
    EXPECT_EQ(refusal_of({{"victim/phone[0]/number", "+447700900123"}}), Refusal::unsafe_contact) << "no rule at all";
    const auto home = [](const char* perpetrators) {
        return refusal_of({{"victim/address[0]/kind", "home"},
                           {"victim/address[0]/safe", "yes"},
                           {"victim/address[0]/place/postcode", "ZZ99 3VZ"},
                           {"perpetrator[0]/address[0]/kind", "home"},
                           {"perpetrator[0]/address[0]/place/postcode", perpetrators}});
    };
    EXPECT_EQ(home("ZZ99 4AA"), std::nullopt);
    EXPECT_EQ(home("ZZ99 3VZ"), Refusal::unsafe_locator);
    EXPECT_EQ(refusal_of({{"victim/address[0]/kind", "home"},
                          {"victim/address[0]/safe", "unknown"},
                          {"victim/address[0]/place/postcode", "ZZ99 3VZ"}}),
              Refusal::unsafe_locator);
    const auto called = [](const char* kind, const char* until) {
        return refusal_of({{"victim/address[0]/kind", kind},
                           {"victim/address[0]/until", until},
                           {"victim/address[0]/safe", "yes"},
                           {"victim/address[0]/place/postcode", "ZZ99 3VZ"}});
    };
    EXPECT_EQ(called("current", "2026-11-21"), std::nullopt);
    EXPECT_EQ(called("current", "2026-11-20"), Refusal::unsafe_locator);
    EXPECT_EQ(called("previous", "2026-11-21"), Refusal::unsafe_locator);
}

TEST(Guard, HoldsLocatorsWhileNoWitnessCountersigns) {
    EXPECT_EQ(refusal([](Facts& f) { f.locators_held = true; }), Refusal::locators_held);
    EXPECT_EQ(refusal([](Facts& f) { f.hub_team = f.locators_held = true; }), std::nullopt);
    EXPECT_EQ(refusal_of({{"victim/phone[0]/number", "+447700900123"}, {"victim/phone[0]/safe", "yes"}}, true),
              std::nullopt)
        << "what tells no place goes";
}

TEST(Guard, AConditionOfAgeIsMetByAKnownAgeOnly) {
    auto adults = usual();
    adults.age_at_least = 18;
    EXPECT_EQ(refusal([](Facts& f) { f.victim_age = 18; }, noon, adults), std::nullopt);
    EXPECT_EQ(refusal([](Facts& f) { f.victim_age = 17; }, noon, adults), Refusal::age_not_covered);
    EXPECT_EQ(refusal([](Facts& f) { f.victim_age.reset(); }, noon, adults), Refusal::age_not_covered);
}

TEST(Guard, EveryRefusalHasItsOwnNameAndReason) {
    std::set<std::string> names;
    std::set<std::string> reasons;
    for (int i = 0; i <= static_cast<int>(Refusal::unsafe_locator); ++i) {
        names.insert(std::string(name_of(static_cast<Refusal>(i))));
        reasons.insert(reason_of(static_cast<Refusal>(i)).text());
    }
    EXPECT_EQ(names.size(), 14U);
    EXPECT_EQ(reasons.size(), 14U);
}

// What tells where somebody is goes into no stream, log, error, reason, name or text.
template <class T>
concept reaches_a_stream = requires(std::ostream& out, const T& value) {
    out << value;
};
template <class T>
concept reaches_a_log = requires(const T& value) {
    LogField("key", value);
};
template <class T>
concept reaches_a_reason = requires(const T& value) {
    Reason("a ", value, " b");
}
|| requires(const T& value) {
    Reason(value);
};
template <class T>
concept reaches_a_name = requires(const T& value) {
    Name::declare(value);
};
template <class T>
concept reaches_a_place = requires(const T& value) {
    Place::path(value);
};
template <class T>
concept reaches_a_text = std::is_convertible_v<T, std::string> || std::is_convertible_v<T, std::string_view> ||
    std::is_constructible_v<std::string, T> || requires(const T& value) {
    std::to_string(value);
};
template <class T>
constexpr bool stays_inside = !reaches_a_stream<T> && !reaches_a_log<T> && !reaches_a_reason<T> && !reaches_a_name<T> &&
                              !reaches_a_place<T> && !reaches_a_text<T>;

static_assert(stays_inside<Locator> && stays_inside<std::optional<Locator>>);
static_assert(stays_inside<Dwelling> && stays_inside<Disclosure> && stays_inside<Facts> && stays_inside<Record>);
static_assert(stays_inside<Outgoing> && stays_inside<Cleared>);
// These same questions are answered yes by what may go there, so they can fail.
static_assert(reaches_a_stream<std::string> && reaches_a_log<Name> && reaches_a_reason<int>);
static_assert(reaches_a_name<std::string> && reaches_a_place<Name> && reaches_a_text<std::string_view>);

}  // namespace
}  // namespace haven
