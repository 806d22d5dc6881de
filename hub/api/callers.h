#pragma once
#include <atomic>
#include <map>
#include <memory>
#include <mutex>
#include <thread>

#include "core/store/people.h"
#include "hub/flow/context.h"
#include "hub/http/server.h"

namespace haven::api {

/// Who calls: by client certificate or bearer token. The kinds are "partner" and the roles of the hub's own people.
///
/// Tokens are kept in memory and read again each second, so one that was revoked is refused within a second.
class Callers {
public:
    /// Errors: unreachable - the store.
    static Result<std::unique_ptr<Callers>> start(const flow::Context& context);
    Callers(const Callers&) = delete;
    Callers& operator=(const Callers&) = delete;
    ~Callers();

    /// The edge's hook: 401 for nobody it knows, 404 where the path names a partner that the site has not, 403 where
    /// the route is not for that kind or for that partner. Whom it refuses by name is in the log.
    tl::expected<http::Caller, http::Response> authorise(const http::Route& route, const http::Request& request) const;

    /// Reads the tokens now.
    Result<void> refresh();

private:
    struct Known {
        Literal kind = "";
        Name partner;
        UserId person;
    };
    using Tokens = std::map<Digest32, Known>;
    explicit Callers(const flow::Context& context) : context_(context) {}
    std::optional<Known> identify(const http::Request& request) const;
    void serve();

    const flow::Context& context_;
    std::shared_ptr<const Tokens> tokens_;  // swapped whole
    mutable std::mutex mutex_;
    std::mutex refreshing_;  // one at a time: what was read before a token was revoked must not be put in place after
    std::condition_variable woken_;
    bool stopping_ = false;
    std::thread thread_;
};

/// The kinds as routes name them.
Literal kind_of(site::Role role);

}  // namespace haven::api
