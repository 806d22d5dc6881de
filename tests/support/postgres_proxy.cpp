#include "tests/support/postgres_proxy.h"

#include <libpq-fe.h>
#include <netdb.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cstring>
#include <memory>
#include <stdexcept>
#include <string_view>

namespace haven {
namespace {

constexpr int look_up_ms = 20;  // how often a thread looks whether the proxy is closing

std::string option_of(const std::string& where, std::string_view keyword) {
    const std::unique_ptr<PQconninfoOption, decltype(&PQconninfoFree)> options(PQconninfoParse(where.c_str(), nullptr),
                                                                               PQconninfoFree);
    for (auto* option = options.get(); option != nullptr && option->keyword != nullptr; ++option) {
        if (option->keyword == keyword && option->val != nullptr) { return option->val; }
    }
    return {};
}

sockaddr_un socket_address(const std::string& folder, const std::string& port) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    const auto path = folder + "/.s.PGSQL." + port;
    if (path.size() >= sizeof address.sun_path) { throw std::runtime_error("socket path too long"); }
    std::memcpy(address.sun_path, path.c_str(), path.size() + 1);
    return address;
}

int connect_to_server(const std::string& where) {
    const auto host = option_of(where, "host");
    auto port = option_of(where, "port");
    if (port.empty()) { port = "5432"; }
    if (host.starts_with('/')) {
        const auto address = socket_address(host, port);
        const int fd = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
        if (::connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0) { return fd; }
        ::close(fd);
        return -1;
    }
    addrinfo* found = nullptr;
    if (::getaddrinfo(host.empty() ? "127.0.0.1" : host.c_str(), port.c_str(), nullptr, &found) != 0) { return -1; }
    const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> addresses(found, ::freeaddrinfo);
    const int fd = ::socket(found->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (::connect(fd, found->ai_addr, found->ai_addrlen) == 0) { return fd; }
    ::close(fd);
    return -1;
}

bool send_all(int fd, std::string_view bytes) {
    while (!bytes.empty()) {
        const auto n = ::send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (n <= 0) { return false; }
        bytes.remove_prefix(static_cast<std::size_t>(n));
    }
    return true;
}

// What can be read now; empty at the end.
std::string receive(int fd) {
    std::array<char, 65536> buffer{};
    const auto n = ::recv(fd, buffer.data(), buffer.size(), 0);
    return {buffer.data(), n > 0 ? static_cast<std::size_t>(n) : 0};
}

}  // namespace

PostgresProxy::PostgresProxy(std::string where) : server_(std::move(where)) {
    std::string folder = (std::filesystem::temp_directory_path() / "haven-proxy.XXXXXX").string();
    if (::mkdtemp(folder.data()) == nullptr) { throw std::runtime_error("no temporary folder"); }
    folder_ = folder;
    listener_ = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const auto address = socket_address(folder, "5432");
    if (::bind(listener_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 ||
        ::listen(listener_, SOMAXCONN) != 0) {
        throw std::runtime_error("the proxy cannot listen");
    }
    acceptor_ = std::thread([this] { accept_clients(); });
}

PostgresProxy::~PostgresProxy() {
    closing_ = true;
    acceptor_.join();
    for (auto& carrier : carriers_) { carrier.join(); }
    ::close(listener_);
    std::filesystem::remove_all(folder_);
}

std::string PostgresProxy::where() const {
    // libpq takes the last of two same keywords.
    return server_ + " host=" + folder_.string() + " port=5432";
}

void PostgresProxy::accept_clients() {
    while (!closing_) {
        pollfd ready{listener_, POLLIN, 0};
        if (::poll(&ready, 1, look_up_ms) <= 0) { continue; }
        const int client = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
        if (client >= 0) {
            carriers_.emplace_back([this, client] { carry(client); });
        }
    }
}

void PostgresProxy::carry(int client) {
    const int server = connect_to_server(server_);
    bool client_there = server >= 0;
    while (client_there && !closing_) {
        std::array ready{pollfd{client, POLLIN, 0}, pollfd{server, POLLIN, 0}};
        if (::poll(ready.data(), ready.size(), look_up_ms) <= 0) { continue; }
        if (ready[0].revents != 0) { client_there = pass_to_server(client, server); }
        if (client_there && ready[1].revents != 0) {
            const auto bytes = receive(server);
            client_there = !bytes.empty() && send_all(client, bytes);
        }
    }
    ::close(client);
    if (server >= 0) { ::close(server); }
}

// False: the client's line is to be cut.
bool PostgresProxy::pass_to_server(int client, int server) {
    const auto bytes = receive(client);
    if (bytes.empty()) { return false; }
    const bool is_commit = bytes.find(std::string_view("COMMIT\0", 7)) != std::string::npos;
    auto cut = is_commit ? cut_.exchange(Cut::never) : Cut::never;
    if (cut == Cut::before_commit) {
        ++cuts_;
        return false;
    }
    if (!send_all(server, bytes)) { return false; }
    if (cut == Cut::after_commit) {
        ++cuts_;
        return false;
    }
    return true;
}

}  // namespace haven
