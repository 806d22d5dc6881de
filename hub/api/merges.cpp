#include "core/base/code.h"
#include "hub/api/api.h"
#include "hub/api/body.h"
#include "hub/flow/merging.h"

namespace haven::api {
namespace {

std::string case_json(CaseId id) {
    return "{\"case\":" + json_string(id_text(id)) + "}";
}

// The case of the path stays; the one of the body goes into it, and its id stands for the other from then on.
Result<http::Response> merge(const Parts& parts, const http::Request& request) {
    const auto into = case_in(parts, request);
    if (!into) { return fail(into.error()); }
    const Body body(request.body);
    const auto from = id_from_text(body.text("case").value_or(""));
    const auto reason = code_from<flow::MergeReason>(body.text("reason").value_or(""));
    if (!from || !reason) {
        return fail(Fault::malformed,
                    "expected a case, and a reason: she-said, identified, opened-by-hand, reported-twice or other");
    }
    auto done = flow::merge_cases(parts.context, *into, CaseId{*from}, *reason, UserId{request.caller.id});
    if (!done) { return fail(std::move(done).error()); }
    parts.wake();
    return json(201, case_json(*into));
}

Result<http::Response> unmerge(const Parts& parts, const http::Request& request) {
    const auto id = case_in(parts, request);
    if (!id) { return fail(id.error()); }
    const Body body(request.body);
    std::vector<MessageId> messages;
    for (const auto& text : body.texts("messages")) {
        const auto message = id_from_text(text);
        if (!message) { return fail(Fault::missing, "there is nothing of this id"); }
        messages.push_back(MessageId{*message});
    }
    const auto reason = code_from<flow::UnmergeReason>(body.text("reason").value_or(""));
    if (messages.empty() || !reason) {
        return fail(Fault::malformed,
                    "expected messages, and a reason: another-person, she-said, source-said or other");
    }
    auto made = flow::unmerge_records(parts.context, *id, messages, *reason, UserId{request.caller.id});
    if (!made) { return fail(std::move(made).error()); }
    parts.wake();
    return json(201, case_json(*made));
}

}  // namespace

std::vector<http::Route> merge_routes(const Parts& parts) {
    return {
        {.name = "merge-case",
         .method = "POST",
         .pattern = "/v1/cases/{id}/merges",
         .callers = {"practitioner", "duty-manager"},
         .media_types = {"application/json"},
         .handle = on_pool(parts, [&parts](const http::Request& request) { return merge(parts, request); })},
        {.name = "unmerge-records",
         .method = "POST",
         .pattern = "/v1/cases/{id}/unmerges",
         .callers = {"duty-manager", "information-governance"},
         .media_types = {"application/json"},
         .handle = on_pool(parts, [&parts](const http::Request& request) { return unmerge(parts, request); })},
    };
}

}  // namespace haven::api
