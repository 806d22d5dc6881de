// What the crash test kills: submits pairs of rows from several threads and writes the id of each pair on standard
// output once its callback has said that it is durable.
//
//     store_engine_child DATABASE FIRST_ID PAIRS      writes pairs
//     store_engine_child DATABASE migrate             takes the engine's test migrations
#include <unistd.h>

#include <array>
#include <atomic>
#include <cstdlib>
#include <string>
#include <thread>
#include <vector>

#include "core/store/engine/migration.h"
#include "core/store/engine/writer.h"

std::span<const haven::store::Migration> engine_test_migrations();

int main(int argc, char** argv) {
    using namespace haven::store;
    if (argc < 3) { return 2; }
    const auto database = Database::parse(argv[1]);
    if (!database) { return 2; }
    if (std::string_view(argv[2]) == "migrate") {
        return migrate(*database, engine_test_migrations(), haven::SystemClock{}.now()) ? 0 : 1;
    }
    auto writer = Writer::open(*database, {.group_max = 16, .connections = 2, .wal_bytes = std::size_t{256} * 1024});
    if (!writer || argc < 4) { return 1; }
    std::atomic<std::int64_t> next{std::strtoll(argv[2], nullptr, 10)};
    const auto end = next + std::strtoll(argv[3], nullptr, 10);
    std::array<std::thread, 8> threads;
    for (auto& thread : threads) {
        thread = std::thread([&] {
            for (auto id = next++; id < end; id = next++) {
                (*writer)->submit(
                    [id](Sql& sql) -> haven::Result<void> {
                        sql.run("INSERT INTO message (id, partner) VALUES ($1, 'northshire')", id);
                        sql.run("INSERT INTO part (message, number) VALUES ($1, 1)", id);
                        return {};
                    },
                    [id](const haven::Result<void>& result) {
                        if (!result) { std::_Exit(3); }
                        const auto line = std::to_string(id) + "\n";
                        if (::write(STDOUT_FILENO, line.data(), line.size()) < 0) { std::_Exit(4); }
                    });
            }
        });
    }
    for (auto& thread : threads) { thread.join(); }
    writer->reset();
    return 0;
}
