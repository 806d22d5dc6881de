#include "hub/http/connection.h"

#include <algorithm>

namespace haven::http {
namespace {

constexpr int steps_max = 64;                 // before the thread's other connections have their turn
constexpr std::size_t kept_bytes_max = 4096;  // of an idle connection's buffers
constexpr std::size_t discarded_bytes_max = std::size_t{1} << 20;  // of a body that nobody reads

void trim(std::string& buffer) {
    buffer.clear();
    if (buffer.capacity() > kept_bytes_max) { std::string().swap(buffer); }
}

}  // namespace

Connection::Connection(IoThread& io, Socket socket, Peer peer)
    : io_(io),
      edge_(io.edge),
      peer_(std::move(peer)),
      socket_(std::move(socket)),
      stream_(socket_.handle(), edge_.tls) {
    due_in(edge_.options.deadlines.head);
}

template <class Step>
void Connection::guarded(Step step) {
    const auto self = shared_from_this();  // close() forgets it
    try {
        step();
    } catch (...) {
        log(LogLevel::alarm, "http-connection-failed");  // no memory, in all likelihood
        close();
    }
}

void Connection::run() {
    guarded([this] {
        for (int steps = 0; state_ != State::closed && step(); ++steps) {
            if (steps == steps_max) {
                io_.loop.post([self = shared_from_this()] { self->run(); });
                return;
            }
        }
    });
}

// Does what can be done now; false when there is something to wait for.
bool Connection::step() {
    switch (state_) {
        case State::handshake: return shake_hands();
        case State::head: return read_head();
        case State::body: return read_body();
        case State::handling: return proceed();
        case State::writing: return write();
        case State::lingering: return linger();
        case State::closed: return false;
    }
    return false;
}

bool Connection::shake_hands() {
    const auto step = stream_.handshake();
    if (step.kind == Stream::Step::Kind::wait) {
        wait(step.want);
        return false;
    }
    if (step.kind == Stream::Step::Kind::over) {
        farewell();  // the alert says why
        return true;
    }
    certificate_ = stream_.certificate();
    state_ = State::head;
    return true;
}

bool Connection::read_head() {
    if (auto sound = scan_head(in_, scan_, edge_.options.limits.head_bytes); !sound) { return refuse(sound.error()); }
    return scan_.end > 0 ? begin() : fill();
}

bool Connection::fill() {
    const auto step = stream_.read(io_.scratch);
    switch (step.kind) {
        case Stream::Step::Kind::wait: wait(step.want); return false;
        case Stream::Step::Kind::over: close(); return false;
        case Stream::Step::Kind::done: break;
    }
    if (state_ == State::head && in_.empty() && turn_ > 0) { due_in(edge_.options.deadlines.head); }
    if (state_ == State::body) { keep_pace(step.bytes); }
    in_.append(io_.scratch.data(), step.bytes);
    return true;
}

// Bytes that came or went push the deadline on by the time that the slowest allowed caller needs for them; a fast start
// does not buy a long rest.
void Connection::keep_pace(std::size_t bytes) {
    const auto& deadlines = edge_.options.deadlines;
    const auto earned = std::chrono::milliseconds(bytes * 1000 / deadlines.bytes_per_second);
    deadline_ = std::min(deadline_ + earned, std::chrono::steady_clock::now() + deadlines.grace);
}

bool Connection::write() {
    while (sent_ < out_.size()) {
        const auto step = stream_.write(std::string_view(out_).substr(sent_));
        switch (step.kind) {
            case Stream::Step::Kind::wait: wait(step.want); return false;
            case Stream::Step::Kind::over: close(); return false;
            case Stream::Step::Kind::done: break;
        }
        sent_ += step.bytes;
        keep_pace(step.bytes);
    }
    return written();
}

bool Connection::written() {
    trim(out_);
    if (exchange_.interim) {
        exchange_.interim = false;
        state_ = State::body;
        due_in(edge_.options.deadlines.grace);
        return true;
    }
    done();
    if (last_) {
        farewell();
        return true;
    }
    state_ = State::head;
    due_in(in_.empty() ? edge_.options.deadlines.idle : edge_.options.deadlines.head);
    if (in_.empty()) { trim(in_); }
    return true;
}

// Closing while bytes of the caller are unread would throw away the answer on its way (RFC 9112, section 9.6), so they
// are read and dropped for a moment.
void Connection::farewell() {
    stream_.finish();
    state_ = State::lingering;
    due_in(edge_.options.deadlines.farewell);
}

bool Connection::linger() {
    const auto step = stream_.discard(io_.scratch);
    discarded_ += step.bytes;
    if (step.kind == Stream::Step::Kind::done && discarded_ <= discarded_bytes_max) { return true; }
    if (step.kind == Stream::Step::Kind::wait) {
        wait(step.want);
    } else {
        close();
    }
    return false;
}

void Connection::expire() {
    static constexpr Reason slow("expected the request to come faster");
    guarded([this] {
        switch (state_) {
            case State::head:
                if (in_.empty()) {
                    stream_.finish();
                    close();
                    return;
                }
                refuse({408, {Fault::unreachable, slow, {}}});
                break;
            case State::body: refuse({408, {Fault::unreachable, slow, {}}}); break;
            case State::handling:
                log(LogLevel::warning, "http-handler-late", {{"request", exchange_.id}});
                refuse({503, {Fault::unreachable, "expected an answer within the deadline", {}}});
                break;
            case State::handshake:
            case State::writing:
            case State::lingering:
            case State::closed: close(); return;
        }
        run();
    });
}

void Connection::drain() {
    if (state_ == State::handshake || (state_ == State::head && in_.empty())) {
        if (state_ == State::head) { stream_.finish(); }
        close();
    }
    last_ = true;
}

// The request is over, however it ended; an idle connection keeps nothing of it.
void Connection::done() {
    release(exchange_.charged);
    exchange_.request = {};
    std::string().swap(exchange_.body);
    if (!exchange_.begun) { return; }
    exchange_.begun = false;
    const auto took = std::chrono::steady_clock::now() - exchange_.started;
    if (!edge_.observe) { return; }
    call([&] {
        edge_.observe({exchange_.route == nullptr ? Literal("none") : exchange_.route->name, exchange_.status,
                       std::chrono::duration_cast<std::chrono::microseconds>(took), exchange_.id, exchange_.caller});
    });
    early_.reset();
}

void Connection::close() {
    if (state_ == State::closed) { return; }
    state_ = State::closed;
    const auto self = shared_from_this();
    abandon();
    if (exchange_.begun) { exchange_.status = 0; }
    done();
    socket_.close();
    edge_.admission.leave(peer_.network);
    io_.forget(self);
}

}  // namespace haven::http
