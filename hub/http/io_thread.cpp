#include "hub/http/io_thread.h"

#include <csignal>

#include "core/base/log.h"
#include "hub/http/connection.h"
#include "hub/http/wire.h"

namespace haven::http {
namespace {

constexpr std::size_t scratch_bytes = std::size_t{64} * 1024;
constexpr auto sweep_every = 100ms;  // how late a deadline may be noticed

}  // namespace

IoThread::IoThread(Edge& e) : edge(e), scratch(scratch_bytes) {}
IoThread::~IoThread() = default;

void IoThread::run() {
    // OpenSSL writes to sockets with write(): a caller who has gone must be an error here, not the end of the process.
    sigset_t pipe{};
    ::sigemptyset(&pipe);
    ::sigaddset(&pipe, SIGPIPE);
    ::pthread_sigmask(SIG_BLOCK, &pipe, nullptr);
    for (bool over = false; !over;) {
        try {
            loop.run();
            over = true;
        } catch (...) {
            log(LogLevel::alarm, "http-thread-failed");  // no memory, in all likelihood: one piece of work is lost
        }
    }
}

void IoThread::adopt(Socket socket, const Peer& peer) {
    if (draining_ || !edge.admission.admit(peer.network)) { return; }  // closes it
    std::shared_ptr<Connection> connection;
    try {
        connection = std::make_shared<Connection>(*this, std::move(socket), peer);
        connections_.insert(connection);
    } catch (...) {
        edge.admission.leave(peer.network);
        throw;
    }
    if (!sweeping_) { sweep(); }
    connection->on_ready();
}

void IoThread::drain(Moment cut_at) {
    draining_ = true;
    cut_at_ = cut_at;
    const auto all = std::vector(connections_.begin(), connections_.end());
    for (const auto& connection : all) { connection->drain(); }
    end_if_drained();
}

void IoThread::forget(const std::shared_ptr<Connection>& connection) {
    connections_.erase(connection);
    end_if_drained();
}

void IoThread::end_if_drained() {
    if (draining_ && connections_.empty()) { loop.finish(); }
}

void IoThread::sweep() {
    sweeping_ = false;
    if (connections_.empty()) { return; }
    loop.after(sweep_every, [this] { sweep(); });
    sweeping_ = true;
    const auto now = std::chrono::steady_clock::now();
    const bool cut = draining_ && cut_at_ <= now;
    std::vector<std::shared_ptr<Connection>> late;
    for (const auto& connection : connections_) {
        if (cut || connection->deadline() <= now) { late.push_back(connection); }
    }
    for (const auto& connection : late) { cut ? connection->close() : connection->expire(); }
}

const std::string& IoThread::date() {
    const auto now = std::time(nullptr);
    if (now != date_at_) {
        date_at_ = now;
        date_ = date_text(now);
    }
    return date_;
}

}  // namespace haven::http
