#include "adapters/police_import/adapter.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fstream>

#include "tests/peers/peer.h"
#include "tests/support/cleared_for_test.h"

namespace haven::police_import {
namespace {

using namespace sdk;
using peers::file_text;
using peers::put_file;

class PoliceImportTest : public testing::Test {
protected:
    std::unique_ptr<Source> source(const std::string& complete = "renamed", const std::string& pattern = "*") {
        return declaration.make_source(settings(complete, pattern), environment).value();
    }
    Settings settings(const std::string& complete, const std::string& pattern = "*") {
        return Settings::check(declaration.settings,
                               {{"folder", folder.path()}, {"complete", complete}, {"pattern", pattern}}, "/")
            .value();
    }
    static std::string text_of(ByteSource& body) {
        std::string text(100'000, '\0');
        std::size_t all = 0;
        for (;;) {
            const auto n = body.read(std::span(text).subspan(all));
            if (!n) { return "error: " + n.error().message(); }
            if (*n == 0) { return text.substr(0, all); }
            all += *n;
        }
    }
    void write_in_place(const std::string& name, const std::string& bytes) const {
        std::ofstream(folder / name, std::ios::binary) << bytes;
    }

    peers::TemporaryFolder folder;
    ManualClock clock{test_noon};
    Environment environment{Name::declare("northshire"), &clock};
};

TEST_F(PoliceImportTest, TellsTheKindByTheEnding) {
    for (const auto& [name, kind] : {std::pair{"a.csv", "text/csv"},
                                     {"b.XML", "application/xml"},
                                     {"c.json", "application/json"},
                                     {"d.txt", "text/plain"}}) {
        put_file(folder / name, "x");
        const auto import = source();
        const auto arrival = import->read();
        EXPECT_EQ(arrival.value()->media_type, kind);
        EXPECT_TRUE(import->acknowledge((*arrival)->token).has_value());
    }
}

TEST_F(PoliceImportTest, PutsWhatTheForceIsToldBesideItsExportsWholeAndOnlyWhereTheSiteSaysSo) {
    EXPECT_EQ(declaration.make_sink(settings("renamed"), environment).value(), nullptr);
    const auto tells = Settings::check(declaration.settings,
                                       {{"folder", folder.path()}, {"complete", "renamed"}, {"tell", "yes"}}, "/")
                           .value();
    const auto sink = declaration.make_sink(tells, environment).value();
    EXPECT_FALSE(sink->ask("key-1", "key-1.json")) << "that it is not there says nothing";
    for (int twice = 0; twice < 2; ++twice) {
        const auto said = sink->send(cleared_for_test("{\"told\": 1}", "key-1.json"), "key-1");
        EXPECT_TRUE(std::holds_alternative<Accepted>(said));
    }
    EXPECT_EQ(file_text(folder / "told/key-1.json"), "{\"told\": 1}");
    EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder / "told"), {}), 1) << "no part of it is left";
    EXPECT_TRUE(std::holds_alternative<Accepted>(*sink->ask("key-1", "key-1.json")));
    EXPECT_FALSE(source()->read().value()) << "it is no export";
    clock.turn_by(std::chrono::hours(2));
    const auto late = sink->send(cleared_for_test("late", "key-2.json"), "key-2");
    EXPECT_TRUE(std::holds_alternative<Unreachable>(late)) << "the guard's decision is too old";
    EXPECT_FALSE(std::filesystem::exists(folder / "told/key-2.json"));
}

TEST_F(PoliceImportTest, MovesWhatIsAcknowledgedToAccepted) {
    put_file(folder / "a.csv", "1");
    const auto import = source();
    EXPECT_TRUE(import->acknowledge(import->read().value()->token).has_value());
    EXPECT_FALSE(std::filesystem::exists(folder / "a.csv"));
    EXPECT_EQ(file_text(folder / "accepted/a.csv"), "1");
}

TEST_F(PoliceImportTest, KeepsBothFilesWhenANameComesAgain) {
    const auto import = source();
    for (const auto* bytes : {"1", "2", "3"}) {
        put_file(folder / "export.csv", bytes);
        EXPECT_TRUE(import->acknowledge(import->read().value()->token).has_value());
    }
    EXPECT_EQ(file_text(folder / "accepted/export.csv"), "1");
    int files = 0;
    for (const auto& entry : std::filesystem::directory_iterator(folder / "accepted")) {
        files += entry.exists() ? 1 : 0;
    }
    EXPECT_EQ(files, 3);
}

