#include "core/seal/seal.h"

#include <gtest/gtest.h>

#include <set>
#include <vector>

namespace haven {
namespace {

constexpr Cell cell{.table = "record", .column = "body", .row = 71, .subject = 900, .part = 2};
const std::string address = "12 Example Street, Northshire ZZ99 3VZ";

TEST(Seal, OpensInItsOwnCellWithItsOwnKey) {
    const Key key = Key::random();
    for (const auto& text : {std::string(), address, std::string(100'000, '\0')}) {
        const auto sealed = seal(key, cell, text);
        EXPECT_EQ(sealed.size(), text.size() + sealed_overhead);
        EXPECT_EQ(open(key, cell, sealed), text);
    }
}

TEST(Seal, ShowsNothingOfTheTextAndIsNeverTheSameTwice) {
    const Key key = Key::random();
    std::set<std::string> seen;
    for (int i = 0; i < 1'000; ++i) { seen.insert(seal(key, cell, address)); }
    EXPECT_EQ(seen.size(), 1'000U);
    for (const auto& sealed : seen) { EXPECT_EQ(sealed.find("Example"), std::string::npos); }
}

TEST(Seal, RefusesAnotherKey) {
    const auto sealed = seal(Key::random(), cell, address);
    const auto opened = open(Key::random(), cell, sealed);
    ASSERT_FALSE(opened.has_value());
    EXPECT_EQ(opened.error().fault, Fault::broken);
}

TEST(Seal, RefusesEveryOtherCell) {
    const Key key = Key::random();
    const auto sealed = seal(key, cell, address);
    const std::vector<Cell> others{
        {"message", "body", 71, 900, 2}, {"record", "safe", 71, 900, 2}, {"record", "body", 72, 900, 2},
        {"record", "body", 71, 901, 2},  {"record", "body", 71, 900, 0}, {"record", "body", 900, 71, 2},
        {"recordb", "ody", 71, 900, 2},  {"", "recordbody", 71, 900, 2},
    };
    for (const auto& other : others) {
        EXPECT_FALSE(open(key, other, sealed).has_value()) << other.table.text << "." << other.column.text;
    }
}

TEST(Seal, EveryTwoCellsOfATableThatAreSwappedFailToOpen) {
    const Key key = Key::random();
    constexpr int rows = 200;
    std::vector<std::string> column;
    const auto at = [](int row) { return Cell{"record", "body", row, 900}; };
    column.reserve(rows);
    for (int row = 0; row < rows; ++row) { column.push_back(seal(key, at(row), address)); }
    for (int here = 0; here < rows; ++here) {
        for (int there = 0; there < rows; ++there) {
            ASSERT_EQ(open(key, at(here), column[static_cast<std::size_t>(there)]).has_value(), here == there);
        }
    }
}

TEST(Seal, RefusesEveryFlippedBitAndEveryCut) {
    const Key key = Key::random();
    const auto sealed = seal(key, cell, address);
    for (std::size_t bit = 0; bit < sealed.size() * 8; ++bit) {
        auto changed = sealed;
        changed[bit / 8] = static_cast<char>(changed[bit / 8] ^ (1 << bit % 8));
        ASSERT_FALSE(open(key, cell, changed).has_value()) << "bit " << bit;
    }
    for (std::size_t length = 0; length < sealed.size(); ++length) {
        ASSERT_FALSE(open(key, cell, sealed.substr(0, length)).has_value()) << "cut to " << length;
    }
    EXPECT_FALSE(open(key, cell, sealed + '\0').has_value());
}

TEST(Seal, NoErrorHoldsAnyByteOfTheText) {
    const auto opened = open(Key::random(), cell, seal(Key::random(), cell, address));
    ASSERT_FALSE(opened.has_value());
    EXPECT_EQ(opened.error().message().find("Example"), std::string::npos);
}

}  // namespace
}  // namespace haven
