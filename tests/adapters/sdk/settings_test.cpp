#include "adapters/sdk/settings.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <array>

#include "core/base/instant.h"
#include "tests/peers/peer.h"

namespace haven::sdk {
namespace {

using Given = std::map<std::string, std::string>;

constexpr std::array declared{
    Setting{"url", SettingKind::url, nullptr, "where"},
    Setting{"timeout", SettingKind::duration, "20s", "how long"},
    Setting{"tries", SettingKind::integer, "3", "how often"},
    Setting{"poll", SettingKind::boolean, "yes", "whether"},
    Setting{"folder", SettingKind::path, "", "which"},
    Setting{"key", SettingKind::secret, "", "whose"},
    Setting{"pattern", SettingKind::text, "*", "what"},
};

Result<Settings> check(Given given) {
    given.try_emplace("url", "https://eastford.example/referrals");
    return Settings::check(declared, given, "/site");
}

std::string refusal(const Given& given) {
    const auto settings = check(given);
    return settings ? "none" : settings.error().message();
}

TEST(Settings, TakesWhatIsGivenAndElseTheStandard) {
    const auto settings = check({{"timeout", "250ms"}, {"poll", "no"}});
    ASSERT_TRUE(settings.has_value());
    EXPECT_EQ(settings->text("url"), "https://eastford.example/referrals");
    EXPECT_EQ(settings->duration("timeout"), 250ms);
    EXPECT_EQ(settings->integer("tries"), 3);
    EXPECT_FALSE(settings->boolean("poll"));
    EXPECT_EQ(settings->text("folder"), "");
    EXPECT_EQ(settings->text("pattern"), "*");
}

TEST(Settings, StartsRelativePathsFromTheSite) {
    EXPECT_EQ(check({{"folder", "drop"}})->text("folder"), "/site/drop");
    EXPECT_EQ(check({{"folder", "/var/drop"}})->text("folder"), "/var/drop");
}

TEST(Settings, RefusesNamesThatAreNotDeclaredAndValuesThatAreMissing) {
    EXPECT_EQ(refusal({{"timeot", "3s"}}), "timeot: this adapter has no such setting");
    EXPECT_EQ(Settings::check(declared, {}, "/site").error().message(), "url: this setting must be given");
    EXPECT_EQ(refusal({{"url", ""}}), "url: this setting must not be empty");
    EXPECT_EQ(refusal({{"pattern", ""}}), "pattern: this setting must not be empty");
}

TEST(Settings, ReadsDurationsAndRefusesThoseThatWouldMeanForEver) {
    EXPECT_EQ(check({{"timeout", "15m"}})->duration("timeout"), 15min);
    EXPECT_EQ(check({{"timeout", "24h"}})->duration("timeout"), 24h);
    for (const auto* bad : {"0s", "20", "s", "-3s", "1.5s", "25h", "9999999999999999999s", "20 s", "20S"}) {
        EXPECT_NE(refusal({{"timeout", bad}}), "none") << bad;
    }
}

TEST(Settings, ReadsAddressesThatMeanTheSameToEveryReader) {
    for (const auto* good :
         {"https://eastford.example", "https://127.0.0.1:8443/a/b-c_d.e", "sftp://[::1]:2222/drop"}) {
        EXPECT_EQ(refusal({{"url", good}}), "none") << good;
    }
    for (const auto* bad : {"http://eastford.example/",
                            "HTTPS://eastford.example/",
                            "file:///etc/passwd",
                            "https://",
                            "https:///path",
                            "https://user@eastford.example/",
                            "https://user:word@eastford.example/",
                            "https://eastford.example/?key=1",
                            "https://eastford.example/#top",
                            "https://eastford.example/a/../b",
                            "https://eastford.example/.hidden",
                            "https://eastford.example//a",
                            "https://eastford.example/%61",
                            "https://eastford.example:0/",
                            "https://eastford.example:65536/",
                            "https://eastford.example:/",
                            "https://[::1/",
                            "https://east ford.example/",
                            "https://eastford.example/\n",
                            "sftp://eastford.example/~/drop"}) {
        EXPECT_NE(refusal({{"url", bad}}), "none") << bad;
    }
}

TEST(Settings, RefusesTextOfSeveralLinesAndOtherOddValues) {
    EXPECT_NE(refusal({{"pattern", "a\nb"}}), "none");
    EXPECT_NE(refusal({{"pattern", "\xFF"}}), "none");
    EXPECT_NE(refusal({{"pattern", std::string(1025, 'a')}}), "none");
    EXPECT_NE(refusal({{"tries", "-1"}}), "none");
    EXPECT_NE(refusal({{"tries", "3x"}}), "none");
    EXPECT_NE(refusal({{"poll", "true"}}), "none");
}

TEST(Settings, NeverPutsAValueIntoAnError) {
    EXPECT_EQ(refusal({{"poll", "07700 900123"}}), "poll: expected yes or no");
}

class SecretTest : public testing::Test {
protected:
    void write(mode_t rights) const {
        peers::put_file(folder / "secret", "the key\n");
        ASSERT_EQ(::chmod((folder / "secret").c_str(), rights), 0);
    }
    Result<std::string> secret() const { return check({{"key", folder / "secret"}})->secret("key"); }
    peers::TemporaryFolder folder;
};

TEST_F(SecretTest, ReadsAFileThatOnlyItsOwnerMayRead) {
    write(0600);
    EXPECT_EQ(secret().value_or(""), "the key");
    EXPECT_EQ(check({{"key", folder / "secret"}})->secret_file("key").value_or(""), folder / "secret");
}

TEST_F(SecretTest, RefusesAFileThatOthersMayReadOrWrite) {
    for (const mode_t rights : {0640U, 0604U, 0620U, 0602U}) {
        write(rights);
        ASSERT_FALSE(secret().has_value()) << rights;
        EXPECT_EQ(secret().error().fault, Fault::refused);
        EXPECT_FALSE(check({{"key", folder / "secret"}})->secret_file("key").has_value());
    }
}

TEST_F(SecretTest, RefusesWhatIsNoFileAndSaysWhichSetting) {
    ASSERT_FALSE(secret().has_value());
    EXPECT_EQ(secret().error().message(), "key: no such file for this secret");
    std::filesystem::create_directory(folder / "secret");
    EXPECT_EQ(secret().error().fault, Fault::refused);
}

using SettingsDeathTest = SecretTest;

TEST_F(SettingsDeathTest, EndsTheProcessWhereAnAdapterAsksForWhatItDoesNotDeclare) {
    const auto settings = check({});
    EXPECT_DEATH(static_cast<void>(settings->text("other")), "does not declare");
    EXPECT_DEATH(static_cast<void>(settings->text("key")), "does not declare");
    EXPECT_DEATH(static_cast<void>(settings->integer("poll")), "does not declare");
}

}  // namespace
}  // namespace haven::sdk
