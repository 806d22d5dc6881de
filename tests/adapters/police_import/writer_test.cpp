#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <fstream>
#include <random>
#include <set>
#include <thread>

#include "adapters/police_import/adapter.h"
#include "tests/peers/peer.h"
#include "tests/support/cleared_for_test.h"

// Promise P7: a half-written, growing, renamed or replaced file is never read as complete.
namespace haven::police_import {
namespace {

constexpr int files = 100;
constexpr int pieces_max = 12;

std::string whole_text(int n) {
    return "header\n" + std::string(static_cast<std::size_t>(n % 97) * 11 + 1, 'x') + "\ntrailer " + std::to_string(n) +
           "\n";
}

// Writes as bad systems do: a few bytes at a time, starting again from nothing, with the same time on every file.
class BadWriter {
public:
    BadWriter(std::filesystem::path folder, bool by_marker) : folder_(std::move(folder)), by_marker_(by_marker) {}

    void write(int n) {
        const auto path = (folder_ / ("f-" + std::to_string(1000 + n) + ".csv")).string();
        const auto growing = by_marker_ ? path : path + ".part";
        if (random() % 3 == 0) { write_pieces(growing, "header\nsomething else that was never finished"); }
        write_pieces(growing, whole_text(n));
        if (by_marker_) {
            std::ofstream(path + ".done") << whole_text(n).size() << "\n";
        } else {
            std::filesystem::rename(growing, path);
        }
    }

private:
    std::size_t random() { return random_(); }
    void write_pieces(const std::string& path, const std::string& bytes) {
        const int fd = ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
        for (std::size_t at = 0; at < bytes.size();) {
            const auto n = std::min(bytes.size() - at, 1 + random() % (bytes.size() / pieces_max + 1));
            EXPECT_EQ(::write(fd, bytes.data() + at, n), static_cast<ssize_t>(n));
            at += n;
            const timespec frozen[2] = {{1, 0}, {1, 0}};
            ::futimens(fd, frozen);
            if (random() % 8 == 0) { std::this_thread::yield(); }
        }
        ::close(fd);
    }

    std::filesystem::path folder_;
    bool by_marker_;
    std::mt19937 random_{7};  // NOLINT(cert-msc51-cpp,cert-msc32-c): the same writer each time
};

class WriterTest : public testing::TestWithParam<const char*> {};

TEST_P(WriterTest, NeverReadsAFileBeforeItIsWhole) {
    const peers::TemporaryFolder folder;
    const bool by_marker = std::string(GetParam()) == "marker";
    std::atomic<bool> done = false;
    std::thread writing([&] {
        BadWriter writer(folder.path(), by_marker);
        for (int n = 0; n < files; ++n) { writer.write(n); }
        done = true;
    });

    const auto settings =
        sdk::Settings::check(declaration.settings, {{"folder", folder.path()}, {"complete", GetParam()}}, "/").value();
    const ManualClock clock(test_noon);
    const auto import = declaration.make_source(settings, {Name::declare("northshire"), &clock}).value();
    std::set<std::string> taken;
    int looks = 0;
    for (bool last = false; !last; ++looks) {
        last = done;
        for (auto arrival = import->read().value(); arrival; arrival = import->read().value()) {
            std::string text(5'000, '\0');
            const auto n = arrival->body->read(text);
            const auto end = arrival->body->read(std::span(text).subspan(n.value_or(0)));
            if (!n || !end) { continue; }  // it changed meanwhile, and says so
            taken.insert(text.substr(0, *n));
            EXPECT_TRUE(import->acknowledge(arrival->token).has_value());
        }
    }
    writing.join();

    std::set<std::string> written;
    for (int n = 0; n < files; ++n) { written.insert(whole_text(n)); }
    EXPECT_EQ(taken, written) << looks << " looks";
}

// A partner that puts one version after another under one name: which one is moved to accepted must have been read. One
// that was not, and whose place is taken again before it can go back, is cried out.
TEST(ReplacedFile, IsNeverAcceptedUnread) {
    constexpr int versions = 400;
    const peers::TemporaryFolder folder;
    std::atomic<bool> done = false;
    std::thread replacing([&] {
        for (int n = 0; n < versions; ++n) { peers::put_file(folder / "export.csv", std::to_string(n)); }
        done = true;
    });
    const auto settings =
        sdk::Settings::check(declaration.settings, {{"folder", folder.path()}, {"complete", "renamed"}}, "/").value();
    const SystemClock clock;
    const auto import = declaration.make_source(settings, {Name::declare("northshire"), &clock}).value();
    std::set<std::string> taken;
    testing::internal::CaptureStderr();
    while (!done) {
        const auto arrival = import->read().value();
        std::string text(10, '\0');
        const auto n = arrival ? arrival->body->read(text) : Result<std::size_t>(0);
        if (n.value_or(0) == 0) { continue; }
        taken.insert(text.substr(0, *n));
        static_cast<void>(import->acknowledge(arrival->token));
    }
    replacing.join();
    const auto log = testing::internal::GetCapturedStderr();
    int cried_out = 0;
    for (auto at = log.find("nobody read"); at != std::string::npos; at = log.find("nobody read", at + 1)) {
        ++cried_out;
    }
    int unread = 0;
    for (const auto& file : std::filesystem::directory_iterator(folder / "accepted")) {
        unread += taken.count(peers::file_text(file.path())) == 0 ? 1 : 0;
    }
    EXPECT_EQ(unread, cried_out);
}

INSTANTIATE_TEST_SUITE_P(Complete, WriterTest, testing::Values("renamed", "marker"),
                         [](const auto& test) { return std::string(test.param); });

}  // namespace
}  // namespace haven::police_import
