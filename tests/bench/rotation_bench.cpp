// How long `haven key rotate` takes for as many cases as its argument says (100,000 where there is none), on SQLite,
// while a partner goes on sending; and what it waits for meanwhile.
#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <string>
#include <thread>

#include "core/store/cases.h"
#include "core/store/store.h"
#include "hub/flow/door.h"
#include "hub/flow/rotation.h"
#include "hub/flow/vault.h"
#include "hub/node/node.h"

namespace haven {
namespace {

namespace fs = std::filesystem;
constexpr std::int64_t usual_cases = 100'000;
constexpr std::int64_t cases_at_once = 2'000;
constexpr int messages_before = 2'000;
constexpr std::size_t message_bytes = 2'000;

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

using Seconds = std::chrono::duration<double>;

/// A partner that sends one message after the other, each when the one before was acknowledged.
class Traffic {
public:
    explicit Traffic(const flow::Context& context) : door_(context, [] {}), thread_([this] { send(); }) {}
    Traffic(const Traffic&) = delete;
    Traffic& operator=(const Traffic&) = delete;
    ~Traffic() {
        stopping_ = true;
        thread_.join();
    }
    void until(int messages) const {
        for (int n = accepted_; n < messages; n = accepted_) { accepted_.wait(n); }
    }
    void tell(const char* when) {
        std::printf("%s: %d messages a second acknowledged, the slowest after %.1f ms\n", when,
                    static_cast<int>(accepted_ / Seconds(Clock::now() - since_).count()), slowest_ * 1e3);
        accepted_ = 0;
        slowest_ = 0;
        since_ = Clock::now();
    }

private:
    using Clock = std::chrono::steady_clock;
    void send() {
        for (int i = 0; !stopping_; ++i) {
            const auto began = Clock::now();
            std::string body(message_bytes, 'x');
            body += std::to_string(i);
            if (!door_.accept({Name::declare("northshire-police"), "text/csv", body, {}, {}})) { return; }
            slowest_ = std::max(slowest_.load(), Seconds(Clock::now() - began).count());
            ++accepted_;
            accepted_.notify_all();
        }
    }
    flow::Door door_;
    std::atomic<bool> stopping_ = false;
    std::atomic<int> accepted_ = 0;
    std::atomic<double> slowest_ = 0;
    Clock::time_point since_ = Clock::now();
    std::thread thread_;  // last: it uses all of these
};

int run(const std::string& site, std::int64_t cases) {
    const SystemClock clock;
    const auto node = Node::start({.site_folder = site, .clock = &clock, .port = {}, .serves = false});
    if (!node || !fill((*node)->context(), cases)) { return 1; }
    Traffic traffic((*node)->context());
    traffic.until(messages_before);
    traffic.tell("before");
    const auto started = std::chrono::steady_clock::now();
    const auto rotated = flow::rotate_keys((*node)->context(), ledger::Actor::of_hub("bench"));
    const Seconds took = std::chrono::steady_clock::now() - started;
    traffic.tell("during the rotation");
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
