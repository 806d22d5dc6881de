#include <boost/json.hpp>

#include "hub/api/api.h"
#include "hub/flow/publishing.h"
#include "hub/http/problem.h"

namespace haven::api {
namespace {

std::string site_json(const store::PublishedSite& site) {
    return "{\"hash\":" + json_string(site.hash) + ",\"at\":" + json_string(iso_text(site.at)) +
           ",\"by\":" + json_string(site.by ? "user " + id_text(site.by) : "first start") + "}";
}

Result<http::Response> status(const Parts& parts) {
    const auto status = flow::site_status(parts.context.readers);
    if (!status) { return fail(status.error()); }
    std::string published;
    for (const auto& site : status->published) { published += (published.empty() ? "" : ",") + site_json(site); }
    return json(200, "{\"active\":" + (status->active ? site_json(*status->active) : "null") + ",\"published\":[" +
                         published + "]}");
}

/// The hash that a body names; empty where it names none.
std::string hash_in(const std::string& body) {
    boost::system::error_code error;
    const auto parsed = boost::json::parse(body, error);
    if (error || !parsed.is_object()) { return {}; }
    const auto* hash = parsed.get_object().if_contains("hash");
    return hash == nullptr || !hash->is_string() ? std::string{} : std::string(hash->get_string());
}

Result<http::Response> activate(const Parts& parts, const http::Request& request) {
    const auto hash = hash_in(request.body);
    if (hash.empty()) { return fail(Fault::malformed, "expected {\"hash\": \"...\"} of a published site"); }
    const UserId by{request.caller.id};
    // Who may, and whether it is there, is told as such; that a published site does not load here is the operator's.
    auto allowed = flow::may_activate(parts.context.readers, hash, by);
    if (!allowed) { return fail(std::move(allowed).error()); }
    const auto done = parts.activate_site(hash, by);
    if (!done) {
        return fail(Fault::broken,
                    "the site does not load on this machine, or its samples fail: run `haven site activate` there");
    }
    return json(200, "{}");
}

}  // namespace

std::vector<http::Route> site_routes(const Parts& parts) {
    return {
        {.name = "site-status",
         .method = "GET",
         .pattern = "/v1/site",
         .callers = staff(),
         .handle = on_pool(parts, [&parts](const http::Request&) { return status(parts); })},
        {.name = "activate-site",
         .method = "POST",
         .pattern = "/v1/site/activations",
         .callers = {"administrator", "information-governance"},
         .media_types = {"application/json"},
         .handle = on_pool(parts, [&parts](const http::Request& request) { return activate(parts, request); })},
    };
}

}  // namespace haven::api
