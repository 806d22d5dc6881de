#pragma once
#include <sys/types.h>

#include <chrono>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

/// Real partner processes for tests. Nothing here is linked into the hub.
namespace haven::peers {

/// A new folder under the temporary folder, removed with all that is in it at its end.
class TemporaryFolder {
public:
    TemporaryFolder();
    TemporaryFolder(const TemporaryFolder&) = delete;
    TemporaryFolder& operator=(const TemporaryFolder&) = delete;
    ~TemporaryFolder();
    const std::filesystem::path& path() const { return path_; }
    std::string operator/(const std::string& name) const { return path_ / name; }

private:
    std::filesystem::path path_;
};

/// Runs one of the programs of tests/peers and waits until it says {"listening": PORT}. Ended at its end, and killed
/// with the test program if that dies first. Throws std::runtime_error if it does not start: a test cannot go on
/// without it.
class Peer {
public:
    Peer(const std::string& program, const std::vector<std::string>& arguments);
    Peer(const Peer&) = delete;
    Peer& operator=(const Peer&) = delete;
    ~Peer();
    int port() const { return port_; }

private:
    pid_t pid_ = -1;
    int port_ = 0;
};

/// Runs a program to its end; throws std::runtime_error if that is not success.
void run(const std::vector<std::string>& command);

/// Waits, with a deadline, until the condition holds; false if it never did.
bool eventually(const std::function<bool()>& condition, std::chrono::milliseconds deadline = std::chrono::seconds(30));

/// Writes a file in one step: readers see the old one or the new one whole.
void put_file(const std::filesystem::path& path, const std::string& bytes);
std::string file_text(const std::filesystem::path& path);  ///< "" where there is none

/// A folder that tests/peers/make_certificates filled, made once for each test program.
const TemporaryFolder& certificates();

}  // namespace haven::peers
