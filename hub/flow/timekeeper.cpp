#include "hub/flow/timekeeper.h"

#include <algorithm>

#include "core/base/log.h"
#include "hub/flow/casework.h"
#include "hub/flow/daily_receipts.h"
#include "hub/flow/keeping.h"
#include "hub/flow/matching.h"
#include "hub/flow/overriding.h"
#include "hub/flow/recalling.h"
#include "hub/flow/rejudging.h"

namespace haven::flow {
namespace {

constexpr std::chrono::milliseconds look_every{200};
constexpr std::chrono::seconds timekeeper_lease{10};
constexpr std::int64_t timers_at_once = 256;
constexpr std::chrono::hours sweep_every{1};
constexpr std::chrono::seconds read_keys_every{5};

}  // namespace

Timekeeper::Timekeeper(const Context& context, std::function<void()> wake) : context_(context), wake_(std::move(wake)) {
    thread_ = std::thread([this] { serve(); });
}

Timekeeper::~Timekeeper() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    woken_.notify_all();
    thread_.join();
}

void Timekeeper::serve() {
    std::unique_lock lock(mutex_);
    while (!stopping_) {
        lock.unlock();
        meet_new_keys();
        const auto looked = tick();
        lock.lock();
        if (!looked || *looked == 0) {
            woken_.wait_for(lock, look_every, [&] { return stopping_; });
        }
    }
}

// Each node, so that none goes on wrapping under a key that is to be destroyed; those that destroy wait much longer.
void Timekeeper::meet_new_keys() {
    const auto now = std::chrono::steady_clock::now();
    if (now - keys_read_ < read_keys_every) { return; }
    keys_read_ = now;
    if (auto read = context_.keys.refresh(); !read) {
        log(LogLevel::warning, "site keys not read", {{"why", read.error()}});
    }
}

Result<int> Timekeeper::tick() {
    const std::lock_guard one_at_a_time(ticking_);
    const auto now = context_.clock.now();
    auto due = context_.readers.read([&](store::Sql& sql) -> Result<std::vector<store::Timer>> {
        return store::due_timers(sql, now, timers_at_once);
    });
    if (!due) { return fail(std::move(due).error()); }
    if (due->empty()) { return 0; }
    bool mine = false;
    auto leased = context_.writer.submit_and_wait([&](store::Sql& sql) -> Result<void> {
        mine = store::take_lease(sql, "timekeeper", context_.node, now, timekeeper_lease);
        return {};
    });
    if (!leased) { return fail(std::move(leased).error()); }
    if (!mine) { return 0; }
    for (const auto& timer : *due) {
        if (auto looked = look_at(timer); !looked) {
            log(LogLevel::warning, "timer not kept", {{"subject", ReferralId{timer.subject}}, {"why", looked.error()}});
        }
    }
    wake_();
    return static_cast<int>(due->size());
}

Result<void> Timekeeper::look_at(const store::Timer& timer) {
    const auto by = ledger::Actor::of_hub("timekeeper");
    if (timer.kind == store::TimerKind::casework) {
        return change_case(context_, CaseId{timer.subject},
                           [&](CaseSnapshot& snapshot, Instant now) { return ticked(snapshot, timer.due, now); });
    }
    if (timer.kind == store::TimerKind::override_review) {
        return look_at_review(context_, store::OverrideId{timer.subject});
    }
    if (timer.kind == store::TimerKind::copy) { return look_at_copy(context_, store::CopyId{timer.subject}); }
    if (timer.kind == store::TimerKind::retention) { return retention_ended(context_, CaseId{timer.subject}); }
    if (timer.kind == store::TimerKind::keeping) { return keep(); }
    if (timer.kind == store::TimerKind::daily_receipts) { return make_daily_receipts(context_, day_of(timer.subject)); }
    const ReferralId id{timer.subject};
    auto referral = context_.readers.read(
        [&](store::Sql& sql) -> Result<std::optional<Referral>> { return store::read_referral(sql, id); });
    if (!referral) { return fail(std::move(referral).error()); }
    if (!*referral) { return fail(Fault::missing, "no such referral"); }
    return change_case(context_, (*referral)->case_id, [&](CaseSnapshot& snapshot, Instant now) {
        return Broker(context_, now).happen(snapshot, id, referral_event::Ticked{}, by);
    });
}

Result<Changes> Timekeeper::ticked(CaseSnapshot& snapshot, Instant due, Instant now) const {
    const auto by = ledger::Actor::of_hub("timekeeper");
    snapshot.row.changed_at = now;  // what has ended by now is looked at here, and at no other place
    auto asked = asked_late(snapshot, due, now);
    if (!asked) { return asked; }
    auto happened = Casework(context_, now).happen(snapshot, case_event::Ticked{}, by);
    if (!happened) { return fail(std::move(happened).error()); }
    happened->changes.append(std::move(*asked));
    happened->changes.looked_at = snapshot.row.id;
    std::optional<Instant> ended;
    for (const auto end : context_.fields.contact.ends(snapshot.file.facts())) {
        if (end >= due && end <= now && (!ended || end < *ended)) { ended = end; }
    }
    if (!ended) { return std::move(happened->changes); }
    // What was told while an address or a window held is asked back or told anew.
    const Rejudging before(context_, snapshot, *ended - std::chrono::microseconds{1}, now);
    auto follows = before.after(snapshot, by);
    if (!follows) { return follows; }
    happened->changes.append(std::move(*follows));
    return std::move(happened->changes);
}

// Two that were entered, or taken, at one moment did not find each other.
Result<Changes> Timekeeper::asked_late(CaseSnapshot& snapshot, Instant due, Instant now) const {
    const auto settled = entries_settled(context_.fields, snapshot);
    const bool any = std::any_of(settled.begin(), settled.end(), [&](Instant at) { return at >= due && at <= now; });
    if (!any) { return Changes{}; }
    const auto others = find_unsure(context_, snapshot, {context_.fields.match.read(snapshot.file.facts())});
    if (!others) { return fail(others.error()); }
    const auto by = ledger::Actor::of_hub("timekeeper");
    const Rejudging before(context_, snapshot, now);
    auto changes = ask_whether_same(context_, snapshot, *others, by, now);
    if (!changes) { return changes; }
    auto follows = before.after(snapshot, by);
    if (!follows) { return follows; }
    changes->append(std::move(*follows));
    return changes;
}

// The next time is set first: what fails is tried again then, and not at once for ever.
Result<void> Timekeeper::keep() {
    const auto next = context_.clock.now() + sweep_every;
    auto set = context_.writer.submit_and_wait([&](store::Sql& sql) -> Result<void> {
        store::set_timer(sql, store::TimerKind::keeping, 0, next);
        return {};
    });
    return set ? sweep(context_) : set;
}

Result<void> change_case(const Context& context, CaseId id,
                         const std::function<Result<Changes>(CaseSnapshot&, Instant now)>& decide) {
    for (int tries = 1;; ++tries) {
        auto snapshot = read_snapshot(context, id);
        if (!snapshot) { return fail(std::move(snapshot).error()); }
        const auto now = context.clock.now();
        auto changes = decide(*snapshot, now);
        if (!changes) { return fail(std::move(changes).error()); }
        snapshot->row.changed_at = now;
        changes->changed_cases.push_back(snapshot->row);
        auto done = context.writer.submit_and_wait([&](store::Sql& sql) { return apply(sql, *changes, now); });
        if (done || done.error().fault != Fault::conflict || tries == decide_tries_max) { return done; }
    }
}

}  // namespace haven::flow
