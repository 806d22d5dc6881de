#include <atomic>

#include "core/base/log.h"
#include "hub/http/connection.h"
#include "hub/http/problem.h"

// How the hub's code, on whatever thread, reaches a connection again: by weak pointers, and only for the turn or the
// piece that it was given.
namespace haven::http {

/// What a Responder holds: it answers at most once, and by itself when it is dropped.
class Connection::Answer {
public:
    explicit Answer(Connection& to)
        : io_(to.io_.weak_from_this()), to_(to.weak_from_this()), turn_(to.turn_), request_(to.exchange_.id) {}
    Answer(const Answer&) = delete;
    Answer& operator=(const Answer&) = delete;
    ~Answer() {
        try {
            give(problem({Fault::unreachable, "expected the request to be answered", {}}, request_));
        } catch (...) {
            log(LogLevel::alarm, "http-answer-lost");  // no memory; the handler's deadline answers
        }
    }

    void give(Response response) {
        if (given_.exchange(true)) { return; }
        const auto io = io_.lock();
        if (!io) { return; }  // the server has gone
        if (io->loop.is_here()) {
            const auto to = to_.lock();
            if (to && to->calling_ && to->turn_ == turn_) {
                to->early_ = std::move(response);
                return;
            }
        }
        io->loop.post([to = to_, turn = turn_, response = std::move(response)]() mutable {
            if (const auto here = to.lock()) { here->answer(turn, std::move(response)); }
        });
    }

private:
    std::weak_ptr<IoThread> io_;
    std::weak_ptr<Connection> to_;
    std::uint64_t turn_;
    RequestId request_;
    std::atomic<bool> given_{false};
};

Responder Connection::responder() {
    exchange_.awaiting = true;
    return [answer = std::make_shared<Answer>(*this)](Response response) { answer->give(std::move(response)); };
}

std::function<void()> Connection::next() {
    return [io = io_.weak_from_this(), to = weak_from_this(), number = piece_] {
        const auto thread = io.lock();
        if (!thread) { return; }
        if (thread->loop.is_here()) {
            const auto here = to.lock();
            if (here && here->calling_ && here->piece_ == number) {
                here->resumed_ = true;
                return;
            }
        }
        thread->loop.post([to, number] {
            if (const auto here = to.lock()) { here->go_on(number); }
        });
    };
}

void Connection::answer(std::uint64_t turn, Response response) {
    if (state_ == State::closed || turn != turn_ || !exchange_.awaiting) { return; }
    early_ = std::move(response);
    state_ = State::handling;  // a sink may answer while its body is still being read
    run();
}

void Connection::go_on(std::uint64_t piece) {
    if (state_ != State::handling || piece != piece_) { return; }
    resumed_ = true;
    run();
}

}  // namespace haven::http
