#pragma once
#include <functional>
#include <memory>
#include <span>

#include "hub/http/message.h"

namespace haven::http {

/// Takes a large body a piece at a time. Calls come on an I/O thread, one after another, and must not block.
///
/// The sink answers through the `Responder` that it was made with: after `on_end`, or before to refuse the rest.
/// Once it has answered, or `on_abort` has come, no other call comes.
class BodySink {
public:
    BodySink() = default;
    BodySink(const BodySink&) = delete;
    BodySink& operator=(const BodySink&) = delete;
    virtual ~BodySink() = default;
    /// Takes the next piece: 256 KiB (`limits::chunk_bytes`), the last one 1 byte or more. Nothing further is read from
    /// the caller until `next` is called: from any thread, within the handler's deadline.
    virtual void on_piece(std::string piece, std::function<void()> next) = 0;
    /// The body is whole.
    virtual void on_end() = 0;
    /// No more will come: the connection broke, a deadline passed or a limit was met. What was taken must be undone.
    virtual void on_abort() = 0;
};

/// Handles one request whose body is whole. Runs on an I/O thread and must not block.
using Handle = std::function<void(Request, Responder)>;
/// Opens a sink for a body of more than 256 KiB.
using Receive = std::function<std::shared_ptr<BodySink>(Request, Responder)>;

/// One line of the table of everything that the hub answers.
struct Route {
    Literal name;                                    ///< for metrics and logs
    Literal method;                                  ///< GET (which answers HEAD too), POST, PUT, PATCH or DELETE
    Literal pattern;                                 ///< "/v1/partners/{partner}/messages"
    std::vector<Literal> callers;                    ///< the kinds that may call it; another kind is refused
    std::vector<Literal> media_types = {};           ///< that its body may have; empty: any
    std::optional<std::size_t> body_bytes_max = {};  ///< else `Limits::body_bytes`
    Handle handle;
    Receive receive = {};  ///< if set, bodies of more than 256 KiB go here and not to `handle`
};

/// What a path and a method lead to.
struct Match {
    const Route* route = nullptr;  ///< null where there is none
    std::vector<Pair> parts;
    std::string allow;  ///< the methods that the path does answer, where it is only the method that does not fit
};

/// The table, checked: no route is open to nobody, without a handler, twice there, or hidden by an earlier one.
class Routes {
public:
    /// Errors: broken - the table contradicts itself; the place counts its lines from 1.
    static Result<Routes> make(std::vector<Route> routes);

    std::span<const Route> all() const { return routes_; }
    Match find(std::string_view method, const std::vector<std::string>& path) const;

private:
    using Pattern = std::vector<std::string_view>;
    Routes(std::vector<Route> routes, std::vector<Pattern> patterns)
        : routes_(std::move(routes)), patterns_(std::move(patterns)) {}
    std::vector<Route> routes_;
    std::vector<Pattern> patterns_;  // of the route at the same index
};

}  // namespace haven::http
