#include "hub/http/server.h"

#include <thread>

#include "hub/http/connection.h"

namespace haven::http {
namespace {

constexpr unsigned threads_max = 64;
constexpr std::uint32_t node_max = 1023;
constexpr std::size_t head_bytes_min = 256;

Result<void> check(const ServerOptions& options, const Authorise& authorise) {
    if (options.threads < 1 || options.threads > threads_max) {
        return fail(Fault::malformed, Reason("expected 1 to ", threads_max, " threads"));
    }
    if (options.node > node_max) { return fail(Fault::malformed, Reason("expected a node of 0 to ", node_max)); }
    if (options.limits.head_bytes < head_bytes_min) {
        return fail(Fault::malformed, Reason("expected room for heads of ", head_bytes_min, " bytes"));
    }
    if (options.deadlines.bytes_per_second == 0) { return fail(Fault::malformed, "expected a rate above 0"); }
    if (!authorise) { return fail(Fault::broken, "expected someone to authorise"); }
    return {};
}

}  // namespace

struct Server::Parts {
    Parts(ServerOptions options, Routes routes, Authorise authorise, Observe observe, TlsContext tls)
        : edge(std::move(options), std::move(routes), std::move(authorise), std::move(observe), std::move(tls)) {}

    Edge edge;
    std::vector<std::shared_ptr<IoThread>> io;
    std::unique_ptr<Listener> listener;
    std::uint16_t port = 0;
    std::vector<std::thread> threads;
};

Result<std::unique_ptr<Server>> Server::start(ServerOptions options, Routes routes, Authorise authorise,
                                              Observe observe) {
    if (auto sound = check(options, authorise); !sound) { return fail(sound.error()); }
    TlsContext tls;
    if (options.tls) {
        auto made = make_tls(*options.tls);
        if (!made) { return fail(made.error()); }
        tls = std::move(*made);
    }
    auto parts = std::make_unique<Parts>(std::move(options), std::move(routes), std::move(authorise),
                                         std::move(observe), std::move(tls));
    auto& edge = parts->edge;
    std::vector<Loop*> loops;
    for (unsigned i = 0; i < edge.options.threads; ++i) {
        parts->io.push_back(std::make_shared<IoThread>(edge));
        loops.push_back(&parts->io.back()->loop);
    }
    auto listener = Listener::open(*loops.front(), edge.options.address, edge.options.port);
    if (!listener) { return fail(listener.error()); }
    if (!edge.tls && !(*listener)->is_loopback()) {
        return fail(Fault::refused, "expected TLS for an address that other machines can reach");
    }
    parts->port = (*listener)->port();
    parts->listener = std::move(*listener);
    parts->listener->start(loops, [io = parts->io](std::size_t loop, Socket socket, const Peer& peer) {
        io[loop]->adopt(std::move(socket), peer);
    });
    for (const auto& io : parts->io) {
        parts->threads.emplace_back([io] { io->run(); });
    }
    return std::unique_ptr<Server>(new Server(std::move(parts)));
}

Server::Server(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}

Server::~Server() {
    stop(0ms);
}

std::uint16_t Server::port() const {
    return parts_->port;
}

const Routes& Server::routes() const {
    return parts_->edge.routes;
}

void Server::stop(std::chrono::milliseconds deadline) {
    if (parts_->threads.empty()) { return; }
    const auto cut_at = std::chrono::steady_clock::now() + deadline;
    parts_->io.front()->loop.post([parts = parts_.get()] { parts->listener->stop(); });
    for (const auto& io : parts_->io) {
        io->loop.post([here = io.get(), cut_at] { here->drain(cut_at); });
    }
    for (auto& thread : parts_->threads) { thread.join(); }
    parts_->threads.clear();
}

}  // namespace haven::http
