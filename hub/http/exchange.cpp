#include <algorithm>

#include "core/base/limits.h"
#include "core/base/log.h"
#include "hub/http/connection.h"
#include "hub/http/problem.h"
#include "hub/http/wire.h"

namespace haven::http {
namespace {

constexpr std::size_t piece_bytes = limits::chunk_bytes;

bool is_media_type(std::string_view field, std::string_view wanted) {
    field = field.substr(0, field.find(';'));
    while (field.ends_with(' ') || field.ends_with('\t')) { field.remove_suffix(1); }
    return std::ranges::equal(field, wanted, [](char a, char b) { return (a >= 'A' && a <= 'Z' ? a + 32 : a) == b; });
}

}  // namespace

void Connection::open_exchange() {
    exchange_ = {};
    exchange_.begun = true;
    exchange_.started = std::chrono::steady_clock::now();
    exchange_.id = edge_.ids.next_as<RequestId>(SystemClock{}.now());
    early_.reset();
    resumed_ = false;
    ++turn_;
    ++piece_;  // a `next` of the request before is late
}

bool Connection::begin() {
    open_exchange();
    auto head = parser_.head(std::string_view(in_).substr(0, scan_.end));
    in_.erase(0, scan_.end);
    scan_ = {};
    if (!head) { return refuse(head.error()); }
    exchange_.head_only = head->method == "HEAD";
    if (auto sound = check_head(*head, edge_.options.hosts); !sound) { return refuse(sound.error()); }
    exchange_.framing = parser_.framing(*head);
    exchange_.whole = !exchange_.framing.has_body();
    auto target = read_target(head->target);
    if (!target) { return refuse(target.error()); }
    return route(std::move(*target), std::move(*head));
}

bool Connection::route(Target target, Head head) {
    auto match = edge_.routes.find(head.method, target.path);
    if (match.route == nullptr) {
        const bool other = !match.allow.empty();
        auto none =
            problem(other ? 405 : 404, {Fault::missing, "expected a path and a method of this API", {}}, exchange_.id);
        if (other) { none.headers.push_back({"Allow", std::move(match.allow)}); }
        return respond(std::move(none));
    }
    exchange_.route = match.route;
    exchange_.request = {exchange_.id,
                         std::move(head.method),
                         std::move(match.parts),
                         std::move(target.query),
                         std::move(head.headers),
                         {},
                         peer_.address,
                         certificate_,
                         {}};
    tl::expected<Caller, Response> caller = tl::unexpected(Response{});
    call([&] { caller = edge_.authorise(*exchange_.route, exchange_.request); });
    if (early_) { return proceed(); }  // it threw
    if (!caller) { return respond(std::move(caller.error())); }
    const auto is_kind = [&](Literal kind) { return std::string_view(kind.text) == caller->kind.text; };
    if (std::ranges::none_of(exchange_.route->callers, is_kind)) {
        return respond(problem({Fault::refused, "expected another kind of caller", {}}, exchange_.id));
    }
    exchange_.request.caller = *caller;
    exchange_.caller = *caller;
    return exchange_.whole ? handle() : admit_body();
}

// The caller is known and allowed; now its body may come.
bool Connection::admit_body() {
    const auto& types = exchange_.route->media_types;
    const auto type = exchange_.request.header("content-type").value_or("");
    const auto same = [&](Literal wanted) { return is_media_type(type, wanted.text); };
    if (!types.empty() && std::ranges::none_of(types, same)) {
        return refuse({415, {Fault::malformed, "expected another media type", {}}});
    }
    const auto bytes_max = exchange_.route->body_bytes_max.value_or(edge_.options.limits.body_bytes);
    if (exchange_.framing.length > bytes_max) {
        return refuse({413, {Fault::too_large, Reason("expected a body of at most ", bytes_max, " bytes"), {}}});
    }
    state_ = State::body;
    due_in(edge_.options.deadlines.grace);
    if (exchange_.framing.expects_continue && in_.empty()) {
        out_ = "HTTP/1.1 100 Continue\r\n\r\n";
        sent_ = 0;
        exchange_.interim = true;
        state_ = State::writing;
    }
    return true;
}

bool Connection::read_body() {
    auto& now = exchange_;
    const auto before = now.body.size();
    const auto taken = parser_.body(in_, now.body);
    in_.erase(0, taken.bytes);
    const auto grown = now.body.size() - before;
    now.received += grown;
    if (!taken.sound) { return refuse({400, {Fault::malformed, "expected a properly framed body", {}}}); }
    const auto bytes_max = now.route->body_bytes_max.value_or(edge_.options.limits.body_bytes);
    if (now.received > bytes_max) {
        return refuse({413, {Fault::too_large, Reason("expected a body of at most ", bytes_max, " bytes"), {}}});
    }
    if (!charge(grown)) { return refuse({503, {Fault::unreachable, "expected fewer bodies at once", {}}}); }
    now.whole = taken.whole;
    const bool large = now.framing.length > piece_bytes || now.body.size() > piece_bytes || now.sink;
    if (now.route->receive && large) { return feed_sink(); }
    return now.whole ? handle() : fill();
}

bool Connection::handle() {
    exchange_.request.body = std::move(exchange_.body);
    state_ = State::handling;
    due_in(edge_.options.deadlines.handler);
    call([&] { exchange_.route->handle(std::move(exchange_.request), responder()); });
    return proceed();
}

bool Connection::feed_sink() {
    if (!exchange_.sink) {
        state_ = State::handling;
        due_in(edge_.options.deadlines.handler);
        call([&] { exchange_.sink = exchange_.route->receive(std::move(exchange_.request), responder()); });
        if (early_ || !exchange_.sink) { return proceed(); }
        state_ = State::body;
    }
    if (exchange_.body.size() >= piece_bytes || (exchange_.whole && !exchange_.body.empty())) { return give_piece(); }
    if (!exchange_.whole) { return fill(); }
    state_ = State::handling;
    due_in(edge_.options.deadlines.handler);
    call([&] { exchange_.sink->on_end(); });
    return proceed();
}

bool Connection::give_piece() {
    auto& body = exchange_.body;
    auto piece = body.substr(0, piece_bytes);
    body.erase(0, piece_bytes);
    state_ = State::handling;
    due_in(edge_.options.deadlines.handler);
    resumed_ = false;
    ++piece_;
    call([&] { exchange_.sink->on_piece(std::move(piece), next()); });
    return proceed();
}

// Goes on if the hub has answered or called `next`.
bool Connection::proceed() {
    if (early_) {
        auto response = std::move(*early_);
        early_.reset();
        return respond(std::move(response));
    }
    if (!resumed_) { return false; }
    resumed_ = false;
    ++piece_;  // a second `next` for the same piece is late
    release(exchange_.charged - exchange_.body.size());
    state_ = State::body;
    due_in(edge_.options.deadlines.grace);
    return true;
}

// The edge itself says no: the rest of what the caller sends is not read.
bool Connection::refuse(const Refusal& why) {
    if (!exchange_.begun) { open_exchange(); }
    abandon();
    last_ = true;
    auto refusal = problem(why.status, why.error, exchange_.id);
    if (why.status == 503) { refusal.headers.push_back({"Retry-After", "5"}); }
    return respond(std::move(refusal));
}

bool Connection::respond(Response response) {
    auto& now = exchange_;
    if (!is_writable(response)) {
        log(LogLevel::alarm, "http-answer-unwritable", {{"request", now.id}});
        response = problem({Fault::broken, "expected an answer that HTTP can carry", {}}, now.id);
    }
    now.awaiting = false;
    now.sink.reset();
    now.status = response.status;
    last_ = last_ || !now.whole || !now.framing.keep_alive || turn_ >= edge_.options.limits.requests_per_connection;
    out_ = wire_text(response, {now.head_only, last_, edge_.tls != nullptr}, io_.date());
    sent_ = 0;
    state_ = State::writing;
    due_in(edge_.options.deadlines.grace);
    return true;
}

// Nothing more comes for the sink, and no answer of the hub counts any more.
void Connection::abandon() {
    exchange_.awaiting = false;
    early_.reset();
    resumed_ = false;
    if (const auto sink = std::move(exchange_.sink)) {
        call([&] { sink->on_abort(); });
        early_.reset();
    }
}

bool Connection::charge(std::size_t bytes) {
    exchange_.charged += bytes;
    return edge_.bodies_bytes.fetch_add(bytes) + bytes <= edge_.options.limits.bodies_bytes;
}

void Connection::release(std::size_t bytes) {
    exchange_.charged -= bytes;
    edge_.bodies_bytes.fetch_sub(bytes);
}

}  // namespace haven::http
