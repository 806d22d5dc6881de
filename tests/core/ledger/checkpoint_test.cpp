#include "core/ledger/checkpoint.h"

#include <gtest/gtest.h>

#include "core/base/encoding.h"
#include "core/seal/sha256.h"
#include "tests/core/ledger/sample_log.h"

namespace haven::ledger {
namespace {

SignedCheckpoint signed_twice() {
    auto checkpoint = SignedCheckpoint::sign(1024, sha256("root"), log_key());
    EXPECT_TRUE(checkpoint.countersign(witness_key()).has_value());
    return checkpoint;
}

TEST(Checkpoint, IsTextOfThreeLinesAndASignatureEach) {
    const auto text = signed_twice().text();
    EXPECT_TRUE(text.starts_with("beacon.example/ledger\n1024\n" + to_base64(sha256("root").view()) +
                                 "\n\n\xe2\x80\x94 beacon.example/ledger "));
    EXPECT_NE(text.find("\n\xe2\x80\x94 witness.example "), std::string::npos);
    EXPECT_TRUE(text.ends_with("\n"));
}

TEST(Checkpoint, ComesBackAndIsVerifiedByWhoSignedIt) {
    const auto again = SignedCheckpoint::parse(signed_twice().text());
    ASSERT_TRUE(again.has_value());
    EXPECT_EQ(again->checkpoint(), (Checkpoint{"beacon.example/ledger", 1024, sha256("root")}));
    EXPECT_TRUE(again->verified_by(log_key().public_key()));
    EXPECT_TRUE(again->verified_by(witness_key().public_key()));
    EXPECT_FALSE(again->verified_by(SigningKey::random("beacon.example/ledger")->public_key()));
    EXPECT_FALSE(SignedCheckpoint::sign(1, sha256("root"), log_key()).verified_by(witness_key().public_key()));
}

TEST(Checkpoint, NoChangedCharacterStaysVerified) {
    const auto text = signed_twice().text();
    for (std::size_t at = 0; at < text.size(); ++at) {
        for (const char c : {'A', 'b', '1', '\n', ' ', '='}) {
            if (text[at] == c) { continue; }
            auto changed = text;
            changed[at] = c;
            const auto parsed = SignedCheckpoint::parse(changed);
            ASSERT_FALSE(parsed && parsed->verified_by(log_key().public_key()) &&
                         parsed->verified_by(witness_key().public_key()))
                << "at " << at;
        }
    }
}

TEST(Checkpoint, IsParsedStrictly) {
    const auto text = SignedCheckpoint::sign(10, sha256("root"), log_key()).text();
    const auto with = [&text](const std::string& from, const std::string& to) {
        auto out = text;
        return out.replace(out.find(from), from.size(), to);
    };
    const auto root = to_base64(sha256("root").view());
    const auto line = text.substr(text.find('\xe2'));
    const std::vector<std::string> bad{
        "",
        text.substr(0, text.size() - 1),
        text + "\n",
        text + "x",
        text + line,
        text.substr(0, text.find('\xe2')),
        "\n" + text,
        with("\n10\n", "\n010\n"),
        with("\n10\n", "\n+10\n"),
        with("\n10\n", "\n10 \n"),
        with("\n10\n", "\n-10\n"),
        with("\n10\n", "\n18446744073709551616\n"),
        with("\n10\n", "\n\n"),
        with("\n10\n", "\r\n10\r\n"),
        with(root, root.substr(4)),
        with(root, root.substr(0, root.size() - 1)),
        with("\n\n", "\nextension\n\n"),
        with("\n\n", "\n\n\n"),
        with("\n\n", "\nx\n"),
        with("beacon.example/ledger\n", "beacon example\n"),
        with("beacon.example/ledger\n", "beacon+example\n"),
        with("\xe2\x80\x94 ", "- "),
        with("\xe2\x80\x94 ", "\xe2\x80\x94  "),
    };
    ASSERT_TRUE(SignedCheckpoint::parse(text).has_value());
    EXPECT_EQ(SignedCheckpoint::parse(text + std::string(SignedCheckpoint::note_bytes_max, 'x')).error().fault,
              Fault::too_large);
    for (const auto& one : bad) { EXPECT_FALSE(SignedCheckpoint::parse(one).has_value()) << one.substr(0, 200); }
}

TEST(Checkpoint, RefusesBase64ThatIsNotCanonical) {
    // The last character of 44 carries two bits that must be zero.
    auto text = SignedCheckpoint::sign(10, Digest32{}, log_key()).text();
    const auto at = text.find("AAA=");
    ASSERT_NE(at, std::string::npos);
    text[at + 2] = 'B';
    EXPECT_FALSE(SignedCheckpoint::parse(text).has_value());
}

TEST(Checkpoint, IsSignedOnceByEachKeyAndByNoMoreThanItsLimit) {
    auto checkpoint = SignedCheckpoint::sign(10, sha256("root"), log_key());
    EXPECT_EQ(checkpoint.countersign(log_key()).error().fault, Fault::conflict);
    for (std::size_t i = 1; i < SignedCheckpoint::signatures_max; ++i) {
        ASSERT_TRUE(checkpoint.countersign(*SigningKey::random("witness.example")).has_value());
    }
    EXPECT_EQ(checkpoint.countersign(witness_key()).error().fault, Fault::too_large);
    EXPECT_TRUE(SignedCheckpoint::parse(checkpoint.text()).has_value());
}

}  // namespace
}  // namespace haven::ledger
