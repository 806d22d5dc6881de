#include "hub/flow/recalling.h"

#include <algorithm>

#include "core/base/code.h"
#include "core/base/log.h"
#include "core/store/conflicts.h"
#include "hub/flow/broker.h"
#include "hub/flow/timekeeper.h"

namespace haven::flow {
namespace {

using store::CopyRow;
using store::CopyState;
using store::Wanted;

constexpr std::chrono::hours acknowledge_standard{24};  // the hub's own promise, where the site declares none

ledger::Word action_of(Wanted wanted) {
    switch (wanted) {
        case Wanted::keep: return "copy may be used again";
        case Wanted::stop_using: return "copy restricted";
        case Wanted::destroy: return "copy recalled";
    }
    return "copy";
}

ledger::Word done_of(Wanted wanted) {
    switch (wanted) {
        case Wanted::keep: return "copy used again";
        case Wanted::stop_using: return "copy rests";
        case Wanted::destroy: return "copy destroyed";
    }
    return "copy";
}

// The referral for which the holder is asked to help, or helps; null where that is over.
const Referral* under_way(const CaseSnapshot& snapshot, const CopyRow& copy) {
    for (const auto& referral : snapshot.referrals) {
        for (const auto& offer : referral.offers) {
            const bool counts = is_awaited(offer.state) || is_placement(offer.state);
            if (offer.id == copy.offer && counts && is_live(referral.state)) { return &referral; }
        }
    }
    return nullptr;
}

std::string copy_json(const CopyRow& copy) {
    const auto time = [](const std::optional<Instant>& at) { return at ? json_string(iso_text(*at)) : "null"; };
    return "{\"copy\":" + json_string(id_text(copy.id)) + ",\"partner\":" + json_string(copy.partner.text()) +
           ",\"reference\":" + json_string(copy.reference) + ",\"purpose\":" + json_string(copy.purpose) +
           ",\"told\":" + json_string(iso_text(copy.told_at)) + ",\"delete-by\":" + time(copy.delete_by) +
           ",\"wanted\":" + json_string(code_text(copy.wanted)) + ",\"why\":" + json_string(copy.why) +
           ",\"state\":" + json_string(code_text(copy.state)) +
           ",\"changed\":" + json_string(iso_text(copy.changed_at)) + ",\"due\":" + time(copy.due_at) + "}";
}

}  // namespace

store::LedgerRow Recalling::note(const CaseSnapshot& snapshot, const CopyRow& copy, ledger::Operation operation,
                                 ledger::Word action, std::string_view reason, ledger::Actor by) const {
    auto entry = Chronicle(context_.ids, now_).entry(operation, action, by);
    entry.recipient = copy.partner;
    entry.offer = copy.offer;
    entry.purpose = Name::declare(copy.purpose);
    entry.reason = Name::declare(reason);
    return Chronicle::row(std::move(entry), snapshot.row.ledger_name);
}

void Recalling::hold(const CaseSnapshot& snapshot, const CopyRow& copy, Literal fault, Literal reason, Literal role,
                     Changes& changes) const {
    store::HeldRow row{context_.ids.next_as<HeldId>(now_),
                       copy.partner,
                       fault.text,
                       "copy",
                       reason.text,
                       role.text,
                       now_,
                       now_ + person_due,
                       0};
    changes.held.emplace_back(std::move(row), store::HeldItem{store::HeldKind::victim_case, snapshot.row.id.value,
                                                              copy.id.value, snapshot.row.id});
}

bool Recalling::ask_one(const CaseSnapshot& snapshot, CopyRow& copy, Wanted wanted, CopyReason why, ledger::Actor by,
                        Changes& changes) const {
    if (copy.wanted == Wanted::destroy || copy.wanted == wanted) { return false; }
    copy.wanted = wanted;
    copy.why = std::string(code_text(why));
    copy.state = CopyState::asked;
    copy.changed_at = now_;
    copy.due_at.reset();  // that it may be used again needs no answer
    if (wanted != Wanted::keep) {
        copy.due_at = now_ + context_.site->keeping.acknowledge.value_or(acknowledge_standard);
    }
    changes.copies.push_back(copy);
    store::Work work{context_.ids.next_as<WorkId>(now_),
                     copy.partner,
                     store::WorkKind::recall,
                     {},
                     snapshot.row.id,
                     copy.id.value,
                     0};
    changes.work.push_back({work, now_, std::nullopt});
    changes.ledger.push_back(note(snapshot, copy, ledger::Operation::decision, action_of(wanted), code_text(why), by));
    return true;
}

Changes Recalling::ask(CaseSnapshot& snapshot, Wanted wanted, CopyReason why, ledger::Actor by,
                       std::optional<Name> partner, std::optional<std::string_view> reference) const {
    Changes changes;
    for (auto& copy : snapshot.copies) {
        if (reference && copy.reference != *reference) { continue; }
        if (!partner || copy.partner == *partner) { ask_one(snapshot, copy, wanted, why, by, changes); }
    }
    return changes;
}

Changes Recalling::ended(const CaseSnapshot& snapshot, const CopyRow& copy, int version, Delivery delivery) const {
    Changes changes;
    auto changed = copy;
    changed.changed_at = now_;
    const bool is_wanted = version == recall_version(copy.wanted);
    if (delivery == Delivery::accepted && copy.state == CopyState::asked && is_wanted) {
        changed.state = CopyState::told;
        changes.copies.push_back(std::move(changed));
    } else if (delivery == Delivery::rejected) {
        hold(snapshot, copy, "recall-rejected", "the partner's system refuses a recall: ring them", "duty-manager",
             changes);
    }
    return changes;
}

Changes Recalling::said(CaseSnapshot& snapshot, store::CopyId id, CopyWord word, Wanted of, ledger::Actor by) const {
    Changes changes;
    for (auto& copy : snapshot.copies) {
        if (copy.id != id) { continue; }
        const bool asked_for = copy.state != CopyState::kept && of == copy.wanted;
        if (!asked_for || copy.state == CopyState::acknowledged) {
            changes.ledger.push_back(note(snapshot, copy, ledger::Operation::receipt, "changed nothing", "repeat", by));
            return changes;
        }
        copy.state = word == CopyWord::done ? CopyState::acknowledged : CopyState::refused;
        copy.changed_at = now_;
        copy.due_at.reset();
        changes.copies.push_back(copy);
        const auto action = word == CopyWord::done ? done_of(copy.wanted) : ledger::Word("copy kept by its holder");
        changes.ledger.push_back(note(snapshot, copy, ledger::Operation::receipt, action, copy.why, by));
        if (word == CopyWord::refused) {
            hold(snapshot, copy, "copy-kept", "the partner keeps what it was asked to give up",
                 "information-governance", changes);
        }
    }
    return changes;
}

Changes Recalling::of_earlier(const CaseSnapshot& snapshot, const CopyRow& copy, ledger::Actor by) const {
    Changes changes;
    changes.ledger.push_back(
        note(snapshot, copy, ledger::Operation::receipt, "changed nothing", "earlier-request", by));
    return changes;
}

Changes Recalling::due(CaseSnapshot& snapshot, store::CopyId id) const {
    Changes changes;
    for (auto& copy : snapshot.copies) {
        if (copy.id != id) { continue; }
        const bool awaited = copy.state == CopyState::asked || copy.state == CopyState::told;
        if (awaited && copy.due_at && *copy.due_at <= now_) {
            hold(snapshot, copy, "copy-not-acknowledged", "the partner has not said that it is done: ring them",
                 "duty-manager", changes);
            copy.due_at.reset();
            changes.copies.push_back(copy);
        } else if (copy.delete_by && *copy.delete_by <= now_) {
            ask_one(snapshot, copy, Wanted::destroy, CopyReason::retention, ledger::Actor::of_hub("timekeeper"),
                    changes);
        }
    }
    return changes;
}

Result<Changes> Recalling::corrected(CaseSnapshot& snapshot, const WouldTell& before, const Newly& newly,
                                     ledger::Actor by) const {
    Changes changes;
    const auto after = Teller(context_, now_).would_tell(snapshot);
    std::map<ReferralId, std::vector<Name>> again;
    for (auto& copy : snapshot.copies) {
        const auto was = before.find(copy.id);
        const auto is = after.find(copy.id);
        if (copy.wanted == Wanted::destroy || was == before.end() || is == after.end()) { continue; }
        const bool hidden = was->second.empty() || is->second.empty();
        const bool counts_hidden = newly.recalls || newly.other_windows;
        if (was->second == is->second && !(hidden && counts_hidden)) { continue; }
        if (const auto* live = under_way(snapshot, copy)) {
            again[live->id].push_back(copy.partner);
        } else if (newly.recalls) {
            ask_one(snapshot, copy, Wanted::destroy, *newly.recalls, by, changes);
        } else {
            hold(snapshot, copy, "correction", "tell the holder of an old copy what was corrected",
                 "information-governance", changes);
        }
    }
    for (auto& [id, holders] : again) {
        auto told = Broker(context_, now_).happen(snapshot, id, referral_event::Amended{std::move(holders)}, by);
        if (!told) { return told; }
        changes.append(std::move(*told));
    }
    return changes;
}

// Who was told to stop, and has what is not right any more, goes on with what it is told now, and not with what it has.
Result<Changes> Recalling::lifted(CaseSnapshot& snapshot, ledger::Actor by) const {
    const auto again = context_.readers.read(
        [&](store::Sql& sql) -> Result<std::vector<OfferId>> { return store::offers_to_amend(sql, snapshot.row.id); });
    if (!again) { return fail(again.error()); }
    Changes changes;
    changes.lifted = Changes::Lifted{snapshot.row.id, by.user};
    for (auto& copy : snapshot.copies) {
        if (std::find(again->begin(), again->end(), copy.offer) == again->end()) {
            ask_one(snapshot, copy, Wanted::keep, CopyReason::other, by, changes);
        } else if (copy.wanted == Wanted::stop_using) {
            copy.wanted = Wanted::keep;
            copy.state = CopyState::kept;
            copy.why.clear();
            copy.changed_at = now_;
            copy.due_at.reset();
            changes.copies.push_back(copy);
        }
    }
    return changes;
}

Changes Recalling::held_in_conflict(const CaseSnapshot& snapshot, const std::vector<Name>& partners) const {
    Changes changes;
    for (const auto& copy : snapshot.copies) {
        const bool concerned = std::find(partners.begin(), partners.end(), copy.partner) != partners.end();
        if (!concerned || copy.wanted == Wanted::destroy) { continue; }
        const auto* partner = context_.site->partner(copy.partner.text());
        const bool has_handler = partner != nullptr && partner->handler;  // then it may help on, and no step asks
        if (under_way(snapshot, copy) != nullptr && !has_handler) { continue; }
        hold(snapshot, copy, "conflict", "the perpetrator may see this copy: decide what becomes of it", "duty-manager",
             changes);
    }
    return changes;
}

namespace {

// What was asked before may be asked again, after it was taken back: a late yes to the first is none to the second. In
// that case alone a word counts only if it says that it was done after the newest asking was begun to be told.
bool is_of_earlier(const std::vector<store::Asking>& askings, Wanted of, std::optional<Instant> done_at) {
    const bool asked_before = std::any_of(askings.begin() + (askings.empty() ? 0 : 1), askings.end(),
                                          [&](const auto& one) { return one.version == recall_version(of); });
    const auto newest = askings.empty() ? std::nullopt : askings.front().told_at;
    return asked_before && (!newest || !done_at || *done_at < *newest);
}

}  // namespace

Result<Changes> holder_said(const Context& context, CaseSnapshot& snapshot, Name partner, std::string_view reference,
                            const Record& word, ledger::Actor by, Instant now) {
    const auto& fields = context.fields;
    const auto answer = word.get(fields.copy.acknowledged);
    const bool says = answer == Answer::yes || answer == Answer::no;
    if (!says || word.get(fields.copy.reference) != reference) {
        return fail(Fault::malformed, "expected a yes or no to the recall of this reference");
    }
    // What was asked before may be answered late: a yes to a rest is none to a destruction.
    const auto of = word.get(fields.copy.wanted);
    if (!of) { return fail(Fault::malformed, "expected to what it answers: to destroy, to rest or to keep"); }
    const auto* copy = snapshot.copy(partner, reference);
    if (copy == nullptr) { return fail(Fault::missing, "this partner was told nothing under this reference"); }
    const auto askings = context.readers.read(
        [&](store::Sql& sql) -> Result<std::vector<store::Asking>> { return store::askings_of(sql, *copy); });
    if (!askings) { return fail(askings.error()); }
    const Recalling recalling(context, now);
    if (is_of_earlier(*askings, *of, word.get(fields.copy.at))) { return recalling.of_earlier(snapshot, *copy, by); }
    return recalling.said(snapshot, copy->id, answer == Answer::yes ? CopyWord::done : CopyWord::refused, *of, by);
}

bool is_asked_back(const CaseSnapshot& snapshot, Name partner, std::string_view reference) {
    const auto* copy = snapshot.copy(partner, reference);
    return copy != nullptr && copy->state != CopyState::kept;
}

Result<void> recall_copies(const Context& context, CaseId id, std::optional<Name> partner, CopyReason why, UserId by) {
    const auto actor = ledger::Actor::of_user(by);
    return change_case(context, id, [&](CaseSnapshot& snapshot, Instant now) -> Result<Changes> {
        auto changes = Recalling(context, now).ask(snapshot, Wanted::destroy, why, actor, partner);
        for (const auto& referral : std::vector<Referral>(snapshot.referrals)) {
            if (partner || !is_live(referral.state)) { continue; }
            auto withdrawn = Broker(context, now).happen(snapshot, referral.id, referral_event::Withdrawn{}, actor);
            if (!withdrawn) { return withdrawn; }
            changes.append(std::move(*withdrawn));
        }
        return changes;
    });
}

namespace {

// `by`: who must not know of the case finds no copy of it either.
Result<void> change_copy(const Context& context, store::CopyId id, UserId by,
                         const std::function<Result<Changes>(CaseSnapshot&, Instant now)>& decide) {
    auto copy = context.readers.read([&](store::Sql& sql) -> Result<std::optional<CopyRow>> {
        auto row = store::read_copy(sql, id);
        if (row && !store::is_seen(sql, row->case_id, by)) { row.reset(); }
        return row;
    });
    if (!copy) { return fail(std::move(copy).error()); }
    if (!*copy) { return fail(Fault::missing, "nobody holds such a copy"); }
    return change_case(context, (*copy)->case_id, decide);
}

Result<void> set_restricted(const Context& context, CaseId id, std::string_view code, CopyReason why, UserId by) {
    const bool lifts = code.empty();
    const auto actor = ledger::Actor::of_user(by);
    return change_case(context, id, [&](CaseSnapshot& snapshot, Instant now) -> Result<Changes> {
        auto& restricted = snapshot.row.restricted;
        if (lifts && restricted.empty()) { return fail(Fault::missing, "the case is not restricted"); }
        if (!lifts && !restricted.empty()) { return fail(Fault::conflict, "the case is restricted already"); }
        restricted = std::string(code);
        const Recalling recalling(context, now);
        auto changes = lifts ? recalling.lifted(snapshot, actor)
                             : Result<Changes>(recalling.ask(snapshot, Wanted::stop_using, why, actor));
        if (!changes) { return changes; }
        auto entry = Chronicle(context.ids, now)
                         .entry(ledger::Operation::decision,
                                lifts ? ledger::Word("restriction lifted") : ledger::Word("case restricted"), actor);
        entry.reason = Name::declare(code);
        changes->ledger.push_back(Chronicle::row(std::move(entry), snapshot.row.ledger_name));
        return changes;
    });
}

}  // namespace

Result<void> restrict_case(const Context& context, CaseId id, CopyReason why, UserId by) {
    return set_restricted(context, id, code_text(why), why, by);
}

Result<void> lift_restriction(const Context& context, CaseId id, UserId by) {
    return set_restricted(context, id, {}, CopyReason::other, by);
}

Result<void> enter_copy_word(const Context& context, store::CopyId id, CopyWord word, Wanted of, UserId by) {
    return change_copy(context, id, by, [&](CaseSnapshot& snapshot, Instant now) -> Result<Changes> {
        const auto is_asked = [&](const CopyRow& copy) { return copy.id == id && copy.wanted == of; };
        if (std::none_of(snapshot.copies.begin(), snapshot.copies.end(), is_asked)) {
            return fail(Fault::conflict, "something else is asked of this copy by now: look at it again");
        }
        return Recalling(context, now).said(snapshot, id, word, of, ledger::Actor::of_user(by));
    });
}

Result<void> look_at_copy(const Context& context, store::CopyId id) {
    return change_copy(context, id, {}, [&](CaseSnapshot& snapshot, Instant now) -> Result<Changes> {
        return Recalling(context, now).due(snapshot, id);
    });
}

Result<std::vector<std::string>> show_copies(const Context& context, CaseId id, ledger::Actor by) {
    std::vector<std::string> out;
    auto entry = Chronicle(context.ids, context.clock.now()).consultation("copies shown", "recall", by);
    auto done = context.writer.submit_and_wait([&](store::Sql& sql) -> Result<void> {
        const auto row = store::read_case(sql, id);
        if (!row || row->ledger_name.empty()) { return fail(Fault::missing, "no such case"); }
        for (const auto& copy : store::copies_of(sql, id)) { out.push_back(copy_json(copy)); }
        store::insert_ledger_entry(sql, Chronicle::row(std::move(entry), row->ledger_name));
        return {};
    });
    if (!done) { return fail(std::move(done).error()); }
    return out;
}

}  // namespace haven::flow
