// How long `haven key rotate` takes for as many cases as its argument says (100,000 where there is none), on SQLite.
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <string>

#include "core/store/cases.h"
#include "core/store/store.h"
#include "hub/flow/rotation.h"
#include "hub/flow/vault.h"
#include "hub/node/node.h"

namespace haven {
namespace {

namespace fs = std::filesystem;
constexpr std::int64_t usual_cases = 100'000;
constexpr std::int64_t cases_at_once = 2'000;

bool fill(const flow::Context& context, std::int64_t cases) {
    for (std::int64_t done = 0; done < cases; done += cases_at_once) {
        const auto filled = context.writer.submit_and_wait([&](store::Sql& sql) -> Result<void> {
            for (std::int64_t i = 1; i <= cases_at_once; ++i) {
                store::CaseRow row{.id = CaseId{done + i}, .revision = 1};
                row.progress.the_case.id = row.id;
                row.wrapped_key = flow::wrap_case_key(context.keys, row.id, Key::random());
                row.ledger_name = std::string(16, 'n');
                store::insert_case(sql, row);
            }
            return {};
        });
        if (!filled) { return false; }
    }
    return true;
}

int run(const std::string& site, std::int64_t cases) {
    const SystemClock clock;
    const auto node = Node::start({.site_folder = site, .clock = &clock, .port = {}, .serves = false});
    if (!node || !fill((*node)->context(), cases)) { return 1; }
    const auto started = std::chrono::steady_clock::now();
    const auto rotated = flow::rotate_keys((*node)->context(), ledger::Actor::of_hub("bench"));
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - started;
    if (!rotated) { return 1; }
    std::printf("rotation: %lld keys in %.2f s\n", static_cast<long long>(rotated->wrapped), took.count());
    return 0;
}

}  // namespace
}  // namespace haven

int main(int count, char** words) {
    namespace fs = std::filesystem;
    if (count < 2) { return 2; }
    return haven::run(words[1], count > 2 ? std::stoll(words[2]) : haven::usual_cases);
}
