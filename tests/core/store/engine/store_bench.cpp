// How many durable transactions a second the writer takes, and what SQLite's own calls take for the same rows.
//
//     store_engine_bench sqlite:PATH [SECONDS]
//     store_engine_bench postgresql:"$HAVEN_TEST_POSTGRES" [SECONDS]
//
// GROUP, CONNECTIONS and WAL_MB in the environment stand in for the limits of the writer.
//
// One transaction is what the arrival of one message writes: the message (11 columns, 2 kB), the digest that finds its
// repeat, a piece of work and a ledger entry. The database must be a throw-away one (`tests/support/with_postgres`).
#include <sqlite3.h>
#include <sys/resource.h>

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "core/store/engine/migration.h"
#include "core/store/engine/writer.h"

namespace haven::store {
namespace {

using Steady = std::chrono::steady_clock;

constexpr Migration tables{1, "0001_bench.sql",
                           "CREATE TABLE bench_message (id {bigint} PRIMARY KEY, partner {bigint} NOT NULL,"
                           " received_us {bigint} NOT NULL, state text NOT NULL, media_type text NOT NULL,"
                           " length {bigint} NOT NULL, key_id {bigint} NOT NULL, digest {blob} NOT NULL,"
                           " schema_no {bigint} NOT NULL, map_no {bigint} NOT NULL, body {blob} NOT NULL) {strict};"
                           "CREATE TABLE bench_repeat (digest {blob} PRIMARY KEY, message {bigint} NOT NULL) {strict};"
                           "CREATE TABLE bench_work (id {bigint} PRIMARY KEY, lane {bigint} NOT NULL,"
                           " kind text NOT NULL, state text NOT NULL, due_us {bigint} NOT NULL) {strict};"
                           "CREATE INDEX bench_due ON bench_work (lane, due_us) WHERE state = 'due';"
                           "CREATE TABLE bench_ledger (id {bigint} PRIMARY KEY, at_us {bigint} NOT NULL,"
                           " kind text NOT NULL, entry {blob} NOT NULL) {strict};"};

constexpr const char* insert_message = "INSERT INTO bench_message VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11)";

const std::string body_of_message(2048, '\x5a');
const std::string ledger_entry(160, '\x17');

// 16 bytes that sort as a keyed digest does: at random.
std::string digest_of(std::int64_t id) {
    std::string out;
    for (std::uint64_t half : {1ULL, 2ULL}) {
        std::uint64_t x = static_cast<std::uint64_t>(id) * 2 + half;
        x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9ULL;
        x = (x ^ (x >> 27)) * 0x94d049bb133111ebULL;
        x ^= x >> 31;
        out.append(reinterpret_cast<const char*>(&x), sizeof x);
    }
    return out;
}

Writer::Body arrival(std::int64_t id) {
    return [id, digest = digest_of(id)](Sql& sql) -> Result<void> {
        sql.run("INSERT INTO bench_message VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11)", id, 7, id, "received",
                "application/xml", 2048, 3, BytesView{digest}, 1, 1, BytesView{body_of_message});
        if (sql.run("INSERT INTO bench_repeat VALUES ($1,$2) ON CONFLICT DO NOTHING", BytesView{digest}, id) == 0) {
            return fail(Fault::conflict, "a repeat");
        }
        sql.run("INSERT INTO bench_work VALUES ($1,$2,$3,$4,$5)", id, id % 8, "triage", "due", id);
        sql.run("INSERT INTO bench_ledger VALUES ($1,$2,$3,$4)", id, id, "received", BytesView{ledger_entry});
        return {};
    };
}

struct Figures {
    std::size_t done = 0;
    double seconds = 0;
    double cpu_seconds = 0;
    std::vector<double> ms;

