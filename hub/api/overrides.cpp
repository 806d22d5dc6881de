#include "core/base/code.h"
#include "hub/api/api.h"
#include "hub/api/body.h"
#include "hub/flow/looking.h"
#include "hub/flow/overriding.h"

namespace haven::api {
namespace {

Answerable answerable(const http::Request& request) {
    return {UserId{request.caller.id}, request.caller.kind.text};
}

Result<flow::OverrideRequest> request_of(const http::Request& request) {
    auto id = id_in(request, "id");
    if (!id) { return fail(std::move(id).error()); }
    const Body body(request.body);
    const auto word = body.text("ground");
    const auto ground = word ? code_from<Ground>(*word) : std::nullopt;
    const auto minutes = body.integer("minutes");
    const auto why = body.text("why");
    if (!ground || !minutes || !why) {
        return fail(Fault::malformed,
                    "expected a ground (risk-to-life, serious-harm, child-at-risk or court-order), minutes and why");
    }
    const auto lasts = std::clamp<std::int64_t>(*minutes, 0, INT32_MAX);
    return flow::OverrideRequest{store::NearMissId{*id}, *ground, std::chrono::minutes(lasts), *why,
                                 answerable(request)};
}

Result<http::Response> ask(const Parts& parts, const http::Request& request, bool breaks) {
    auto wanted = request_of(request);
    if (!wanted) { return fail(std::move(wanted).error()); }
    auto made = breaks ? flow::break_glass(parts.context, *wanted) : flow::ask_override(parts.context, *wanted);
    if (!made) { return fail(std::move(made).error()); }
    parts.wake();
    return json(201, "{\"override\":" + json_string(id_text(*made)) + "}");
}

Result<http::Response> confirm(const Parts& parts, const http::Request& request) {
    auto id = id_in(request, "id");
    if (!id) { return fail(std::move(id).error()); }
    auto done = flow::confirm_override(parts.context, store::OverrideId{*id}, answerable(request));
    if (!done) { return fail(std::move(done).error()); }
    parts.wake();
    return json(201, "{}");
}

Result<http::Response> review(const Parts& parts, const http::Request& request) {
    auto id = id_in(request, "id");
    if (!id) { return fail(std::move(id).error()); }
    const auto word = Body(request.body).text("finding");
    const auto finding = word ? code_from<store::ReviewFinding>(*word) : std::nullopt;
    if (!finding) { return fail(Fault::malformed, "expected {\"finding\": \"justified\"} or \"not-justified\""); }
    auto done = flow::review_override(parts.context, store::OverrideId{*id}, *finding, answerable(request));
    if (!done) { return fail(std::move(done).error()); }
    return json(201, "{}");
}

std::string user_json(UserId user) {
    return json_string("user " + id_text(user));
}

std::string_view state_of(const store::OverrideRow& row, Instant now) {
    if (row.reviewed_at) { return "reviewed"; }
    if (!row.used_key.empty()) { return "used"; }
    if (now >= row.given.until) { return "ended"; }
    return row.given_at ? "given" : "asked";
}

// Without braces: what was typed may follow.
std::string fields_json(const store::OverrideRow& row, Instant now) {
    auto out =
        "\"override\":" + json_string(id_text(row.id)) + ",\"near-miss\":" + json_string(id_text(row.near_miss)) +
        ",\"partner\":" + json_string(row.partner.text()) + ",\"case\":" + json_string(id_text(row.case_id)) +
        ",\"of\":" + json_string(code_text(row.given.of)) + ",\"ground\":" + json_string(code_text(row.given.ground)) +
        ",\"break-glass\":" + (row.given.break_glass ? "true" : "false") +
        ",\"state\":" + json_string(state_of(row, now)) + ",\"asked-by\":" + user_json(row.given.asked.who) +
        ",\"asked\":" + json_string(iso_text(row.asked_at)) + ",\"until\":" + json_string(iso_text(row.given.until));
    if (row.given.confirmed) { out += ",\"confirmed-by\":" + user_json(row.given.confirmed->who); }
    if (row.review_due) { out += ",\"review-due\":" + json_string(iso_text(*row.review_due)); }
    if (row.finding) {
        out +=
            ",\"reviewed-by\":" + user_json(row.reviewed_by) + ",\"finding\":" + json_string(code_text(*row.finding));
    }
    return out;
}

Result<http::Response> list(const Parts& parts, const http::Request& request) {
    auto page = page_of(request);
    if (!page) { return fail(std::move(page).error()); }
    auto rows = parts.context.readers.read([&](store::Sql& sql) -> Result<std::vector<store::OverrideRow>> {
        return store::list_overrides(sql, store::OverrideId{page->after}, page->limit, UserId{request.caller.id});
    });
    if (!rows) { return fail(std::move(rows).error()); }
    flow::LookedAt at;
    std::vector<std::string> items;
    for (const auto& row : *rows) {
        at.cases.insert(row.case_id);
        items.push_back("{" + fields_json(row, parts.context.clock.now()) + "}");
    }
    auto noted = flow::note_looks(parts.context, at, "override listed", "override-review", actor_of(request.caller));
    if (!noted) { return fail(std::move(noted).error()); }
    return json(200, list_json(items, *page, rows->empty() ? 0 : rows->back().id.value));
}

Result<http::Response> show(const Parts& parts, const http::Request& request) {
    auto id = id_in(request, "id");
    if (!id) { return fail(std::move(id).error()); }
    auto row = flow::see_override(parts.context, store::OverrideId{*id}, UserId{request.caller.id});
    if (!row) { return fail(std::move(row).error()); }
    auto typed = flow::read_justification(parts.context, *row, actor_of(request.caller));
    if (!typed) { return fail(std::move(typed).error()); }
    return json(200, "{" + fields_json(*row, parts.context.clock.now()) + ",\"why\":" + json_string(*typed) + "}");
}

}  // namespace

std::vector<http::Route> override_routes(const Parts& parts) {
    const std::vector<Literal> askers{"practitioner", "duty-manager", "information-governance"};
    const std::vector<Literal> deciders{"duty-manager", "information-governance"};
    const std::vector<Literal> json_only{"application/json"};
    return {
        {.name = "ask-override",
         .method = "POST",
         .pattern = "/v1/near-misses/{id}/overrides",
         .callers = askers,
         .media_types = json_only,
         .handle = on_pool(parts, [&parts](const http::Request& request) { return ask(parts, request, false); })},
        {.name = "break-glass",
         .method = "POST",
         .pattern = "/v1/near-misses/{id}/break-glass",
         .callers = {"practitioner", "duty-manager"},
         .media_types = json_only,
         .handle = on_pool(parts, [&parts](const http::Request& request) { return ask(parts, request, true); })},
        {.name = "list-overrides",
         .method = "GET",
         .pattern = "/v1/overrides",
         .callers = askers,
         .handle = on_pool(parts, [&parts](const http::Request& request) { return list(parts, request); })},
        {.name = "show-override",
         .method = "GET",
         .pattern = "/v1/overrides/{id}",
         .callers = deciders,
         .handle = on_pool(parts, [&parts](const http::Request& request) { return show(parts, request); })},
        {.name = "confirm-override",
         .method = "POST",
         .pattern = "/v1/overrides/{id}/confirmations",
         .callers = deciders,
         .media_types = json_only,
         .handle = on_pool(parts, [&parts](const http::Request& request) { return confirm(parts, request); })},
        {.name = "review-override",
         .method = "POST",
         .pattern = "/v1/overrides/{id}/reviews",
         .callers = deciders,
         .media_types = json_only,
         .handle = on_pool(parts, [&parts](const http::Request& request) { return review(parts, request); })},
    };
}

}  // namespace haven::api
