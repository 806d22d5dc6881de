#include "core/seal/signing.h"

#include <gtest/gtest.h>

#include "core/base/encoding.h"
#include "core/seal/key_line.h"
#include "tests/core/seal/folder.h"

namespace haven {
namespace {

SigningKey key_named(std::string_view name) {
    auto key = SigningKey::random(name);
    EXPECT_TRUE(key.has_value());
    return std::move(*key);
}

TEST(SigningKey, SignsWhatItsPublicKeyVerifies) {
    const auto key = key_named("beacon.example/ledger");
    const auto signature = key.sign("checkpoint");
    EXPECT_TRUE(key.public_key().verifies("checkpoint", signature));
    EXPECT_FALSE(key.public_key().verifies("checkpoinT", signature));
    EXPECT_FALSE(key_named("beacon.example/ledger").public_key().verifies("checkpoint", signature));
    for (std::size_t bit = 0; bit < Signature::size * 8; ++bit) {
        auto changed = signature;
        changed.bytes[bit / 8] = static_cast<std::uint8_t>(changed.bytes[bit / 8] ^ 1U << bit % 8);
        ASSERT_FALSE(key.public_key().verifies("checkpoint", changed)) << "bit " << bit;
    }
}

// Source of the vector: RFC 8032, section 7.1, test 2.
TEST(SigningKey, AgreesWithRfc8032) {
    const Folder folder;
    const auto seed = *from_hex("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb");
    const auto line = key_line("haven-signing-key", "rfc", *Key::from_bytes(seed));
    const auto key = SigningKey::load(folder.write("key", line, owner_only));
    ASSERT_TRUE(key.has_value());
    EXPECT_EQ(to_hex(key->sign("\x72").view()),
              "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
              "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00");
    EXPECT_EQ(to_hex(from_base64(key->public_key().text().substr(13))->substr(1)),
              "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c");
}

TEST(SigningKey, IsSavedAndLoadedFromAFileOfItsOwnerAlone) {
    const Folder folder;
    const auto file = folder.path() / "signing-key";
    const auto key = key_named("beacon.example/ledger");
    ASSERT_TRUE(key.save(file).has_value());
    EXPECT_EQ(key.save(file).error().fault, Fault::conflict);
    const auto again = SigningKey::load(file);
    ASSERT_TRUE(again.has_value());
    EXPECT_EQ(again->public_key(), key.public_key());
    EXPECT_EQ(again->sign("x"), key.sign("x"));
    std::filesystem::permissions(file, std::filesystem::perms::all);
    EXPECT_EQ(SigningKey::load(file).error().fault, Fault::refused);
}

TEST(SigningKey, IsRefusedFromAnotherKindOfKeyFile) {
    const Folder folder;
    const auto file = folder.write("key", key_line("haven-site-key", "beacon", Key::random()), owner_only);
    EXPECT_EQ(SigningKey::load(file).error().fault, Fault::malformed);
}

TEST(SigningKey, RefusesNamesThatASignatureLineCannotHold) {
    for (const std::string& name : {std::string(), std::string("a b"), std::string("a+b"), std::string("a\nb"),
                                    std::string("\xe2\x80\x94"), std::string(129, 'n')}) {
        EXPECT_FALSE(SigningKey::random(name).has_value()) << name;
    }
}

TEST(PublicKey, ComesBackFromItsText) {
    for (int i = 0; i < 64; ++i) {  // often with a plus inside the base 64
        const auto key = key_named("beacon.example/ledger").public_key();
        const auto again = PublicKey::parse(key.text());
        ASSERT_TRUE(again.has_value()) << key.text();
        EXPECT_EQ(*again, key);
    }
}

// Source of the vector: golang.org/x/mod/sumdb/note, the key PeterNeumann of its package example.
TEST(PublicKey, ReadsAKeyThatAnotherProgramMade) {
    const auto key = PublicKey::parse("PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW");
    ASSERT_TRUE(key.has_value());
    EXPECT_EQ(key->name(), "PeterNeumann");
    EXPECT_EQ(key->id(), 0xc74f20a3U);
    const auto signature =
        from_base64("x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=");
    ASSERT_TRUE(signature.has_value());
    EXPECT_TRUE(
        key->verifies("If you think cryptography is the answer to your problem,\n"
                      "then you don't know what your problem is.\n",
                      *Signature::from(std::string_view(*signature).substr(4))));
}

TEST(PublicKey, RefusesEveryChangedCharacter) {
    const auto text = key_named("beacon").public_key().text();
    for (std::size_t at = 0; at < text.size(); ++at) {
        auto changed = text;
        changed[at] = changed[at] == 'b' ? 'c' : 'b';
        EXPECT_FALSE(PublicKey::parse(changed).has_value()) << changed;
    }
    for (const auto& bad : {std::string(), std::string("a"), std::string("a+b"), text + "A", text + "\n"}) {
        EXPECT_FALSE(PublicKey::parse(bad).has_value()) << bad;
    }
}

}  // namespace
}  // namespace haven
