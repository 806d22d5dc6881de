#include "hub/flow/changes.h"

#include <iterator>

#include "core/agreement/refusal.h"
#include "core/base/code.h"
#include "core/store/accounts.h"
#include "core/store/near_misses.h"
#include "core/store/stops.h"
#include "hub/flow/deciding.h"

namespace haven::flow {
namespace {

template <class T>
void move_behind(std::vector<T>& into, std::vector<T>& from) {
    into.insert(into.end(), std::make_move_iterator(from.begin()), std::make_move_iterator(from.end()));
}

Result<void> apply_cases(store::Sql& sql, const Changes& changes) {
    for (const auto& row : changes.new_cases) { store::insert_case(sql, row); }
    for (const auto& row : changes.changed_cases) {
        if (auto done = store::update_case(sql, row); !done) { return done; }
    }
    for (const auto& row : changes.records) { store::insert_record(sql, row); }
    for (const auto& [key, id] : changes.blind_keys) { store::insert_blind_key(sql, key, id); }
    for (const auto& seen : changes.seen) {
        if (seen.replaces) {
            store::replace_seen(sql, store::SeenKind::record, seen.digest, seen.seen);
        } else if (store::remember(sql, store::SeenKind::record, seen.digest, seen.seen)) {
            return fail(Fault::conflict, "the same record was taken by another message first");
        }
    }
    return {};
}

Result<void> apply_work(store::Sql& sql, const Changes& changes, Instant now) {
    using How = Changes::EndedWork::How;
    if (changes.under && !store::is_claimed(sql, changes.under->id, changes.under->attempts)) {
        return fail(Fault::conflict, "another worker has this work now");
    }
    for (const auto& ended : changes.ended_work) {
        const bool mine = [&] {
            switch (ended.how) {
                case How::done: return store::finish_work(sql, ended.id, ended.attempts);
                case How::held: return store::hold_work(sql, ended.id, ended.attempts);
                case How::retry: return store::retry_work(sql, ended.id, ended.attempts, ended.due);
                case How::gives_way: break;
            }
            return store::give_way(sql, ended.id, ended.attempts, ended.due);
        }();
        if (!mine) { return fail(Fault::conflict, "another worker has this work now"); }
    }
    for (const auto& [id, key] : changes.used_overrides) {
        if (!store::use_override(sql, id, key)) { return fail(Fault::conflict, "the override was used meanwhile"); }
    }
    for (const auto& row : changes.new_attempts) { store::insert_attempt(sql, row); }
    for (const auto& [id, state] : changes.ended_attempts) { store::end_attempt(sql, id, state, now); }
    for (const auto& made : changes.work) { store::insert_work(sql, made.work, made.due, made.claim); }
    return {};
}

void release_what_restriction_held(store::Sql& sql, const Changes::Lifted& lifted, Instant now) {
    for (const auto& line : store::held_because(sql, reason_of(Refusal::restricted).text())) {
        for (const auto& item : store::items_of(sql, line.id)) {
            if (item.kind != store::HeldKind::work || item.case_id != lifted.id) { continue; }
            store::decide_near_miss(sql, WorkId{item.subject}, code_text(HeldDecision::again), lifted.by, now);
            store::release_held_item(sql, item.kind, item.subject, now);
            store::release_work(sql, WorkId{item.subject}, now);
        }
    }
}

// Her newest word stands in the place of an earlier one that waits for a person.
void put_account_decision(store::Sql& sql, const Changes::AccountDecision& made, Instant now) {
    store::put_account_decision(sql, made.account, made.partner, made.tell, made.by, now);
    for (const auto work : store::held_account_work(sql, made.account, made.partner)) {
        store::decide_near_miss(sql, work, code_text(HeldDecision::close), made.by, now);
        store::release_held_item(sql, store::HeldKind::work, work.value, now);
        store::drop_held_work(sql, work);
    }
}

// A recall that nobody has acknowledged yet, else the end of the copy's retention.
std::optional<Instant> next_due(const store::CopyRow& copy) {
    const bool awaited = copy.state == store::CopyState::asked || copy.state == store::CopyState::told;
    if (awaited && copy.due_at) { return copy.due_at; }
    return copy.wanted == store::Wanted::destroy ? std::nullopt : copy.delete_by;
}

}  // namespace

void Changes::append(Changes other) {
    move_behind(new_cases, other.new_cases);
    move_behind(changed_cases, other.changed_cases);
    move_behind(records, other.records);
    move_behind(blind_keys, other.blind_keys);
    move_behind(seen, other.seen);
    move_behind(referrals, other.referrals);
    move_behind(work, other.work);
    move_behind(new_attempts, other.new_attempts);
    move_behind(ended_attempts, other.ended_attempts);
    move_behind(ended_work, other.ended_work);
    move_behind(timers, other.timers);
    move_behind(case_timers, other.case_timers);
    move_behind(retention, other.retention);
    move_behind(copies, other.copies);
    move_behind(held, other.held);
    move_behind(taken_up, other.taken_up);
    move_behind(arrived_after_all, other.arrived_after_all);
    move_behind(near_misses, other.near_misses);
    move_behind(account_decisions, other.account_decisions);
    move_behind(conflicts, other.conflicts);
    move_behind(ended_conflicts, other.ended_conflicts);
    move_behind(used_overrides, other.used_overrides);
    move_behind(vacancies, other.vacancies);
    move_behind(directory, other.directory);
    move_behind(receipt_lines, other.receipt_lines);
    move_behind(ledger, other.ledger);
    if (other.asked) { asked = other.asked; }
    if (other.advance) { advance = other.advance; }
    if (other.tells) { tells = other.tells; }
    if (other.looked_at) { looked_at = other.looked_at; }
    if (other.under) { under = other.under; }
    if (other.lifted) { lifted = other.lifted; }
}

Result<void> apply(store::Sql& sql, const Changes& changes, Instant now) {
    if (changes.tells) {
        const auto in_force = store::in_force(sql);
        if (in_force.is_stopped(changes.tells->partner)) {
            return fail(Fault::conflict, "sending was stopped meanwhile");
        }
        if (in_force.site != changes.tells->site) {
            return fail(Fault::conflict, "another site was activated meanwhile");
        }
    }
    if (const auto& a = changes.asked) {
        const store::Seen answered{a->second.value, a->first.content, now};
        if (store::remember(sql, store::SeenKind::idempotency_key, a->first.key, answered)) {
            return fail(Fault::refused, "this was answered meanwhile");
        }
    }
    if (auto done = apply_cases(sql, changes); !done) { return done; }
    for (const auto& changed : changes.referrals) {
        if (changed.is_new) { store::insert_referral(sql, changed.referral, now); }
        store::update_referral(sql, changed.referral, changed.new_offers, now);
    }
    if (auto done = apply_work(sql, changes, now); !done) { return done; }
    if (changes.lifted) { release_what_restriction_held(sql, *changes.lifted, now); }
    for (const auto& [id, due] : changes.timers) { store::set_timer(sql, store::TimerKind::referral, id.value, due); }
    for (const auto& [id, due] : changes.case_timers) {
        const bool stays = id != changes.looked_at && store::is_due(sql, store::TimerKind::casework, id.value, now);
        if (!stays) { store::set_timer(sql, store::TimerKind::casework, id.value, due); }
    }
    for (const auto& [id, due] : changes.retention) {
        store::put_timer_later(sql, store::TimerKind::retention, id.value, due);
    }
    for (const auto& row : changes.copies) {
        store::put_copy(sql, row);
        store::set_timer(sql, store::TimerKind::copy, row.id.value, next_due(row));
    }
    for (const auto& [row, item] : changes.held) { store::hold(sql, row, item); }
    for (const auto& [waited, decided, replay, entry] : changes.taken_up) {
        if (!store::split_held(sql, waited.line, waited.role, waited.items, decided, now)) { continue; }
        store::insert_work(sql, replay, now);
        store::insert_ledger_entry(sql, entry);
    }
    for (const auto& [partner, referral] : changes.arrived_after_all) {
        store::release_held_item(sql, store::HeldKind::referral, referral.value, now,
                                 code_text(Cause::delivery_unknown), partner);
    }
    for (const auto& made : changes.account_decisions) { put_account_decision(sql, made, now); }
    for (const auto& row : changes.conflicts) {
        if (!store::insert_conflict(sql, row)) { return fail(Fault::conflict, "it was declared before"); }
    }
    for (const auto& row : changes.ended_conflicts) {
        if (!store::delete_conflict(sql, row)) { return fail(Fault::conflict, "it was taken back before"); }
    }
    for (const auto& row : changes.near_misses) { store::insert_near_miss(sql, row); }
    for (const auto& row : changes.vacancies) { store::put_vacancy(sql, row); }
    for (const auto& row : changes.directory) { store::put_directory_entry(sql, row); }
    for (const auto& [message, line] : changes.receipt_lines) { store::put_receipt_line(sql, message, line); }
    if (const auto& a = changes.advance) {
        store::advance_message(sql, a->message, a->reached, a->taken, a->held, a->repeated);
        if (!a->map.empty()) { store::pin_map(sql, a->message, a->site, a->map); }
        if (a->state) { store::set_message_state(sql, a->message, *a->state, now); }
    }
    for (const auto& row : changes.ledger) { store::insert_ledger_entry(sql, row); }
    return {};
}

}  // namespace haven::flow
