#include "hub/api/api.h"
#include "hub/flow/told.h"

/// What the victim of a case, and those who answer to her, may ask for.
namespace haven::api {
namespace {

Result<http::Response> told(const Parts& parts, const http::Request& request) {
    auto id = id_in(request, "id");
    if (!id) { return fail(std::move(id).error()); }
    auto items = flow::show_told(parts.context, CaseId{*id}, actor_of(request.caller));
    if (!items) { return fail(std::move(items).error()); }
    return json(200, list_json(*items, Page{0, INT64_MAX}, 0));
}

}  // namespace

std::vector<http::Route> rights_routes(const Parts& parts) {
    return {
        {.name = "list-disclosures",
         .method = "GET",
         .pattern = "/v1/cases/{id}/disclosures",
         .callers = {"practitioner", "duty-manager", "information-governance"},
         .handle = on_pool(parts, [&parts](const http::Request& request) { return told(parts, request); })},
    };
}

}  // namespace haven::api
