#include <poll.h>
#include <unistd.h>

#include <atomic>
#include <iostream>
#include <thread>

#include "core/catalogue/value.h"
#include "hub/cli/run.h"

namespace haven::cli {
namespace {

constexpr int look_every_ms = 100;
constexpr std::string_view at = "at ";

/// Turns the hub's clock as standard input says.
class Director {
public:
    Director(ManualClock& clock, Node& node, const Call& call)
        : clock_(clock), node_(node), call_(call), thread_([this] { read(); }) {}
    Director(const Director&) = delete;
    Director& operator=(const Director&) = delete;
    ~Director() {
        stopping_ = true;
        thread_.join();
    }

private:
    void read() {
        std::string text;
        std::array<char, 4096> piece{};
        while (!stopping_) {
            pollfd in{STDIN_FILENO, POLLIN, 0};
            if (::poll(&in, 1, look_every_ms) <= 0) { continue; }
            const auto n = ::read(STDIN_FILENO, piece.data(), piece.size());
            if (n <= 0) { return call_.end(); }
            text.append(piece.data(), static_cast<std::size_t>(n));
            for (auto end = text.find('\n'); end != std::string::npos; end = text.find('\n')) {
                obey(std::string_view(text).substr(0, end));
                text.erase(0, end + 1);
            }
        }
    }

    // What was due on the way is looked at before the answer, so that a story goes on in order.
    void obey(std::string_view line) {
        const auto to = line.starts_with(at) ? parse_instant(line.substr(at.size())) : std::nullopt;
        if (!to || *to < clock_.now()) {
            std::cout << "expected: at INSTANT, not before " << iso_text(clock_.now()) << std::endl;
            return;
        }
        clock_.turn_to(*to);
        const auto passed = node_.let_time_pass();
        std::cout << "now " << iso_text(clock_.now()) << (passed ? "" : "; timers were not looked at") << std::endl;
    }

    ManualClock& clock_;
    Node& node_;
    const Call& call_;
    std::atomic<bool> stopping_ = false;
    std::thread thread_;
};

}  // namespace

int demo(const Call& call) {
    const auto begin = call.arguments.size() == 1 ? parse_instant(call.arguments[0]) : std::nullopt;
    if (!begin) { return usage("demo"); }
    ManualClock clock(*begin);
    auto node = Node::start(node_options(call, clock));
    if (!node) { return failed(node.error(), call.site); }
    std::cout << "serving 127.0.0.1:" << (*node)->port() << std::endl;
    const Director director(clock, **node, call);
    call.wait_for_end();
    return exit_ok;
}

}  // namespace haven::cli