TEST_F(PoliceImportTest, ReadsOnlyPlainFilesThatFitThePattern) {
    put_file(folder / "outside.csv", "secret");
    std::filesystem::rename(folder / "outside.csv", folder / "outside");
    std::filesystem::create_symlink(folder / "outside", folder / "incidents-link.csv");
    put_file(folder / "incidents-hard.csv", "x");
    std::filesystem::create_hard_link(folder / "incidents-hard.csv", folder / "other-name");
    std::filesystem::create_directory(folder / "incidents-folder.csv");
    ASSERT_EQ(::mkfifo((folder / "incidents-pipe.csv").c_str(), 0600), 0);
    for (const auto* name :
         {"arrests.csv", "incidents-1.csv.part", "incidents-1.xlsx", ".incidents-1.csv", "incidents 1.csv"}) {
        put_file(folder / name, "x");
    }
    const auto import = source("renamed", "incidents-*");
    EXPECT_FALSE(import->read().value().has_value());
    EXPECT_EQ(import->passed_over(), 4) << "the link, the file of two names, the pipe, and one of another kind";
    put_file(folder / "incidents-2.csv", "y");
    EXPECT_EQ(text_of(*import->read().value()->body), "y");
}

TEST_F(PoliceImportTest, CountsTheFilesThatLieThereUnderNamesThatItDoesNotTake) {
    for (const auto* name : {"example.dat", "robin example.csv", "no-ending", "a.csv.done"}) {
        put_file(folder / name, "x");
    }
    for (const auto* none : {"b.csv.part", ".hidden"}) { write_in_place(none, "x"); }
    const auto passed_over = [&](const std::string& complete, const std::string& pattern) {
        const auto import = source(complete, pattern);
        EXPECT_FALSE(import->read().value().has_value());
        return import->passed_over();
    };
    EXPECT_EQ(passed_over("renamed", "*"), 4);
    EXPECT_EQ(passed_over("marker", "*"), 3) << "a marker is none";
    EXPECT_EQ(passed_over("renamed", "incidents-*"), 0) << "the site says that these are no exports";
}

TEST_F(PoliceImportTest, CountsAnExportThatNothingSaysIsWholeUntilItsMarkerComes) {
    put_file(folder / "incidents.csv", "x");
    const auto import = source("marker", "*");
    EXPECT_FALSE(import->read().value().has_value());
    EXPECT_EQ(import->passed_over(), 1);
    put_file(folder / "incidents.csv.done", "1");
    EXPECT_EQ(text_of(*import->read().value()->body), "x");
    EXPECT_EQ(import->passed_over(), 0);
}

TEST_F(PoliceImportTest, FailsWhenAFileChangesWhileItIsRead) {
    put_file(folder / "a.csv", "first half,");
    const auto import = source();
    const auto arrival = import->read();
    std::ofstream(folder / "a.csv", std::ios::app) << "second half";
    EXPECT_EQ(text_of(*(*arrival)->body), "error: the file changed while it was read");
    EXPECT_FALSE(import->acknowledge((*arrival)->token).has_value());
    const auto again = import->read();
    EXPECT_EQ(text_of(*(*again)->body), "first half,second half");
    EXPECT_TRUE(import->acknowledge((*again)->token).has_value());
}

TEST_F(PoliceImportTest, DoesNotAcknowledgeAnotherFileThanTheOneThatWasRead) {
    put_file(folder / "a.csv", "read");
    const auto import = source();
    const auto arrival = import->read();
    EXPECT_EQ(text_of(*(*arrival)->body), "read");
    put_file(folder / "a.csv", "new!");  // same name, same size
    EXPECT_EQ(import->acknowledge((*arrival)->token).error().fault, Fault::conflict);
    EXPECT_EQ(text_of(*import->read().value()->body), "new!");
    EXPECT_EQ(file_text(folder / "accepted/a.csv"), "");
}

