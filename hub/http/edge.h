#pragma once
#include <atomic>
#include <map>
#include <mutex>

#include "hub/http/server.h"
#include "hub/http/tls.h"

namespace haven::http {

/// Counts connections, in all and per network.
class Admission {
public:
    explicit Admission(const Limits& limits)
        : all_max_(limits.connections), each_max_(limits.connections_per_address) {}

    bool admit(const std::string& network) {
        const std::lock_guard lock(mutex_);
        if (all_ == all_max_) { return false; }
        auto& here = each_[network];
        if (here == each_max_) { return false; }
        ++here;
        ++all_;
        return true;
    }
    void leave(const std::string& network) {
        const std::lock_guard lock(mutex_);
        const auto here = each_.find(network);
        --all_;
        if (--here->second == 0) { each_.erase(here); }
    }

private:
    std::mutex mutex_;
    std::size_t all_ = 0;
    std::map<std::string, std::size_t> each_;
    std::size_t all_max_;
    std::size_t each_max_;
};

/// What all connections of a server share.
struct Edge {
    Edge(ServerOptions o, Routes r, Authorise a, Observe seen, TlsContext t)
        : options(std::move(o)),
          routes(std::move(r)),
          authorise(std::move(a)),
          observe(std::move(seen)),
          tls(std::move(t)),
          admission(options.limits),
          ids(options.node) {}

    const ServerOptions options;
    const Routes routes;
    const Authorise authorise;
    const Observe observe;
    const TlsContext tls;  ///< null: plain
    Admission admission;
    IdSource ids;
    std::atomic<std::size_t> bodies_bytes{0};  ///< held for requests under way
};

}  // namespace haven::http
