#include "hub/http/loop.h"

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>

#include "core/base/encoding.h"
#include "core/base/log.h"

namespace haven::http {
namespace {

namespace asio = boost::asio;
using tcp = asio::ip::tcp;
using Code = boost::system::error_code;

constexpr auto accept_retry = 100ms;  // no file descriptor was free
constexpr std::size_t network_bytes = 8;

Peer peer_of(const tcp::socket& socket) {
    Code ec;
    auto address = socket.remote_endpoint(ec).address();
    if (address.is_v6() && address.to_v6().is_v4_mapped()) {
        address = asio::ip::make_address_v4(asio::ip::v4_mapped, address.to_v6());
    }
    if (address.is_v4()) { return {address.to_string(), address.to_string()}; }
    const auto bytes = address.to_v6().to_bytes();
    return {address.to_string(), to_hex({reinterpret_cast<const char*>(bytes.data()), network_bytes})};
}

}  // namespace

struct Loop::Parts {
    asio::io_context context{1};  // one thread runs it
    asio::executor_work_guard<asio::io_context::executor_type> guard = asio::make_work_guard(context);
    asio::steady_timer timer{context};
};

Loop::Loop() : parts_(std::make_unique<Parts>()) {}
Loop::~Loop() = default;

void Loop::run() {
    parts_->context.run();
}

void Loop::finish() {
    parts_->context.stop();
}

void Loop::post(std::function<void()> work) {
    asio::post(parts_->context, std::move(work));
}

void Loop::after(std::chrono::milliseconds wait, std::function<void()> work) {
    parts_->timer.expires_after(wait);
    parts_->timer.async_wait([work = std::move(work)](const Code& ec) {
        if (!ec) { work(); }
    });
}

bool Loop::is_here() const {
    return parts_->context.get_executor().running_in_this_thread();
}

struct Socket::Parts {
    explicit Parts(tcp::socket accepted) : socket(std::move(accepted)) {}
    tcp::socket socket;
    std::uint64_t waits = 0;
};

Socket::Socket(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
Socket::Socket(Socket&&) noexcept = default;
Socket::~Socket() = default;

int Socket::handle() const {
    return parts_->socket.native_handle();
}

void Socket::wait(Want want, std::shared_ptr<Ready> who) {
    const auto mine = ++parts_->waits;
    const auto kind = want == Want::read ? tcp::socket::wait_read : tcp::socket::wait_write;
    // `who` owns this socket, so its parts are alive when the handler runs.
    parts_->socket.async_wait(kind, [parts = parts_.get(), mine, who = std::move(who)](const Code& ec) {
        if (mine == parts->waits && !ec) { who->on_ready(); }
    });
}

void Socket::close() {
    ++parts_->waits;
    Code ignored;
    parts_->socket.close(ignored);
}

struct Listener::Parts {
    explicit Parts(asio::io_context& home) : acceptor(home), retry(home) {}
    tcp::acceptor acceptor;
    asio::steady_timer retry;
    std::vector<Loop*> loops;
    Accepted accepted;
    std::size_t turn = 0;
    bool short_of_sockets = false;

    void accept() {
        acceptor.async_accept(loops[turn]->parts().context, [this](const Code& ec, tcp::socket socket) {
            if (!acceptor.is_open()) { return; }
            if (!ec) {
                deal(std::move(socket));
                accept();
                return;
            }
            if (!short_of_sockets) { log(LogLevel::alarm, "http-accept-failed", {{"errno", ec.value()}}); }
            short_of_sockets = true;
            retry.expires_after(accept_retry);
            retry.async_wait([this](const Code& stopped) {
                if (!stopped) { accept(); }
            });
        });
    }

    void deal(tcp::socket socket) {
        short_of_sockets = false;
        Code ec;
        socket.non_blocking(true, ec);
        if (!ec) { socket.set_option(tcp::no_delay(true), ec); }
        if (ec) { return; }
        auto& to = *loops[turn];
        asio::post(to.parts().context, [this, loop = turn, socket = std::move(socket)]() mutable {
            const auto peer = peer_of(socket);
            accepted(loop, Socket(std::make_unique<Socket::Parts>(std::move(socket))), peer);
        });
        turn = (turn + 1) % loops.size();
    }
};

Listener::Listener(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
Listener::~Listener() = default;

Result<std::unique_ptr<Listener>> Listener::open(Loop& home, const std::string& address, std::uint16_t port) {
    Code ec;
    const auto numeric = asio::ip::make_address(address, ec);
    if (ec) { return fail(Fault::malformed, "expected a numeric address to listen on"); }
    auto parts = std::make_unique<Parts>(home.parts().context);
    const tcp::endpoint endpoint(numeric, port);
    parts->acceptor.open(endpoint.protocol(), ec);
    if (!ec) { parts->acceptor.set_option(tcp::acceptor::reuse_address(true), ec); }
    if (!ec) { parts->acceptor.bind(endpoint, ec); }
    if (!ec) { parts->acceptor.listen(asio::socket_base::max_listen_connections, ec); }
    if (ec) { return fail(Fault::unreachable, Reason("expected the port to be free: errno ", ec.value())); }
    return std::make_unique<Listener>(std::move(parts));
}

std::uint16_t Listener::port() const {
    Code ec;
    return parts_->acceptor.local_endpoint(ec).port();
}

bool Listener::is_loopback() const {
    Code ec;
    return parts_->acceptor.local_endpoint(ec).address().is_loopback();
}

void Listener::start(std::vector<Loop*> loops, Accepted accepted) {
    parts_->loops = std::move(loops);
    parts_->accepted = std::move(accepted);
    parts_->accept();
}

void Listener::stop() {
    Code ignored;
    parts_->acceptor.close(ignored);
    parts_->retry.cancel(ignored);
}

}  // namespace haven::http
