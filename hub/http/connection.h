#pragma once
#include <memory>
#include <optional>
#include <string>

#include "core/base/log.h"
#include "hub/http/io_thread.h"
#include "hub/http/parser.h"
#include "hub/http/problem.h"

namespace haven::http {

/// One caller's connection: one request after another, each read, gated, routed, authorised and answered.
///
/// A state machine that `run` turns until it must wait: for its socket, for the hub's answer, or for the sweep to find
/// its deadline passed. Everything happens on its IoThread.
class Connection final : public Ready, public std::enable_shared_from_this<Connection> {
public:
    Connection(IoThread& io, Socket socket, Peer peer);

    void on_ready() override { run(); }
    Moment deadline() const { return deadline_; }
    void expire();  ///< the deadline has passed
    void drain();   ///< closes now if idle, else after the request under way
    void close();   ///< at once

private:
    enum class State : std::uint8_t { handshake, head, body, handling, writing, lingering, closed };

    /// One request and its answer.
    struct Exchange {
        Moment started{};
        RequestId id;
        const Route* route = nullptr;
        Request request;
        Caller caller;  // the request is gone once it is handed on
        Framing framing;
        std::string body;          // what has come and is not handed on
        std::size_t received = 0;  // all that has come
        std::size_t charged = 0;   // of Edge::bodies_bytes
        std::shared_ptr<BodySink> sink;
        bool head_only = false;  // HEAD: the answer's body is not sent
        bool begun = false;      // and not yet observed
        bool whole = false;      // nothing of it is still to be read
        bool awaiting = false;   // the hub may still answer
        bool interim = false;    // what is being written is 100 Continue
        int status = 0;
    };
    class Answer;

    // connection.cpp: bytes and time
    void run();
    bool step();
    bool shake_hands();
    bool read_head();
    bool fill();
    bool write();
    void farewell();
    bool linger();
    bool written();
    void wait(Want want) { socket_.wait(want, shared_from_this()); }
    void due_in(std::chrono::milliseconds time) { deadline_ = std::chrono::steady_clock::now() + time; }
    void keep_pace(std::size_t bytes);
    void done();

    template <class Step>
    void guarded(Step step);

    // exchange.cpp: one request
    void open_exchange();
    bool begin();
    bool route(Target target, Head head);
    bool admit_body();
    bool read_body();
    bool handle();
    bool feed_sink();
    bool give_piece();
    bool proceed();
    template <class Call>
    void call(Call hub_code);
    bool refuse(const Refusal& why);
    bool respond(Response response);
    void abandon();
    bool charge(std::size_t bytes);
    void release(std::size_t bytes);

    // answer.cpp: the way back from the hub's code
    Responder responder();
    std::function<void()> next();
    void answer(std::uint64_t turn, Response response);
    void go_on(std::uint64_t piece);

    IoThread& io_;
    Edge& edge_;
    Peer peer_;
    Socket socket_;
    Stream stream_;
    std::shared_ptr<const ClientCertificate> certificate_;
    Parser parser_;
    State state_ = State::handshake;
    Moment deadline_{};
    std::string in_;  // read and not yet taken
    HeadScan scan_;
    std::string out_;
    std::size_t sent_ = 0;
    std::size_t discarded_ = 0;
    bool last_ = false;              // closes after the answer under way
    std::uint64_t turn_ = 0;         // number of the request
    std::uint64_t piece_ = 0;        // number of the piece that the sink has
    bool calling_ = false;           // hub code is on the stack
    bool resumed_ = false;           // it called `next`
    std::optional<Response> early_;  // it answered
    Exchange exchange_;
};

// Hub code must not throw; if it does, its request fails and nothing else.
template <class Call>
void Connection::call(Call hub_code) {
    calling_ = true;
    try {
        hub_code();
    } catch (...) {
        log(LogLevel::alarm, "http-handler-threw", {{"request", exchange_.id}});
        early_ = problem({Fault::broken, "expected the handler to finish", {}}, exchange_.id);
    }
    calling_ = false;
}

}  // namespace haven::http