TEST_F(PoliceImportTest, NoticesAChangeThatHidesItsTime) {
    write_in_place("a.csv", "read");
    const timespec frozen[2] = {{1, 0}, {1, 0}};
    ASSERT_EQ(::utimensat(AT_FDCWD, (folder / "a.csv").c_str(), frozen, 0), 0);
    const auto import = source();
    const auto arrival = import->read();
    // The system marks changes by its tick: wait for the next one, so that this change can be told at all.
    struct stat before {};
    ASSERT_EQ(::stat((folder / "a.csv").c_str(), &before), 0);
    ASSERT_TRUE(peers::eventually([&] {
        write_in_place("a.csv", "new!");
        EXPECT_EQ(::utimensat(AT_FDCWD, (folder / "a.csv").c_str(), frozen, 0), 0);
        struct stat is {};
        return ::stat((folder / "a.csv").c_str(), &is) == 0 && is.st_ctim.tv_nsec != before.st_ctim.tv_nsec;
    }));
    EXPECT_EQ(import->acknowledge((*arrival)->token).error().fault, Fault::conflict);
}

TEST_F(PoliceImportTest, TakesAMarkedFileOnlyIfTheMarkerNamesItsSize) {
    const auto import = source("marker");
    write_in_place("a.csv", "12345");
    EXPECT_FALSE(import->read().value().has_value());
    for (const auto* wrong : {"", "4", "6", "5 bytes", "five", "-5", "5\n\n", "55555555555555555555555555"}) {
        put_file(folder / "a.csv.done", wrong);
        EXPECT_FALSE(import->read().value().has_value()) << wrong;
    }
    for (const auto* right : {"5", "5\n", "5\r\n"}) {
        put_file(folder / "a.csv.done", right);
        EXPECT_TRUE(import->read().value().has_value()) << right;
    }
    EXPECT_TRUE(import->acknowledge(import->read().value()->token).has_value());
    EXPECT_FALSE(std::filesystem::exists(folder / "a.csv.done"));
}

TEST_F(PoliceImportTest, DoesNotTakeAnOlderMarkerForTheFileThatIsBeingWritten) {
    const auto import = source("marker");
    put_file(folder / "a.csv.done", "5\n");  // left over from yesterday
    struct stat marker {};
    ASSERT_EQ(::stat((folder / "a.csv.done").c_str(), &marker), 0);
    ASSERT_TRUE(peers::eventually([&] {  // the file is written in a later tick of the system
        write_in_place("a.csv", "12345");
        struct stat is {};
        return ::stat((folder / "a.csv").c_str(), &is) == 0 && is.st_ctim.tv_nsec != marker.st_ctim.tv_nsec;
    }));
    EXPECT_FALSE(import->read().value().has_value());
}

TEST_F(PoliceImportTest, WritesTheReceiptWholeAndOverAnOlderOne) {
    put_file(folder / "a.csv", "1");
    const auto import = source();
    const auto token = import->read().value()->token;
    EXPECT_TRUE(import->acknowledge(token).has_value());
    EXPECT_TRUE(import->receipt(token, R"({"taken":1})").has_value());
    EXPECT_TRUE(source()->receipt(token, R"({"taken":2})").has_value());  // after a restart
    EXPECT_EQ(file_text(folder / "receipts/a.csv.json"), R"({"taken":2})");
    EXPECT_FALSE(std::filesystem::exists(folder / "receipts/a.csv.json.part"));
}

TEST_F(PoliceImportTest, WorksInNoFolderThatAnotherPutInItsWay) {
    std::filesystem::create_directory(folder / "elsewhere");
    std::filesystem::create_directory_symlink(folder / "elsewhere", folder / "accepted");
    EXPECT_FALSE(declaration.make_source(settings("renamed"), environment).has_value());
    std::filesystem::remove(folder / "accepted");
    EXPECT_TRUE(declaration.make_source(settings("renamed"), environment).has_value());
    if (::geteuid() != 0) { return; }  // only root can make a folder somebody else's
    ASSERT_EQ(::chown((folder / "accepted").c_str(), 1, 1), 0);
    EXPECT_FALSE(declaration.make_source(settings("renamed"), environment).has_value());
}

TEST_F(PoliceImportTest, RefusesSettingsThatCannotWork) {
    EXPECT_EQ(declaration.make_source(settings("settled"), environment).error().message(),
              "complete: expected renamed or marker");
    const auto nowhere =
        Settings::check(declaration.settings, {{"folder", folder / "none"}, {"complete", "renamed"}}, "/");
    EXPECT_EQ(declaration.make_source(*nowhere, environment).error().where(), "folder");
    EXPECT_FALSE(declaration.self_test(*nowhere, environment).has_value());
    EXPECT_TRUE(declaration.self_test(settings("renamed"), environment).has_value());
}

}  // namespace
}  // namespace haven::police_import
