#include "hub/flow/merging.h"

#include <algorithm>

#include "core/base/code.h"
#include "core/base/crash_point.h"
#include "core/base/log.h"
#include "core/casework/merge.h"
#include "hub/flow/concealing.h"
#include "hub/flow/merge_part.h"
#include "hub/flow/rejudging.h"

namespace haven::flow {
namespace {

bool is_at_her_word(std::string_view restricted) {
    const auto why = code_from<CopyReason>(restricted);
    return why == CopyReason::victim_asked || why == CopyReason::objection || why == CopyReason::accuracy;
}

// Asked for before an erasure, which would take the other case's data with it.
bool waits_for_erasure(const store::CopyRow& copy) {
    const auto why = code_from<CopyReason>(copy.why);
    const bool unanswered = copy.state == store::CopyState::asked || copy.state == store::CopyState::told;
    return copy.wanted == store::Wanted::destroy && unanswered &&
           (why == CopyReason::victim_asked || why == CopyReason::retention);
}

Result<void> may_be_merged(const CaseSnapshot& into, const CaseSnapshot& from, Instant now) {
    if (into.row.fictional != from.row.fictional) {
        return fail(Fault::refused, "one of them is of a rehearsal and one is not");
    }
    for (const auto* one : {&into, &from}) {
        if (is_at_her_word(one->row.restricted)) {
            return fail(Fault::refused, "one of them is restricted at her word: decide on that first");
        }
        if (std::any_of(one->copies.begin(), one->copies.end(), waits_for_erasure)) {
            return fail(Fault::conflict, "copies of one of them are to be destroyed: wait for the holders' word");
        }
    }
    if (both_claimed(into.row.progress.the_case, from.row.progress.the_case, now)) {
        return fail(Fault::conflict, "two people are about to call her: one of them gives it up first");
    }
    return {};
}

void merge_progress(store::CaseProgress& into, const store::CaseProgress& from) {
    if (asks_more(from.the_case, into.the_case)) {
        into.clocks = from.clocks;
    } else if (!asks_more(into.the_case, from.the_case)) {
        for (const auto& clock : from.clocks) {
            const auto at = std::find_if(into.clocks.begin(), into.clocks.end(),
                                         [&](const PromiseClock& c) { return c.name == clock.name; });
            if (at == into.clocks.end()) {
                into.clocks.push_back(clock);
            } else if (!clock.stopped_at && (at->stopped_at || clock.breach_at < at->breach_at)) {
                *at = clock;
            }
        }
    }
    into.the_case = merge(into.the_case, from.the_case);
}

// Everything that is read of `from` from now on is of `into`.
void take_over(CaseSnapshot& into, const CaseSnapshot& from) {
    const auto id = into.row.id;
    into.records.insert(into.records.end(), from.records.begin(), from.records.end());
    into.agreements.insert(into.agreements.end(), from.agreements.begin(), from.agreements.end());
    for (auto referral : from.referrals) {
        referral.case_id = id;
        into.referrals.push_back(std::move(referral));
    }
    for (auto copy : from.copies) {
        copy.case_id = id;
        into.copies.push_back(std::move(copy));
    }
    for (auto conflict : from.conflicts) {
        conflict.case_id = id;
        into.conflicts.push_back(std::move(conflict));
    }
    merge_progress(into.row.progress, from.row.progress);
    if (into.row.legal_hold.empty()) { into.row.legal_hold = from.row.legal_hold; }
    if (into.row.restricted.empty()) { into.row.restricted = from.row.restricted; }
    into.file = CaseFile::fold(into.file.facts().shared_catalogue(), into.records);
}

// What two live referrals for one thing, or a yes and a no, come to is for a person.
void ask_a_person(const Context& context, const CaseSnapshot& into, const CaseSnapshot& from, Instant now,
                  Changes& changes) {
    for (const auto& one : into.referrals) {
        for (const auto& other : from.referrals) {
            if (one.service == other.service && is_live(one.state) && is_live(other.state)) {
                hold_case(context, into, "two-referrals", one.service.text(),
                          "withdraw one of two referrals of a merged case", now, changes);
            }
        }
    }
    if (answers_differ(into.row.progress.the_case, from.row.progress.the_case)) {
        hold_case(context, into, "two-answers", "contact", "ask her whether she wants help: she said yes and no", now,
                  changes);
    }
}

struct Merging {
    store::Merge rows;
    Changes changes;
    Instant at{};
};

Result<Changes> what_follows(const Context& context, CaseSnapshot& into, const CaseSnapshot& from, MergeReason why,
                             UserId by, Instant now) {
    const auto actor = ledger::Actor::of_user(by);
    const auto restricted = !into.row.restricted.empty() ? into.row.restricted : from.row.restricted;
    const Rejudging before_of_into(context, into, now);
    const Rejudging before_of_from(context, from, now);
    Changes changes;
    ask_a_person(context, into, from, now, changes);
    take_over(into, from);
    if (const auto reason = code_from<CopyReason>(restricted)) {
        changes.append(Recalling(context, now).ask(into, store::Wanted::stop_using, *reason, actor));
    }
    for (const auto* before : {&before_of_into, &before_of_from}) {
        auto follows = before->after(into, actor);
        if (!follows) { return follows; }
        changes.append(std::move(*follows));
    }
    auto looked = looked_at_again(context, into, actor, now);
    if (!looked) { return looked; }
    changes.append(std::move(*looked));
    using ledger::Operation;
    changes.ledger.push_back(
        merge_note(context, Operation::combination, "case merged", code_text(why), into.row.ledger_name, by, now));
    changes.ledger.push_back(merge_note(context, Operation::combination, "case merged into another", code_text(why),
                                        from.row.ledger_name, by, now));
    return changes;
}

Result<Merging> decide_merge(const Context& context, CaseId into_id, CaseId from_id, MergeReason why, UserId by) {
    for (const auto id : {into_id, from_id}) {
        const auto seen = see_case(context, id, by);
        if (!seen) { return fail(seen.error()); }
        if (*seen != id) { return fail(Fault::conflict, "one of them was merged into another case"); }
    }
    auto into = read_snapshot(context, into_id);
    if (!into) { return fail(std::move(into).error()); }
    auto from = read_snapshot(context, from_id);
    if (!from) { return fail(std::move(from).error()); }
    const auto now = context.clock.now();
    if (auto may = may_be_merged(*into, *from, now); !may) { return fail(std::move(may).error()); }
    if (auto staying = cells_of(context, into_id); !staying) { return fail(std::move(staying).error()); }
    const auto cells = cells_of(context, from_id);
    if (!cells) { return fail(cells.error()); }
    auto fresh = resealed(*cells, {from_id, from->key}, {into_id, into->key});
    if (!fresh) { return fail(std::move(fresh).error()); }
    Merging merging{{from_id, from->row.revision, into_id, std::move(*fresh), from->referrals}, {}, now};
    for (auto& referral : merging.rows.referrals) { referral.case_id = into_id; }
    auto changes = what_follows(context, *into, *from, why, by, now);
    if (!changes) { return fail(std::move(changes).error()); }
    merging.changes = std::move(*changes);
    into->row.changed_at = now;
    merging.changes.changed_cases.push_back(into->row);
    return merging;
}

}  // namespace

Result<void> merge_cases(const Context& context, CaseId into, CaseId from, MergeReason why, UserId by) {
    if (into == from) { return fail(Fault::conflict, "they are one case"); }
    for (int tries = 1;; ++tries) {
        auto decided = decide_merge(context, into, from, why, by);
        if (!decided) { return fail(std::move(decided).error()); }
        crash_point("merge-before");
        auto done = context.writer.submit_and_wait([&](store::Sql& sql) -> Result<void> {
            if (auto moved = store::merge_case(sql, decided->rows, decided->at); !moved) { return moved; }
            crash_point("merge-within");
            return apply(sql, decided->changes, decided->at);
        });
        if (!done && done.error().fault == Fault::conflict && tries < decide_tries_max) { continue; }
        if (!done) { return done; }
        crash_point("merge-after");
        // The key that was destroyed seals nothing any more; an erasure of the case wipes again.
        if (auto wiped = context.writer.wipe(); !wiped) {
            log(LogLevel::warning, "store not wiped after a merge", {{"why", wiped.error()}});
        }
        return {};
    }
}

}  // namespace haven::flow
