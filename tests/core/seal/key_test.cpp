#include "core/seal/key.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <ostream>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

#include "core/base/log.h"
#include "core/seal/key_access.h"

namespace haven {
namespace {

// What must not compile: a copy, a print, a log field, a way to text.
template <class T>
concept Printable = requires(std::ostream& out, const T& value) {
    out << value;
};
static_assert(!std::is_copy_constructible_v<Key> && !std::is_copy_assignable_v<Key>);
static_assert(std::is_nothrow_move_constructible_v<Key> && std::is_nothrow_move_assignable_v<Key>);
static_assert(!Printable<Key>);
static_assert(!std::is_constructible_v<LogField, Literal, const Key&>);
static_assert(!std::is_convertible_v<Key, std::string> && !std::is_convertible_v<Key, std::string_view>);
static_assert(!std::is_default_constructible_v<Key>);

// The kernel's words about the mapping that holds an address.
std::string mapping_flags(const void* address) {
    std::ifstream maps("/proc/self/smaps");
    const auto wanted = reinterpret_cast<std::uintptr_t>(address);
    bool inside = false;
    for (std::string line; std::getline(maps, line);) {
        std::uintptr_t from = 0;
        std::uintptr_t until = 0;
        char dash = 0;
        std::istringstream head(line);
        if (head >> std::hex >> from >> dash >> until && dash == '-') { inside = wanted >= from && wanted < until; }
        if (inside && line.starts_with("VmFlags:")) { return line + " "; }
    }
    return {};
}

TEST(Key, IsRandomAndOfItsOwn) {
    const Key one = Key::random();
    const Key other = Key::random();
    EXPECT_NE(KeyAccess::view(one), KeyAccess::view(other));
    EXPECT_NE(KeyAccess::view(one), std::string(Key::size, '\0'));
}

TEST(Key, LiesInMemoryThatNoCoreDumpHoldsAndThatIsLockedWhereTheLimitAllows) {
    const Key key = Key::random();
    const auto flags = mapping_flags(KeyAccess::bytes(key));
    EXPECT_NE(flags.find(" dd "), std::string::npos) << flags;
#ifdef __SANITIZE_ADDRESS__
    GTEST_SKIP() << "skipped: the address sanitizer locks no memory";
#endif
    EXPECT_EQ(flags.find(" lo ") != std::string::npos, Key::memory_is_locked()) << flags;
}

TEST(Key, IsWipedWhenItDies) {
    const std::string secret(Key::size, 's');
    const unsigned char* where = nullptr;
    {
        const Key key = *Key::from_bytes(secret);
        where = KeyAccess::bytes(key);
        EXPECT_EQ(KeyAccess::view(key), secret);
    }
    // A free cell holds the address of the next one in its first bytes, and nothing else.
    EXPECT_TRUE(std::all_of(where + sizeof(void*), where + Key::size, [](unsigned char byte) { return byte == 0; }));
    EXPECT_EQ(std::count(where, where + Key::size, 's'), 0);
}

TEST(Key, MovesWithoutACopyAndWipesWhatItReplaces) {
    Key from = *Key::from_bytes(std::string(Key::size, 'f'));
    Key to = *Key::from_bytes(std::string(Key::size, 't'));
    const auto* replaced = KeyAccess::bytes(to);
    const auto* kept = KeyAccess::bytes(from);
    to = std::move(from);
    EXPECT_EQ(KeyAccess::bytes(to), kept);
    EXPECT_EQ(std::count(replaced, replaced + Key::size, 't'), 0);
}

TEST(KeyDeathTest, StopsTheProgramWhereAMovedKeyIsUsed) {
    Key from = Key::random();
    const Key to = std::move(from);
    EXPECT_DEATH(KeyAccess::bytes(from), "");  // NOLINT(bugprone-use-after-move): that is the test
}

TEST(Key, IsRefusedFromAnyOtherLength) {
    EXPECT_FALSE(Key::from_bytes("").has_value());
    EXPECT_FALSE(Key::from_bytes(std::string(31, 'x')).has_value());
    EXPECT_FALSE(Key::from_bytes(std::string(33, 'x')).has_value());
}

TEST(Key, ThousandsAtOnceOnSeveralThreadsShareNoByte) {
    constexpr int threads = 4;
    constexpr int keys_each = 3'000;
    std::vector<std::vector<Key>> kept(threads);
    std::vector<std::thread> workers;
    workers.reserve(threads);
    for (auto& mine : kept) {
        workers.emplace_back([&mine] {
            for (int i = 0; i < keys_each; ++i) {
                mine.push_back(Key::random());
                if (i % 3 == 0) { mine.erase(mine.begin()); }
            }
        });
    }
    for (auto& worker : workers) { worker.join(); }
    std::vector<const unsigned char*> places;
    for (const auto& mine : kept) {
        for (const auto& key : mine) { places.push_back(KeyAccess::bytes(key)); }
    }
    std::sort(places.begin(), places.end());
    for (std::size_t i = 1; i < places.size(); ++i) { ASSERT_GE(places[i] - places[i - 1], 32); }
}

}  // namespace
}  // namespace haven
