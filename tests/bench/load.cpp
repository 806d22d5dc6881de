// What the benchmark's driver (tests/bench/run) sets to work: the partners of the hub, each on one thread, and the raw
// figures that stand beside theirs. Answers one line of JSON.
//
//     haven_load csv COUNT FIRST                                       writes that CSV to its output
//     haven_load accept CERTIFICATES PORT TOKEN CONNECTIONS SECONDS FIRST   police reports, to the 202
//     haven_load way CERTIFICATES PORT POLICE_TOKEN COUNCIL_TOKEN      the whole way; see `Way`
//     haven_load posts CERTIFICATES CONNECTIONS SECONDS                the same posts to a server that keeps nothing
//     haven_load sync FILE SECONDS                                     2 kB appended and fdatasync
#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <iostream>
#include <map>
#include <thread>

#include "tests/bench/post.h"
#include "tests/bench/texts.h"

namespace haven::bench {
namespace {

using Steady = std::chrono::steady_clock;
using Words = std::vector<std::string>;

constexpr const char* police_door = "/v1/partners/northshire-police/messages";
constexpr const char* council_door = "/v1/partners/eastford-council/messages";
constexpr std::size_t report_bytes = 2'048;

double seconds_since(Steady::time_point start) {
    return std::chrono::duration<double>(Steady::now() - start).count();
}

double own_cpu() {
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    return static_cast<double>(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
           static_cast<double>(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) * 1e-6;
}

struct Figures {
    std::vector<double> ms;
    std::uint64_t failed = 0;

    void print(double seconds) {
        std::sort(ms.begin(), ms.end());
        const auto at = [&](double part) {
            return ms.empty() ? 0.0 : ms[static_cast<std::size_t>(part * static_cast<double>(ms.size() - 1))];
        };
        std::printf(
            "{\"count\":%zu,\"seconds\":%.3f,\"per_second\":%.1f,\"p50_ms\":%.2f,\"p99_ms\":%.2f,"
            "\"max_ms\":%.2f,\"failed\":%llu,\"generator_cpu_s\":%.3f}\n",
            ms.size(), seconds, static_cast<double>(ms.size()) / seconds, at(0.5), at(0.99), at(1),
            static_cast<unsigned long long>(failed), own_cpu());
        std::fflush(stdout);
    }
};

/// So many connections, each posting its next report when the last one was answered.
void post_reports(const Words& args, std::uint16_t port, int wanted, const std::string& token, double seconds,
                  std::uint64_t first, std::size_t connections) {
    asio::io_context io{1};
    auto tls = tls_of(args[0], "", asio::ssl::context::tls_client);
    Posters posters(io, tls, port, connections);
    Figures figures;
    auto number = first;
    const auto start = Steady::now();
    std::function<void()> post = [&] {
        if (seconds_since(start) >= seconds) { return; }
        auto request = request_bytes(police_door, token, "application/xml", police_xml(number++, false));
        posters.post(std::move(request), [&, begun = Steady::now()](const WireMessage& answer) {
            figures.ms.push_back(seconds_since(begun) * 1e3);
            figures.failed += answer.status() == wanted ? 0 : 1;
            post();
        });
    };
    for (std::size_t i = 0; i < connections; ++i) { post(); }
    io.run();
    figures.print(seconds_since(start));
}

int accept(const Words& args) {
    post_reports(args, static_cast<std::uint16_t>(std::stoi(args[1])), 202, args[2], std::stod(args[4]),
                 std::stoull(args[5]), std::stoul(args[3]));
    return 0;
}

// The server runs on a thread of its own, as the hub does in its own process.
int posts(const Words& args) {
    auto server_tls = tls_of(args[0], "hub", asio::ssl::context::tls_server);
    server_tls.use_certificate_file(args[0] + "/council.crt", asio::ssl::context::pem);
    server_tls.use_private_key_file(args[0] + "/council.key", asio::ssl::context::pem);
    asio::io_context served{1};
    FastServer server(served, server_tls, [](const WireMessage&) {});
    std::thread thread([&] { served.run(); });
    post_reports(args, server.port(), 201, "none", std::stod(args[2]), 1, std::stoul(args[1]));
    served.stop();
    thread.join();
    return 0;
}

int sync_file(const Words& args) {
    const std::string bytes(report_bytes, 'x');
    const int file = ::open(args[0].c_str(), O_CREAT | O_TRUNC | O_WRONLY | O_CLOEXEC, 0600);
    Figures figures;
    const auto start = Steady::now();
    while (file >= 0 && seconds_since(start) < std::stod(args[1])) {
        const auto begun = Steady::now();
        if (::write(file, bytes.data(), bytes.size()) < 0 || ::fdatasync(file) != 0) { return 1; }
        figures.ms.push_back(seconds_since(begun) * 1e3);
    }
    figures.print(seconds_since(start));
    ::close(file);
    return file < 0 ? 1 : 0;
}

int csv(const Words& args) {
    const auto count = std::stoull(args[0]);
    const auto first = std::stoull(args[1]);
    std::cout << csv_header();
    for (std::uint64_t i = 0; i < count; ++i) { std::cout << csv_row(first + i); }
    return std::cout.flush() ? 0 : 1;
}

/// The whole way. The council accepts what it is offered with a message of its own; what tells that the hub has
/// recorded the answer is the confirmation that comes to the council then, with the victim's name in it. Never more
/// than `window` victims are on their way at once.
///
/// Reads lines from its input, "WINDOW SECONDS FIRST", and answers each with its figures; ends with the input.
class Way {
public:
    explicit Way(const Words& args)
        : police_token_(args[2]),
          council_token_(args[3]),
          council_tls_(tls_of(args[0], "council", asio::ssl::context::tls_server)),
          client_tls_(tls_of(args[0], "", asio::ssl::context::tls_client)),
          council_(io_, council_tls_, [this](const WireMessage& m) { came_to_council(m); }),
          hub_port_(static_cast<std::uint16_t>(std::stoi(args[1]))) {}

    std::uint16_t council_port() const { return council_.port(); }

    void run(std::size_t window, double seconds, std::uint64_t first) {
        if (!posters_) { posters_ = std::make_unique<Posters>(io_, client_tls_, hub_port_, posting_connections); }
        figures_ = {};
        started_.clear();
        next_ = first;
        seconds_ = seconds;
        start_ = last_ = Steady::now();
        for (std::size_t i = 0; i < window; ++i) { begin_one(); }
        while (!started_.empty() && seconds_since(last_) < patience) {
            io_.restart();
            io_.run_for(std::chrono::milliseconds(50));
        }
        figures_.failed += started_.size();
        figures_.print(std::chrono::duration<double>(last_ - start_).count());
    }

private:
    static constexpr std::size_t posting_connections = 16;
    static constexpr double patience = 20;

    void begin_one() {
        if (seconds_since(start_) >= seconds_) { return; }
        const auto number = next_++;
        started_[number] = Steady::now();
        post(police_door, police_token_, "application/xml", police_xml(number, true));
    }
    void post(std::string_view door, const std::string& token, std::string_view type, const std::string& body) {
        posters_->post(request_bytes(door, token, type, body),
                       [this](const WireMessage& answer) { figures_.failed += answer.status() == 202 ? 0 : 1; });
    }
    void came_to_council(const WireMessage& message) {
        const auto number = number_of(json_text(message.body, "lastName"));
        if (!number) {
            return post(council_door, council_token_, "application/json",
                        acceptance(json_text(message.body, "externalId")));
        }
        const auto begun = started_.find(*number);
        if (begun == started_.end()) { return; }  // it came twice
        last_ = Steady::now();
        figures_.ms.push_back(seconds_since(begun->second) * 1e3);
        started_.erase(begun);
        begin_one();
    }

    std::string police_token_, council_token_;
    asio::io_context io_{1};
    asio::ssl::context council_tls_, client_tls_;
    FastServer council_;
    std::uint16_t hub_port_;
    std::unique_ptr<Posters> posters_;
    Figures figures_;
    std::map<std::uint64_t, Steady::time_point> started_;
    std::uint64_t next_ = 0;
    double seconds_ = 0;
    Steady::time_point start_, last_;
};

int way(const Words& args) {
    Way way(args);
    std::printf("{\"listening\":%d}\n", way.council_port());
    std::fflush(stdout);
    std::size_t window = 0;
    double seconds = 0;
    std::uint64_t first = 0;
    while (std::cin >> window >> seconds >> first) { way.run(window, seconds, first); }
    return 0;
}

}  // namespace
}  // namespace haven::bench

int main(int argc, char** argv) {
    using namespace haven::bench;
    struct Job {
        const char* name;
        std::size_t arguments;
        int (*run)(const Words&);
    };
    constexpr Job jobs[] = {
        {"csv", 2, csv}, {"accept", 6, accept}, {"way", 4, way}, {"posts", 3, posts}, {"sync", 2, sync_file}};
    for (const auto& job : jobs) {
        if (argc != static_cast<int>(job.arguments) + 2 || std::string_view(argv[1]) != job.name) { continue; }
        try {
            return job.run(Words(argv + 2, argv + argc));
        } catch (const std::exception& e) { return std::fprintf(stderr, "haven_load: %s\n", e.what()), 1; }
    }
    return std::fputs("usage: see the head of tests/bench/load.cpp\n", stderr), 2;
}
