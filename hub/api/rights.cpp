#include "core/base/code.h"
#include "core/catalogue/value.h"
#include "hub/api/api.h"
#include "hub/api/body.h"
#include "hub/flow/access.h"
#include "hub/flow/erasing.h"
#include "hub/flow/recalling.h"
#include "hub/flow/told.h"

/// What the victim of a case, and those who answer to her, may ask for.
namespace haven::api {
namespace {

using Items = Result<std::vector<std::string>>;

/// The code that a body names under `member`. Errors: malformed - with what was expected.
template <class Code>
Result<Code> code_in(const http::Request& request, std::string_view member, const Reason& expected) {
    const auto word = Body(request.body).text(member);
    const auto code = word ? code_from<Code>(*word) : std::nullopt;
    if (!code) { return fail(Fault::malformed, expected); }
    return *code;
}

http::Response listed(const std::vector<std::string>& items) {
    return json(200, list_json(items, Page{0, INT64_MAX}, 0));
}

Result<http::Response> list_of(const Parts& parts, const http::Request& request,
                               Items (*show)(const flow::Context&, CaseId, ledger::Actor)) {
    const auto id = case_in(parts, request);
    if (!id) { return fail(id.error()); }
    auto items = show(parts.context, *id, actor_of(request.caller));
    if (!items) { return fail(std::move(items).error()); }
    return listed(*items);
}

Result<http::Response> done_well(const Parts& parts, int status, Result<void> done) {
    if (!done) { return fail(std::move(done).error()); }
    parts.wake();
    return json(status, "{}");
}

const Reason copy_reasons(
    "expected a reason: consent-withdrawn, protect, victim-asked, objection, accuracy, legal-claim, misdirected, "
    "partner-breach, retention or other");

Result<http::Response> recall(const Parts& parts, const http::Request& request) {
    const auto id = case_in(parts, request);
    if (!id) { return fail(id.error()); }
    auto why = code_in<flow::CopyReason>(request, "reason", copy_reasons);
    if (!why) { return fail(std::move(why).error()); }
    std::optional<Name> partner;
    if (const auto word = Body(request.body).text("partner")) {
        const auto* found = parts.context.site->partner(*word);
        if (found == nullptr) { return fail(Fault::missing, "no such partner"); }
        partner = found->name;
    }
    return done_well(parts, 201, flow::recall_copies(parts.context, *id, partner, *why, UserId{request.caller.id}));
}

Result<http::Response> copy_answer(const Parts& parts, const http::Request& request) {
    auto id = id_in(request, "id");
    if (!id) { return fail(std::move(id).error()); }
    const auto word = Body(request.body).text("done");
    if (word != "yes" && word != "no") { return fail(Fault::malformed, "expected {\"done\": \"yes\"} or \"no\""); }
    const auto of = code_in<store::Wanted>(
        request, "wanted", "expected what was asked of the holder: {\"wanted\": \"destroy\"}, stop-using or keep");
    if (!of) { return fail(of.error()); }
    return done_well(parts, 201,
                     flow::enter_copy_word(parts.context, store::CopyId{*id},
                                           word == "yes" ? flow::CopyWord::done : flow::CopyWord::refused, *of,
                                           UserId{request.caller.id}));
}

Result<http::Response> restrict_use(const Parts& parts, const http::Request& request) {
    const auto id = case_in(parts, request);
    if (!id) { return fail(id.error()); }
    auto why = code_in<flow::CopyReason>(request, "reason", copy_reasons);
    if (!why) { return fail(std::move(why).error()); }
    return done_well(parts, 201, flow::restrict_case(parts.context, *id, *why, UserId{request.caller.id}));
}

Result<http::Response> lift(const Parts& parts, const http::Request& request) {
    const auto id = case_in(parts, request);
    if (!id) { return fail(id.error()); }
    return done_well(parts, 200, flow::lift_restriction(parts.context, *id, UserId{request.caller.id}));
}

Result<http::Response> legal_hold(const Parts& parts, const http::Request& request, bool sets) {
    const auto id = case_in(parts, request);
    if (!id) { return fail(id.error()); }
    std::optional<flow::HoldReason> reason;
    if (sets) {
        auto why = code_in<flow::HoldReason>(
            request, "reason",
            "expected a reason: police-investigation, court-proceedings, complaint, inquiry or other");
        if (!why) { return fail(std::move(why).error()); }
        reason = *why;
    }
    return done_well(parts, sets ? 201 : 200,
                     flow::set_legal_hold(parts.context, *id, reason, UserId{request.caller.id}));
}

Result<http::Response> erase(const Parts& parts, const http::Request& request) {
    const auto id = id_in(request, "id");
    if (!id) { return fail(id.error()); }
    auto why = code_in<flow::EraseReason>(
        request, "reason", "expected a reason: victim-asked, retention-ended, court-order, opened-by-mistake or other");
    if (!why) {  // who must not know of the case does not learn of it by a bad request either
        const auto seen = case_in(parts, request);
        return fail(seen ? std::move(why).error() : seen.error());
    }
    const auto receipt = flow::erase_or_receipt(parts.context, CaseId{*id}, *why, UserId{request.caller.id});
    if (!receipt) { return fail(receipt.error()); }
    return json(201, flow::receipt_text(*receipt));
}

Result<http::Response> prepare_access(const Parts& parts, const http::Request& request) {
    const auto id = case_in(parts, request);
    if (!id) { return fail(id.error()); }
    auto subject = code_in<store::Subject>(request, "subject", "expected {\"subject\": \"victim\"} or \"perpetrator\"");
    if (!subject) { return fail(std::move(subject).error()); }
    const auto made = flow::prepare_access(parts.context, *id, *subject, UserId{request.caller.id});
    if (!made) { return fail(made.error()); }
    return json(201, "{\"request\":" + json_string(id_text(*made)) + "}");
}

Result<http::Response> sign_access(const Parts& parts, const http::Request& request) {
    auto id = id_in(request, "id");
    if (!id) { return fail(std::move(id).error()); }
    return done_well(parts, 201, flow::sign_access(parts.context, store::AccessId{*id}, UserId{request.caller.id}));
}

Result<http::Response> show_access(const Parts& parts, const http::Request& request) {
    auto id = id_in(request, "id");
    if (!id) { return fail(std::move(id).error()); }
    const auto access = flow::show_access(parts.context, store::AccessId{*id}, {*parts.case_map, *parts.account_map},
                                          actor_of(request.caller));
    if (!access) { return fail(access.error()); }
    return json(200, std::string("{\"signed\":") + (access->is_signed ? "true" : "false") +
                         ",\"export\":" + access->json + ",\"redacted\":" + access->redacted + "}");
}

Result<http::Response> breach(const Parts& parts, const http::Request& request) {
    flow::BreachQuestion question;
    question.partner = std::string(request.parameter("partner").value_or(""));
    question.map = std::string(request.parameter("map").value_or(""));
    if (const auto user = request.parameter("user")) {
        const auto id = id_from_text(*user);
        if (!id) { return fail(Fault::malformed, "expected the number of a user, as the ledger shows it"); }
        question.user = UserId{*id};
    }
    question.to = parts.context.clock.now();
    for (const auto& [name, at] : {std::pair{"from", &question.from}, std::pair{"to", &question.to}}) {
        const auto given = request.parameter(name);
        const auto time = parse_instant(given.value_or(""));
        if (given && !time) { return fail(Fault::malformed, "expected a time in UTC, such as 2026-11-22T00:00:00Z"); }
        if (time) { *at = *time; }
    }
    auto items = flow::breach_report(parts.context, question, actor_of(request.caller));
    if (!items) { return fail(std::move(items).error()); }
    return listed(*items);
}

using Handler = Result<http::Response> (*)(const Parts&, const http::Request&);

http::Route route(const Parts& parts, Literal name, Literal method, Literal pattern, std::vector<Literal> callers,
                  Handler handler) {
    http::Route made{.name = name, .method = method, .pattern = pattern, .callers = std::move(callers)};
    if (std::string_view(method.text) == "POST") { made.media_types = {"application/json"}; }
    made.handle = on_pool(parts, [&parts, handler](const http::Request& request) { return handler(parts, request); });
    return made;
}

}  // namespace

std::vector<http::Route> rights_routes(const Parts& parts) {
    const std::vector<Literal> workers{"practitioner", "duty-manager", "information-governance"};
    const std::vector<Literal> deciders{"duty-manager", "information-governance"};
    const std::vector<Literal> governance{"information-governance"};
    return {
        route(parts, "list-disclosures", "GET", "/v1/cases/{id}/disclosures", workers,
              [](const Parts& p, const http::Request& r) { return list_of(p, r, flow::show_told); }),
        route(parts, "list-copies", "GET", "/v1/cases/{id}/copies", workers,
              [](const Parts& p, const http::Request& r) { return list_of(p, r, flow::show_copies); }),
        route(parts, "recall-copies", "POST", "/v1/cases/{id}/recalls", deciders, recall),
        route(parts, "answer-copy", "POST", "/v1/copies/{id}/answers", deciders, copy_answer),
        route(parts, "restrict-case", "POST", "/v1/cases/{id}/restriction", deciders, restrict_use),
        route(parts, "lift-restriction", "DELETE", "/v1/cases/{id}/restriction", deciders, lift),
        route(parts, "set-legal-hold", "POST", "/v1/cases/{id}/legal-hold", governance,
              [](const Parts& p, const http::Request& r) { return legal_hold(p, r, true); }),
        route(parts, "lift-legal-hold", "DELETE", "/v1/cases/{id}/legal-hold", governance,
              [](const Parts& p, const http::Request& r) { return legal_hold(p, r, false); }),
        route(parts, "erase-case", "POST", "/v1/cases/{id}/erasures", governance, erase),
        route(parts, "prepare-access", "POST", "/v1/cases/{id}/access-requests", deciders, prepare_access),
        route(parts, "show-access", "GET", "/v1/access-requests/{id}", deciders, show_access),
        route(parts, "sign-access", "POST", "/v1/access-requests/{id}/signatures", governance, sign_access),
        route(parts, "breach-report", "GET", "/v1/disclosures", governance, breach),
    };
}

}  // namespace haven::api
