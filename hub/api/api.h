#pragma once
#include <functional>

#include "core/base/log.h"
#include "core/base/problem.h"
#include "core/ledger/entry.h"
#include "hub/api/callers.h"
#include "hub/api/metrics.h"
#include "hub/api/pool.h"
#include "hub/flow/asked.h"
#include "hub/flow/door.h"
#include "hub/flow/teller.h"
#include "hub/http/route.h"

namespace haven::api {

/// What the handlers work with. Outlives the server.
struct Parts {
    const flow::Context& context;
    flow::Door& door;
    Pool& pool;
    Metrics& metrics;
    std::shared_ptr<const Map> case_map;     ///< the case file in the hub's own JSON
    flow::MapByVersion referral_maps;        ///< a referral in JSON
    std::shared_ptr<const Map> account_map;  ///< a victim's account in the hub's own JSON
    std::function<void()> wake;              ///< there may be new work
    std::function<tl::expected<void, Problems>(const std::string& hash, UserId by)> activate_site;
};

/// Every route of the hub, with who may call it. docs/reference/openapi.yaml describes them.
/// Errors: broken - the table contradicts itself.
Result<http::Routes> routes(const Parts& parts);

/// The handlers, by what they are about. Each answers on a thread of the pool unless it says otherwise.
std::vector<http::Route> message_routes(const Parts& parts);
std::vector<http::Route> case_routes(const Parts& parts);
std::vector<http::Route> merge_routes(const Parts& parts);
std::vector<http::Route> referral_routes(const Parts& parts);
std::vector<http::Route> operation_routes(const Parts& parts);
std::vector<http::Route> decision_routes(const Parts& parts);
std::vector<http::Route> site_routes(const Parts& parts);
std::vector<http::Route> rights_routes(const Parts& parts);
std::vector<http::Route> override_routes(const Parts& parts);
std::vector<http::Route> account_routes(const Parts& parts);
std::vector<http::Route> witness_routes(const Parts& parts);

/// The hub's own people, all roles.
std::vector<Literal> staff();

/// Wraps a handler that reads the store: runs it on the pool; 503 where the pool is full; an error becomes a problem.
using Answer = std::function<Result<http::Response>(const http::Request&)>;
http::Handle on_pool(const Parts& parts, Answer answer);

/// Writes the log line of one call: route, status, time and who called; nothing of the path, the query, the headers or
/// the body. Every call has its line but those that the health route answers well.
void log_call(const http::Served& served);

http::Response json(int status, std::string body);
/// What the caller calls its request, so that it may send it again; "" where it does not. Errors: malformed.
Result<std::string> idempotency_key_in(const http::Request& request);
/// Answers what makes something: 201 once it is done, and 200 with the same body where the same caller asked for the
/// same under the same key before; 422 where that key came with something else. Without a key it is done each time.
struct Once {
    Literal route;  ///< its name: a key that came on another route came with something else
    std::function<Result<CaseId>(const std::optional<flow::AskedOnce>&)> work;
    std::function<std::string(CaseId)> body;  ///< of the answer
};
Result<http::Response> answer_once(const Parts& parts, const http::Request& request, const Once& once);
/// The id in a part of the path. Errors: missing.
Result<std::int64_t> id_in(const http::Request& request, std::string_view part);
/// The case that the path names, or that it was merged into, as far as the caller may know of it: one that is concealed
/// from a user is not there.
/// Every handler of a case begins with it, so that nothing tells the two apart. Errors: missing; unreachable.
Result<CaseId> case_in(const Parts& parts, const http::Request& request);
/// "after" and "limit" of a list. Errors: malformed.
struct Page {
    std::int64_t after = 0;
    std::int64_t limit = 50;
};
Result<Page> page_of(const http::Request& request);
/// "limit" alone, for a list whose cursor is no id. Errors: malformed.
Result<std::int64_t> limit_of(const http::Request& request);
/// A list with its cursor: {"items":[...],"next":"..."}; `next` only where the page is full, so that there may be more.
/// `last` is the id that the next page begins behind.
std::string list_json(const std::vector<std::string>& items, const Page& page, std::int64_t last);
ledger::Actor actor_of(const http::Caller& caller);

}  // namespace haven::api
