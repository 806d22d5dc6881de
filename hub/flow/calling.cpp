#include "hub/flow/calling.h"

#include <algorithm>

#include "core/base/code.h"
#include "hub/flow/casework.h"
#include "hub/flow/timekeeper.h"

namespace haven::flow {
namespace {

struct Judged {
    std::vector<InstanceNumber> phones;  ///< those that may be rung
    std::optional<Allowed> how;          ///< what holds for all of them
    CallBarred barred{"no-way-known", std::nullopt};
};

// Of several numbers the strictest rules hold, so that whoever rings need not remember which goes with which.
void add_allowed(Judged& judged, InstanceNumber phone, const Allowed& allowed) {
    judged.phones.push_back(phone);
    if (!judged.how) {
        judged.how = allowed;
        return;
    }
    judged.how->until = std::min(judged.how->until, allowed.until);
    judged.how->first_contact |= allowed.first_contact;
    judged.how->withhold_number |= allowed.withhold_number;
    judged.how->if_other_answers = std::min(judged.how->if_other_answers, allowed.if_other_answers);
}

Judged judge(const Context& context, const CaseSnapshot& snapshot, Instant now) {
    const auto reach = reach_of(context, snapshot, now);
    const auto not_before = snapshot.row.progress.the_case.not_before.value_or(now);
    Judged judged;
    for (const auto& point : reach.contact.points) {
        const auto answer = may_contact(reach.contact, point, ContactChannel::call, Caller::person, reach.attempts,
                                        *context.site->contact, std::max(now, not_before));
        if (answer && not_before <= now) {
            add_allowed(judged, point.instance, *answer);
        } else if (answer) {
            judged.barred = {"too-soon", not_before};
        } else if (answer.error().why != BarredWhy::other_channel) {
            const auto& next = answer.error().next_allowed_at;
            const bool sooner = next && (!judged.barred.next_call || *next < *judged.barred.next_call);
            if (sooner || !judged.barred.next_call) { judged.barred = {code_text(answer.error().why), next}; }
        }
    }
    return judged;
}

// The part of the case file that whoever rings needs: those numbers, and how she may be reached.
CaseFile needed_to_call(const Context& context, const CaseFile& file, const std::vector<InstanceNumber>& phones) {
    const auto& catalogue = *context.site->catalogue;
    std::vector<bool> keep;
    for (const auto& value : file.facts().values()) {
        const bool of_phone = std::find(phones.begin(), phones.end(), value.instance) != phones.end();
        keep.push_back(of_phone || catalogue.field(value.field).path.text().starts_with("victim/safe-contact/"));
    }
    return file.part(keep);
}

store::LedgerRow barred_row(const Context& context, const CaseSnapshot& snapshot, std::string_view reason,
                            ledger::Actor by, Instant now) {
    auto entry = Chronicle(context.ids, now).entry(ledger::Operation::decision, "call barred", by);
    entry.reason = Name::declare(reason);
    return Chronicle::row(std::move(entry), snapshot.row.ledger_name);
}

}  // namespace

Result<std::variant<CallGranted, CallBarred>> claim_call(const Context& context, CaseId id, ledger::Actor by,
                                                         const Map& case_map) {
    std::optional<std::variant<CallGranted, CallBarred>> answer;
    auto done = change_case(context, id, [&](CaseSnapshot& snapshot, Instant now) -> Result<Changes> {
        auto judged = judge(context, snapshot, now);
        auto happened = Casework(context, now).happen(snapshot, case_event::CallClaimed{by.user}, by);
        if (!happened) { return fail(std::move(happened).error()); }
        for (const auto& effect : happened->effects) {
            const auto* ignored = std::get_if<case_effect::Ignored>(&effect);
            if (ignored == nullptr) { continue; }
            const bool claimed = ignored->why == CaseIgnoredWhy::claimed;
            judged.how.reset();
            judged.barred = {claimed ? "claimed" : "closed", snapshot.row.progress.the_case.claimed_until};
        }
        if (!judged.how) {
            auto released = Casework(context, now).happen(snapshot, case_event::CallGivenUp{by.user}, by);
            if (!released) { return fail(std::move(released).error()); }
            answer = judged.barred;
            // What time has made of the case meanwhile stands, whether she may be called or not.
            happened->changes.append(std::move(released->changes));
            happened->changes.ledger.push_back(barred_row(context, snapshot, judged.barred.reason, by, now));
            return std::move(happened->changes);
        }
        const auto part = needed_to_call(context, snapshot.file, judged.phones);
        auto shown = Teller(context, now).show_case(snapshot, part, case_map);
        if (!shown) { return fail(std::move(shown).error()); }
        auto entry = std::move(shown->entry);
        entry.operation = ledger::Operation::consultation;
        entry.action = "call claimed";
        entry.actor = by;
        if (judged.how->first_contact && entry.reason.empty()) { entry.reason = "first-contact protocol"; }
        happened->changes.ledger.push_back(Chronicle::row(std::move(entry), snapshot.row.ledger_name));
        answer = CallGranted{*judged.how, std::move(shown->cleared)};
        return std::move(happened->changes);
    });
    if (!done) { return fail(std::move(done).error()); }
    return std::move(*answer);
}

}  // namespace haven::flow
