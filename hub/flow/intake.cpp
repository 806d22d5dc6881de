#include "hub/flow/intake.h"

#include <map>
#include <set>

#include "core/base/code.h"
#include "core/base/log.h"
#include "core/store/held.h"
#include "hub/flow/taking.h"

namespace haven::flow {
namespace {

constexpr std::size_t batch_records = 128;

bool is_of_message(const Error& error) {
    return error.fault == Fault::malformed || error.fault == Fault::too_large;
}

// Whether the first record is the map's; what cannot be read is nobody else's either.
bool claims(StoredMessage& message, const Map& map) {
    bool claimed = true;
    message.rewind();
    (void)map.reader()->read(message, [&](const ReadRecord& read) -> Result<void> {
        claimed = !read.document || map.claims(**read.document);
        return fail(Fault::conflict, "the first record is enough");
    });
    return claimed;
}

/// One message on its way through one map.
class Reading {
public:
    /// `only`: no other map of the partner reads messages of this kind, so what it does not know is an error.
    Reading(const Context& context, Unsettled& unsettled, StoredMessage& message, const site::Partner& partner,
            const Map& map, bool only)
        : message_(message), map_(map), only_(only), batch_(context, unsettled, message.row(), partner) {}

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
        if (!done) { batch_.hold_message(done.error()); }
        return true;
    }

    /// Takes these records alone, which were held before.
    void only(std::set<std::int64_t> numbers) {
        numbers_ = std::move(numbers);
        batch_.replay();
    }

    Result<void> finish(const store::Work& work, Unsettled::After after) {
        return batch_.finish(work, std::move(after));
    }
    void read_on() { batch_.read_on(); }
    Result<void> finish() { return batch_.finish(); }

private:
    Result<void> take(const ReadRecord& read) {
        if (!numbers_.empty() && !numbers_.contains(read.number)) { return {}; }
        if (numbers_.empty() && read.number <= message_.row().reached) { return {}; }  // committed before a restart
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
    std::set<std::int64_t> numbers_;  ///< none: all that were not reached
    Taking batch_;
};

bool fits(Format format, std::string_view media_type) {
    switch (format) {
        case Format::csv: return media_type == "text/csv";
        case Format::json: return media_type == "application/json";
        case Format::xml: return media_type == "application/xml" || media_type == "text/xml";
        case Format::fixed: return media_type == "text/plain";
    }
    return false;
}

}  // namespace

std::vector<std::shared_ptr<const Map>> Intake::maps_for(const store::MessageRow& row) const {
    const auto* partner = context_.site->partner(row.partner.text());
    std::vector<std::shared_ptr<const Map>> maps = partner == nullptr ? decltype(partner->in){} : partner->in;
    std::erase_if(maps, [&](const auto& map) { return !fits(map->format(), row.media_type); });
    return maps;
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
    const auto maps = maps_for(row);
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
    return refused(row, work, Error{Fault::unmapped, "no map of this partner reads a message of this kind", {}});
}

// A message that failed as a whole is read on from where it stopped; of others only the records of the line are.
Result<Intake::Went> Intake::replay(const store::Work& work) {
    auto items = context_.readers.read([&](store::Sql& sql) -> Result<std::vector<store::HeldItem>> {
        return store::items_of(sql, HeldId{work.subject});
    });
    if (!items) { return fail(std::move(items).error()); }
    std::map<std::int64_t, std::set<std::int64_t>> messages;
    for (const auto& item : *items) {
        auto& numbers = messages[item.subject];
        if (item.kind == store::HeldKind::record) { numbers.insert(item.number); }
    }
    for (const auto& [id, numbers] : messages) {
        if (auto done = replay(MessageId{id}, numbers); !done) { return fail(std::move(done).error()); }
    }
    auto done = context_.writer.submit_and_wait([&](store::Sql& sql) -> Result<void> {
        if (store::finish_work(sql, work.id, work.attempts)) { return {}; }
        return fail(Fault::conflict, "another worker has this work now");
    });
    if (!done) { return fail(std::move(done).error()); }
    return Went::ended;
}

// Its line was decided, and its cause is still there.
Result<void> Intake::hold_again(const store::MessageRow& row, const Error& error) const {
    if (!is_of_message(error)) { return fail(error); }
    auto changes = Taking::held_whole(context_, row, error);
    changes.advance.reset();  // it counts as held already
    const auto now = context_.clock.now();
    return context_.writer.submit_and_wait([&](store::Sql& sql) { return apply(sql, changes, now); });
}

Result<void> Intake::replay(MessageId id, const std::set<std::int64_t>& numbers) {
    auto message = StoredMessage::open(context_, id);
    if (!message && message.error().fault == Fault::missing) { return {}; }  // its key was destroyed
    if (!message) { return fail(std::move(message).error()); }
    const auto* partner = context_.site->partner((*message)->row().partner.text());
    const auto maps = maps_for((*message)->row());
    for (const auto& map : maps) {
        const bool unread = numbers.empty() && (*message)->row().reached == 0;
        if (unread && map->has_count() && (maps.size() == 1 || claims(**message, *map))) {
            (*message)->rewind();
            const auto counted = map->check_count(**message);
            if (!counted) { return hold_again((*message)->row(), counted.error()); }
        }
        (*message)->rewind();
        Reading reading(context_, unsettled_, **message, *partner, *map, maps.size() == 1);
        numbers.empty() ? reading.read_on() : reading.only(numbers);
        auto claimed = reading.run();
        if (!claimed) { return fail(std::move(claimed).error()); }
        if (*claimed) { return reading.finish(); }
    }
    log(LogLevel::warning, "not replayed: no map reads it", {{"message", id}});
    return {};
}

}  // namespace haven::flow