    void print(const char* what, int callers, double bodies_a_commit) {
        std::sort(ms.begin(), ms.end());
        const auto at = [&](double part) {
            return ms.empty() ? 0.0 : ms[static_cast<std::size_t>(part * (ms.size() - 1))];
        };
        std::printf("%-28s %3d callers %8.0f /s  group %5.1f  p50 %6.2f  p99 %6.2f  max %6.1f ms  cpu %5.1f us\n", what,
                    callers, done / seconds, bodies_a_commit, at(0.5), at(0.99), at(1), cpu_seconds / done * 1e6);
        std::fflush(stdout);
    }
};

double cpu_seconds() {
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    return usage.ru_utime.tv_sec + usage.ru_stime.tv_sec + (usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) * 1e-6;
}

double seconds_since(Steady::time_point start) {
    return std::chrono::duration<double>(Steady::now() - start).count();
}

std::atomic<std::int64_t> next_id{1};

// Plain workers: each waits for its commit before its next one.
Figures waiting_callers(Writer& writer, int callers, double seconds) {
    Figures all;
    std::mutex mutex;
    const auto start = Steady::now();
    const auto cpu = cpu_seconds();
    std::vector<std::thread> threads(static_cast<std::size_t>(callers));
    for (auto& thread : threads) {
        thread = std::thread([&] {
            std::vector<double> ms;
            while (seconds_since(start) < seconds) {
                const auto begun = Steady::now();
                if (!writer.submit_and_wait(arrival(next_id++))) { std::abort(); }
                ms.push_back(seconds_since(begun) * 1e3);
            }
            const std::lock_guard lock(mutex);
            all.ms.insert(all.ms.end(), ms.begin(), ms.end());
        });
    }
    for (auto& thread : threads) { thread.join(); }
    all.seconds = seconds_since(start);
    all.cpu_seconds = cpu_seconds() - cpu;
    all.done = all.ms.size();
    return all;
}

// The edge: one thread keeps so many submissions under way; callbacks wake it.
Figures callers_with_callbacks(Writer& writer, int callers, double seconds) {
    Figures all;
    std::mutex mutex;
    std::condition_variable news;
    std::vector<Steady::time_point> answered;
    const auto start = Steady::now();
    const auto cpu = cpu_seconds();
    const auto submit = [&] {
        writer.submit(arrival(next_id++), [&, begun = Steady::now()](const Result<void>& result) {
            if (!result) { std::abort(); }
            const std::lock_guard lock(mutex);
            answered.push_back(begun);
            news.notify_one();
        });
    };
    for (int i = 0; i < callers; ++i) { submit(); }
    for (int under_way = callers; under_way > 0;) {
        std::vector<Steady::time_point> batch;
        {
            std::unique_lock lock(mutex);
            news.wait(lock, [&] { return !answered.empty(); });
            batch.swap(answered);
        }
        for (const auto begun : batch) {
            all.ms.push_back(seconds_since(begun) * 1e3);
            if (seconds_since(start) < seconds) {
                submit();
            } else {
                --under_way;
            }
        }
    }
    all.seconds = seconds_since(start);
    all.cpu_seconds = cpu_seconds() - cpu;
    all.done = all.ms.size();
    return all;
}

template <class Callers>
void measure(const char* what, const Database& database, WriterLimits limits, int callers, double seconds,
             Callers run) {
    auto writer = Writer::open(database, limits);
    if (!writer) { std::fprintf(stderr, "%s\n", writer.error().message().c_str()), std::exit(1); }
    auto figures = run(**writer, callers, seconds);
    const auto counts = (*writer)->counts();
    figures.print(what, callers, static_cast<double>(counts.bodies) / static_cast<double>(counts.commits));
}

// SQLite's own calls: one thread, no queue, no savepoints, groups of a fixed size.
void measure_raw(const std::string& path, int group, double seconds) {
    sqlite3* db = nullptr;
    sqlite3_open(path.c_str(), &db);
    sqlite3_exec(db, "PRAGMA synchronous=FULL; PRAGMA cache_size=-32768", nullptr, nullptr, nullptr);
    const auto prepare = [&](const char* sql) {
        sqlite3_stmt* out = nullptr;
        if (sqlite3_prepare_v2(db, sql, -1, &out, nullptr) != SQLITE_OK) { std::abort(); }
        return out;
    };
    sqlite3_stmt* begin = prepare("BEGIN IMMEDIATE");
    sqlite3_stmt* commit = prepare("COMMIT");
    sqlite3_stmt* message = prepare(insert_message);
    sqlite3_stmt* repeat = prepare("INSERT INTO bench_repeat VALUES ($1,$2) ON CONFLICT DO NOTHING");
    sqlite3_stmt* work = prepare("INSERT INTO bench_work VALUES ($1,$2,'triage','due',$3)");
    sqlite3_stmt* ledger = prepare("INSERT INTO bench_ledger VALUES ($1,$2,'received',$3)");
    const auto run = [&](sqlite3_stmt* statement) {
        if (sqlite3_step(statement) != SQLITE_DONE) { std::abort(); }
        sqlite3_reset(statement);
    };
    Figures all;
    const auto start = Steady::now();
    const auto cpu = cpu_seconds();
    while (seconds_since(start) < seconds) {
        const auto begun = Steady::now();
        run(begin);
        for (int i = 0; i < group; ++i) {
            const auto id = next_id++;
            const auto digest = digest_of(id);
            for (int at : {1, 2, 3, 6, 7, 9, 10}) { sqlite3_bind_int64(message, at, at == 1 ? id : at); }
            sqlite3_bind_text(message, 4, "received", -1, SQLITE_STATIC);
            sqlite3_bind_text(message, 5, "application/xml", -1, SQLITE_STATIC);
            sqlite3_bind_blob(message, 8, digest.data(), 16, SQLITE_STATIC);
            sqlite3_bind_blob(message, 11, body_of_message.data(), 2048, SQLITE_STATIC);
            run(message);
            sqlite3_bind_blob(repeat, 1, digest.data(), 16, SQLITE_STATIC);
            sqlite3_bind_int64(repeat, 2, id);
            run(repeat);
            for (int at : {1, 2, 3}) { sqlite3_bind_int64(work, at, at == 2 ? id % 8 : id); }
            run(work);
            for (int at : {1, 2}) { sqlite3_bind_int64(ledger, at, id); }
            sqlite3_bind_blob(ledger, 3, ledger_entry.data(), static_cast<int>(ledger_entry.size()), SQLITE_STATIC);
            run(ledger);
        }
        run(commit);
        all.done += static_cast<std::size_t>(group);
        all.ms.push_back(seconds_since(begun) * 1e3);
    }
    all.seconds = seconds_since(start);
    all.cpu_seconds = cpu_seconds() - cpu;
    all.print("sqlite3 itself", 1, group);
    for (auto* statement : {begin, commit, message, repeat, work, ledger}) { sqlite3_finalize(statement); }
    sqlite3_close(db);
}

void fresh_tables(const Database& database) {
    if (database.engine == Engine::sqlite) {
        for (const char* end : {"", "-wal", "-shm"}) { std::filesystem::remove(database.where + end); }
    }
    if (!migrate(database, {&tables, 1}, SystemClock{}.now())) { std::exit(1); }
    if (database.engine == Engine::sqlite) { return; }
    auto writer = Writer::open(database, {.connections = 1});
    const auto emptied = writer ? (*writer)->submit_and_wait([](Sql& sql) -> Result<void> {
        sql.run("TRUNCATE bench_message, bench_repeat, bench_work, bench_ledger");
        return {};
    })
                                : fail(writer.error());
    if (!emptied) { std::exit(1); }
}

}  // namespace
}  // namespace haven::store

int main(int argc, char** argv) {
    using namespace haven::store;
    const auto database = Database::parse(argc > 1 ? argv[1] : "");
    if (!database) { return std::fputs("usage: store_engine_bench sqlite:PATH|postgresql:... [SECONDS]\n", stderr), 2; }
    const double seconds = argc > 2 ? std::strtod(argv[2], nullptr) : 5;
    WriterLimits limits;
    if (const char* n = std::getenv("GROUP")) { limits.group_max = std::strtoul(n, nullptr, 10); }
    if (const char* n = std::getenv("CONNECTIONS")) { limits.connections = std::strtoul(n, nullptr, 10); }
    if (const char* n = std::getenv("WAL_MB")) { limits.wal_bytes = std::strtoul(n, nullptr, 10) << 20; }
    for (const int callers : {1, 8, 32}) {
        fresh_tables(*database);
        measure("waiting workers", *database, limits, callers, seconds, waiting_callers);
        fresh_tables(*database);
        measure("callbacks", *database, limits, callers, seconds, callers_with_callbacks);
        if (database->engine == Engine::sqlite) {
            fresh_tables(*database);
            measure_raw(database->where, callers, seconds);
        }
    }
    return 0;
}
