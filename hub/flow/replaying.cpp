#include "hub/flow/replaying.h"

#include <algorithm>

#include "core/store/work.h"
#include "hub/flow/deciding.h"
#include "hub/flow/door.h"
#include "hub/flow/intake.h"
#include "hub/flow/map_choice.h"

namespace haven::flow {
namespace {

constexpr std::chrono::minutes replay_lease{10};
constexpr int races_max = 5;  // lost to the hub that works beside; then the rest is left to it
constexpr std::size_t why_max = 10;

void would_hold(Replayed& replayed, const Error& error, std::int64_t records = 1) {
    replayed.held += records;
    const bool said = std::any_of(replayed.why.begin(), replayed.why.end(),
                                  [&](const Error& other) { return other.reason.text() == error.reason.text(); });
    if (!said && replayed.why.size() < why_max) { replayed.why.push_back(error); }
}

Result<void> rehearse(StoredMessage& message, const Context& context, const Map& map, HeldPart part, Replayed& sum) {
    const auto now = context.clock.now();
    const auto agreement = context.site->agreement_from(message.row().partner, map.hub_type(), now);
    const bool agreed = agreement != nullptr && agreement->in_force(now);
    message.rewind();
    auto done = map.reader()->read(message, [&](const ReadRecord& read) -> Result<void> {
        const bool is_rest = part.rest && read.number > message.row().reached;
        if (part.records.erase(read.number) == 0 && !is_rest) { return {}; }
        const auto records = read.document ? map.hub_records(**read.document, message.row().received_at)
                                           : Result<std::vector<Record>>(fail(read.document.error()));
        if (!records) {
            would_hold(sum, records.error());
        } else if (!agreed) {
            would_hold(sum, Error{Fault::refused, "no agreement in force lets this partner tell the hub this", {}});
        } else {
            ++sum.taken;
        }
        return {};
    });
    if (!done && !is_of_message(done.error())) { return done; }
    const auto not_met = static_cast<std::int64_t>(part.records.size()) + (!done && part.rest ? 1 : 0);
    if (not_met > 0) {
        would_hold(sum, done ? Error{Fault::unmapped, "the map makes no such record any more", {}} : done.error(),
                   not_met);
    }
    return {};
}

Result<void> rehearse(const Context& context, MessageId id, const HeldPart& part, Replayed& sum) {
    auto message = StoredMessage::open(context, id);
    if (!message && message.error().fault == Fault::missing) { return {}; }  // its key was destroyed
    if (!message) { return fail(std::move(message).error()); }
    const auto map = map_for(context, **message);
    if (map != nullptr) { return rehearse(**message, context, *map, part, sum); }
    would_hold(sum, Error{Fault::unmapped, "no map of this partner reads a message of this kind", {}},
               static_cast<std::int64_t>(part.records.size()) + (part.rest ? 1 : 0));
    return {};
}

/// The decision, with the reading claimed by this process.
Result<store::Work> decide(const Context& context, const store::HeldRow& line, const ReplayScope& scope,
                           const ledger::Actor& by) {
    const auto now = context.clock.now();
    store::Work work{context.ids.next_as<WorkId>(now), reading_lane, store::WorkKind::replay, {}, {}, 0, 1};
    auto done = context.writer.submit_and_wait([&](store::Sql& sql) -> Result<void> {
        const auto closed = close_line(sql, context, line.id, scope.message, HeldDecision::again, by, now);
        if (!closed) { return fail(Fault::missing, "somebody has decided this line already"); }
        work.subject = closed->id.value;
        store::insert_work(sql, work, now, store::Claim{context.node, now + replay_lease});
        return {};
    });
    if (!done) { return fail(std::move(done).error()); }
    return work;
}

}  // namespace

Result<std::vector<store::HeldRow>> lines_to_replay(const Context& context, const ReplayScope& scope,
                                                    const ledger::Actor& by) {
    return context.readers.read([&](store::Sql& sql) -> Result<std::vector<store::HeldRow>> {
        auto lines = store::held_readings(sql, scope.line, scope.message);
        std::erase_if(lines, [&](const auto& line) {
            return line.role != by.name.text() || !store::is_held_seen(sql, line.id, by.user);
        });
        return lines;
    });
}

Result<Replayed> rehearse_replay(const Context& context, const store::HeldRow& line, const ReplayScope& scope,
                                 const ledger::Actor& by) {
    auto parts = context.readers.read([&](store::Sql& sql) -> Result<std::map<MessageId, HeldPart>> {
        return held_parts(sql, store::seen_items(sql, line.id, {}, INT64_MAX, by.user));
    });
    if (!parts) { return fail(std::move(parts).error()); }
    Replayed sum;
    for (const auto& [id, part] : *parts) {
        if (scope.message && id != scope.message) { continue; }
        if (auto done = rehearse(context, id, part, sum); !done) { return fail(std::move(done).error()); }
    }
    return sum;
}

Result<Replayed> replay_now(const Context& context, const store::HeldRow& line, const ReplayScope& scope,
                            const ledger::Actor& by) {
    auto work = decide(context, line, scope, by);
    if (!work) { return fail(std::move(work).error()); }
    Unsettled unsettled(context.writer);
    Result<void> ended;
    Intake intake(context, unsettled, [&](const store::Work&, const Result<void>& done) { ended = done; });
    for (int tries = 0; tries < races_max; ++tries) {
        intake.run(*work);
        if (ended || ended.error().fault != Fault::conflict) { break; }
    }
    if (!ended) {  // from here on it is the hub's
        (void)context.writer.submit_and_wait([&](store::Sql& sql) -> Result<void> {
            store::retry_work(sql, work->id, work->attempts, context.clock.now());
            return {};
        });
        return fail(ended.error());
    }
    return context.readers.read([&](store::Sql& sql) -> Result<Replayed> {
        const HeldId decided{work->subject};
        Replayed sum;
        sum.held = store::held_again(sql, decided);
        sum.taken = static_cast<std::int64_t>(store::items_of(sql, decided).size()) - sum.held;
        return sum;
    });
}

}  // namespace haven::flow
