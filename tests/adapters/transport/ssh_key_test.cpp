#include "adapters/transport/ssh_key.h"

#include <gtest/gtest.h>

#include "core/base/encoding.h"
#include "tests/peers/peer.h"

namespace haven::transport {
namespace {

std::string line_of(const std::string& kind, const std::string& body) {
    std::string bytes;
    put_bytes(bytes, kind);
    put_bytes(bytes, body);
    return "[127.0.0.1]:2222 " + kind + " " + to_base64(bytes) + "\n";
}

TEST(HostKeys, ReadsWhatSshKeyscanPrints) {
    const auto keys = host_keys_from("# 127.0.0.1:2222 SSH-2.0-OpenSSH\n\n" + line_of("ssh-ed25519", "first") +
                                     line_of("ecdsa-sha2-nistp256", "second"));
    ASSERT_TRUE(keys.has_value());
    ASSERT_EQ(keys->size(), 2U);
    EXPECT_EQ((*keys)[0].kind, "ssh-ed25519");
    EXPECT_EQ((*keys)[1].kind, "ecdsa-sha2-nistp256");
    EXPECT_NE((*keys)[0].bytes, (*keys)[1].bytes);
}

TEST(HostKeys, PassesOverRsaLinesButNotALoneOne) {
    EXPECT_EQ(host_keys_from(line_of("ssh-rsa", "old") + line_of("ssh-ed25519", "new"))->size(), 1U);
    EXPECT_EQ(host_keys_from(line_of("ssh-rsa", "old")).error().fault, Fault::missing);
    EXPECT_EQ(host_keys_from("").error().fault, Fault::missing);
}

TEST(HostKeys, RefusesALineOfAnotherFormWithItsNumber) {
    for (const std::string bad : {"host ssh-ed25519\n", "host ssh-ed25519 ????\n", "ssh-ed25519 AAAA\n"}) {
        const auto keys = host_keys_from(line_of("ssh-ed25519", "good") + bad);
        ASSERT_FALSE(keys.has_value()) << bad;
        EXPECT_EQ(keys.error().where(), "line 2");
    }
    std::string other;
    put_bytes(other, "ssh-rsa");
    EXPECT_FALSE(host_keys_from("host ssh-ed25519 " + to_base64(other)).has_value());
}

std::string made_key(const std::vector<std::string>& how) {
    const peers::TemporaryFolder folder;
    std::vector<std::string> command{"/usr/bin/ssh-keygen", "-q", "-f", folder / "key"};
    command.insert(command.end(), how.begin(), how.end());
    peers::run(command);
    return peers::file_text(folder / "key");
}

TEST(PrivateKey, MayBeEd25519OrEcdsa) {
    EXPECT_TRUE(check_private_key(made_key({"-t", "ed25519", "-N", ""})).has_value());
    EXPECT_TRUE(check_private_key(made_key({"-t", "ecdsa", "-N", ""})).has_value());
}

TEST(PrivateKey, MayNotBeRsaNorHaveAPassphraseNorAnotherForm) {
    const auto why = [](const std::string& pem) { return check_private_key(pem).error().message(); };
    EXPECT_EQ(why(made_key({"-t", "rsa", "-b", "2048", "-N", ""})), "expected an ed25519 or ecdsa private key");
    EXPECT_EQ(why(made_key({"-t", "ed25519", "-N", "words"})), "expected a private key without a passphrase");
    EXPECT_EQ(why(made_key({"-t", "ecdsa", "-m", "PEM", "-N", ""})), "expected a private key in OpenSSH's form");
    EXPECT_EQ(why(""), "expected a private key in OpenSSH's form");
    const auto good = made_key({"-t", "ed25519", "-N", ""});
    EXPECT_FALSE(check_private_key(good.substr(0, good.size() / 2)).has_value());
}

}  // namespace
}  // namespace haven::transport
