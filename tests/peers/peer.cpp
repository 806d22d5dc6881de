#include "tests/peers/peer.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <charconv>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string_view>
#include <thread>

namespace haven::peers {
namespace {

constexpr std::chrono::seconds start_deadline{20};
constexpr std::chrono::seconds stop_deadline{5};

std::vector<char*> pointers(const std::vector<std::string>& command) {
    std::vector<char*> out;
    out.reserve(command.size() + 1);
    for (const auto& word : command) { out.push_back(const_cast<char*>(word.c_str())); }
    out.push_back(nullptr);
    return out;
}

// Only calls that are safe after a fork stand between it and the exec.
pid_t start(const std::vector<std::string>& command, int standard_output) {
    auto words = pointers(command);
    const pid_t pid = ::fork();
    if (pid != 0) { return pid; }
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (standard_output >= 0) { ::dup2(standard_output, STDOUT_FILENO); }
    ::execv(words[0], words.data());
    ::_exit(127);
}

std::string first_line(int fd) {
    std::string line;
    const auto until = std::chrono::steady_clock::now() + start_deadline;
    while (line.find('\n') == std::string::npos) {
        const auto left =
            std::chrono::duration_cast<std::chrono::milliseconds>(until - std::chrono::steady_clock::now());
        pollfd waits{fd, POLLIN, 0};
        std::array<char, 512> bytes{};
        if (left.count() <= 0 || ::poll(&waits, 1, static_cast<int>(left.count())) <= 0) { return {}; }
        const auto n = ::read(fd, bytes.data(), bytes.size());
        if (n <= 0) { return {}; }
        line.append(bytes.data(), static_cast<std::size_t>(n));
    }
    return line;
}

}  // namespace

TemporaryFolder::TemporaryFolder() {
    auto name = (std::filesystem::temp_directory_path() / "haven-test-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) { throw std::runtime_error("no temporary folder"); }
    path_ = name;
}

TemporaryFolder::~TemporaryFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
}

Peer::Peer(const std::string& program, const std::vector<std::string>& arguments) {
    std::vector<std::string> command{std::string(HAVEN_SOURCE_DIR) + "/tests/peers/" + program};
    command.insert(command.end(), arguments.begin(), arguments.end());
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) { throw std::runtime_error("no pipe"); }
    pid_ = start(command, ends[1]);
    ::close(ends[1]);
    const auto line = first_line(ends[0]);
    ::close(ends[0]);
    constexpr std::string_view before = "\"listening\": ";
    const auto at = line.find(before);
    if (at != std::string::npos) {
        std::from_chars(line.data() + at + before.size(), line.data() + line.size(), port_);
    }
    if (port_ == 0) { throw std::runtime_error("the peer " + program + " did not start"); }
}

Peer::~Peer() {
    ::kill(pid_, SIGTERM);
    if (eventually([this] { return ::waitpid(pid_, nullptr, WNOHANG) != 0; }, stop_deadline)) { return; }
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
}

void run(const std::vector<std::string>& command) {
    const pid_t pid = start(command, -1);
    int status = 0;
    if (pid < 0 || ::waitpid(pid, &status, 0) != pid || status != 0) {
        throw std::runtime_error("failed: " + command[0]);
    }
}

bool eventually(const std::function<bool()>& condition, std::chrono::milliseconds deadline) {
    const auto until = std::chrono::steady_clock::now() + deadline;
    while (!condition()) {
        if (std::chrono::steady_clock::now() > until) { return false; }
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    return true;
}

void put_file(const std::filesystem::path& path, const std::string& bytes) {
    const auto part = path.string() + ".part";
    std::ofstream(part, std::ios::binary) << bytes;
    std::filesystem::rename(part, path);
}

std::string file_text(const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

const TemporaryFolder& certificates() {
    static const TemporaryFolder folder;
    static const bool made = [] {
        run({std::string(HAVEN_SOURCE_DIR) + "/tests/peers/make_certificates", folder.path()});
        return true;
    }();
    static_cast<void>(made);
    return folder;
}

}  // namespace haven::peers
