#include "core/store/messages.h"
#include "hub/api/api.h"
#include "hub/flow/daily_receipts.h"
#include "hub/flow/receipt.h"
#include "hub/http/problem.h"

namespace haven::api {
namespace {

constexpr std::size_t message_bytes_max = std::size_t{16} << 20;

// As maps name it: without parameters, in lower case. The edge has let in only what the route names.
std::string media_type_of(const http::Request& request) {
    std::string type(request.header("content-type").value_or(""));
    type = type.substr(0, type.find(';'));
    while (type.ends_with(' ') || type.ends_with('\t')) { type.pop_back(); }
    for (auto& c : type) { c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }
    return type;
}

// Answers on the store's thread, once the message is durable, and never before.
void accept(const Parts& parts, http::Request request, http::Responder respond) {
    const auto* partner = parts.context.site->partner(request.part("partner"));
    const auto key = idempotency_key_in(request);
    if (partner == nullptr) { return respond(http::problem(Error{Fault::missing, "no such partner", {}}, request.id)); }
    if (!key) { return respond(http::problem(key.error(), request.id)); }
    if (request.body.empty()) {
        return respond(http::problem(Error{Fault::malformed, "expected a message", {}}, request.id));
    }
    parts.door.accept(
        {partner->name, media_type_of(request), std::move(request.body), *key, {}},
        [respond = std::move(respond), id = request.id](const Result<flow::Accepted>& accepted) {
            if (!accepted) {
                const int status =
                    accepted.error().fault == Fault::conflict ? 422 : http::status_of(accepted.error().fault);
                return respond(http::problem(status, accepted.error(), id));
            }
            respond(json(accepted->repeat ? 200 : 202,
                         "{\"message\":" + json_string(id_text(accepted->id)) + ",\"state\":\"received\"}"));
        });
}

Result<http::Response> show(const Parts& parts, const http::Request& request) {
    auto id = id_in(request, "id");
    if (!id) { return fail(std::move(id).error()); }
    const auto page = page_of(request);
    if (!page) { return fail(page.error()); }
    const MessageId message{*id};
    if (!request.caller.name.empty()) {  // a partner sees its own messages only, and of others not even that they are
        auto row = parts.context.readers.read([&](store::Sql& sql) -> Result<std::optional<store::MessageRow>> {
            return store::read_message(sql, message);
        });
        if (!row) { return fail(std::move(row).error()); }
        if (!*row || (*row)->partner != request.caller.name) { return fail(Fault::missing, "no such message"); }
    }
    auto body =
        flow::receipt_json(parts.context, message, {request.parameter("after") ? page->after : -1, page->limit});
    if (!body) { return fail(std::move(body).error()); }
    return json(200, std::move(*body));
}

Result<http::Response> daily_receipt(const Parts& parts, const http::Request& request) {
    const auto* partner = parts.context.site->partner(request.part("partner"));
    if (partner == nullptr) { return fail(Fault::missing, "no such partner"); }
    auto body = flow::daily_receipt_json(parts.context, partner->name, request.parameter("day"));
    if (!body) { return fail(std::move(body).error()); }
    return json(200, std::move(*body));
}

}  // namespace

std::vector<http::Route> message_routes(const Parts& parts) {
    auto readers = staff();
    readers.push_back("partner");
    return {
        {.name = "accept-message",
         .method = "POST",
         .pattern = "/v1/partners/{partner}/messages",
         .callers = {"partner"},
         .media_types = {"application/json", "application/xml", "text/xml", "text/csv", "text/plain"},
         .body_bytes_max = message_bytes_max,
         .handle = [&parts](http::Request request,
                            http::Responder respond) { accept(parts, std::move(request), std::move(respond)); }},
        {.name = "show-message",
         .method = "GET",
         .pattern = "/v1/messages/{id}",
         .callers = readers,
         .handle = on_pool(parts, [&parts](const http::Request& request) { return show(parts, request); })},
        {.name = "show-daily-receipt",
         .method = "GET",
         .pattern = "/v1/partners/{partner}/daily-receipts",
         .callers = {"partner", "duty-manager", "integration-engineer", "information-governance"},
         .handle = on_pool(parts, [&parts](const http::Request& request) { return daily_receipt(parts, request); })},
    };
}

}  // namespace haven::api
