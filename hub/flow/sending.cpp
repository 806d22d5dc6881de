#include <algorithm>

#include "core/base/code.h"
#include "core/base/crash_point.h"
#include "core/base/log.h"
#include "core/store/stops.h"
#include "hub/flow/accounts.h"
#include "hub/flow/dispatch.h"
#include "hub/flow/recalling.h"

namespace haven::flow {
namespace {

constexpr std::int64_t send_tries_max = 20;
constexpr std::chrono::seconds retry_first{2};
constexpr std::chrono::minutes retry_longest{10};
constexpr std::chrono::hours held_due{1};
constexpr std::chrono::milliseconds sent_within{500};  // of a decision, which the guard lets live two seconds
constexpr std::chrono::milliseconds pace_min{1};

std::chrono::microseconds pause_before(std::int64_t attempts) {
    const auto doublings = std::min<std::int64_t>(attempts, 10);
    return std::min<std::chrono::microseconds>(retry_first * (std::int64_t{1} << doublings), retry_longest);
}

struct Ended {
    Delivery delivery;
    store::AttemptState state;
    std::optional<std::chrono::microseconds> wait{};  ///< of a retry
};

Ended ended(const sdk::Delivery& delivery) {
    if (std::holds_alternative<sdk::Accepted>(delivery)) { return {Delivery::accepted, store::AttemptState::accepted}; }
    if (std::holds_alternative<sdk::Rejected>(delivery)) { return {Delivery::rejected, store::AttemptState::rejected}; }
    if (const auto* retry = std::get_if<sdk::RetryAfter>(&delivery)) {
        return {Delivery::retry, store::AttemptState::retry, retry->wait};
    }
    if (std::holds_alternative<sdk::Unreachable>(delivery)) {
        return {Delivery::unreachable, store::AttemptState::unreachable};
    }
    return {Delivery::unknown, store::AttemptState::unknown};
}

Error nowhere() {
    return {Fault::missing, "the site's adapter of this partner sends nothing: tell it in another way", {}};
}

}  // namespace

sdk::Delivery Nowhere::send(const Cleared& /*message*/, std::string_view /*key*/) {
    return sdk::Unreachable{nowhere().reason};
}

// A slow partner gets one at a time, so that no decision is too old when its turn comes.
std::size_t Sending::at_once() const {
    const auto each = std::max<std::chrono::steady_clock::duration>(pace_, pace_min);
    return std::max<std::size_t>(1, static_cast<std::size_t>(sent_within / each));
}

void Sending::run(std::vector<store::Work> works, Instant until) {
    for (std::size_t at = 0; at < works.size() && context_.clock.now() < until;) {
        const auto n = std::min(works.size() - at, at_once());
        const auto from = works.begin() + static_cast<std::ptrdiff_t>(at);
        send_all({from, from + static_cast<std::ptrdiff_t>(n)});
        at += n;
    }
}

void Sending::send_all(std::vector<store::Work> works) {
    for (int tries = 1; !works.empty(); ++tries) {
        std::vector<std::unique_ptr<Begun>> all;
        for (const auto& work : works) {
            auto begun = decide(work);
            if (!begun) {
                told_(work, fail(std::move(begun).error()));
            } else if (*begun == nullptr) {
                told_(work, {});
            } else {
                all.push_back(std::move(*begun));
            }
        }
        unsettled_.settle();
        works.clear();
        for (const auto& begun : all) {
            if (begun->committed) {
                deliver(*begun);
            } else if (begun->committed.error().fault == Fault::conflict && tries < decide_tries_max) {
                works.push_back(begun->work);
            } else {
                told_(begun->work, begun->committed);
            }
        }
    }
}

const store::CopyRow* Sending::Target::copy(const store::Work& work) const {
    const auto at = std::find_if(snapshot.copies.begin(), snapshot.copies.end(),
                                 [&](const store::CopyRow& c) { return c.id.value == work.subject; });
    return work.kind != store::WorkKind::recall || at == snapshot.copies.end() ? nullptr : &*at;
}

Result<Sending::Target> Sending::target(const store::Work& work) const {
    struct Rows {
        std::optional<store::OfferRow> offer;
        std::optional<store::DailyReceiptRow> receipt;
        std::vector<store::AttemptRow> attempts;
        Overrides overrides;
    };
    auto rows = context_.readers.read([&](store::Sql& sql) -> Result<Rows> {
        Rows read;
        if (work.kind == store::WorkKind::tell) { read.offer = store::read_offer(sql, OfferId{work.subject}); }
        if (work.kind == store::WorkKind::receipt) {
            read.receipt = store::read_daily_receipt(sql, store::DailyReceiptId{work.subject});
        }
        read.attempts = store::attempts_of_work(sql, work.id);
        read.overrides = store::overrides_of_work(sql, work.id, context_.clock.now());
        return read;
    });
    if (!rows) { return fail(std::move(rows).error()); }
    auto snapshot = work.case_id ? read_snapshot(context_, work.case_id) : snapshot_of_nobody(context_, work.lane);
    if (!snapshot) { return fail(std::move(snapshot).error()); }
    Target made{std::move(*snapshot),      std::move(rows->offer),    std::move(rows->receipt), {},
                std::move(rows->attempts), std::move(rows->overrides)};
    made.reference = made.offer ? made.offer->reference : id_text(work.subject);
    return made;
}

// Null where there is nothing to send any more, or not now.
Result<std::unique_ptr<Sending::Begun>> Sending::decide(const store::Work& work) {
    const auto ended = [](Result<void> done) -> Result<std::unique_ptr<Begun>> {
        if (!done) { return fail(std::move(done).error()); }
        return nullptr;
    };
    unsettled_.settle_if(work.case_id);
    auto target = this->target(work);
    if (!target && target.error().fault == Fault::unreachable) { return fail(std::move(target).error()); }
    if (!target) { return ended(hold(work, Stopped{target.error()})); }
    if (target->snapshot.in_force.site != context_.site->hash) { return nullptr; }  // due again once the lanes end
    const Teller teller(context_, context_.clock.now());
    const bool begun_before = !target->attempts.empty();
    std::variant<Telling, Moot, Stopped> decided = Moot{};
    if (work.kind == store::WorkKind::tell && target->offer) {
        decided = teller.tell(work, target->snapshot, *target->offer, begun_before, target->overrides);
    } else if (work.kind == store::WorkKind::account) {
        const auto account = open_account(context_, target->snapshot, RecordId{work.subject}, work.lane);
        if (!account && account.error().fault == Fault::unreachable) { return fail(account.error()); }
        if (!account) { return ended(hold(work, Stopped{account.error()})); }
        if (account->told) {
            decided = teller.account(work, target->snapshot, account->file, target->reference, account->version,
                                     target->overrides);
        }
    } else if (target->receipt) {
        decided = teller.daily_receipt(work, target->snapshot, *target->receipt);
    } else if (const auto* copy = target->copy(work)) {
        decided = teller.recall(work, target->snapshot, *copy);
    } else if (const auto* referral = target->snapshot.referral(ReferralId{work.subject})) {
        decided = teller.report(work, target->snapshot, *referral, target->reference, target->overrides);
    }
    if (std::holds_alternative<Moot>(decided)) { return ended(drop(work)); }
    if (const auto* stopped = std::get_if<Stopped>(&decided)) {
        return ended(hold(work, *stopped, target->snapshot.row));
    }
    if (std::get<Telling>(decided).cleared.for_handler() && handler_ == nullptr) {
        return ended(hold(work, refused(Refusal::conflict), target->snapshot.row));
    }
    if (dynamic_cast<Nowhere*>(&sink_) != nullptr) {
        return ended(hold(work, Stopped{nowhere()}, target->snapshot.row));
    }
    auto begun = std::make_unique<Begun>(Begun{work, std::move(*target), std::get<Telling>(std::move(decided))});
    if (auto done = begin(*begun); !done) { return fail(std::move(done).error()); }
    return begun;
}

void Sending::deliver(Begun& begun) {
    const auto& telling = begun.telling;
    const auto started = std::chrono::steady_clock::now();
    crash_point("send-before");
    // What the guard cleared for the nominated handler never goes into the partner's own system.
    auto& sink = telling.cleared.for_handler() ? *handler_ : sink_;
    auto delivery = sink.send(telling.cleared, telling.key);
    crash_point("send-after");
    if (std::holds_alternative<sdk::Unknown>(delivery)) {
        // Only a yes counts: what the partner does not hold yet may still be under way, and must be recalled then.
        const auto said = sink.ask(telling.key, telling.cleared.file_name());
        if (said && std::holds_alternative<sdk::Accepted>(*said)) { delivery = *said; }
    }
    pace_ = std::chrono::steady_clock::now() - started;
    const Sent sent{begun.work, telling.attempt.id, telling.notice, telling.version, std::move(delivery)};
    if (auto done = end(sent, std::move(begun.target)); !done) { told_(begun.work, done); }
}

// The attempt, its disclosure and the offer's new state are one commit, before the first byte: a fact that comes after
// it finds the attempt and recalls it, one that came before it makes this commit fail.
Result<void> Sending::begin(Begun& begun) {
    auto& [work, target, telling, committed] = begun;
    Changes changes;
    changes.tells = {work.lane, context_.site->hash};
    changes.new_attempts.push_back(telling.attempt);
    changes.new_attempts.back().for_handler = telling.cleared.for_handler();
    for (const auto id : telling.overrides) { changes.used_overrides.emplace_back(id, telling.key); }
    changes.ledger.push_back(telling.ledger);
    if (telling.copy) { changes.copies.push_back(*telling.copy); }
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
    if (work.case_id) { changes.changed_cases.push_back(std::move(row)); }
    unsettled_.submit(std::move(changes), now, [&begun](Result<void> done) { begun.committed = std::move(done); });
    return {};
}

Result<Changes> Sending::ending(const Sent& sent, Target& target, Instant now) const {
    const auto& work = sent.work;
    const auto outcome = ended(sent.delivery);
    Changes changes;
    changes.ended_attempts.emplace_back(sent.attempt, outcome.state);
    const bool again = outcome.delivery == Delivery::retry || outcome.delivery == Delivery::unreachable ||
                       outcome.delivery == Delivery::unknown;
    if (again && work.attempts >= send_tries_max) {
        put_held(work, {Error{Fault::unreachable, Reason("not delivered in ", work.attempts, " tries"), {}}},
                 target.snapshot.row.ledger_name, now, changes);
        return changes;
    }
    if (again) {
        const auto wait = outcome.wait.value_or(pause_before(work.attempts));
        changes.ended_work.push_back({work.id, work.attempts, Changes::EndedWork::How::retry, now + wait});
    } else {
        changes.ended_work.push_back({work.id, work.attempts});
    }
    if (work.kind == store::WorkKind::tell) {
        const bool doubted = std::any_of(target.attempts.begin(), target.attempts.end(), [](const auto& before) {
            return before.state == store::AttemptState::unknown;
        });
        if (doubted && outcome.delivery == Delivery::accepted) {
            changes.arrived_after_all.emplace_back(work.lane, target.offer->referral);
        }
        auto stepped =
            Broker(context_, now)
                .happen(target.snapshot, target.offer->referral,
                        referral_event::SendEnded{target.offer->id, sent.notice, sent.version, outcome.delivery},
                        ledger::Actor::of_partner(work.lane));
        if (!stepped) { return stepped; }
        changes.append(std::move(*stepped));
    }
    if (const auto* copy = target.copy(work)) {
        changes.append(Recalling(context_, now).ended(target.snapshot, *copy, sent.version, outcome.delivery));
    }
    auto row = target.snapshot.row;
    row.changed_at = now;
    if (work.case_id) { changes.changed_cases.push_back(std::move(row)); }
    return changes;
}

// First as the case stood when the sending began, which nobody but that commit has changed since, as a rule.
Result<void> Sending::end(const Sent& sent, Target target) {
    ++target.snapshot.row.revision;  // what a partner holds from now on is read by whoever decides next
    const auto now = context_.clock.now();
    auto changes = ending(sent, target, now);
    if (!changes) { return fail(std::move(changes).error()); }
    unsettled_.submit(std::move(*changes), now, [this, sent](const Result<void>& done) {
        const bool raced = !done && done.error().fault == Fault::conflict;
        told_(sent.work, raced ? end_again(sent) : done);
    });
    return {};
}

Result<void> Sending::end_again(const Sent& sent) {
    for (int tries = 1;; ++tries) {
        auto target = this->target(sent.work);
        if (!target) { return fail(std::move(target).error()); }
        auto changes = ending(sent, *target, context_.clock.now());
        if (!changes) { return fail(std::move(changes).error()); }
        auto done = commit(*changes);
        if (done || done.error().fault != Fault::conflict || tries == decide_tries_max) { return done; }
    }
}

Result<void> Sending::drop(const store::Work& work) {
    Changes changes;
    changes.ended_work.push_back({work.id, work.attempts});
    return commit(changes);
}

// Whoever ends a stop, or a restriction, lets go what it holds. What would be held after that is judged again, or
// nobody would let it go.
Result<void> Sending::hold(const store::Work& work, const Stopped& stopped, const store::CaseRow& of_case) {
    const auto now = context_.clock.now();
    Changes changes;
    put_held(work, stopped, of_case.ledger_name, now, changes);
    // Where that was lifted meanwhile the case is another by now: a conflict.
    if (stopped.why == Refusal::restricted) { changes.changed_cases.push_back(of_case); }
    const auto by = stopped.why == Refusal::stopped        ? std::optional(work.lane)
                    : stopped.why == Refusal::site_stopped ? std::optional(Name{})
                                                           : std::nullopt;
    return context_.writer.submit_and_wait([&](store::Sql& sql) -> Result<void> {
        if (!by || store::stop_stands(sql, *by)) { return apply(sql, changes, now); }
        static_cast<void>(store::retry_work(sql, work.id, work.attempts, now));  // false where the claim was lost
        return {};
    });
}

void Sending::put_held(const store::Work& work, const Stopped& stopped, std::string_view case_name, Instant now,
                       Changes& changes) const {
    const auto& error = stopped.error;
    log(LogLevel::warning, "work held",
        {{"partner", work.lane}, {"work", work.id}, {"fault", error.fault}, {"why", error}});
    changes.ended_work.push_back({work.id, work.attempts, Changes::EndedWork::How::held});
    const bool decision = error.fault == Fault::refused;
    // The witness is missing for everybody at once: one line, one decision.
    const auto partner = stopped.why == Refusal::locators_held ? Name{} : work.lane;
    store::HeldRow row{context_.ids.next_as<HeldId>(now),
                       partner,
                       std::string(name_of(error.fault)),
                       {},
                       error.reason.text(),
                       decision ? "duty-manager" : "integration-engineer",
                       now,
                       now + held_due,
                       0};
    changes.held.emplace_back(row, store::HeldItem{store::HeldKind::work, work.id.value, 0, work.case_id});
    if (stopped.why) {
        changes.near_misses.push_back({context_.ids.next_as<store::NearMissId>(now),
                                       work.lane,
                                       work.case_id,
                                       work.id,
                                       std::string(work.notice ? code_text(*work.notice) : ""),
                                       std::string(name_of(*stopped.why)),
                                       now,
                                       "",
                                       {},
                                       {}});
    }
    const Chronicle chronicle(context_.ids, now);
    auto entry = chronicle.entry(ledger::Operation::decision,
                                 decision ? ledger::Word("guard stopped") : ledger::Word("work held"),
                                 ledger::Actor::of_hub("dispatch"));
    entry.recipient = work.lane;
    entry.reason = Name::declare(error.reason.text());
    changes.ledger.push_back(Chronicle::row(std::move(entry), case_name));
}

Result<void> Sending::commit(const Changes& changes) {
    const auto now = context_.clock.now();
    return context_.writer.submit_and_wait([&](store::Sql& sql) { return apply(sql, changes, now); });
}

}  // namespace haven::flow
