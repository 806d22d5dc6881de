#pragma once
#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "core/base/result.h"
#include "hub/http/stream.h"

namespace haven::http {

/// Told on the loop's thread when its socket is ready.
class Ready {
public:
    Ready() = default;
    Ready(const Ready&) = delete;
    Ready& operator=(const Ready&) = delete;
    virtual ~Ready() = default;
    virtual void on_ready() = 0;
};

/// Where a connection comes from.
struct Peer {
    std::string address;  ///< numeric
    std::string network;  ///< what the limit per address counts: the IPv4 address, or the IPv6 /64
};

/// What one thread does, one piece of work after another. Asio's home.
class Loop {
public:
    Loop();
    ~Loop();
    Loop(const Loop&) = delete;
    Loop& operator=(const Loop&) = delete;

    void run();                             ///< until `finish`
    void finish();                          ///< any thread
    void post(std::function<void()> work);  ///< any thread; work posted after `finish` is dropped
    void after(std::chrono::milliseconds wait, std::function<void()> work);  ///< one at a time, from the loop's thread
    bool is_here() const;  ///< whether the caller runs on the loop's thread

    struct Parts;
    Parts& parts() { return *parts_; }

private:
    std::unique_ptr<Parts> parts_;
};

/// One accepted connection, non-blocking, of one loop. Used on that loop's thread alone.
class Socket {
public:
    struct Parts;
    explicit Socket(std::unique_ptr<Parts> parts);
    Socket(Socket&&) noexcept;
    ~Socket();  ///< closes it

    int handle() const;  ///< the file descriptor
    /// Calls `on_ready` once; a later wait takes the place of an earlier one.
    void wait(Want want, std::shared_ptr<Ready> who);
    void close();

private:
    std::unique_ptr<Parts> parts_;
};

/// Accepts connections and deals them to the loops in turn.
class Listener {
public:
    using Accepted = std::function<void(std::size_t loop, Socket socket, const Peer& peer)>;  ///< on that loop's thread

    /// Runs on `home`, which must outlive it.
    /// Errors: malformed - not a numeric address; unreachable - the port cannot be had.
    static Result<std::unique_ptr<Listener>> open(Loop& home, const std::string& address, std::uint16_t port);

    struct Parts;
    explicit Listener(std::unique_ptr<Parts> parts);
    Listener(const Listener&) = delete;
    Listener& operator=(const Listener&) = delete;
    ~Listener();

    std::uint16_t port() const;
    bool is_loopback() const;  ///< whether only this machine can reach it
    void start(std::vector<Loop*> loops, Accepted accepted);
    void stop();  ///< on the home loop's thread

private:
    std::unique_ptr<Parts> parts_;
};

}  // namespace haven::http
