#include "core/base/code.h"
#include "hub/api/api.h"
#include "hub/api/body.h"
#include "hub/flow/witnessing.h"

namespace haven::api {
namespace {

constexpr std::size_t note_bytes_max = std::size_t{8} * 1024;

Result<http::Response> checkpoint(const Parts& parts, const http::Request& request) {
    const auto after = request.parameter("after");
    const auto size = after ? parse_integer(*after) : std::optional<std::int64_t>(0);
    if (!size || *size < 0) { return fail(Fault::malformed, "expected ?after= and a number of leaves"); }
    auto offered = flow::offer_checkpoint(parts.context, static_cast<std::uint64_t>(*size));
    if (!offered) { return fail(std::move(offered).error()); }
    return http::Response{200, "text/plain", {}, std::move(*offered)};
}

Result<http::Response> take_countersigned(const Parts& parts, const http::Request& request) {
    auto taken = flow::take_countersigned(parts.context, request.body, UserId{request.caller.id});
    if (!taken) { return fail(std::move(taken).error()); }
    parts.wake();
    return json(201, "{}");
}

Result<http::Response> release(const Parts& parts, const http::Request& request) {
    const Body body(request.body);
    const auto code = body.text("reason");
    const auto reason = code ? code_from<flow::ReleaseReason>(*code) : std::nullopt;
    if (!reason) { return fail(Fault::malformed, "expected a reason: risk-to-life, witness-unreachable or other"); }
    const auto until = flow::release_locators(parts.context, *reason, UserId{request.caller.id});
    if (!until) { return fail(until.error()); }
    parts.wake();
    return json(201, "{\"until\":" + json_string(iso_text(*until)) + "}");
}

}  // namespace

std::vector<http::Route> witness_routes(const Parts& parts) {
    return {
        {.name = "offer-checkpoint",
         .method = "GET",
         .pattern = "/v1/ledger/checkpoint",
         .callers = {"witness", "partner", "information-governance", "administrator"},
         .handle = on_pool(parts, [&parts](const http::Request& request) { return checkpoint(parts, request); })},
        {.name = "countersign-checkpoint",
         .method = "POST",
         .pattern = "/v1/ledger/countersigned",
         .callers = {"witness"},
         .media_types = {"text/plain"},
         .body_bytes_max = note_bytes_max,
         .handle =
             on_pool(parts, [&parts](const http::Request& request) { return take_countersigned(parts, request); })},
        {.name = "release-locators",
         .method = "POST",
         .pattern = "/v1/locator-releases",
         .callers = {"duty-manager"},
         .media_types = {"application/json"},
         .handle = on_pool(parts, [&parts](const http::Request& request) { return release(parts, request); })},
    };
}

}  // namespace haven::api
