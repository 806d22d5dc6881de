#include "core/seal/digest.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "core/base/encoding.h"
#include "core/seal/blind_index.h"
#include "core/seal/key_access.h"
#include "core/seal/sha256.h"
#include "core/seal/token.h"

namespace haven {
namespace {

Key fixed_key(char byte) {
    return *Key::from_bytes(std::string(Key::size, byte));
}

TEST(KeyedDigest, DependsOnTheKeyTheContextAndTheBytes) {
    const Key key = fixed_key('k');
    const auto digest = keyed_digest(key, "message", "NP/2026/000123");
    EXPECT_EQ(digest, keyed_digest(fixed_key('k'), "message", "NP/2026/000123"));
    EXPECT_NE(digest, keyed_digest(fixed_key('l'), "message", "NP/2026/000123"));
    EXPECT_NE(digest, keyed_digest(key, "record", "NP/2026/000123"));
    EXPECT_NE(digest, keyed_digest(key, "message", "NP/2026/000124"));
    EXPECT_NE(keyed_digest(key, "message", "s"), keyed_digest(key, "messages", ""));
}

// Another program's answer: Python, hashlib.blake2b(b"message\0NP/2026/000123", key=b"k" * 32, digest_size=16).
TEST(KeyedDigest, IsBlake2b) {
    EXPECT_EQ(to_hex(keyed_digest(fixed_key('k'), "message", "NP/2026/000123").view()),
              "69dc46a5b9dd0df7ad8c839c49bbfd33");
}

TEST(KeyedDigest, OfPiecesIsThatOfTheWhole) {
    const Key key = Key::random();
    std::string body(10'000, '\0');
    for (std::size_t i = 0; i < body.size(); ++i) { body[i] = static_cast<char>(i * 7); }
    for (std::size_t piece : {std::size_t{1}, std::size_t{127}, std::size_t{128}, std::size_t{9'999}}) {
        KeyedDigest digest(key, "message");
        for (std::size_t at = 0; at < body.size(); at += piece) {
            digest.update(std::string_view(body).substr(at, piece));
        }
        EXPECT_EQ(digest.finish(), keyed_digest(key, "message", body)) << piece;
    }
}

TEST(KeyedDigest, LeavesNoTraceOfItsKey) {
    alignas(KeyedDigest) std::array<unsigned char, sizeof(KeyedDigest)> place{};
    const Key key = fixed_key('k');
    auto* digest = new (place.data()) KeyedDigest(key, "message");
    EXPECT_GE(std::count(place.begin(), place.end(), 'k'), 32);
    digest->~KeyedDigest();
    EXPECT_EQ(std::count(place.begin(), place.end(), 'k'), 0);
}

// Source of the vectors: FIPS 180-4 examples (NIST CSRC).
TEST(Sha256, AgreesWithNist) {
    EXPECT_EQ(to_hex(sha256("").view()), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    EXPECT_EQ(to_hex(sha256("abc").view()), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    EXPECT_EQ(to_hex(sha256("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq").view()),
              "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
}

TEST(Sha256, OfPartsIsThatOfTheWholeAndBeginsAnewAfterEach) {
    EXPECT_EQ(sha256({"a", "", "bc"}), sha256("abc"));
    Sha256 hash;
    for (int i = 0; i < 2; ++i) {
        hash.update("ab");
        hash.update("c");
        EXPECT_EQ(hash.finish(), sha256("abc"));
    }
}

TEST(Commitment, ProvesTheBytesToWhoHasTheSaltAndTellsNobodyElse) {
    const auto salt = random_octets<Salt>();
    const std::string bytes = "<referral>ZZ99 3VZ</referral>";
    const auto commitment = commit(salt, bytes);
    EXPECT_EQ(commitment, commit(salt, bytes));
    EXPECT_NE(commitment, commit(salt, bytes + " "));
    EXPECT_NE(commitment, commit(random_octets<Salt>(), bytes));
    EXPECT_NE(commitment, sha256(bytes));
    Sha256 streamed;
    streamed.update(salt.view());
    streamed.update(bytes);
    EXPECT_EQ(streamed.finish(), commitment);
}

TEST(Token, HoldsAFullSecretOfUrlCharacters) {
    const auto token = new_token();
    EXPECT_EQ(token.size(), 43U);
    EXPECT_EQ(token.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"),
              std::string::npos);
    EXPECT_NE(token, new_token());
    EXPECT_NE(token_digest(token), token_digest(new_token()));
    EXPECT_EQ(token_digest(token), token_digest(token));
}

TEST(SameSecret, ComparesAllOfBoth) {
    EXPECT_TRUE(same_secret("", ""));
    EXPECT_TRUE(same_secret("secret", "secret"));
    EXPECT_FALSE(same_secret("secret", "secres"));
    EXPECT_FALSE(same_secret("secret", "secretx"));
    EXPECT_FALSE(same_secret("", "s"));
}

TEST(BlindIndex, JoinsEqualValuesOfOneKindOnly) {
    const BlindIndex index(fixed_key('i'));
    const auto phone = index.of(Indexed::phone, "+447700900123");
    EXPECT_EQ(phone, BlindIndex(fixed_key('i')).of(Indexed::phone, "+447700900123"));
    EXPECT_NE(phone, index.of(Indexed::phone, "+447700900124"));
    EXPECT_NE(phone, index.of(Indexed::reference, "+447700900123"));
    EXPECT_NE(phone, BlindIndex(fixed_key('j')).of(Indexed::phone, "+447700900123"));
    EXPECT_NE(index.of(Indexed::name_and_birth_date, "x"), index.of(Indexed::name_and_birth_month, "x"));
}

TEST(Octets, AreReadFromTheirExactLengthOnly) {
    EXPECT_FALSE(Digest16::from(std::string(15, 'x')).has_value());
    EXPECT_FALSE(Digest16::from(std::string(17, 'x')).has_value());
    const auto digest = Digest16::from("0123456789abcdef");
    ASSERT_TRUE(digest.has_value());
    EXPECT_EQ(digest->view(), "0123456789abcdef");
}

// Octets of different things do not mix.
static_assert(!std::is_convertible_v<Salt, Digest16>);
static_assert(!std::is_convertible_v<Digest32, Digest16>);

}  // namespace
}  // namespace haven
