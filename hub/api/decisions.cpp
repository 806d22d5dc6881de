#include "core/base/code.h"
#include "hub/api/api.h"
#include "hub/api/body.h"
#include "hub/flow/deciding.h"

namespace haven::api {
namespace {

constexpr std::string_view everybody = "everybody";  // in place of a partner's name

Result<http::Response> decide(const Parts& parts, const http::Request& request) {
    auto id = id_in(request, "id");
    if (!id) { return fail(std::move(id).error()); }
    const Body body(request.body);
    const auto word = body.text("decision");
    const auto decision = word ? code_from<flow::HeldDecision>(*word) : std::nullopt;
    if (!decision) { return fail(Fault::malformed, "expected {\"decision\": \"again\"} or \"close\""); }
    auto done =
        flow::decide_held(parts.context, HeldId{*id}, request.caller.kind.text, *decision, UserId{request.caller.id});
    if (!done) { return fail(std::move(done).error()); }
    parts.wake();
    return json(200, "{}");
}

std::string stop_json(const store::Stop& stop) {
    return "{\"partner\":" + json_string(stop.partner.empty() ? everybody : stop.partner.text()) +
           ",\"reason\":" + json_string(stop.reason) + ",\"since\":" + json_string(iso_text(stop.at)) +
           ",\"by\":" + json_string("user " + id_text(stop.by)) + "}";
}

Result<http::Response> list_stops(const Parts& parts) {
    auto stops = parts.context.readers.read(
        [](store::Sql& sql) -> Result<std::vector<store::Stop>> { return store::stops(sql); });
    if (!stops) { return fail(std::move(stops).error()); }
    std::vector<std::string> items;
    for (const auto& stop : *stops) { items.push_back(stop_json(stop)); }
    return json(200, list_json(items, Page{0, INT64_MAX}, 0));
}

/// The partner that a stop is about; nothing for everybody. Errors: missing.
Result<std::optional<Name>> partner_of(const Parts& parts, std::string_view word) {
    if (word == everybody) { return std::optional<Name>{}; }
    const auto* partner = parts.context.site->partner(word);
    if (partner == nullptr) { return fail(Fault::missing, "no such partner"); }
    return std::optional(partner->name);
}

Result<http::Response> stop(const Parts& parts, const http::Request& request) {
    const Body body(request.body);
    const auto word = body.text("partner");
    const auto code = body.text("reason");
    const auto reason = code ? code_from<flow::StopReason>(*code) : std::nullopt;
    if (!word || !reason) {
        return fail(Fault::malformed,
                    "expected a partner or \"everybody\", and a reason: misdirected, partner-breach, partner-asked, "
                    "maintenance or other");
    }
    auto partner = partner_of(parts, *word);
    if (!partner) { return fail(std::move(partner).error()); }
    auto done = flow::stop_sending(parts.context, *partner, *reason, UserId{request.caller.id});
    if (!done) { return fail(std::move(done).error()); }
    return json(201, "{}");
}

Result<http::Response> resume(const Parts& parts, const http::Request& request) {
    auto partner = partner_of(parts, request.part("name"));
    if (!partner) { return fail(std::move(partner).error()); }
    auto done = flow::resume_sending(parts.context, *partner, UserId{request.caller.id});
    if (!done) { return fail(std::move(done).error()); }
    parts.wake();
    return json(200, "{}");
}

}  // namespace

std::vector<http::Route> decision_routes(const Parts& parts) {
    const std::vector<Literal> callers{"duty-manager", "information-governance", "administrator"};
    return {
        {.name = "decide-held",
         .method = "POST",
         .pattern = "/v1/held/{id}/decisions",
         .callers = {"practitioner", "duty-manager", "integration-engineer", "information-governance"},
         .media_types = {"application/json"},
         .handle = on_pool(parts, [&parts](const http::Request& request) { return decide(parts, request); })},
        {.name = "list-stops",
         .method = "GET",
         .pattern = "/v1/stops",
         .callers = callers,
         .handle = on_pool(parts, [&parts](const http::Request&) { return list_stops(parts); })},
        {.name = "stop-sending",
         .method = "POST",
         .pattern = "/v1/stops",
         .callers = callers,
         .media_types = {"application/json"},
         .handle = on_pool(parts, [&parts](const http::Request& request) { return stop(parts, request); })},
        {.name = "resume-sending",
         .method = "DELETE",
         .pattern = "/v1/stops/{name}",
         .callers = callers,
         .handle = on_pool(parts, [&parts](const http::Request& request) { return resume(parts, request); })},
    };
}

}  // namespace haven::api
