#include <algorithm>

#include "core/base/code.h"
#include "core/base/crash_point.h"
#include "core/base/log.h"
#include "hub/flow/dispatch.h"

namespace haven::flow {
namespace {

constexpr std::int64_t send_tries_max = 20;
constexpr std::chrono::seconds retry_first{2};
constexpr std::chrono::minutes retry_longest{10};
constexpr std::chrono::hours held_due{1};

std::chrono::microseconds pause_before(std::int64_t attempts) {
    const auto doublings = std::min<std::int64_t>(attempts, 10);
    return std::min<std::chrono::microseconds>(retry_first * (std::int64_t{1} << doublings), retry_longest);
}

struct Ended {
    Delivery delivery;
    store::AttemptState state;
    std::optional<std::chrono::microseconds> wait;  ///< of a retry
    std::optional<Reason> reason;
};

Ended ended(const sdk::Delivery& delivery) {
    if (std::holds_alternative<sdk::Accepted>(delivery)) {
        return {Delivery::accepted, store::AttemptState::accepted, {}, {}};
    }
    if (const auto* rejected = std::get_if<sdk::Rejected>(&delivery)) {
        return {Delivery::rejected, store::AttemptState::rejected, {}, rejected->reason};
    }
    if (const auto* retry = std::get_if<sdk::RetryAfter>(&delivery)) {
        return {Delivery::retry, store::AttemptState::retry, retry->wait, {}};
    }
    if (const auto* gone = std::get_if<sdk::Unreachable>(&delivery)) {
        return {Delivery::unreachable, store::AttemptState::unreachable, {}, gone->reason};
    }
    return {Delivery::unknown, store::AttemptState::unknown, {}, std::get<sdk::Unknown>(delivery).reason};
}

}  // namespace

Result<void> Sending::run(const store::Work& work) {
    return begin_and_send(work, 1);
}

Result<Sending::Target> Sending::target(const store::Work& work) const {
    struct Rows {
        std::optional<store::OfferRow> offer;
        std::vector<store::AttemptRow> attempts;
    };
    auto rows = context_.readers.read([&](store::Sql& sql) -> Result<Rows> {
        Rows read;
        if (work.kind == store::WorkKind::tell) { read.offer = store::read_offer(sql, OfferId{work.subject}); }
        read.attempts = store::attempts_of_work(sql, work.id);
        return read;
    });
    if (!rows) { return fail(std::move(rows).error()); }
    auto snapshot = read_snapshot(context_, work.case_id);
    if (!snapshot) { return fail(std::move(snapshot).error()); }
    Target made{std::move(*snapshot), std::move(rows->offer), {}, std::move(rows->attempts)};
    made.reference = made.offer ? made.offer->reference : id_text(work.subject);
    return made;
}

Result<void> Sending::begin_and_send(const store::Work& work, int tries) {
    auto target = this->target(work);
    if (!target) {
        return target.error().fault == Fault::unreachable ? fail(std::move(target).error())
                                                          : hold(work, target.error());
    }
    const auto now = context_.clock.now();
    const Teller teller(context_, now);
    const bool begun = !target->attempts.empty();
    std::variant<Telling, Moot, Stopped> decided = Moot{};
    if (work.kind == store::WorkKind::tell && target->offer) {
        decided = teller.tell(work, target->snapshot, *target->offer, begun);
    } else if (const auto* referral = target->snapshot.referral(ReferralId{work.subject})) {
        decided = teller.report(work, target->snapshot, *referral, target->reference);
    }
    if (std::holds_alternative<Moot>(decided)) { return drop(work); }
    if (const auto* stopped = std::get_if<Stopped>(&decided)) { return hold(work, stopped->error); }
    const auto& telling = std::get<Telling>(decided);

    if (auto begun_now = begin(work, *target, telling); !begun_now) {
        if (begun_now.error().fault != Fault::conflict) { return begun_now; }
        return tries < decide_tries_max ? begin_and_send(work, tries + 1) : begun_now;
    }
    crash_point("send-before");
    auto delivery = sink_.send(telling.cleared, telling.key);
    crash_point("send-after");
    if (std::holds_alternative<sdk::Unknown>(delivery)) {
        // Only a yes counts: what the partner does not hold yet may still be under way, and must be recalled then.
        const auto said = sink_.ask(telling.key, telling.cleared.file_name());
        if (said && std::holds_alternative<sdk::Accepted>(*said)) { delivery = *said; }
    }
    return end(work, telling, delivery);
}

// The attempt, its disclosure and the offer's new state are one commit, before the first byte: a fact that comes after
// it finds the attempt and recalls it, one that came before it makes this commit fail.
Result<void> Sending::begin(const store::Work& work, Target& target, const Telling& telling) {
    Changes changes;
    changes.new_attempts.push_back(telling.attempt);
    changes.ledger.push_back(telling.ledger);
    for (const auto& before : target.attempts) {  // the process ended between their sending and its end
        if (before.state == store::AttemptState::begun) {
            changes.ended_attempts.emplace_back(before.id, store::AttemptState::unknown);
        }
    }
    const auto now = telling.attempt.begun_at;
    auto row = target.snapshot.row;
    if (work.kind == store::WorkKind::tell) {
        auto stepped =
            Broker(context_, now)
                .happen(target.snapshot, target.offer->referral,
                        referral_event::SendBegun{target.offer->id, telling.notice}, ledger::Actor::of_hub("dispatch"));
        if (!stepped) { return fail(std::move(stepped).error()); }
        changes.append(std::move(*stepped));
    }
    row.changed_at = now;
    changes.changed_cases.push_back(std::move(row));
    return commit(changes);
}

Result<void> Sending::end(const store::Work& work, const Telling& telling, const sdk::Delivery& delivery) {
    const auto outcome = ended(delivery);
    for (int tries = 1;; ++tries) {
        auto target = this->target(work);
        if (!target) { return fail(std::move(target).error()); }
        const auto now = context_.clock.now();
        Changes changes;
        changes.ended_attempts.emplace_back(telling.attempt.id, outcome.state);
        const bool again = outcome.delivery == Delivery::retry || outcome.delivery == Delivery::unreachable ||
                           outcome.delivery == Delivery::unknown;
        if (again && work.attempts < send_tries_max) {
            const auto wait = outcome.wait.value_or(pause_before(work.attempts));
            changes.ended_work.push_back({work.id, work.attempts, Changes::EndedWork::How::retry, now + wait});
        } else if (again) {
            return hold(work, Error{Fault::unreachable, Reason("not delivered in ", work.attempts, " tries"), {}},
                        std::move(changes));
        } else {
            changes.ended_work.push_back({work.id, work.attempts});
        }
        if (work.kind == store::WorkKind::tell) {
            auto stepped = Broker(context_, now)
                               .happen(target->snapshot, target->offer->referral,
                                       referral_event::SendEnded{target->offer->id, telling.notice, telling.version,
                                                                 outcome.delivery},
                                       ledger::Actor::of_partner(work.lane));
            if (!stepped) { return fail(std::move(stepped).error()); }
            changes.append(std::move(*stepped));
        }
        auto row = target->snapshot.row;
        row.changed_at = now;
        changes.changed_cases.push_back(std::move(row));
        auto done = commit(changes);
        if (done || done.error().fault != Fault::conflict || tries == decide_tries_max) { return done; }
    }
}

Result<void> Sending::drop(const store::Work& work) {
    Changes changes;
    changes.ended_work.push_back({work.id, work.attempts});
    return commit(changes);
}

Result<void> Sending::hold(const store::Work& work, const Error& error, Changes changes) {
    const auto now = context_.clock.now();
    log(LogLevel::warning, "work held",
        {{"partner", work.lane}, {"work", work.id}, {"fault", error.fault}, {"why", error}});
    changes.ended_work.push_back({work.id, work.attempts, Changes::EndedWork::How::held});
    const bool decision = error.fault == Fault::refused;
    store::HeldRow row{context_.ids.next_as<HeldId>(now),
                       work.lane,
                       std::string(name_of(error.fault)),
                       {},
                       error.reason.text(),
                       decision ? "duty-manager" : "integration-engineer",
                       now,
                       now + held_due,
                       0};
    changes.held.emplace_back(row, store::HeldItem{store::HeldKind::work, work.id.value, 0, work.case_id});
    const Chronicle chronicle(context_.ids, now);
    auto entry = chronicle.entry(ledger::Operation::decision,
                                 decision ? ledger::Word("guard stopped") : ledger::Word("work held"),
                                 ledger::Actor::of_hub("dispatch"));
    entry.recipient = work.lane;
    entry.reason = Name::declare(error.reason.text());
    changes.ledger.push_back(Chronicle::row(std::move(entry)));
    return commit(changes);
}

Result<void> Sending::commit(const Changes& changes) {
    const auto now = context_.clock.now();
    return context_.writer.submit_and_wait([&](store::Sql& sql) { return apply(sql, changes, now); });
}

}  // namespace haven::flow
