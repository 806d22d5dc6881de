#include "hub/flow/accounts.h"

#include "hub/api/api.h"
#include "hub/api/body.h"

namespace haven::api {
namespace {

Result<http::Response> enter(const Parts& parts, const http::Request& request) {
    const auto id = case_in(parts, request);
    if (!id) { return fail(id.error()); }
    const UserId by{request.caller.id};
    const auto made = flow::enter_account(parts.context, *id, request.body, by);
    if (!made) { return fail(made.error()); }
    return json(201, "{\"account\":" + json_string(id_text(*made)) + "}");
}

Result<http::Response> list(const Parts& parts, const http::Request& request) {
    const auto id = case_in(parts, request);
    if (!id) { return fail(id.error()); }
    const auto all = flow::read_accounts(parts.context, *id, *parts.account_map, actor_of(request.caller));
    if (!all) { return fail(all.error()); }
    return json(200, list_json(*all, Page{0, INT64_MAX}, 0));
}

Result<http::Response> decide(const Parts& parts, const http::Request& request) {
    auto id = id_in(request, "id");
    if (!id) { return fail(std::move(id).error()); }
    const Body body(request.body);
    const auto named = body.text("partner");
    const auto decision = body.text("decision").value_or("");
    const auto* partner = named ? parts.context.site->partner(*named) : nullptr;
    if (partner == nullptr || (decision != "tell" && decision != "do-not-tell")) {
        return fail(Fault::malformed, "expected a partner of the site, and the decision: tell or do-not-tell");
    }
    auto done = flow::decide_account(parts.context, RecordId{*id}, partner->name, decision == "tell",
                                     UserId{request.caller.id});
    if (!done) { return fail(std::move(done).error()); }
    parts.wake();
    return json(201, "{}");
}

}  // namespace

std::vector<http::Route> account_routes(const Parts& parts) {
    const std::vector<Literal> callers{"practitioner", "duty-manager"};
    return {
        {.name = "enter-account",
         .method = "POST",
         .pattern = "/v1/cases/{id}/accounts",
         .callers = callers,
         .media_types = {"application/json"},
         .handle = on_pool(parts, [&parts](const http::Request& request) { return enter(parts, request); })},
        {.name = "list-accounts",
         .method = "GET",
         .pattern = "/v1/cases/{id}/accounts",
         .callers = callers,
         .handle = on_pool(parts, [&parts](const http::Request& request) { return list(parts, request); })},
        {.name = "decide-account",
         .method = "POST",
         .pattern = "/v1/accounts/{id}/decisions",
         .callers = callers,
         .media_types = {"application/json"},
         .handle = on_pool(parts, [&parts](const http::Request& request) { return decide(parts, request); })},
    };
}

}  // namespace haven::api
