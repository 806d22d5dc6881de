#include "core/store/engine/writer.h"

#include <atomic>
#include <thread>

#include "core/base/log.h"
#include "core/store/engine/checkpoints.h"
#include "core/store/engine/group.h"

namespace haven::store {
namespace {

using Clock = std::chrono::steady_clock;

// On PostgreSQL a group holds the rows of its first body locked while its last one runs, so groups are small: 32
// callers on 8 connections commit twice as many in groups of 8 as one by one, and no more in larger ones.
constexpr std::size_t postgres_group_max = 8;

constexpr std::size_t wal_growth_max = 4;  // times `wal_bytes`, when a long reading kept the log from starting again

constexpr std::chrono::milliseconds reconnect_wait_min{50};
constexpr std::chrono::milliseconds reconnect_wait_max{2'000};
constexpr std::chrono::seconds unknown_wait_max{30};  // for a database that may or may not hold a commit

void answer_all(std::vector<Submission>& group, const Error& error) {
    for (auto& submission : group) { submission.done(fail(error)); }
}

}  // namespace

/// One thread a session, all fed from one queue.
class Writer::Lanes {
public:
    static Result<std::unique_ptr<Lanes>> open(const Database& database, WriterLimits limits) {
        std::unique_ptr<Lanes> lanes(new Lanes(database, limits));
        auto opened = database.engine == Engine::sqlite ? lanes->open_sqlite() : lanes->open_postgres();
        if (!opened) { return fail(std::move(opened).error()); }
        return lanes;
    }

    ~Lanes() {
        submissions.close();
        for (auto& thread : threads_) { thread.join(); }
        auto left = submissions.take_all_now();
        answer_all(left, {Fault::unreachable, "the store is closing", {}});
    }

    Result<void> wipe() const {
        try {
            if (database_.engine == Engine::sqlite) {
                auto session = SqliteSession::open(database_.where, Use::write);
                if (!session) { return fail(std::move(session).error()); }
                if ((*session)->cut_log()) { return {}; }
                return fail(Fault::unreachable, "a reading was in the way of wiping the store: try again");
            }
            auto session = open_session(database_, Use::write);
            if (!session) { return fail(std::move(session).error()); }
            (*session)->script("VACUUM " + own_tables(**session));
            return {};
        } catch (const SqlFailure& failure) { return fail(failure.error); }
    }

    Submissions submissions;
    std::atomic<std::uint64_t> commits{0};
    std::atomic<std::uint64_t> bodies{0};

private:
    // Without them VACUUM goes through the catalogues, too, which all databases of a server share, and waits for
    // others.
    static std::string own_tables(Session& session) {
        std::string out;
        for (const auto& table : session.all<std::string>("SELECT format('%I.%I', schemaname, tablename) FROM pg_tables"
                                                          " WHERE schemaname = ANY (current_schemas(false))")) {
            out += (out.empty() ? "" : ", ") + table;
        }
        return out;
    }

    Lanes(const Database& database, WriterLimits limits)
        : submissions(limits.queue_max), database_(database), limits_(limits) {
        if (database.engine == Engine::postgres) { limits_.group_max = std::min(limits.group_max, postgres_group_max); }
    }

    Result<void> open_sqlite() {
        auto session = SqliteSession::open(database_.where, Use::write);
        auto copier = SqliteSession::open(database_.where, Use::write);
        if (!session) { return fail(std::move(session).error()); }
        if (!copier) { return fail(std::move(copier).error()); }
        checkpoints_ = std::make_unique<Checkpoints>(std::move(*copier), limits_.wal_bytes);
        (*session)->limit_log(limits_.wal_bytes * wal_growth_max);
        (*session)->watch_wal([this](int frames) { checkpoints_->committed(frames); });
        start(std::move(*session));
        return {};
    }

    Result<void> open_postgres() {
        for (std::size_t i = 0; i < limits_.connections; ++i) {
            auto session = open_session(database_, Use::write);
            if (!session) { return fail(std::move(session).error()); }
            start(std::move(*session));
        }
        return {};
    }

    void start(std::unique_ptr<Session> session) {
        ++connected_;
        threads_.emplace_back([this, own = std::move(session)]() mutable { run(std::move(own)); });
    }

    void run(std::unique_ptr<Session> session) {
        while (session) {
            auto group = submissions.take(limits_.group_max);
            if (group.empty()) { return; }
            commit_and_answer(session, group);
            if (session->lost()) { session = reconnect(); }
        }
    }

