#include <future>

#include "core/base/code.h"
#include "core/store/call_list.h"
#include "hub/api/api.h"
#include "hub/api/body.h"
#include "hub/flow/calling.h"
#include "hub/flow/chronicle.h"
#include "hub/flow/concealing.h"
#include "hub/flow/entering.h"
#include "hub/flow/looking.h"
#include "hub/flow/teller.h"
#include "hub/flow/timeline.h"
#include "hub/http/problem.h"

namespace haven::api {
namespace {

std::string referral_json(const Referral& referral) {
    std::string offers;
    for (const auto& offer : referral.offers) {
        offers += std::string(offers.empty() ? "" : ",") + "{\"partner\":" + json_string(offer.partner.text()) +
                  ",\"state\":" + json_string(code_text(offer.state)) + "}";
    }
    return "{\"referral\":" + json_string(id_text(referral.id)) +
           ",\"service\":" + json_string(referral.service.text()) +
           ",\"state\":" + json_string(code_text(referral.state)) + ",\"offers\":[" + offers + "]}";
}

// The promises that still run.
std::string clocks_json(const std::vector<PromiseClock>& clocks) {
    std::string out;
    for (const auto& clock : clocks) {
        if (clock.stopped_at) { continue; }
        out += std::string(out.empty() ? "" : ",") + "{\"clock\":" + json_string(clock.name.text()) +
               ",\"state\":" + json_string(code_text(clock.state)) +
               ",\"due\":" + json_string(iso_text(clock.breach_at)) + "}";
    }
    return "[" + out + "]";
}

std::string case_head(const store::CaseRow& row) {
    return "\"case\":" + json_string(id_text(row.id)) +
           ",\"state\":" + json_string(code_text(row.progress.the_case.state)) +
           (row.fictional ? ",\"fictional\":true" : "") +
           ",\"grade\":" + (row.grade ? json_string(code_text(*row.grade)) : "null") +
           ",\"opened\":" + json_string(iso_text(row.opened_at)) +
           ",\"changed\":" + json_string(iso_text(row.changed_at)) + ",\"rank\":" + std::to_string(row.call_rank) +
           ",\"next-call\":" + (row.next_call ? json_string(iso_text(*row.next_call)) : "null") +
           ",\"clocks\":" + clocks_json(row.progress.clocks);
}

// A list names nobody: states, grades and times. That it was looked at is in the ledger of each case in it.
Result<std::vector<std::string>> listed(const Parts& parts, const http::Request& request,
                                        const std::vector<store::CaseRow>& rows) {
    flow::LookedAt at;
    std::vector<std::string> items;
    for (const auto& row : rows) {
        at.cases.insert(row.id);
        items.push_back("{" + case_head(row) + "}");
    }
    auto noted = flow::note_looks(parts.context, at, "case listed", "casework", actor_of(request.caller));
    if (!noted) { return fail(std::move(noted).error()); }
    return items;
}

Result<http::Response> list(const Parts& parts, const http::Request& request) {
    auto page = page_of(request);
    if (!page) { return fail(std::move(page).error()); }
    auto rows = parts.context.readers.read([&](store::Sql& sql) -> Result<std::vector<store::CaseRow>> {
        return store::list_cases(sql, CaseId{page->after}, page->limit, UserId{request.caller.id});
    });
    if (!rows) { return fail(std::move(rows).error()); }
    const auto items = listed(parts, request, *rows);
    if (!items) { return fail(items.error()); }
    return json(200, list_json(*items, *page, rows->empty() ? 0 : rows->back().id.value));
}

// Names nobody either. It has no second page: while she is rung the next call is another one.
Result<http::Response> call_list(const Parts& parts, const http::Request& request) {
    const auto limit = limit_of(request);
    if (!limit) { return fail(limit.error()); }
    auto rows = parts.context.readers.read([&](store::Sql& sql) -> Result<std::vector<store::CaseRow>> {
        return store::call_list(sql, parts.context.clock.now(), *limit, UserId{request.caller.id});
    });
    if (!rows) { return fail(std::move(rows).error()); }
    const auto items = listed(parts, request, *rows);
    if (!items) { return fail(items.error()); }
    std::string out;
    for (const auto& item : *items) { out.append(out.empty() ? "" : ",").append(item); }
    return json(200, "{\"items\":[" + out + "]}");
}

// Every reading of a person's data is in the ledger before its bytes leave.
Result<http::Response> show(const Parts& parts, const http::Request& request) {
    const auto& context = parts.context;
    const auto id = case_in(parts, request);
    if (!id) { return fail(id.error()); }
    auto snapshot = flow::read_snapshot(context, *id);
    if (!snapshot) { return fail(std::move(snapshot).error()); }
    const auto now = context.clock.now();
    auto shown = flow::Teller(context, now).show_case(*snapshot, snapshot->file, *parts.case_map);
    if (!shown) { return fail(std::move(shown).error()); }
    auto entry = std::move(shown->entry);
    entry.operation = ledger::Operation::consultation;
    entry.action = "case shown";
    entry.actor = actor_of(request.caller);
    const auto row = flow::Chronicle::row(std::move(entry), snapshot->row.ledger_name);
    auto logged = context.writer.submit_and_wait([&](store::Sql& sql) -> Result<void> {
        store::insert_ledger_entry(sql, row);
        return {};
    });
    if (!logged) { return fail(std::move(logged).error()); }
    auto timeline = flow::timeline_json(context, snapshot->row);
    if (!timeline) { return fail(std::move(timeline).error()); }
    const auto facts = shown->cleared.bytes(context.clock.now());
    if (!facts) { return fail(facts.error()); }
    std::string referrals;
    for (const auto& referral : snapshot->referrals) {
        referrals += (referrals.empty() ? "" : ",") + referral_json(referral);
    }
    return json(200, "{" + case_head(snapshot->row) + ",\"facts\":" + std::string(*facts) + ",\"referrals\":[" +
                         referrals + "],\"timeline\":" + *timeline + "}");
}

std::string call_json(const Parts& parts, const flow::CallGranted& call, std::string_view facts) {
    const auto& protocol = parts.context.site->contact->first_contact;
    std::string out = "{\"call\":\"allowed\",\"until\":" + json_string(iso_text(call.how.until)) +
                      ",\"first-contact\":" + (call.how.first_contact ? "true" : "false") +
                      ",\"withhold-number\":" + (call.how.withhold_number ? "true" : "false") +
                      ",\"if-other-answers\":" + json_string(code_text(call.how.if_other_answers));
    if (call.how.first_contact) {
        out += ",\"leave-message\":false,\"name-agency\":false,\"identity-question\":" +
               json_string(protocol.identity_question) +
               ",\"wrong-person-words\":" + json_string(protocol.wrong_person_words) +
               ",\"protocol-agreed-by\":" + json_string(protocol.agreed_by);
    }
    return out + ",\"facts\":" + std::string(facts) + "}";
}

// 409 where she may not be called now, with the reason and, where time alone changes it, when.
Result<http::Response> claim_call(const Parts& parts, const http::Request& request) {
    const auto id = case_in(parts, request);
    if (!id) { return fail(id.error()); }
    const auto answer = flow::claim_call(parts.context, *id, actor_of(request.caller), *parts.case_map);
    if (!answer) { return fail(answer.error()); }
    if (const auto* granted = std::get_if<flow::CallGranted>(&*answer)) {
        const auto facts = granted->facts.bytes(parts.context.clock.now());
        if (!facts) { return fail(facts.error()); }
        return json(200, call_json(parts, *granted, *facts));
    }
    const auto& barred = std::get<flow::CallBarred>(*answer);
    return http::Response{
        409,
        "application/problem+json",
        {},
        "{\"type\":\"about:blank\",\"title\":\"Conflict\",\"status\":409,\"detail\":\"she may not be called now\","
        "\"fault\":\"conflict\",\"reason\":" +
            json_string(barred.reason) +
            ",\"next-allowed-at\":" + (barred.next_call ? json_string(iso_text(*barred.next_call)) : "null") + "}\n"};
}

/// Whom a conflict is about: a partner, or a user by name. Errors: malformed - both, or none; missing.
struct InConflict {
    std::optional<Name> partner;
    std::string user;
};
Result<InConflict> in_conflict(const Parts& parts, const Body& body) {
    const auto named = body.text("partner");
    InConflict out{{}, body.text("user").value_or("")};
    if (named.has_value() == !out.user.empty()) { return fail(Fault::malformed, "expected a partner or a user"); }
    const auto* partner = named ? parts.context.site->partner(*named) : nullptr;
    if (named && partner == nullptr) { return fail(Fault::missing, "no such partner"); }
    if (partner != nullptr) { out.partner = partner->name; }
    return out;
}

Result<http::Response> declare_conflict(const Parts& parts, const http::Request& request) {
    const auto id = case_in(parts, request);
    if (!id) { return fail(id.error()); }
    const Body body(request.body);
    const auto word = body.text("reason");
    const auto reason = word ? code_from<flow::ConflictReason>(*word) : std::nullopt;
    if (!reason) { return fail(Fault::malformed, "expected a reason: perpetrator, relative, acquaintance or other"); }
    const auto about = in_conflict(parts, body);
    if (!about) { return fail(about.error()); }
    auto done =
        flow::declare_conflict(parts.context, *id, about->partner, about->user, *reason, UserId{request.caller.id});
    if (!done) { return fail(std::move(done).error()); }
    parts.wake();
    return json(201, "{}");
}

Result<http::Response> end_conflict(const Parts& parts, const http::Request& request) {
    const auto id = case_in(parts, request);
    if (!id) { return fail(id.error()); }
    const Body body(request.body);
    const auto word = body.text("reason");
    const auto reason = word ? code_from<flow::ConflictEnd>(*word) : std::nullopt;
    if (!reason) { return fail(Fault::malformed, "expected a reason: mistaken, no-longer or other"); }
    const auto about = in_conflict(parts, body);
    if (!about) { return fail(about.error()); }
    auto done = flow::end_conflict(parts.context, *id, about->partner, about->user, *reason,
                                   {UserId{request.caller.id}, request.caller.kind.text});
    if (!done) { return fail(std::move(done).error()); }
    parts.wake();
    return json(201, "{}");
}

std::string case_json(CaseId id) {
    return "{\"case\":" + json_string(id_text(id)) + "}";
}

Result<http::Response> open_case(const Parts& parts, const http::Request& request) {
    const auto word = request.parameter("fictional");
    if (word && *word != "yes") { return fail(Fault::malformed, "expected ?fictional=yes, or nothing"); }
    return answer_once(parts, request,
                       {"open-case",
                        [&](const std::optional<flow::AskedOnce>& asked) {
                            return flow::enter_contact(parts.context, std::nullopt, request.body,
                                                       UserId{request.caller.id}, word.has_value(), asked);
                        },
                        case_json});
}

Result<http::Response> add_contact(const Parts& parts, const http::Request& request) {
    const auto id = case_in(parts, request);
    if (!id) { return fail(id.error()); }
    return answer_once(parts, request,
                       {"add-contact",
                        [&](const std::optional<flow::AskedOnce>& asked) {
                            return flow::enter_contact(parts.context, *id, request.body, UserId{request.caller.id},
                                                       false, asked);
                        },
                        case_json});
}

}  // namespace

std::vector<http::Route> case_routes(const Parts& parts) {
    const std::vector<Literal> callers{"practitioner", "duty-manager"};
    return {
        {.name = "list-cases",
         .method = "GET",
         .pattern = "/v1/cases",
         .callers = callers,
         .handle = on_pool(parts, [&parts](const http::Request& request) { return list(parts, request); })},
        {.name = "show-call-list",
         .method = "GET",
         .pattern = "/v1/call-list",
         .callers = callers,
         .handle = on_pool(parts, [&parts](const http::Request& request) { return call_list(parts, request); })},
        {.name = "open-case",
         .method = "POST",
         .pattern = "/v1/cases",
         .callers = callers,
         .media_types = {"application/json"},
         .handle = on_pool(parts, [&parts](const http::Request& request) { return open_case(parts, request); })},
        {.name = "show-case",
         .method = "GET",
         .pattern = "/v1/cases/{id}",
         .callers = callers,
         .handle = on_pool(parts, [&parts](const http::Request& request) { return show(parts, request); })},
        {.name = "claim-call",
         .method = "POST",
         .pattern = "/v1/cases/{id}/calls",
         .callers = callers,
         .media_types = {"application/json"},
         .handle = on_pool(parts, [&parts](const http::Request& request) { return claim_call(parts, request); })},
        {.name = "declare-conflict",
         .method = "POST",
         .pattern = "/v1/cases/{id}/conflicts",
         .callers = callers,
         .media_types = {"application/json"},
         .handle = on_pool(parts, [&parts](const http::Request& request) { return declare_conflict(parts, request); })},
        {.name = "end-conflict",
         .method = "POST",
         .pattern = "/v1/cases/{id}/conflicts/ended",
         .callers = callers,
         .media_types = {"application/json"},
         .handle = on_pool(parts, [&parts](const http::Request& request) { return end_conflict(parts, request); })},
        {.name = "add-contact",
         .method = "POST",
         .pattern = "/v1/cases/{id}/contacts",
         .callers = callers,
         .media_types = {"application/json"},
         .handle = on_pool(parts, [&parts](const http::Request& request) { return add_contact(parts, request); })},
    };
}

}  // namespace haven::api
