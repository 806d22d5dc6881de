#include "tests/bench/post.h"

#include <cstdio>
#include <cstdlib>

namespace haven::bench {
namespace {

using boost::system::error_code;

}  // namespace

std::string request_bytes(std::string_view path, std::string_view token, std::string_view media_type,
                          std::string_view body) {
    std::string out = "POST ";
    out.append(path).append(" HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ").append(token);
    out.append("\r\nContent-Type: ").append(media_type).append("\r\nContent-Length: ");
    return out.append(std::to_string(body.size())).append("\r\n\r\n").append(body);
}

// Waits: it happens once in thousands of posts, and the other end does not need this thread for it.
void Poster::connect() {
    line_ = std::make_unique<Tls>(io_, tls_);
    line_->lowest_layer().connect({asio::ip::address_v4::loopback(), port_});
    line_->lowest_layer().set_option(asio::ip::tcp::no_delay(true));
    line_->handshake(Tls::client);
    waiting_.clear();
}

void Poster::post(std::string request, Told told) {
    request_ = std::move(request);
    told_ = std::move(told);
    if (!line_) { connect(); }
    asio::async_write(*line_, asio::buffer(request_), [this](error_code error, std::size_t) {
        if (error) { std::fprintf(stderr, "post: %s\n", error.message().c_str()), std::exit(1); }
        read();
    });
}

void Poster::read() {
    line_->async_read_some(asio::buffer(piece_), [this](error_code error, std::size_t size) {
        if (error) { std::fprintf(stderr, "answer: %s\n", error.message().c_str()), std::exit(1); }
        waiting_.append(piece_.data(), size);
        const auto answer = take_message(waiting_);
        if (!answer) { return read(); }
        if (answer->field("Connection") == "close") { line_.reset(); }
        const auto told = std::move(told_);
        told(*answer);
    });
}

Posters::Posters(asio::io_context& io, asio::ssl::context& tls, std::uint16_t port, std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) {
        all_.push_back(std::make_unique<Poster>(io, tls, port));
        idle_.push_back(all_.back().get());
    }
}

void Posters::post(std::string request, Poster::Told told) {
    waiting_.push_back({std::move(request), std::move(told)});
    if (idle_.empty()) { return; }
    auto* poster = idle_.back();
    idle_.pop_back();
    next(*poster);
}

void Posters::next(Poster& poster) {
    if (waiting_.empty()) { return idle_.push_back(&poster); }
    auto turn = std::move(waiting_.front());
    waiting_.pop_front();
    poster.post(std::move(turn.request), [this, &poster, told = std::move(turn.told)](const WireMessage& answer) {
        told(answer);
        next(poster);
    });
}

struct FastServer::Line : std::enable_shared_from_this<Line> {
    Line(asio::ip::tcp::socket socket, FastServer& server) : tls(std::move(socket), server.tls_), of(server) {}

    void start() {
        tls.lowest_layer().set_option(asio::ip::tcp::no_delay(true));
        tls.async_handshake(Tls::server, [self = shared_from_this()](error_code error) {
            if (!error) { self->read(); }
        });
    }
    void read() {
        tls.async_read_some(asio::buffer(piece), [self = shared_from_this()](error_code error, std::size_t size) {
            if (error) { return; }  // they hung up
            self->waiting.append(self->piece.data(), size);
            self->serve();
        });
    }
    void serve() {
        const auto message = take_message(waiting);
        if (!message) { return read(); }
        answer = "HTTP/1.1 201 Created\r\nIdempotency-Key: ";
        answer.append(message->field("Idempotency-Key")).append("\r\nReference: EH-1\r\nContent-Length: 2\r\n\r\n{}");
        asio::async_write(tls, asio::buffer(answer), [self = shared_from_this()](error_code error, std::size_t) {
            if (!error) { self->serve(); }
        });
        of.posted_(*message);
    }

    Tls tls;
    FastServer& of;
    std::string waiting, answer;
    std::array<char, 16384> piece{};
};

FastServer::FastServer(asio::io_context& io, asio::ssl::context& tls, Posted posted)
    : tls_(tls), door_(io, {asio::ip::address_v4::loopback(), 0}), posted_(std::move(posted)) {
    accept();
}

void FastServer::accept() {
    door_.async_accept([this](error_code error, asio::ip::tcp::socket socket) {
        if (!error) { std::make_shared<Line>(std::move(socket), *this)->start(); }
        accept();
    });
}

asio::ssl::context tls_of(const std::string& folder, const std::string& name, asio::ssl::context::method method) {
    asio::ssl::context tls(method);
    tls.load_verify_file(folder + "/authority.crt");
    if (!name.empty()) {
        tls.use_certificate_file(folder + "/" + name + ".crt", asio::ssl::context::pem);
        tls.use_private_key_file(folder + "/" + name + ".key", asio::ssl::context::pem);
    }
    const bool serves = method == asio::ssl::context::tls_server;
    tls.set_verify_mode(asio::ssl::verify_peer |
                        (serves && name == "council" ? asio::ssl::verify_fail_if_no_peer_cert : 0));
    return tls;
}

}  // namespace haven::bench
