#include "hub/flow/keeping.h"

#include <algorithm>

#include "core/base/code.h"
#include "core/base/log.h"
#include "core/store/cases.h"
#include "core/store/erasure.h"
#include "core/store/held.h"
#include "core/store/ledger_rows.h"
#include "core/store/messages.h"
#include "core/store/timers.h"
#include "hub/flow/asked.h"
#include "hub/flow/chronicle.h"
#include "hub/flow/erasing.h"
#include "hub/flow/rotation.h"
#include "hub/flow/witnessing.h"
#include "hub/site/dates.h"

namespace haven::flow {
namespace {

constexpr std::int64_t bodies_at_once = 200;
constexpr std::chrono::days decide_within{7};  // the hub's own promise
constexpr std::chrono::days receiving_max{1};  // longer than any message takes to come in
constexpr std::int64_t left_at_once = 200;
constexpr std::int64_t keys_at_once = 1'000;

Result<void> destroy_bodies(const Context& context) {
    const auto& keep = context.site->keeping.bodies;
    if (!keep) { return {}; }
    const auto now = context.clock.now();
    std::int64_t destroyed = 0;
    for (std::int64_t some = bodies_at_once; some == bodies_at_once;) {
        auto done = context.writer.submit_and_wait([&](store::Sql& sql) -> Result<void> {
            some = store::destroy_bodies(sql, now - *keep, bodies_at_once);
            if (some == 0) { return {}; }
            store::insert_ledger_entry(sql,
                                       Chronicle::row(Chronicle(context.ids, now)
                                                          .entry(ledger::Operation::erasure, "message bodies destroyed",
                                                                 ledger::Actor::of_hub("keeping"))));
            return {};
        });
        if (!done) { return done; }
        destroyed += some;
    }
    return destroyed > 0 ? context.writer.wipe() : Result<void>{};
}

// A command that was cut short while it took a file in leaves a part of it, and no start of a hub clears up behind it.
Result<void> clear_left(const Context& context) {
    auto left = context.readers.read(
        [](store::Sql& sql) -> Result<std::vector<MessageId>> { return store::left_receiving(sql, left_at_once); });
    if (!left) { return fail(std::move(left).error()); }
    const auto before = context.clock.now() - receiving_max;
    std::erase_if(*left, [&](MessageId id) { return made_at(id) > before; });
    if (left->empty()) { return {}; }
    return context.writer.submit_and_wait([&](store::Sql& sql) -> Result<void> {
        for (const auto id : *left) { store::delete_receiving(sql, id); }
        return {};
    });
}

Result<void> forget_idempotency_keys(const Context& context) {
    const auto before = context.clock.now() - idempotency_key_keep;
    for (std::int64_t some = keys_at_once; some == keys_at_once;) {
        auto done = context.writer.submit_and_wait([&](store::Sql& sql) -> Result<void> {
            some = store::forget_idempotency_keys(sql, before, keys_at_once);
            return {};
        });
        if (!done) { return done; }
    }
    return {};
}

// Once for each date and again when it has passed, whatever was decided on it before: the cause says which it is.
Result<void> tell_of_dates(const Context& context) {
    const auto now = context.clock.now();
    std::vector<store::HeldRow> lines;
    for (const auto& date : site::dates_ahead(*context.site, now)) {
        lines.push_back({context.ids.next_as<HeldId>(now),
                         {},
                         "date-ahead",
                         date.file,
                         date.what,
                         std::string(code_text(date.whose)),
                         now,
                         std::max(date.at, now),
                         0});
    }
    if (lines.empty()) { return {}; }
    return context.writer.submit_and_wait([&](store::Sql& sql) -> Result<void> {
        for (const auto& line : lines) {
            if (store::was_held(sql, line)) { continue; }
            const auto day = std::chrono::floor<std::chrono::days>(line.due_at).time_since_epoch().count();
            store::hold(sql, line, {store::HeldKind::date, day, 0, {}});
        }
        return {};
    });
}

}  // namespace

Result<void> sweep(const Context& context) {
    if (auto done = keep_erased(context); !done) { return done; }
    if (auto done = clear_left(context); !done) { return done; }
    if (auto done = forget_idempotency_keys(context); !done) { return done; }
    if (auto done = tell_of_dates(context); !done) { return done; }
    if (auto done = let_go_unwitnessed(context); !done) { return done; }
    if (auto done = destroy_bodies(context); !done) { return done; }
    if (auto done = wrap_anew(context); !done) { return fail(done.error()); }
    if (auto done = destroy_old_keys(context); !done) { return fail(done.error()); }
    return {};
}

Result<void> retention_ended(const Context& context, CaseId id) {
    const auto now = context.clock.now();
    const store::HeldRow row{context.ids.next_as<HeldId>(now),
                             {},
                             std::string(retention_fault),
                             id_text(id),
                             "erase the case, or say by a legal hold why it is kept",
                             "information-governance",
                             now,
                             now + decide_within,
                             0};
    return context.writer.submit_and_wait([&](store::Sql& sql) -> Result<void> {
        store::hold(sql, row, store::HeldItem{store::HeldKind::victim_case, id.value, 0, id});
        store::set_timer(sql, store::TimerKind::retention, id.value, std::nullopt);
        return {};
    });
}

}  // namespace haven::flow
