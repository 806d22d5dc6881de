#include "hub/api/api.h"

#include "core/catalogue/value.h"
#include "hub/flow/concealing.h"
#include "hub/http/problem.h"

namespace haven::api {
namespace {

constexpr std::int64_t page_max = 200;
constexpr std::string_view health_route = "health";

// All that tells a request from another one of its caller.
std::vector<std::string_view> all_of(Literal route, const http::Request& request) {
    std::vector<std::string_view> out{route.text};
    for (const auto& [name, value] : request.parts) { out.insert(out.end(), {name, value}); }
    for (const auto& [name, value] : request.query) { out.insert(out.end(), {name, value}); }
    out.emplace_back(request.body);
    return out;
}

}  // namespace

std::vector<Literal> staff() {
    return {"administrator", "practitioner", "duty-manager", "integration-engineer", "information-governance"};
}

http::Handle on_pool(const Parts& parts, Answer answer) {
    return [&parts, answer = std::move(answer)](http::Request request, const http::Responder& respond) {
        const auto id = request.id;
        const bool taken = parts.pool.run([answer, request = std::move(request), respond = respond] {
            auto response = answer(request);
            respond(response ? std::move(*response) : http::problem(response.error(), request.id));
        });
        if (!taken) { respond(http::problem(Error{Fault::unreachable, "the hub is busy", {}}, id)); }
    };
}

void log_call(const http::Served& served) {
    constexpr int server_error = 500;
    const bool fine = served.status > 0 && served.status < server_error;
    if (std::string_view(served.route.text) == health_route && fine) { return; }
    const auto& caller = served.caller;
    const Literal kind = *caller.kind.text == '\0' ? Literal("nobody") : caller.kind;
    log(LogLevel::info, "call",
        {{"route", served.route},
         {"status", served.status},
         {"us", served.took.count()},
         {"request", served.request},
         {"caller", kind},
         {"partner", caller.name},
         {"user", UserId{caller.id}}});
}

http::Response json(int status, std::string body) {
    return {status, "application/json", {}, std::move(body)};
}

Result<std::string> idempotency_key_in(const http::Request& request) {
    std::string key(request.header("idempotency-key").value_or(""));
    if (key.size() > flow::idempotency_key_max) {
        return fail(Fault::malformed,
                    Reason("expected an idempotency key of at most ", flow::idempotency_key_max, " bytes"));
    }
    return key;
}

Result<http::Response> answer_once(const Parts& parts, const http::Request& request, const Once& once) {
    const auto key = idempotency_key_in(request);
    if (!key) { return fail(key.error()); }
    std::optional<flow::AskedOnce> asked;
    if (!key->empty()) {
        asked = flow::asked_once(parts.context, actor_of(request.caller), *key, all_of(once.route, request));
    }
    const auto before = [&]() -> Result<std::optional<CaseId>> {
        return asked ? flow::answered_before(parts.context, *asked) : std::optional<CaseId>{};
    };
    auto answered = before();
    if (answered && !*answered) {
        const auto done = once.work(asked);
        if (done) {
            parts.wake();
            return json(201, once.body(*done));
        }
        answered = before();  // the same request may have come twice at once, and the other was faster
        if (answered && !*answered) { return fail(done.error()); }
    }
    if (answered) { return json(200, once.body(**answered)); }
    if (answered.error().fault != Fault::conflict) { return fail(answered.error()); }
    return http::problem(422, answered.error(), request.id);
}

Result<std::int64_t> id_in(const http::Request& request, std::string_view part) {
    const auto id = id_from_text(request.part(part));
    if (!id) { return fail(Fault::missing, "there is nothing of this id"); }
    return *id;
}

Result<CaseId> case_in(const Parts& parts, const http::Request& request) {
    const auto id = id_in(request, "id");
    if (!id) { return fail(id.error()); }
    return flow::see_case(parts.context, CaseId{*id}, UserId{request.caller.id});
}

Result<Page> page_of(const http::Request& request) {
    Page page;
    if (const auto after = request.parameter("after")) {
        const auto id = id_from_text(*after);
        if (!id) { return fail(Fault::malformed, "expected a cursor that the list before gave"); }
        page.after = *id;
    }
    const auto limit = limit_of(request);
    if (!limit) { return fail(limit.error()); }
    page.limit = *limit;
    return page;
}

Result<std::int64_t> limit_of(const http::Request& request) {
    const auto limit = request.parameter("limit");
    if (!limit) { return Page{}.limit; }
    const auto n = parse_integer(*limit);
    if (!n || *n < 1 || *n > page_max) {
        return fail(Fault::malformed, Reason("expected a limit from 1 to ", page_max));
    }
    return *n;
}

std::string list_json(const std::vector<std::string>& items, const Page& page, std::int64_t last) {
    std::string out = "{\"items\":[";
    for (std::size_t i = 0; i < items.size(); ++i) { out += (i > 0 ? "," : "") + items[i]; }
    out += "]";
    if (static_cast<std::int64_t>(items.size()) == page.limit) { out += ",\"next\":" + json_string(id_text(last)); }
    return out + "}";
}

ledger::Actor actor_of(const http::Caller& caller) {
    return caller.name.empty() ? ledger::Actor::of_user(UserId{caller.id}, caller.kind)
                               : ledger::Actor::of_partner(caller.name);
}

Result<http::Routes> routes(const Parts& parts) {
    std::vector<http::Route> all;
    for (auto& some : {message_routes(parts), case_routes(parts), merge_routes(parts), referral_routes(parts),
                       operation_routes(parts), decision_routes(parts), override_routes(parts), account_routes(parts),
                       rights_routes(parts), site_routes(parts), witness_routes(parts)}) {
        all.insert(all.end(), some.begin(), some.end());
    }
    return http::Routes::make(std::move(all));
}

}  // namespace haven::api
