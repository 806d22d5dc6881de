#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstdlib>
#include <random>
#include <set>

#include "tests/core/store/engine/store_fixture.h"

// Kills a process that writes, and looks at what it left.
namespace haven::store {
namespace {

/// `store_engine_child`, and what it said.
class Child {
public:
    Child(const std::vector<std::string>& arguments, const std::string& crash_at) {
        std::array<int, 2> pipe{};
        EXPECT_EQ(::pipe(pipe.data()), 0);
        std::vector<char*> argv{const_cast<char*>(HAVEN_STORE_CHILD)};
        for (const auto& argument : arguments) { argv.push_back(const_cast<char*>(argument.c_str())); }
        argv.push_back(nullptr);
        pid_ = ::fork();
        if (pid_ == 0) {
            ::dup2(pipe[1], STDOUT_FILENO);
            ::close(pipe[0]);
            ::close(pipe[1]);
            if (!crash_at.empty()) { ::setenv("HAVEN_CRASH_AT", crash_at.c_str(), 1); }
            ::execv(argv[0], argv.data());
            ::_exit(127);
        }
        ::close(pipe[1]);
        output_ = pipe[0];
    }
    Child(const Child&) = delete;
    Child& operator=(const Child&) = delete;
    ~Child() { ::close(output_); }

    /// Reads until so many lines were written, or all.
    void read_lines(std::size_t count) {
        std::array<char, 4096> buffer{};
        while (acknowledged_.size() < count) {
            const auto n = ::read(output_, buffer.data(), buffer.size());
            if (n <= 0) { break; }
            rest_.append(buffer.data(), static_cast<std::size_t>(n));
            for (auto end = rest_.find('\n'); end != std::string::npos; end = rest_.find('\n')) {
                acknowledged_.insert(std::stoll(rest_.substr(0, end)));
                rest_.erase(0, end + 1);
            }
        }
    }
    void kill() const { ::kill(pid_, SIGKILL); }
    bool was_killed() {
        read_lines(SIZE_MAX);
        int status = 0;
        ::waitpid(pid_, &status, 0);
        if (!WIFSIGNALED(status)) { EXPECT_EQ(WEXITSTATUS(status), 0); }
        return WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL;
    }
    const std::set<std::int64_t>& acknowledged() const { return acknowledged_; }

private:
    pid_t pid_ = 0;
    int output_ = -1;
    std::string rest_;
    std::set<std::int64_t> acknowledged_;
};

class CrashTest : public StoreTest {
protected:
    void migrate_all() { ASSERT_TRUE(migrate(database(), engine_test_migrations(), noon)); }

    /// The ids that have both rows; a half pair is a failure. Ids that were never acknowledged may be there.
    std::set<std::int64_t> whole_pairs() {
        auto readers = std::move(*Readers::open(database()));
        std::set<std::int64_t> out;
        const auto read = readers->read_snapshot([&](Sql& sql) -> Result<void> {
            sql.each<std::int64_t, std::optional<std::int64_t>>(
                [&](std::int64_t id, std::optional<std::int64_t> number) {
                    EXPECT_EQ(number, 1) << "half of " << id;
                    out.insert(id);
                },
                "SELECT m.id, p.number FROM message m LEFT JOIN part p ON p.message = m.id");
            return {};
        });
        EXPECT_TRUE(read);
        return out;
    }
    void expect_nothing_lost(const std::set<std::int64_t>& acknowledged) {
        const auto there = whole_pairs();
        for (const auto id : acknowledged) { EXPECT_TRUE(there.contains(id)) << "lost " << id; }
    }
    std::string text() const { return store_->text(); }
};

TEST_P(CrashTest, LosesNothingThatWasAnsweredAtAnyCommit) {
    migrate_all();
    std::int64_t first_id = 1;
    constexpr int pairs = 60;
    std::set<std::int64_t> acknowledged;
    for (const std::string point : {"commit-before", "commit-after"}) {
        int kills = 0;
        for (int passage = 1;; ++passage) {
            Child child({text(), std::to_string(first_id), std::to_string(pairs)},
                        point + ":" + std::to_string(passage));
            const bool killed = child.was_killed();
            acknowledged.insert(child.acknowledged().begin(), child.acknowledged().end());
            if (!killed) {
                EXPECT_EQ(child.acknowledged().size(), std::size_t{pairs});
                break;
            }
            ++kills;
            expect_nothing_lost(acknowledged);
            first_id += pairs;
        }
        EXPECT_GT(kills, 1) << point;
        first_id += pairs;
    }
}

TEST_P(CrashTest, LosesNothingThatWasAnsweredAtAnyTime) {
    migrate_all();
    std::minstd_rand random(20261121);
    std::set<std::int64_t> acknowledged;
    constexpr int pairs = 4'000;
    for (std::int64_t round = 0; round < 5; ++round) {
        Child child({text(), std::to_string(1 + round * pairs), std::to_string(pairs)}, "");
        child.read_lines(random() % 300 + 1);
        child.kill();
        EXPECT_TRUE(child.was_killed());
        acknowledged.insert(child.acknowledged().begin(), child.acknowledged().end());
        expect_nothing_lost(acknowledged);
    }
    EXPECT_GE(acknowledged.size(), 5U);
}

TEST_P(CrashTest, TakesAMigrationWhollyOrNotAtAll) {
    for (const std::string point : {"migration-statement", "migration-commit-before", "migration-commit-after"}) {
        store_.reset();
        store_ = std::make_unique<TestStore>(GetParam());
        int kills = 0;
        for (; kills < 100; ++kills) {
            Child child({text(), "migrate"}, point + ":" + std::to_string(kills + 1));
            if (!child.was_killed()) { break; }
        }
        EXPECT_GT(kills, 1) << point;
        // Had a kill left half a step, taking it again would have met its tables.
        EXPECT_EQ(migrate(database(), engine_test_migrations(), noon), 0);
    }
}

INSTANTIATE_TEST_SUITE_P(Engines, CrashTest, both_engines, engine_name);

}  // namespace
}  // namespace haven::store
