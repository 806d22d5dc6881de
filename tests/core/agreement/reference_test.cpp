#include <gtest/gtest.h>

#include <cstdlib>
#include <thread>

#include "core/catalogue/raw_text.h"
#include "tests/core/agreement/reference/world.h"
#include "tests/support/catalogue.h"

namespace haven {

/// Stands where the maps stand, to see each value that a disclosure lets through.
class OutwardMap {
public:
    static const Record& told(const Disclosure& disclosure) { return disclosure.visible_; }
};

namespace {

using reference::Bits;
using reference::Tally;
using reference::World;

constexpr int decisions_all = 1'000'000;
constexpr int halves = 2;
constexpr int decisive_min = 1'000;
constexpr std::size_t shown_max = 3;

FieldSet fields_of(const reference::Case& about, Bits values) {
    FieldSet out;
    for (std::size_t i = 0; i < about.values.size(); ++i) {
        if ((values >> i & 1) != 0) { out.add(test::field(about.values[i].path)); }
    }
    return out;
}

// Value by value, in the order of the record.
bool same_values(const Record& told, const reference::Case& about, Bits goes) {
    std::size_t next = 0;
    for (std::size_t i = 0; i < about.values.size(); ++i) {
        if ((goes >> i & 1) == 0) { continue; }
        if (next == told.values().size()) { return false; }
        const auto& value = told.values()[next++];
        if (told.catalogue().field(value.field).path.text() != about.values[i].path ||
            RawText::of(told, value) != about.values[i].text) {
            return false;
        }
    }
    return next == told.values().size();
}

// What differs, or "".
std::string difference(const World::Decision& d, Tally& tally) {
    const auto expected = reference::judge(*d.terms, *d.about, d.situation, tally);
    const auto made = disclose(d.agreement, *d.file, d.stage, d.facts, d.now);
    const std::string refused(made ? "" : name_of(made.error()));
    if (refused != expected.refused) { return "refused \"" + refused + "\", not \"" + expected.refused + "\""; }
    if (!made) { return ""; }
    if (!same_values(OutwardMap::told(*made), *d.about, expected.goes)) { return "other values go"; }
    for (std::size_t i = 0; i < withheld_kinds; ++i) {
        const auto why = static_cast<Withheld>(i);
        const auto at = expected.kept_back.find(std::string(name_of(why)));
        const auto kept = fields_of(*d.about, at == expected.kept_back.end() ? 0 : at->second);
        if (made->withheld(why) != kept) { return "others are kept back as " + std::string(name_of(why)); }
    }
    return "";
}

struct Outcome {
    Tally tally;
    std::vector<std::string> differences;
};

Outcome compare(std::uint32_t seed, int decisions) {
    Outcome out;
    World world(seed);
    for (int i = 0; i < decisions && out.differences.size() < shown_max; ++i) {
        auto text = difference(world.next(), out.tally);
        if (!text.empty()) { out.differences.push_back("decision " + std::to_string(i) + ": " + std::move(text)); }
    }
    return out;
}

// A new seed each day finds what one seed cannot; HAVEN_SEED repeats a day's run.
std::uint32_t seed() {
    const char* given = std::getenv("HAVEN_SEED");
    if (given != nullptr) { return static_cast<std::uint32_t>(std::strtoul(given, nullptr, 10)); }
    return static_cast<std::uint32_t>(to_us(SystemClock().now()) / 86'400'000'000);
}

TEST(ReferenceModel, AgreesOverAMillionDecisionsWithEachRuleDecisiveBothWays) {
    (void)test::catalogue();
    const auto first = seed();
    RecordProperty("seed", static_cast<int>(first));
    std::array<Outcome, halves> outcomes;
    std::vector<std::thread> threads;
    for (std::uint32_t i = 0; i < halves; ++i) {
        threads.emplace_back([&, i] { outcomes.at(i) = compare(first * halves + i, decisions_all / halves); });
    }
    for (auto& thread : threads) { thread.join(); }
    Tally tally;
    for (const auto& outcome : outcomes) {
        tally.add(outcome.tally);
        for (const auto& difference : outcome.differences) { ADD_FAILURE() << difference << "; HAVEN_SEED=" << first; }
    }
    if (HasFailure()) { return; }
    EXPECT_EQ(tally.decisions, decisions_all);
    EXPECT_GE(tally.permitted, decisions_all / 5);
    EXPECT_EQ(tally.rules.size(), 48U);
    for (const auto& [rule, counts] : tally.rules) {
        EXPECT_GE(counts.first, decisive_min) << rule << " alone stopped too little";
        EXPECT_GE(counts.second, decisive_min) << rule << " let too little through";
    }
    if (std::getenv("HAVEN_SHOW_TALLY") != nullptr) {
        for (const auto& [rule, counts] : tally.rules) {
            std::printf("%-20s stopped %8d  let through %9d\n", rule.c_str(), counts.first, counts.second);
        }
        std::printf("permitted %d of %d\n", tally.permitted, tally.decisions);
    }
}

}  // namespace
}  // namespace haven
