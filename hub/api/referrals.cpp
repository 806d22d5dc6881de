#include "core/base/code.h"
#include "hub/api/api.h"
#include "hub/flow/chronicle.h"
#include "hub/flow/concealing.h"
#include "hub/flow/entering.h"
#include "hub/flow/looking.h"
#include "hub/flow/teller.h"
#include "hub/http/problem.h"

namespace haven::api {
namespace {

std::string referral_json(const Referral& referral) {
    return "{\"referral\":" + json_string(id_text(referral.id)) +
           ",\"case\":" + json_string(id_text(referral.case_id)) +
           ",\"service\":" + json_string(referral.service.text()) +
           ",\"state\":" + json_string(code_text(referral.state)) + "}";
}

Result<http::Response> list_for_staff(const Parts& parts, const http::Request& request, const Page& page) {
    std::optional<ReferralState> state;
    if (const auto wanted = request.parameter("state")) {
        state = code_from<ReferralState>(*wanted);
        if (!state) { return fail(Fault::malformed, "expected a state of referrals, such as offered"); }
    }
    auto referrals = parts.context.readers.read([&](store::Sql& sql) -> Result<std::vector<Referral>> {
        return store::list_referrals(sql, state, ReferralId{page.after}, page.limit, UserId{request.caller.id});
    });
    if (!referrals) { return fail(std::move(referrals).error()); }
    flow::LookedAt at;
    std::vector<std::string> items;
    for (const auto& referral : *referrals) {
        at.cases.insert(referral.case_id);
        items.push_back(referral_json(referral));
    }
    auto noted = flow::note_looks(parts.context, at, "referral listed", "casework", actor_of(request.caller));
    if (!noted) { return fail(std::move(noted).error()); }
    return json(200, list_json(items, page, referrals->empty() ? 0 : referrals->back().id.value));
}

// Until it is delivered there is nothing to see.
bool is_on_its_way(OfferState state) {
    return state == OfferState::queued || state == OfferState::sent;
}

// Of an offer that shows nothing of her any more there is still its state, which is news of her too.
ledger::Entry state_shown(const flow::Context& context, const store::OfferRow& offer, Instant now) {
    auto entry = flow::Chronicle(context.ids, now)
                     .consultation("offer state shown", "referral", ledger::Actor::of_partner(offer.partner));
    entry.recipient = offer.partner;
    entry.referral = offer.referral;
    entry.offer = offer.id;
    return entry;
}

// What one of a partner's own offers shows it now: its reference and state, and of her what it may see. Nothing at all
// where the partner has a conflict of interest: to it there is no such offer.
Result<std::optional<std::string>> shown_offer(const Parts& parts, const store::OfferRow& offer) {
    const auto& context = parts.context;
    auto snapshot = flow::read_snapshot(context, offer.case_id);
    if (!snapshot) { return fail(std::move(snapshot).error()); }
    if (flow::is_in_conflict(context, *snapshot, offer.partner)) { return std::nullopt; }
    const auto now = context.clock.now();
    auto shown = flow::Teller(context, now).show_offer(*snapshot, offer, parts.referral_maps);
    const auto head = "{\"reference\":" + json_string(offer.reference) +
                      ",\"state\":" + json_string(code_text(offer.state)) +
                      (snapshot->row.fictional ? ",\"fictional\":true" : "");
    auto entry = shown ? std::move(shown->entry) : state_shown(context, offer, now);
    if (shown) {
        entry.action = "offer shown";
        entry.actor = ledger::Actor::of_partner(offer.partner);
    }
    const auto row = flow::Chronicle::row(std::move(entry), snapshot->row.ledger_name);
    auto logged = context.writer.submit_and_wait([&](store::Sql& sql) -> Result<void> {
        store::insert_ledger_entry(sql, row);
        return {};
    });
    if (!logged) { return fail(std::move(logged).error()); }
    if (!shown) { return head + "}"; }
    const auto bytes = shown->cleared.bytes(context.clock.now());
    if (!bytes) { return fail(bytes.error()); }
    return head + ",\"referral\":" + std::string(*bytes) + "}";
}

// An offer that still waits to be sent is nothing to its partner yet. Goes on until the page is full or no offer is
// left, so that a page that is not full is the last one.
Result<http::Response> list_for_partner(const Parts& parts, const http::Request& request, const Page& page) {
    std::optional<OfferState> wanted;
    if (const auto state = request.parameter("state")) {
        wanted = code_from<OfferState>(*state);
        if (!wanted) { return fail(Fault::malformed, "expected a state of offers, such as sent"); }
    }
    std::vector<std::string> items;
    auto last = page.after;
    const auto is_full = [&] { return static_cast<std::int64_t>(items.size()) == page.limit; };
    for (bool more = true; more && !is_full();) {
        auto offers = parts.context.readers.read([&](store::Sql& sql) -> Result<std::vector<store::OfferRow>> {
            return store::offers_to(sql, request.caller.name, OfferId{last}, page.limit);
        });
        if (!offers) { return fail(std::move(offers).error()); }
        more = static_cast<std::int64_t>(offers->size()) == page.limit;
        for (auto offer = offers->begin(); offer != offers->end() && !is_full(); ++offer) {
            last = offer->id.value;
            if (is_on_its_way(offer->state) || (wanted && *wanted != offer->state)) { continue; }
            auto item = shown_offer(parts, *offer);
            if (!item) { return fail(std::move(item).error()); }
            if (*item) { items.push_back(std::move(**item)); }
        }
    }
    return json(200, list_json(items, page, last));
}

Result<http::Response> list(const Parts& parts, const http::Request& request) {
    auto page = page_of(request);
    if (!page) { return fail(std::move(page).error()); }
    return request.caller.name.empty() ? list_for_staff(parts, request, *page)
                                       : list_for_partner(parts, request, *page);
}

Result<http::Response> answer(const Parts& parts, const http::Request& request) {
    const auto enter = [&](const std::optional<flow::AskedOnce>& asked) {
        return request.caller.name.empty() ? flow::enter_answer(parts.context, request.part("id"), request.body,
                                                                UserId{request.caller.id}, asked)
                                           : flow::enter_partner_answer(parts.context, request.caller.name,
                                                                        request.part("id"), request.body, asked);
    };
    return answer_once(parts, request, {"answer-referral", enter, [](CaseId) { return std::string("{}"); }});
}

}  // namespace

std::vector<http::Route> referral_routes(const Parts& parts) {
    const std::vector<Literal> callers{"practitioner", "duty-manager", "partner"};
    return {
        {.name = "list-referrals",
         .method = "GET",
         .pattern = "/v1/referrals",
         .callers = callers,
         .handle = on_pool(parts, [&parts](const http::Request& request) { return list(parts, request); })},
        {.name = "answer-referral",
         .method = "POST",
         .pattern = "/v1/referrals/{id}/answers",
         .callers = callers,
         .media_types = {"application/json"},
         .handle = on_pool(parts, [&parts](const http::Request& request) { return answer(parts, request); })},
    };
}

}  // namespace haven::api
