#include <algorithm>

#include "core/base/code.h"
#include "core/store/held.h"
#include "core/store/overrides.h"
#include "hub/api/api.h"
#include "hub/flow/concealing.h"
#include "hub/flow/looking.h"
#include "hub/flow/near_misses.h"
#include "hub/flow/timeline.h"
#include "hub/flow/witnessing.h"
#include "hub/http/problem.h"

namespace haven::api {
namespace {

// A line about one case is placed at its id, one about two at both.
void add_cases_named(std::string_view place, flow::LookedAt& at) {
    const auto gap = std::min(place.find(' '), place.size());
    const auto first = id_from_text(place.substr(0, gap));
    const auto second = id_from_text(place.substr(std::min(gap + 1, place.size())));
    if (first && (second || gap == place.size())) { at.cases.insert(CaseId{*first}); }
    if (first && second) { at.cases.insert(CaseId{*second}); }
}

Result<http::Response> held(const Parts& parts, const http::Request& request) {
    auto page = page_of(request);
    if (!page) { return fail(std::move(page).error()); }
    auto rows = parts.context.readers.read([&](store::Sql& sql) -> Result<std::vector<store::HeldRow>> {
        return store::open_held(sql, HeldId{page->after}, page->limit, UserId{request.caller.id});
    });
    if (!rows) { return fail(std::move(rows).error()); }
    std::vector<std::string> items;
    flow::LookedAt at;
    for (const auto& row : *rows) {
        add_cases_named(row.place, at);
        items.push_back("{\"held\":" + json_string(id_text(row.id)) +
                        ",\"partner\":" + json_string(row.partner.text()) + ",\"fault\":" + json_string(row.fault) +
                        ",\"where\":" + json_string(row.place) + ",\"why\":" + json_string(row.reason) +
                        ",\"role\":" + json_string(row.role) + ",\"items\":" + std::to_string(row.items) +
                        ",\"opened\":" + json_string(iso_text(row.opened_at)) +
                        ",\"due\":" + json_string(iso_text(row.due_at)) + "}");
    }
    auto noted = flow::note_looks(parts.context, at, "held line shown", "held-line", actor_of(request.caller));
    if (!noted) { return fail(std::move(noted).error()); }
    return json(200, list_json(items, *page, rows->empty() ? 0 : rows->back().id.value));
}

// Ids and numbers alone: who may see what stands behind them is asked where it is shown.
std::string item_json(const store::HeldItem& item) {
    using Kind = store::HeldKind;
    const auto id = [](const char* what, std::int64_t value) {
        return std::string(",\"") + what + "\":" + json_string(id_text(value));
    };
    auto out = "{\"kind\":" + json_string(code_text(item.kind));
    switch (item.kind) {
        case Kind::record: out += id("message", item.subject) + ",\"record\":" + std::to_string(item.number); break;
        case Kind::message: out += id("message", item.subject); break;
        case Kind::work: out += id("work", item.subject); break;
        case Kind::referral: out += id("referral", item.subject); break;
        case Kind::override_review: out += id("override", item.subject); break;
        case Kind::victim_case: out += item.number != 0 ? id("other-case", item.number) : ""; break;
        case Kind::source:
        case Kind::date: break;  // the line says all
    }
    if (item.case_id) { out += id("case", item.case_id.value); }
    return out + "}";
}

// Of whom the items speak: cases, and messages whose records have none.
flow::LookedAt looked_at(const std::vector<store::HeldItem>& items) {
    using Kind = store::HeldKind;
    flow::LookedAt at;
    for (const auto& item : items) {
        if (item.case_id) { at.cases.insert(item.case_id); }
        if (item.kind == Kind::victim_case && item.number != 0) { at.cases.insert(CaseId{item.number}); }
        const bool is_read = item.kind == Kind::record || item.kind == Kind::message;
        if (is_read && !item.case_id) { at.messages.insert(MessageId{item.subject}); }
    }
    return at;
}

// An item has no id of its own: a cursor is two ids and the kind.
std::string cursor_of(const store::HeldItem& item) {
    return id_text(item.subject) + id_text(item.number) + std::string(code_text(item.kind));
}

Result<store::HeldItem> item_behind(std::string_view cursor) {
    constexpr std::size_t id_chars = 13;
    const auto part = [&](std::size_t at) { return cursor.substr(std::min(at, cursor.size()), id_chars); };
    const auto subject = id_from_text(part(0));
    const auto number = id_from_text(part(id_chars));
    const auto kind = code_from<store::HeldKind>(cursor.substr(std::min(2 * id_chars, cursor.size())));
    if (!subject || !number || !kind) { return fail(Fault::malformed, "expected a cursor that the list before gave"); }
    return store::HeldItem{*kind, *subject, *number, {}};
}

Result<http::Response> held_items(const Parts& parts, const http::Request& request) {
    const auto id = id_in(request, "id");
    if (!id) { return fail(id.error()); }
    const auto limit = limit_of(request);
    if (!limit) { return fail(limit.error()); }
    const auto cursor = request.parameter("after");
    const auto after = cursor ? item_behind(*cursor) : store::HeldItem{};
    if (!after) { return fail(after.error()); }
    const UserId by{request.caller.id};
    const auto seen = parts.context.readers.read([&](store::Sql& sql) -> Result<std::vector<store::HeldItem>> {
        if (!store::is_held_seen(sql, HeldId{*id}, by)) { return fail(Fault::missing, "there is nothing of this id"); }
        return store::seen_items(sql, HeldId{*id}, *after, *limit, by);
    });
    if (!seen) { return fail(seen.error()); }
    auto noted =
        flow::note_looks(parts.context, looked_at(*seen), "held item shown", "held-line", actor_of(request.caller));
    if (!noted) { return fail(std::move(noted).error()); }
    std::string out;
    for (const auto& item : *seen) { out += (out.empty() ? "" : ",") + item_json(item); }
    const bool full = std::ssize(*seen) == *limit;
    return json(200,
                "{\"items\":[" + out + "]" + (full ? ",\"next\":" + json_string(cursor_of(seen->back())) : "") + "}");
}

Result<http::Response> ledger_entries(const Parts& parts, const http::Request& request) {
    auto page = page_of(request);
    if (!page) { return fail(std::move(page).error()); }
    const auto of_case = request.parameter("case");
    const auto of_message = request.parameter("message");
    if (of_case.has_value() == of_message.has_value()) {
        return fail(Fault::malformed, "expected one of ?case= and ?message=");
    }
    const auto id = id_from_text(of_case ? *of_case : *of_message);
    if (!id) { return fail(Fault::missing, "there is nothing of this id"); }
    const auto by = actor_of(request.caller);
    const auto seen = of_case ? flow::see_case(parts.context, CaseId{*id}, by.user) : Result<CaseId>{};
    if (!seen) { return fail(seen.error()); }
    auto entries = of_case ? flow::entries_of_case(parts.context, *seen, page->after, page->limit, by)
                           : flow::entries_of_message(parts.context, MessageId{*id}, page->after, page->limit, by);
    if (!entries) { return fail(std::move(entries).error()); }
    std::vector<std::string> items;
    for (const auto& entry : *entries) { items.push_back(entry.json); }
    return json(200, list_json(items, *page, entries->empty() ? 0 : entries->back().id));
}

Result<http::Response> near_misses(const Parts& parts, const http::Request& request) {
    auto page = page_of(request);
    if (!page) { return fail(std::move(page).error()); }
    auto rows = flow::near_misses(parts.context, actor_of(request.caller), page->after, page->limit);
    if (!rows) { return fail(std::move(rows).error()); }
    std::vector<std::string> items;
    for (const auto& row : *rows) { items.push_back(row.json); }
    return json(200, list_json(items, *page, rows->empty() ? 0 : rows->back().id));
}

Result<http::Response> health(const Parts& parts) {
    auto there = parts.context.readers.read(
        [](store::Sql& sql) -> Result<std::int64_t> { return *sql.one<std::int64_t>("SELECT 1"); });
    if (!there) { return json(503, R"({"status":"no store"})"); }
    return json(200, R"({"status":"ok"})");
}

// Zero says that nothing waits: an operator's alarm is set on anything else.
void set_reviews(const Parts& parts) {
    const auto reviews = parts.context.readers.read([&](store::Sql& sql) -> Result<store::Unreviewed> {
        return store::unreviewed_overrides(sql, parts.context.clock.now());
    });
    if (!reviews) { return; }
    parts.metrics.set("overrides-unreviewed", static_cast<double>(reviews->all));
    parts.metrics.set("overrides-overdue", static_cast<double>(reviews->overdue));
}

// Whether places wait because nobody countersigns the ledger, and how many pieces of work do.
void set_locators_held(const Parts& parts) {
    const auto& witness = parts.context.site->witness;
    const auto now = parts.context.clock.now();
    std::int64_t waiting = 0;
    const auto held = parts.context.readers.read([&](store::Sql& sql) -> Result<bool> {
        for (const auto& line : store::held_because(sql, reason_of(Refusal::locators_held).text())) {
            waiting += line.items;
        }
        return witness && flow::locators_held(store::witnessed(sql, witness->text()), now);
    });
    if (!held) { return; }
    parts.metrics.set("locators-held", *held ? 1 : 0);
    parts.metrics.set("locators-held-work", static_cast<double>(waiting));
}

http::Response metrics(const Parts& parts) {
    set_reviews(parts);
    set_locators_held(parts);
    const auto counts = parts.context.writer.counts();
    parts.metrics.set("commits", static_cast<double>(counts.commits));
    parts.metrics.set("commits-waiting", static_cast<double>(counts.waiting));
    return {200, "text/plain; version=0.0.4", {}, parts.metrics.text()};
}

}  // namespace

std::vector<http::Route> operation_routes(const Parts& parts) {
    return {
        {.name = "list-held",
         .method = "GET",
         .pattern = "/v1/held",
         .callers = {"practitioner", "duty-manager", "integration-engineer", "information-governance"},
         .handle = on_pool(parts, [&parts](const http::Request& request) { return held(parts, request); })},
        {.name = "list-held-items",
         .method = "GET",
         .pattern = "/v1/held/{id}/items",
         .callers = {"practitioner", "duty-manager", "integration-engineer", "information-governance"},
         .handle = on_pool(parts, [&parts](const http::Request& request) { return held_items(parts, request); })},
        {.name = "list-near-misses",
         .method = "GET",
         .pattern = "/v1/near-misses",
         .callers = {"practitioner", "duty-manager", "information-governance"},
         .handle = on_pool(parts, [&parts](const http::Request& request) { return near_misses(parts, request); })},
        {.name = "list-ledger",
         .method = "GET",
         .pattern = "/v1/ledger",
         .callers = {"information-governance", "duty-manager"},
         .handle = on_pool(parts, [&parts](const http::Request& request) { return ledger_entries(parts, request); })},
        {.name = "health",
         .method = "GET",
         .pattern = "/healthz",
         .callers = {"anyone"},
         .handle = on_pool(parts, [&parts](const http::Request&) { return health(parts); })},
        {.name = "metrics",
         .method = "GET",
         .pattern = "/metrics",
         .callers = staff(),
         .handle = on_pool(parts, [&parts](const http::Request&) -> Result<http::Response> { return metrics(parts); })},
    };
}

}  // namespace haven::api
