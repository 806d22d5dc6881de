#include "hub/flow/intake.h"

#include <algorithm>

#include "core/base/code.h"
#include "core/base/encoding.h"
#include "hub/flow/holding.h"
#include "hub/flow/map_choice.h"
#include "hub/flow/pinned.h"
#include "hub/flow/taking.h"

namespace haven::flow {
namespace {

constexpr std::size_t batch_records = 128;

using Steady = std::chrono::steady_clock;
constexpr std::chrono::seconds turn_min{1};   // of a message that others wait behind
constexpr std::chrono::seconds turn_max{30};  // then its claim is taken anew, long before its lease runs out

Error no_map() {
    return {Fault::unmapped, "no map of this partner reads a message of this kind", {}};
}

Error no_record() {
    return {Fault::unmapped, "the map makes no record of this number any more", {}};
}

/// How long one message has been read, without the way back to where it was: that counts as long as the turn itself, so
/// that a long message is never read more than twice.
class Turn {
public:
    explicit Turn(const Intake::Look& look) : look_(look) {}
    void begin() {
        if (!begun_) { begun_ = Steady::now(); }
    }
    bool is_over() const {
        if (!look_ || !begun_) { return false; }
        const auto waiting = look_();
        const auto read = Steady::now() - *begun_;
        const auto least = std::max<Steady::duration>(turn_min, *begun_ - opened_);
        return waiting == Intake::Waiting::the_end || read > turn_max ||
               (waiting == Intake::Waiting::others && read > least);
    }

private:
    const Intake::Look& look_;
    Steady::time_point opened_ = Steady::now();
    std::optional<Steady::time_point> begun_;
};

/// One message on its way through one map.
class Reading {
public:
    Reading(const Context& context, Unsettled& unsettled, const store::Work& work, StoredMessage& message,
            const Map& map, const Intake::Look& look)
        : message_(message),
          map_(map),
          turn_(look),
          batch_(context, unsettled, work, message.row(), *context.site->partner(message.row().partner.text())) {
        if (message.row().map.empty()) { batch_.pin(context.site->hash, to_hex(map.digest().view())); }
    }

    /// Takes what was held before instead of all that was not reached.
    void again(HeldPart part) {
        reads_on_ = part.rest.has_value();
        if (part.rest) { batch_.read_on(*part.rest); }
        again_ = std::move(part.records);
    }

    /// Errors: those of the store. What is wrong with the message is held, not answered.
    Result<void> run() {
        const auto reader = map_.reader();
        auto done = reader->read(message_, [&](const ReadRecord& read) { return take(read); });
        if (gives_way_) { return {}; }
        if (!done && !is_of_message(done.error())) { return done; }
        for (const auto number : again_) {
            batch_.next(true);
            batch_.hold_record(number, done ? no_record() : done.error());
        }
        if (!done && reads_on_) { batch_.hold_message(done.error()); }
        return {};
    }

    Result<void> finish(Unsettled::After after) {
        return gives_way_ ? batch_.give_way(std::move(after)) : batch_.finish(std::move(after));
    }
    Result<void> finish() { return batch_.finish(); }

private:
    Result<void> take(const ReadRecord& read) {
        const bool again = again_.erase(read.number) > 0;
        const bool reached = read.number <= message_.row().reached;  // committed before a restart
        if (!again && (reached || !reads_on_)) { return {}; }
        turn_.begin();
        batch_.next(again);
        if (!read.document) {
            batch_.hold_record(read.number, read.document.error());
        } else if (auto records = map_.hub_records(**read.document, message_.row().received_at); records) {
            auto taken = batch_.take(read.number, *records, map_);
            if (!taken) { return taken; }
        } else {
            batch_.hold_record(read.number, records.error());
        }
        if (batch_.size() < batch_records) { return {}; }
        gives_way_ = turn_.is_over();
        if (gives_way_) { return fail(Fault::unreachable, "the message gives way to others"); }  // ends the reading
        return batch_.commit();
    }

