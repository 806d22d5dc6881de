#include "adapters/sftp_drop/adapter.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <atomic>
#include <fstream>
#include <thread>

#include "tests/peers/line.h"
#include "tests/peers/sftp_partner.h"
#include "tests/support/cleared_for_test.h"

namespace haven::sftp_drop {
namespace {

using namespace sdk;
using peers::file_text;
using peers::put_file;

class SftpDropTest : public testing::Test {
protected:
    static void SetUpTestSuite() { partner = new peers::SftpPartner; }
    static void TearDownTestSuite() { delete partner; }

    Result<Settings> settings(const std::map<std::string, std::string>& more = {}) const {
        std::map<std::string, std::string> given{{"url", server() + inbox},
                                                 {"user", partner->user()},
                                                 {"key", partner->keys("client")},
                                                 {"host_keys", partner->keys("host_keys")},
                                                 {"answers", outbox}};
        for (const auto& [name, value] : more) { given[name] = value; }
        return Settings::check(declaration.settings, given, "/");
    }
    static std::string server() { return "sftp://127.0.0.1:" + std::to_string(partner->port()); }
    std::unique_ptr<Sink> sink() const { return declaration.make_sink(*settings(), environment).value(); }
    std::unique_ptr<Source> source() const { return declaration.make_source(*settings(), environment).value(); }

