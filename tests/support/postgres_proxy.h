#pragma once
#include <atomic>
#include <filesystem>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace haven {

/// Stands between a client and the test server, and cuts the line at a COMMIT: a commit of unknown outcome.
class PostgresProxy {
public:
    enum class Cut : std::uint8_t {
        never,
        before_commit,  ///< the server never sees the COMMIT
        after_commit,   ///< the server does what it says; the client never hears of it
    };

    /// `where` is the server's connection string.
    explicit PostgresProxy(std::string where);
    PostgresProxy(const PostgresProxy&) = delete;
    PostgresProxy& operator=(const PostgresProxy&) = delete;
    ~PostgresProxy();

    std::string where() const;              ///< the way through the proxy
    void cut_once(Cut cut) { cut_ = cut; }  ///< at the next COMMIT that passes
    int cuts() const { return cuts_; }

private:
    void accept_clients();
    void carry(int client);
    bool pass_to_server(int client, int server);

    const std::string server_;
    std::filesystem::path folder_;
    int listener_ = -1;
    std::atomic<Cut> cut_{Cut::never};
    std::atomic<int> cuts_{0};
    std::atomic<bool> closing_{false};
    std::thread acceptor_;
    std::vector<std::thread> carriers_;  // of the acceptor's thread until it ends
};

}  // namespace haven
