#include "core/ledger/entry.h"

#include <gtest/gtest.h>

#include "core/base/limits.h"
#include "tests/core/ledger/sample_log.h"

namespace haven::ledger {
namespace {

// What must not compile: an entry's word out of a text that is known only at run time.
static_assert(!std::is_constructible_v<Word, std::string>);
static_assert(!std::is_constructible_v<Word, std::string_view>);
static_assert(!std::is_constructible_v<Word, const char*>);
static_assert(!std::is_assignable_v<Word&, std::string>);
static_assert(std::is_constructible_v<Word, Name> && std::is_constructible_v<Word, Literal>);

TEST(Entry, ComesBackWhole) {
    const auto entry = sample_entry(5);
    const auto bytes = encode(entry);
    ASSERT_TRUE(bytes.has_value());
    const auto again = decode(*bytes);
    ASSERT_TRUE(again.has_value());
    EXPECT_EQ(*again, entry);
    EXPECT_EQ(again->recipient.text(), "eastford-housing");
}

TEST(Entry, ComesBackEmpty) {
    const Entry empty;
    EXPECT_EQ(*decode(*encode(empty)), empty);
}

TEST(Entry, EveryMemberIsInItsBytes) {
    const auto bytes = *encode(sample_entry(5));
    std::vector<Entry> others(24, sample_entry(5));
    std::size_t n = 0;
    others[n++].id.value = 9;
    others[n++].at += 1us;
    others[n++].operation = Operation::erasure;
    others[n++].action = "copy destroyed";
    others[n++].actor = Actor::of_hub("intake");
    others[n++].actor = Actor::of_partner(Name::declare("dispatch"));
    others[n++].on_behalf_of = Actor::of_user(UserId{8});
    others[n++].on_behalf_of = {};
    others[n++].subject = std::nullopt;
    others[n++].subject = LedgerName::from("fedcba9876543210");
    others[n++].message.value = 1;
    others[n++].record.value = 1;
    others[n++].referral.value = 1;
    others[n++].offer.value = 1;
    others[n++].recipient = "other";
    others[n++].agreement = "other";
    others[n++].agreement_version = std::nullopt;
    others[n++].lawful_basis = "other";
    others[n++].purpose = "other";
    others[n++].stage = "accept";
    others[n++].fields.push_back(99);
    others[n++].versions.clear();
    others[n++].commitment = sha256("other bytes");
    others[n++].justification = sha256("typed");
    ASSERT_EQ(n, others.size());
    others.push_back(sample_entry(5));
    others.back().schema = Digest16{};
    others.push_back(sample_entry(5));
    others.back().reason = "override";
    others.push_back(sample_entry(5));
    others.back().held.value = 1;
    for (std::size_t i = 0; i < others.size(); ++i) {
        const auto changed = encode(others[i]);
        ASSERT_TRUE(changed.has_value()) << i;
        EXPECT_NE(*changed, bytes) << i;
        EXPECT_EQ(*decode(*changed), others[i]) << i;
    }
}

TEST(Entry, HasOneEncodingOnly) {
    auto of_held = sample_entry(5);
    of_held.held.value = 1;  // one bit away from none
    for (const auto& bytes : {*encode(sample_entry(5)), *encode(of_held)}) {
        for (std::size_t at = 0; at < bytes.size(); ++at) {
            for (int bit = 0; bit < 8; ++bit) {
                auto changed = bytes;
                changed[at] = static_cast<char>(changed[at] ^ (1 << bit));
                const auto entry = decode(changed);
                if (entry) { ASSERT_EQ(*encode(*entry), changed) << "byte " << at; }
            }
        }
    }
}

// Ledgers that were signed before entries named a held line have these bytes.
TEST(Entry, WithoutAHeldLineIsOfTheFirstVersionAndWithOneOfTheSecond) {
    auto entry = sample_entry(5);
    const auto first = *encode(entry);
    EXPECT_EQ(first.front(), '\1');
    entry.held.value = 77;
    const auto second = *encode(entry);
    EXPECT_EQ(second.front(), '\2');
    EXPECT_EQ(second.substr(1, first.size() - 1), first.substr(1)) << "the rest is as it was";
    EXPECT_EQ(decode(second)->held, HeldId{77});
    EXPECT_FALSE(decode('\2' + first.substr(1))) << "cut before the line";
    EXPECT_FALSE(decode('\2' + first.substr(1) + std::string(8, '\0'))) << "it names none";
    EXPECT_FALSE(decode('\1' + second.substr(1))) << "the first version names none";
}

TEST(Entry, RefusesAnyOtherLengthAndVersion) {
    const auto bytes = *encode(sample_entry(5));
    for (std::size_t length = 0; length < bytes.size(); ++length) {
        ASSERT_FALSE(decode(std::string_view(bytes).substr(0, length)).has_value()) << length;
    }
    EXPECT_FALSE(decode(bytes + '\0').has_value());
    for (const char version : {'\0', '\2', '\3', '\x7f'}) {
        const auto refused = decode(std::string(1, version) + bytes.substr(1));
        ASSERT_FALSE(refused.has_value());
        EXPECT_EQ(refused.error().fault, Fault::malformed);
    }
}

TEST(Entry, RefusesUnknownOperationsAndActorsAndOctetsOfAnotherLength) {
    const auto bytes = *encode(Entry{});
    constexpr std::size_t operation_at = 17;  // after version, id and time
    constexpr std::size_t actor_at = 19;      // after an empty action
    constexpr std::size_t subject_at = 39;    // after two actors of ten bytes
    const auto with = [&bytes](std::size_t at, char byte, const std::string& more = {}) {
        auto out = bytes;
        out[at] = byte;
        return out.insert(at + 1, more);
    };
    EXPECT_TRUE(decode(with(operation_at, 9)).has_value());
    EXPECT_FALSE(decode(with(operation_at, 0)).has_value());
    EXPECT_FALSE(decode(with(operation_at, 10)).has_value());
    EXPECT_TRUE(decode(with(actor_at, 3)).has_value());
    EXPECT_FALSE(decode(with(actor_at, 4)).has_value());
    EXPECT_TRUE(decode(with(subject_at, 16, std::string(16, 'x'))).has_value());
    EXPECT_FALSE(decode(with(subject_at, 15, std::string(15, 'x'))).has_value());
    EXPECT_FALSE(decode(with(subject_at, 17, std::string(17, 'x'))).has_value());
}

TEST(Entry, RefusesFieldsThatDoNotRiseAndMoreThanItsLimits) {
    Entry entry;
    entry.fields = {3, 3};
    EXPECT_EQ(encode(entry).error().fault, Fault::malformed);
    entry.fields = {4, 3};
    EXPECT_EQ(encode(entry).error().fault, Fault::malformed);
    entry.fields.clear();
    for (std::uint16_t i = 0; i < limits::fields_max; ++i) { entry.fields.push_back(i); }
    entry.versions.resize(versions_max);
    const auto largest = encode(entry);
    ASSERT_TRUE(largest.has_value());
    EXPECT_LE(largest->size() + 24 * limits::name_chars_max, entry_bytes_max);
    EXPECT_TRUE(decode(*largest).has_value());
    entry.fields.push_back(limits::fields_max);
    EXPECT_EQ(encode(entry).error().fault, Fault::too_large);
    entry.fields.clear();
    entry.versions.resize(versions_max + 1);
    EXPECT_EQ(encode(entry).error().fault, Fault::too_large);
}

TEST(Operation, HasANameForEach) {
    EXPECT_EQ(name_of(Operation::collection), "collection");
    EXPECT_EQ(name_of(Operation::erasure), "erasure");
    EXPECT_EQ(name_of(Operation::receipt), "receipt");
}

}  // namespace
}  // namespace haven::ledger
