#include "hub/flow/deciding.h"

#include "core/agreement/disclosure.h"
#include "core/base/code.h"
#include "core/store/conflicts.h"
#include "core/store/near_misses.h"
#include "core/store/work.h"
#include "hub/flow/chronicle.h"
#include "hub/flow/door.h"

namespace haven::flow {
namespace {

bool is_read_again(store::HeldKind kind) {
    return kind == store::HeldKind::record || kind == store::HeldKind::message;
}

// Everything that waits under the line, once for all of it.
void carry_out(store::Sql& sql, const Context& context, HeldId id, HeldDecision decision, UserId by, Instant now) {
    bool read_again = false;
    for (const auto& item : store::items_of(sql, id)) {
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
            context.ids.next_as<WorkId>(now), reading_lane, store::WorkKind::replay, {}, {}, id.value, 0};
        store::insert_work(sql, work, now);
    }
}

}  // namespace

void lift_held(store::Sql& sql, const Context& context, Refusal why, std::optional<Name> partner, UserId by,
               Instant now) {
    for (const auto& line : store::held_because(sql, reason_of(why).text())) {
        if (partner && line.partner != *partner) { continue; }
        store::decide_held(sql, line.id, line.role, now);
        carry_out(sql, context, line.id, HeldDecision::again, by, now);
    }
}

Result<void> decide_held(const Context& context, HeldId id, std::string_view role, HeldDecision decision, UserId by) {
    const auto now = context.clock.now();
    auto entry =
        Chronicle(context.ids, now).entry(ledger::Operation::decision, "held decided", ledger::Actor::of_user(by));
    entry.reason = Name::declare(code_text(decision));
    const auto row = Chronicle::row(std::move(entry));
    return context.writer.submit_and_wait([&](store::Sql& sql) -> Result<void> {
        if (!store::is_held_seen(sql, id, by) || !store::decide_held(sql, id, role, now)) {
            return fail(Fault::missing, "nothing of this id waits for a decision of this role");
        }
        for (const auto& item : store::items_of(sql, id)) {
            if (item.kind == store::HeldKind::override_review) {
                return fail(Fault::conflict, "an override is reviewed, not decided");
            }
        }
        carry_out(sql, context, id, decision, by, now);
        store::insert_ledger_entry(sql, row);
        return {};
    });
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