    void commit_and_answer(std::unique_ptr<Session>& session, std::vector<Submission>& group) {
        auto outcome = commit_in_turn(*session, group);
        if (!outcome.begun && session->lost()) {  // the line broke while it was idle; no body has run yet
            auto fresh = open_session(database_, Use::write);
            if (!fresh) { return answer_all(group, fresh.error()); }
            session = std::move(*fresh);
            outcome = commit_in_turn(*session, group);
        }
        if (outcome.unknown) { settle(session, outcome); }
        if (outcome.committed) { count(outcome); }
        for (std::size_t i = 0; i < group.size(); ++i) { group[i].done(std::move(outcome.answers[i])); }
    }

    GroupOutcome commit_in_turn(Session& session, std::span<const Submission> group) {
        std::optional<Checkpoints::Turn> turn;
        if (checkpoints_) { turn.emplace(*checkpoints_); }
        return commit_group(session, group);
    }

    void count(const GroupOutcome& outcome) {
        ++commits;
        for (const auto& answer : outcome.answers) { bodies += answer ? 1 : 0; }
    }

    // Asks the database, and never repeats: a repeat of what did arrive would be a second effect.
    void settle(std::unique_ptr<Session>& session, GroupOutcome& outcome) {
        const auto mark = session->mark();
        const auto until = Clock::now() + unknown_wait_max;
        auto wait = reconnect_wait_min;
        do {
            if (auto fresh = open_session(database_, Use::write)) {
                try {
                    outcome.committed = (*fresh)->arrived(mark);
                    session = std::move(*fresh);
                    if (!outcome.committed) { outcome.fail_all({Fault::unreachable, "the commit did not arrive", {}}); }
                    return;
                } catch (const SqlFailure&) {  // still at it, or gone again: ask once more
                }
            }
            wait = std::min(wait * 2, reconnect_wait_max);
        } while (!submissions.closed_within(wait) && Clock::now() < until);
        log(LogLevel::alarm, "commit-unknown", {{"bodies", outcome.answers.size()}});
        outcome.fail_all({Fault::unreachable, "it is not known whether the commit arrived", {}});
    }

    // Nothing when the writer is closing. While no session is left, those who wait are told at once.
    std::unique_ptr<Session> reconnect() {
        log(LogLevel::warning, "store-connection-lost");
        --connected_;
        for (auto wait = reconnect_wait_min;; wait = std::min(wait * 2, reconnect_wait_max)) {
            auto session = open_session(database_, Use::write);
            if (session) {
                ++connected_;
                return std::move(*session);
            }
            if (connected_ == 0) {
                auto left = submissions.take_all_now();
                answer_all(left, session.error());
            }
            if (submissions.closed_within(wait)) { return nullptr; }
        }
    }

    const Database database_;
    WriterLimits limits_;
    std::atomic<int> connected_{0};
    std::unique_ptr<Checkpoints> checkpoints_;
    std::vector<std::thread> threads_;
};

Result<std::unique_ptr<Writer>> Writer::open(const Database& database, WriterLimits limits) {
    auto lanes = Lanes::open(database, limits);
    if (!lanes) { return fail(std::move(lanes).error()); }
    return std::unique_ptr<Writer>(new Writer(std::move(*lanes)));
}

Writer::Writer(std::unique_ptr<Lanes> lanes) : lanes_(std::move(lanes)) {}
Writer::~Writer() = default;

void Writer::submit(Body body, Done done, Turn turn) {
    Submission submission{std::move(body), std::move(done), turn};
    if (!lanes_->submissions.offer(submission)) { submission.done(fail(Fault::unreachable, "the store is busy")); }
}

Result<void> Writer::submit_and_wait(Body body) {
    std::mutex mutex;
    std::condition_variable told;
    std::optional<Result<void>> answer;
    submit(std::move(body), [&](Result<void> result) {
        const std::lock_guard lock(mutex);  // held while it notifies: the waiter ends the life of all three
        answer = std::move(result);
        told.notify_one();
    });
    std::unique_lock lock(mutex);
    told.wait(lock, [&] { return answer.has_value(); });
    return std::move(*answer);
}

Result<void> Writer::wipe() {
    return lanes_->wipe();
}

WriterCounts Writer::counts() const {
    return {lanes_->commits, lanes_->bodies, lanes_->submissions.size()};
}

}  // namespace haven::store
