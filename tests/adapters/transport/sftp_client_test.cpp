#include "adapters/transport/sftp_client.h"

#include <gtest/gtest.h>

#include "tests/peers/line.h"
#include "tests/peers/sftp_partner.h"
#include "tests/support/cleared_for_test.h"

namespace haven::transport {
namespace {

using peers::file_text;
using peers::put_file;

class SftpClientTest : public testing::Test {
protected:
    static void SetUpTestSuite() { partner = new peers::SftpPartner; }
    static void TearDownTestSuite() { delete partner; }
    void SetUp() override {
        folder = partner->new_folder();
        sftp.emplace(SftpClient::make(endpoint(), clock).value());
    }

    static SftpEndpoint endpoint(int port = partner->port()) {
        return {.address = "sftp://127.0.0.1:" + std::to_string(port),
                .user = partner->user(),
                .key_file = partner->keys("client"),
                .host_keys_file = partner->keys("host_keys"),
                .timeout = 5s};
    }

    static peers::SftpPartner* partner;
    ManualClock clock{test_noon};
    std::string folder;
    std::optional<SftpClient> sftp;
};
peers::SftpPartner* SftpClientTest::partner = nullptr;

TEST_F(SftpClientTest, UploadsAWholeFile) {
    const std::string bytes(300'000, 'x');
    EXPECT_TRUE(std::holds_alternative<Uploaded>(sftp->upload(folder + "/EH-1.xml.part", cleared_for_test(bytes))));
    EXPECT_EQ(file_text(folder + "/EH-1.xml.part"), bytes);
    EXPECT_TRUE(std::holds_alternative<Uploaded>(sftp->upload(folder + "/EH-1.xml.part", cleared_for_test("shorter"))));
    EXPECT_EQ(file_text(folder + "/EH-1.xml.part"), "shorter");
}

TEST_F(SftpClientTest, RenamesButNeverOntoAFileThatIsThere) {
    put_file(folder + "/one", "1");
    put_file(folder + "/two", "2");
    EXPECT_FALSE(sftp->rename(folder + "/one", folder + "/two").has_value());
    EXPECT_EQ(file_text(folder + "/two"), "2");
    EXPECT_EQ(file_text(folder + "/one"), "1");
    EXPECT_TRUE(sftp->rename(folder + "/one", folder + "/three").has_value());
    EXPECT_EQ(file_text(folder + "/three"), "1");
    EXPECT_FALSE(std::filesystem::exists(folder + "/one"));
}

TEST_F(SftpClientTest, ListsPlainFilesByNameAlsoThoseOfOddNames) {
    put_file(folder + "/b.xml", "22");
    put_file(folder + "/a.xml", "1");
    put_file(folder + "/a name.xml", "odd");
    std::filesystem::create_symlink(folder + "/a.xml", folder + "/link.xml");
    std::filesystem::create_directory(folder + "/taken");
    const auto files = sftp->list(folder);
    ASSERT_TRUE(files.has_value());
    ASSERT_EQ(files->size(), 3U);
    EXPECT_EQ((*files)[0].name, "a name.xml");
    EXPECT_EQ((*files)[0].bytes, 3U);
    EXPECT_EQ((*files)[1].name, "a.xml");
    EXPECT_EQ((*files)[2].name, "b.xml");
    EXPECT_EQ((*files)[2].bytes, 2U);
    EXPECT_EQ(sftp->list(folder + "/none").error().fault, Fault::missing);
}

TEST_F(SftpClientTest, GetsAFileUpToALimit) {
    put_file(folder + "/a.xml", "12345");
    put_file(folder + "/empty.xml", "");
    EXPECT_EQ(sftp->get(folder + "/a.xml", 5).value_or(""), "12345");
    EXPECT_EQ(sftp->get(folder + "/empty.xml", 5).value_or("?"), "");
    EXPECT_EQ(sftp->get(folder + "/a.xml", 4).error().fault, Fault::too_large);
    EXPECT_EQ(sftp->get(folder + "/none.xml", 4).error().fault, Fault::missing);
}

TEST_F(SftpClientTest, SaysWhetherAFileIsThere) {
    put_file(folder + "/a.xml", "12345");
    put_file(folder + "/empty.xml", "");
    EXPECT_EQ(sftp->exists(folder + "/a.xml").value(), true);
    EXPECT_EQ(sftp->exists(folder + "/empty.xml").value(), true);
    EXPECT_EQ(sftp->exists(folder + "/none.xml").value(), false);
    EXPECT_EQ(sftp->exists(folder + "/none/a.xml").value(), false);
}

TEST_F(SftpClientTest, RemovesAndMakesFolders) {
    put_file(folder + "/a.xml", "1");
    EXPECT_TRUE(sftp->remove(folder + "/a.xml").has_value());
    EXPECT_FALSE(std::filesystem::exists(folder + "/a.xml"));
    EXPECT_FALSE(sftp->remove(folder + "/a.xml").has_value());
    EXPECT_TRUE(sftp->make_folder(folder + "/taken").has_value());
    EXPECT_TRUE(sftp->make_folder(folder + "/taken").has_value());
    EXPECT_TRUE(std::filesystem::is_directory(folder + "/taken"));
}

TEST_F(SftpClientTest, KeepsItsConnection) {
    const peers::Line line(partner->port());
    auto kept = SftpClient::make(endpoint(line.port()), clock);
    for (int i = 0; i < 3; ++i) {
        const auto path = folder + "/" + std::to_string(i) + ".xml";
        EXPECT_TRUE(std::holds_alternative<Uploaded>(kept->upload(path, cleared_for_test("1"))));
        EXPECT_EQ(kept->get(path, 9).value_or(""), "1");
    }
    EXPECT_EQ(line.connections(), 1);
}

TEST_F(SftpClientTest, SaysNothingToAServerWhoseKeyIsNotPinned) {
    auto to = endpoint();
    to.host_keys_file = partner->keys("host_keys.other");
    auto wary = SftpClient::make(to, clock);
    EXPECT_TRUE(std::holds_alternative<NothingSent>(wary->upload(folder + "/a.xml", cleared_for_test("1"))));
    EXPECT_EQ(wary->list(folder).error().fault, Fault::refused);
    EXPECT_FALSE(std::filesystem::exists(folder + "/a.xml"));
}

TEST_F(SftpClientTest, AsksForTheKindOfKeyThatIsPinned) {
    auto to = endpoint();
    to.host_keys_file = partner->keys("host_keys.ed25519");  // the server would rather show its ecdsa key
    EXPECT_TRUE(SftpClient::make(to, clock)->list(folder).has_value());
}

TEST_F(SftpClientTest, IsNotMadeWithoutPinnedKeysOrWithAKeyThatCannotLogIn) {
    auto to = endpoint();
    to.host_keys_file = folder + "/none";
    EXPECT_FALSE(SftpClient::make(to, clock).has_value());
    put_file(folder + "/empty", "");
    to.host_keys_file = folder + "/empty";
    EXPECT_FALSE(SftpClient::make(to, clock).has_value());
    to = endpoint();
    to.key_file = partner->keys("rsa");
    EXPECT_FALSE(SftpClient::make(to, clock).has_value());
    to = endpoint();
    to.address = "scp://127.0.0.1";
    EXPECT_FALSE(SftpClient::make(to, clock).has_value());
}

TEST_F(SftpClientTest, SendsNothingAsAStranger) {
    auto to = endpoint();
    to.key_file = partner->keys("stranger");
    auto stranger = SftpClient::make(to, clock);
    const auto upload = stranger->upload(folder + "/a.xml", cleared_for_test("1"));
    ASSERT_TRUE(std::holds_alternative<NothingSent>(upload));
    EXPECT_EQ(std::get<NothingSent>(upload).reason.text(), "the login at the partner did not succeed");
}

TEST_F(SftpClientTest, SendsNothingOnADecisionThatIsTooOldAtAnyMoment) {
    for (int moment = 0; moment < 3; ++moment) {
        const SteppingClock stepping(test_noon, 1s);
        auto late = SftpClient::make(endpoint(), stepping);
        const auto old = cleared_for_test("too old", "EH-1.xml", test_noon + moment * 1s - 1us);
        const auto upload = late->upload(folder + "/EH-1.xml.part", old);
        ASSERT_TRUE(std::holds_alternative<NothingSent>(upload)) << moment;
        EXPECT_EQ(std::get<NothingSent>(upload).reason.text(), "the guard's decision is too old to send on");
        EXPECT_EQ(file_text(folder + "/EH-1.xml.part"), "");
    }
}

TEST_F(SftpClientTest, RefusesPathsThatAreNotPlain) {
    for (const auto* path :
         {"relative.xml", "/~/a.xml", "/a/../b.xml", "/a b.xml", "/a\n.xml", "", "/", "/a//b", "/a/"}) {
        EXPECT_EQ(sftp->get(path, 1).error().message(), "expected an absolute path of plain names") << path;
        EXPECT_FALSE(sftp->remove(path).has_value()) << path;
        EXPECT_TRUE(std::holds_alternative<NothingSent>(sftp->upload(path, cleared_for_test("1")))) << path;
    }
}

TEST_F(SftpClientTest, KnowsNothingSentFromMayHaveArrived) {
    auto nobody = SftpClient::make(endpoint(1), clock);
    EXPECT_TRUE(std::holds_alternative<NothingSent>(nobody->upload(folder + "/a.xml", cleared_for_test("1"))));
    peers::Line line(partner->port());
    line.limit({R"("up": 100000)"});
    auto cut = SftpClient::make(endpoint(line.port()), clock);
    EXPECT_TRUE(
        std::holds_alternative<NoReply>(cut->upload(folder + "/a.xml", cleared_for_test(std::string(500'000, 'x')))));
    EXPECT_LT(file_text(folder + "/a.xml").size(), 500'000U);
}

}  // namespace
}  // namespace haven::transport
