#include "hub/flow/deciding.h"

#include <map>
#include <set>

#include "core/agreement/disclosure.h"
#include "core/base/code.h"
#include "core/store/cases.h"
#include "core/store/near_misses.h"
#include "core/store/work.h"
#include "hub/flow/chronicle.h"
#include "hub/flow/door.h"
#include "hub/flow/keeping.h"
#include "hub/flow/rejudging.h"

namespace haven::flow {
namespace {

bool is_read_again(store::HeldKind kind) {
    return kind == store::HeldKind::record || kind == store::HeldKind::message;
}

// Everything that waited under the line, once for all of it.
void carry_out(store::Sql& sql, const Context& context, const ClosedLine& line, HeldDecision decision, UserId by,
               Instant now) {
    bool read_again = false;
    for (const auto& item : line.items) {
        if (item.kind == store::HeldKind::work) {
            store::decide_near_miss(sql, WorkId{item.subject}, code_text(decision), by, now);
        }
        if (item.kind == store::HeldKind::work && decision == HeldDecision::again) {
            store::release_work(sql, WorkId{item.subject}, now);
        } else if (item.kind == store::HeldKind::work) {
            store::drop_held_work(sql, WorkId{item.subject});
        }
        read_again |= is_read_again(item.kind);
    }
    if (read_again && decision == HeldDecision::again) {
        const store::Work work{
            context.ids.next_as<WorkId>(now), reading_lane, store::WorkKind::replay, {}, {}, line.id.value, 0};
        store::insert_work(sql, work, now);
    }
}

// By case, so that it is found by her; one for all that is of none.
void note_decided(store::Sql& sql, const Context& context, const std::vector<store::HeldItem>& items,
                  const ledger::Entry& like, Instant now) {
    std::set<std::string> subjects;
    for (const auto& item : items) {
        subjects.insert(store::ledger_name_of(sql, item.case_id));
        if (item.kind == store::HeldKind::victim_case && item.number != 0) {
            subjects.insert(store::ledger_name_of(sql, CaseId{item.number}));
        }
    }
    for (const auto& subject : subjects) {
        auto entry = like;
        entry.id = context.ids.next_as<ledger::EntryId>(now);
        store::insert_ledger_entry(sql, Chronicle::row(std::move(entry), subject));
    }
}

bool is_of(const store::HeldItem& item, MessageId message) {
    return !message || (is_read_again(item.kind) && MessageId{item.subject} == message);
}

}  // namespace

void lift_held(store::Sql& sql, const Context& context, Refusal why, std::optional<Name> partner, UserId by,
               Instant now) {
    for (const auto& line : store::held_because(sql, reason_of(why).text())) {
        if (partner && line.partner != *partner) { continue; }
        store::decide_held(sql, line.id, line.role, now);
        carry_out(sql, context, {line.id, store::items_of(sql, line.id)}, HeldDecision::again, by, now);
    }
}

Result<ClosedLine> close_line(store::Sql& sql, const Context& context, HeldId id, MessageId message,
                              HeldDecision decision, const ledger::Actor& by, Instant now) {
    ClosedLine line{id, store::seen_items(sql, id, {}, INT64_MAX, by.user)};
    std::erase_if(line.items, [&](const auto& item) { return !is_of(item, message); });
    const bool whole = line.items.size() == store::items_of(sql, id).size();
    if (!whole) { line.id = context.ids.next_as<HeldId>(now); }
    const auto role = by.name.text();
    if (line.items.empty() || !(whole ? store::decide_held(sql, id, role, now)
                                      : store::split_held(sql, id, role, line.items, line.id, now))) {
        return fail(Fault::missing, "nothing of this id waits for a decision of this role");
    }
    auto entry = Chronicle(context.ids, now).entry(ledger::Operation::decision, "held decided", by);
    entry.reason = Name::declare(code_text(decision));
    entry.message = message;
    entry.held = line.id;
    note_decided(sql, context, line.items, entry, now);
    return line;
}

namespace {

// Some lines are not closed by a word alone. Errors: conflict - with what is to be done instead.
Result<void> may_close(store::Sql& sql, const ClosedLine& line) {
    const bool asks_why = store::fault_of(sql, line.id) == retention_fault;
    for (const auto& item : line.items) {
        if (item.kind == store::HeldKind::override_review) {
            return fail(Fault::conflict, "an override is reviewed, not decided");
        }
        const auto row = asks_why ? store::read_case(sql, item.case_id) : std::nullopt;
        if (row && !row->ledger_name.empty() && row->legal_hold.empty()) {
            return fail(Fault::conflict, "erase the case, or say by a legal hold why it is kept");
        }
    }
    return {};
}

// Two cases that a person decided on bar each other no more: who may be rung, and what is told, is looked at anew.
Result<Changes> no_longer_in_doubt(const Context& context, HeldId id, const ledger::Actor& by, Instant now) {
    const auto items = context.readers.read_snapshot([&](store::Sql& sql) -> Result<std::vector<store::HeldItem>> {
        return store::fault_of(sql, id) == same_person ? store::items_of(sql, id) : std::vector<store::HeldItem>{};
    });
    if (!items) { return fail(items.error()); }
    std::map<CaseId, std::vector<CaseId>> others;
    for (const auto& item : *items) {
        others[CaseId{item.subject}].push_back(CaseId{item.number});
        others[CaseId{item.number}].push_back(CaseId{item.subject});
    }
    Changes changes;
    for (const auto& [one, not_hers] : others) {
        auto follows = parted(context, one, not_hers, by, now);
        if (!follows) { return follows; }
        changes.append(std::move(*follows));
    }
    return changes;
}

}  // namespace

Result<void> decide_held(const Context& context, HeldId id, std::string_view role, HeldDecision decision, UserId by) {
    const auto actor = ledger::Actor::of_user(by, Name::declare(role));
    for (int tries = 1;; ++tries) {
        const auto now = context.clock.now();
        const auto follows = no_longer_in_doubt(context, id, actor, now);
        if (!follows) { return fail(follows.error()); }
        auto done = context.writer.submit_and_wait([&](store::Sql& sql) -> Result<void> {
            const auto line = close_line(sql, context, id, {}, decision, actor, now);
            if (!line) { return fail(line.error()); }
            if (auto may = may_close(sql, *line); !may) { return may; }
            carry_out(sql, context, *line, decision, by, now);
            return apply(sql, *follows, now);
        });
        const bool raced = !done && done.error().fault == Fault::conflict && !follows->changed_cases.empty();
        if (!raced || tries == decide_tries_max) { return done; }
    }
}

Result<void> stop_sending(const Context& context, std::optional<Name> partner, StopReason reason, UserId by) {
    const auto now = context.clock.now();
    auto entry = Chronicle(context.ids, now)
                     .entry(ledger::Operation::configuration, "sending stopped", ledger::Actor::of_user(by));
    entry.recipient = partner.value_or(Name{});
    entry.reason = Name::declare(code_text(reason));
    const auto row = Chronicle::row(std::move(entry));
    const store::Stop stop{partner.value_or(Name{}), by, std::string(code_text(reason)), now};
    return context.writer.submit_and_wait([&](store::Sql& sql) -> Result<void> {
        if (!store::insert_stop(sql, stop)) { return fail(Fault::conflict, "it is stopped already"); }
        store::insert_ledger_entry(sql, row);
        return {};
    });
}

Result<void> resume_sending(const Context& context, std::optional<Name> partner, UserId by) {
    const auto now = context.clock.now();
    auto entry = Chronicle(context.ids, now)
                     .entry(ledger::Operation::configuration, "sending resumed", ledger::Actor::of_user(by));
    entry.recipient = partner.value_or(Name{});
    const auto row = Chronicle::row(std::move(entry));
    return context.writer.submit_and_wait([&](store::Sql& sql) -> Result<void> {
        if (!store::end_stop(sql, partner.value_or(Name{}))) { return fail(Fault::missing, "it is not stopped"); }
        lift_held(sql, context, partner ? Refusal::stopped : Refusal::site_stopped, partner, by, now);
        store::insert_ledger_entry(sql, row);
        return {};
    });
}

}  // namespace haven::flow