    static peers::SftpPartner* partner;
    std::string inbox = partner->new_folder();
    std::string outbox = partner->new_folder();
    ManualClock clock{test_noon};
    Environment environment{Name::declare("haven-house"), &clock};
};
peers::SftpPartner* SftpDropTest::partner = nullptr;

TEST_F(SftpDropTest, DropsAWholeFileThatItsOwnerAndGroupMayRead) {
    EXPECT_TRUE(std::holds_alternative<Accepted>(sink()->send(cleared_for_test("<a/>", "R-1.xml"), "k-1")));
    EXPECT_EQ(file_text(inbox + "/R-1.xml"), "<a/>");
    struct stat is {};
    ASSERT_EQ(::stat((inbox + "/R-1.xml").c_str(), &is), 0);
    EXPECT_EQ(is.st_mode & 0777U, 0640U);
    EXPECT_FALSE(std::filesystem::exists(inbox + "/R-1.xml.part"));
}

TEST_F(SftpDropTest, NeverWritesOverAFileThatIsNotItsOwn) {
    put_file(inbox + "/R-1.xml", "<other/>");
    EXPECT_TRUE(std::holds_alternative<Rejected>(sink()->send(cleared_for_test("<a/>", "R-1.xml"), "k-1")));
    put_file(inbox + "/R-2.xml", "<longer-than-ours/>");
    EXPECT_TRUE(std::holds_alternative<Rejected>(sink()->send(cleared_for_test("<a/>", "R-2.xml"), "k-2")));
    EXPECT_EQ(file_text(inbox + "/R-1.xml"), "<other/>");
    EXPECT_EQ(file_text(inbox + "/R-2.xml"), "<longer-than-ours/>");
    EXPECT_FALSE(std::filesystem::exists(inbox + "/R-1.xml.part"));
}

TEST_F(SftpDropTest, LeavesNothingOfAMessageThatItCallsUnreachable) {
    std::filesystem::create_directory(inbox + "/R-1.xml.part");  // in the way of the upload
    EXPECT_TRUE(std::holds_alternative<Unreachable>(sink()->send(cleared_for_test("<a/>", "R-1.xml"), "k-1")));
    EXPECT_FALSE(std::filesystem::exists(inbox + "/R-1.xml"));
}

TEST_F(SftpDropTest, FindsAMessageThatThePartnerHasTaken) {
    const auto drop = sink();
    EXPECT_TRUE(std::holds_alternative<Accepted>(drop->send(cleared_for_test("<a/>", "R-1.xml"), "k-1")));
    EXPECT_TRUE(std::holds_alternative<Accepted>(*drop->ask("k-1", "R-1.xml")));
    std::filesystem::create_directory(inbox + "/taken");
    std::filesystem::rename(inbox + "/R-1.xml", inbox + "/taken/R-1.xml");
    EXPECT_TRUE(std::holds_alternative<Accepted>(*drop->ask("k-1", "R-1.xml")));
}

TEST_F(SftpDropTest, SaysThatAMessageDidNotArriveOnlyOnceItsPartIsGone) {
    put_file(inbox + "/R-1.xml.part", "<a");
    EXPECT_TRUE(std::holds_alternative<Unreachable>(*sink()->ask("k-1", "R-1.xml")));
    EXPECT_FALSE(std::filesystem::exists(inbox + "/R-1.xml.part"));
    EXPECT_TRUE(std::holds_alternative<Unknown>(*sink()->ask("k-1", "R-1.xml")));  // never came, or was not kept
    EXPECT_TRUE(std::holds_alternative<Unknown>(*sink()->ask("k-1", "../R-1.xml")));
}

// A partner that takes each file away the moment that it is there, so that after a break nothing is left to look at.
class EagerPartner {
public:
    explicit EagerPartner(std::string inbox) : inbox_(std::move(inbox)), thread_([this] { take(); }) {
        std::filesystem::create_directory(inbox_ + "/read");
    }
    EagerPartner(const EagerPartner&) = delete;
    EagerPartner& operator=(const EagerPartner&) = delete;
    ~EagerPartner() {
        done_ = true;
        thread_.join();
    }
    bool has(const std::string& name) const { return std::filesystem::exists(inbox_ + "/read/" + name); }

private:
    void take() const {
        while (!done_) {
            for (const auto& file : std::filesystem::directory_iterator(inbox_)) {
                if (file.path().extension() != ".xml") { continue; }
                std::filesystem::rename(file.path(), inbox_ + "/read/" + file.path().filename().string());
            }
        }
    }
    std::string inbox_;
    std::atomic<bool> done_ = false;
    std::thread thread_;
};

TEST_F(SftpDropTest, DoesNotTakeAFileThatIsGoneForOneThatNeverCame) {
    peers::Line line(partner->port());
    const auto over_the_line = *settings({{"url", "sftp://127.0.0.1:" + std::to_string(line.port()) + inbox}});
    const EagerPartner eager(inbox);
    int gone = 0;
    constexpr int down_of_the_handshake = 2'500;
    constexpr int down_of_all = 4'500;
    for (int at = down_of_the_handshake; at < down_of_all; at += 100) {
        line.limit({R"("down": )" + std::to_string(at), ""});
        const auto name = "R-" + std::to_string(at) + ".xml";
        const auto drop = declaration.make_sink(over_the_line, environment).value();
        const auto said = drop->send(cleared_for_test("<a/>", name), "k-1");
        if (std::holds_alternative<Unreachable>(said)) { EXPECT_FALSE(eager.has(name)) << at; }
        if (std::holds_alternative<Accepted>(said)) {
            EXPECT_TRUE(peers::eventually([&] { return eager.has(name); })) << at;
        }
        gone += std::holds_alternative<Unknown>(said) && eager.has(name) ? 1 : 0;
    }
    EXPECT_GT(gone, 0);
}

TEST_F(SftpDropTest, DoesNotTakeAFileThatGrewSinceItWasListed) {
    put_file(outbox + "/a.xml", "<a/>");
    put_file(outbox + "/b.xml", "<b");
    const auto answers = source();
    EXPECT_EQ(answers->read().value()->token, "a.xml");  // both are listed now
    put_file(outbox + "/b.xml", "<b/>");
    EXPECT_TRUE(answers->acknowledge("a.xml").has_value());
    EXPECT_FALSE(answers->read().value().has_value());
    std::string text(10, '\0');
    const auto arrival = answers->read();
    EXPECT_EQ(text.substr(0, arrival.value()->body->read(text).value()), "<b/>");
}

TEST_F(SftpDropTest, CollectsAnswersIntoTakenAndKeepsBothOfOneName) {
    const auto answers = source();
    for (const auto* bytes : {"<one/>", "<two/>"}) {
        put_file(outbox + "/answer.xml", bytes);
        const auto arrival = answers->read();
        ASSERT_TRUE(arrival.value().has_value());
        EXPECT_EQ((*arrival)->media_type, "application/xml");
        EXPECT_TRUE(answers->acknowledge((*arrival)->token).has_value());
    }
    EXPECT_EQ(file_text(outbox + "/taken/answer.xml"), "<one/>");
    EXPECT_EQ(file_text(outbox + "/taken/answer.xml." + std::to_string(to_us(test_noon))), "<two/>");
    EXPECT_FALSE(std::filesystem::exists(outbox + "/answer.xml"));
}

TEST_F(SftpDropTest, CollectsFixedWidthTextAndCountsTheFilesThatItDoesNotTake) {
    put_file(outbox + "/huge.xml", std::string(8 * 1024 * 1024 + 1, 'x'));
    for (const auto* odd : {"example.dat", "no-ending", "answer 2.xml", "r\xc3\xa9ponse.xml"}) {
        put_file(outbox + "/" + odd, "x");
    }
    for (const auto* none : {"half.txt.part", ".hidden.xml"}) { std::ofstream(outbox + "/" + none) << "x"; }
    put_file(outbox + "/answer.txt", "y");
    const auto answers = source();
    EXPECT_EQ(answers->passed_over(), 0) << "nothing was looked at";
    const auto arrival = answers->read();
    ASSERT_TRUE(arrival.value().has_value());
    EXPECT_EQ((*arrival)->token, "answer.txt");
    EXPECT_EQ((*arrival)->media_type, "text/plain");
    EXPECT_TRUE(answers->acknowledge("answer.txt").has_value());
    EXPECT_FALSE(answers->read().value().has_value());
    EXPECT_EQ(answers->passed_over(), 5);
    std::filesystem::rename(outbox + "/answer 2.xml", outbox + "/answer-2.xml");
    EXPECT_EQ(answers->read().value()->token, "answer-2.xml");
    EXPECT_EQ(answers->passed_over(), 4);
}

TEST_F(SftpDropTest, CollectsOnlyNamesThatFitThePattern) {
    put_file(outbox + "/notes.xml", "<notes/>");
    put_file(outbox + "/answer-1.xml", "<answer/>");
    put_file(outbox + "/answer-2.xml.part", "<answ");
    const auto answers = declaration.make_source(*settings({{"pattern", "answer-*"}}), environment).value();
    EXPECT_EQ(answers->read().value()->token, "answer-1.xml");
    EXPECT_TRUE(answers->acknowledge("answer-1.xml").has_value());
    EXPECT_FALSE(answers->read().value().has_value());
}

TEST_F(SftpDropTest, HasNoSourceWithoutAFolderOfAnswers) {
    EXPECT_EQ(*declaration.make_source(*settings({{"answers", ""}}), environment), nullptr);
}

TEST_F(SftpDropTest, IsNotMadeForAnAddressWithoutAFolderOrWithoutPinnedKeys) {
    const auto refusal = [&](const std::map<std::string, std::string>& more) {
        const auto made = declaration.make_sink(*settings(more), environment);
        return made ? "none" : made.error().message();
    };
    EXPECT_EQ(refusal({}), "none");
    EXPECT_EQ(refusal({{"url", server()}}), "url: expected sftp://host/folder without a last slash");
    EXPECT_EQ(refusal({{"url", "https://partner.example/drop"}}),
              "url: expected sftp://host/folder without a last slash");
    EXPECT_NE(refusal({{"host_keys", inbox + "/none"}}), "none");
    EXPECT_NE(refusal({{"key", partner->keys("rsa")}}), "none");
    EXPECT_NE(refusal({{"user", "root:word"}}), "none");
}

TEST_F(SftpDropTest, TriesTheWayWithoutAMessage) {
    EXPECT_TRUE(declaration.self_test(*settings(), environment).has_value());
    EXPECT_TRUE(std::filesystem::is_empty(inbox));
    EXPECT_EQ(declaration.self_test(*settings({{"answers", outbox + "/none"}}), environment).error().where(),
              "answers");
    const auto stranger = declaration.self_test(*settings({{"key", partner->keys("stranger")}}), environment);
    EXPECT_EQ(stranger.error().message(), "url: the login at the partner did not succeed");
}

}  // namespace
}  // namespace haven::sftp_drop