    StoredMessage& message_;
    const Map& map_;
    Turn turn_;
    bool gives_way_ = false;
    bool reads_on_ = true;
    std::set<std::int64_t> again_;  ///< records that were held and were not met yet
    Taking batch_;
};

}  // namespace

// Translation is pinned: what one map began to read it reads to the end, also when another site has come meanwhile.
Result<std::shared_ptr<const Map>> Intake::map_to_read(StoredMessage& message) const {
    const auto& row = message.row();
    if (row.map.empty()) { return map_for(context_, message); }
    if (const auto* partner = context_.site->partner(row.partner.text())) {
        for (const auto& map : partner->in) {
            if (to_hex(map->digest().view()) == row.map) { return map; }
        }
    }
    return pinned_map(context_, row);
}

void Intake::run(const store::Work& work) {
    const auto went = work.kind == store::WorkKind::replay ? replay(work) : read(work);
    if (!went) {
        told_(work, fail(went.error()));
    } else if (*went == Went::ended) {
        told_(work, {});
    }
}

Result<Intake::Went> Intake::refused(const store::MessageRow& row, const store::Work& work, const Error& error) const {
    if (auto done = Taking::refuse(context_, row, work, error); !done) { return fail(std::move(done).error()); }
    return Went::ended;
}

Result<Intake::Went> Intake::read(const store::Work& work) {
    auto message = StoredMessage::open(context_, MessageId{work.subject});
    if (!message) { return fail(std::move(message).error()); }
    const auto& row = (*message)->row();
    const auto chosen = map_to_read(**message);
    if (!chosen && chosen.error().fault == Fault::unreachable) { return fail(chosen.error()); }
    if (!chosen) { return refused(row, work, chosen.error()); }
    const auto& map = *chosen;
    if (map == nullptr) { return refused(row, work, no_map()); }
    // A trailer is believed before anything of the message takes effect; what was taken already had its check.
    if (map->has_count() && row.reached == 0) {
        const auto counted = map->check_count(**message);
        if (!counted && !is_of_message(counted.error())) { return fail(counted.error()); }
        if (!counted) { return refused(row, work, counted.error()); }
        (*message)->rewind();
    }
    Reading reading(context_, unsettled_, work, **message, *map, look_);
    if (auto done = reading.run(); !done) { return fail(std::move(done).error()); }
    auto done = reading.finish([this, work](const Result<void>& ended) { told_(work, ended); });
    if (!done) { return fail(std::move(done).error()); }
    return Went::ending;
}

// What a worker before this one took of the line already is held no more, and is left alone.
Result<Intake::Went> Intake::replay(const store::Work& work) {
    auto waiting = context_.readers.read([&](store::Sql& sql) -> Result<std::map<MessageId, HeldPart>> {
        return held_parts(sql, store::items_of(sql, HeldId{work.subject}));
    });
    if (!waiting) { return fail(std::move(waiting).error()); }
    for (const auto& [id, part] : *waiting) {
        if (auto done = replay(work, id, part); !done) { return fail(std::move(done).error()); }
    }
    auto done = context_.writer.submit_and_wait([&](store::Sql& sql) -> Result<void> {
        if (store::finish_work(sql, work.id, work.attempts)) { return {}; }
        return fail(Fault::conflict, "another worker has this work now");
    });
    if (!done) { return fail(std::move(done).error()); }
    return Went::ended;
}

// Its line was decided, and its cause is still there.
Result<void> Intake::hold_again(const store::MessageRow& row, const HeldPart& part, const Error& error) const {
    const auto changes = held_again(context_, row, part, error);
    const auto now = context_.clock.now();
    return context_.writer.submit_and_wait([&](store::Sql& sql) { return apply(sql, changes, now); });
}

// A person decided on it and waits: it is done in one go.
Result<void> Intake::replay(const store::Work& work, MessageId id, const HeldPart& part) {
    auto message = StoredMessage::open(context_, id);
    if (!message && message.error().fault == Fault::missing) { return {}; }  // its key was destroyed
    if (!message) { return fail(std::move(message).error()); }
    const auto& row = (*message)->row();
    const auto map = map_for(context_, **message);
    if (map == nullptr) { return hold_again(row, part, no_map()); }
    if (part.rest && row.reached == 0 && map->has_count()) {
        const auto counted = map->check_count(**message);
        if (!counted && !is_of_message(counted.error())) { return fail(counted.error()); }
        if (!counted) { return hold_again(row, part, counted.error()); }
        (*message)->rewind();
    }
    const Look no_look;
    Reading reading(context_, unsettled_, work, **message, *map, no_look);
    reading.again(part);
    if (auto done = reading.run(); !done) { return done; }
    return reading.finish();
}

}  // namespace haven::flow
