#include "hub/flow/intake.h"

#include "core/base/code.h"
#include "core/base/encoding.h"
#include "hub/flow/holding.h"
#include "hub/flow/map_choice.h"
#include "hub/flow/pinned.h"
#include "hub/flow/taking.h"

namespace haven::flow {
namespace {

constexpr std::size_t batch_records = 128;

Error no_map() {
    return {Fault::unmapped, "no map of this partner reads a message of this kind", {}};
}

Error no_record() {
    return {Fault::unmapped, "the map makes no record of this number any more", {}};
}

/// One message on its way through one map.
class Reading {
public:
    /// `only`: no other map of the partner reads messages of this kind, so what it does not know is an error.
    Reading(const Context& context, Unsettled& unsettled, StoredMessage& message, const site::Partner& partner,
            const Map& map, bool only)
        : message_(message), map_(map), only_(only), batch_(context, unsettled, message.row(), partner) {
        if (message.row().map.empty()) { batch_.pin(context.site->hash, to_hex(map.digest().view())); }
    }

    /// Takes what was held before instead of all that was not reached.
    void again(HeldPart part) {
        reads_on_ = part.rest.has_value();
        if (part.rest) { batch_.read_on(*part.rest); }
        again_ = std::move(part.records);
    }

    /// Whether the map claimed the message.
    Result<bool> run() {
        bool first = true;
        bool claimed = true;
        const auto reader = map_.reader();
        auto done = reader->read(message_, [&](const ReadRecord& read) -> Result<void> {
            if (first && !only_ && read.document && !map_.claims(**read.document)) {
                claimed = false;
                return fail(Fault::unmapped, "another map may claim it");
            }
            first = false;
            return take(read);
        });
        if (!claimed) { return false; }
        if (!done && !is_of_message(done.error())) { return fail(std::move(done).error()); }
        for (const auto number : again_) {
            batch_.next(true);
            batch_.hold_record(number, done ? no_record() : done.error());
        }
        if (!done && reads_on_) { batch_.hold_message(done.error()); }
        return true;
    }

    Result<void> finish(const store::Work& work, Unsettled::After after) {
        return batch_.finish(work, std::move(after));
    }
    Result<void> finish() { return batch_.finish(); }

private:
    Result<void> take(const ReadRecord& read) {
        const bool again = again_.erase(read.number) > 0;
        const bool reached = read.number <= message_.row().reached;  // committed before a restart
        if (!again && (reached || !reads_on_)) { return {}; }
        batch_.next(again);
        if (!read.document) {
            batch_.hold_record(read.number, read.document.error());
        } else if (auto records = map_.records(**read.document, message_.row().received_at); records) {
            auto taken = batch_.take(read.number, *records, map_);
            if (!taken) { return taken; }
        } else {
            batch_.hold_record(read.number, records.error());
        }
        return batch_.size() >= batch_records ? batch_.commit() : Result<void>{};
    }

    StoredMessage& message_;
    const Map& map_;
    bool only_;
    bool reads_on_ = true;
    std::set<std::int64_t> again_;  ///< records that were held and were not met yet
    Taking batch_;
};

}  // namespace

// Translation is pinned: what one map began to read it reads to the end, also when another site has come meanwhile.
Result<std::vector<std::shared_ptr<const Map>>> Intake::maps_to_read(const store::MessageRow& row) const {
    auto now = maps_for(context_, row);
    if (row.map.empty()) { return now; }
    for (const auto& map : now) {
        if (to_hex(map->digest().view()) == row.map) { return std::vector{map}; }
    }
    auto pinned = pinned_map(context_, row);
    if (!pinned) { return fail(std::move(pinned).error()); }
    return std::vector{std::move(*pinned)};
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
    const auto* partner = context_.site->partner(row.partner.text());
    const auto known = maps_to_read(row);
    if (!known && known.error().fault == Fault::unreachable) { return fail(known.error()); }
    if (!known) { return refused(row, work, known.error()); }
    const auto& maps = *known;
    for (const auto& map : maps) {
        // A trailer is believed before anything of the message takes effect; what was taken already had its check.
        if (map->has_count() && row.reached == 0 && (maps.size() == 1 || claims(**message, *map))) {
            (*message)->rewind();
            auto counted = map->check_count(**message);
            if (!counted && !is_of_message(counted.error())) { return fail(std::move(counted).error()); }
            if (!counted) { return refused(row, work, counted.error()); }
        }
        (*message)->rewind();
        Reading reading(context_, unsettled_, **message, *partner, *map, maps.size() == 1);
        auto claimed = reading.run();
        if (!claimed) { return fail(std::move(claimed).error()); }
        if (!*claimed) { continue; }
        auto done = reading.finish(work, [this, work](const Result<void>& ended) { told_(work, ended); });
        if (!done) { return fail(std::move(done).error()); }
        return Went::ending;
    }
    return refused(row, work, no_map());
}

// What a worker before this one took of the line already is held no more, and is left alone.
Result<Intake::Went> Intake::replay(const store::Work& work) {
    auto waiting = context_.readers.read([&](store::Sql& sql) -> Result<std::map<MessageId, HeldPart>> {
        return held_parts(sql, store::items_of(sql, HeldId{work.subject}));
    });
    if (!waiting) { return fail(std::move(waiting).error()); }
    for (const auto& [id, part] : *waiting) {
        if (auto done = replay(id, part); !done) { return fail(std::move(done).error()); }
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

Result<void> Intake::replay(MessageId id, const HeldPart& part) {
    auto message = StoredMessage::open(context_, id);
    if (!message && message.error().fault == Fault::missing) { return {}; }  // its key was destroyed
    if (!message) { return fail(std::move(message).error()); }
    const auto& row = (*message)->row();
    const auto maps = maps_for(context_, row);
    for (const auto& map : maps) {
        if (part.rest && row.reached == 0 && map->has_count() && (maps.size() == 1 || claims(**message, *map))) {
            (*message)->rewind();
            const auto counted = map->check_count(**message);
            if (!counted && !is_of_message(counted.error())) { return fail(counted.error()); }
            if (!counted) { return hold_again(row, part, counted.error()); }
        }
        (*message)->rewind();
        Reading reading(context_, unsettled_, **message, *context_.site->partner(row.partner.text()), *map,
                        maps.size() == 1);
        reading.again(part);
        auto claimed = reading.run();
        if (!claimed) { return fail(std::move(claimed).error()); }
        if (*claimed) { return reading.finish(); }
    }
    return hold_again(row, part, no_map());
}

}  // namespace haven::flow
