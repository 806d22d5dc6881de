#include "hub/flow/intake.h"

#include "core/base/code.h"
#include "hub/flow/taking.h"

namespace haven::flow {
namespace {

constexpr std::size_t batch_records = 64;

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
    Reading(const Context& context, StoredMessage& message, const site::Partner& partner, const Map& map, bool only)
        : message_(message), map_(map), only_(only), batch_(context, message.row(), partner) {}

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

    Result<void> finish(const store::Work& work) { return batch_.finish(work); }

private:
    Result<void> take(const ReadRecord& read) {
        if (read.number <= message_.row().reached) { return {}; }  // committed before a restart
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

Result<void> Intake::read(const store::Work& work) {
    auto message = StoredMessage::open(context_, MessageId{work.subject});
    if (!message) { return fail(std::move(message).error()); }
    const auto& row = (*message)->row();
    const auto* partner = context_.site->partner(row.partner.text());
    std::vector<std::shared_ptr<const Map>> maps = partner == nullptr ? decltype(partner->in){} : partner->in;
    std::erase_if(maps, [&](const auto& map) { return !fits(map->format(), row.media_type); });
    for (const auto& map : maps) {
        // A trailer is believed before anything of the message takes effect; what was taken already had its check.
        if (map->has_count() && row.reached == 0 && (maps.size() == 1 || claims(**message, *map))) {
            (*message)->rewind();
            auto counted = map->check_count(**message);
            if (!counted && !is_of_message(counted.error())) { return counted; }
            if (!counted) { return Taking::refuse(context_, row, work, counted.error()); }
        }
        (*message)->rewind();
        Reading reading(context_, **message, *partner, *map, maps.size() == 1);
        auto claimed = reading.run();
        if (!claimed) { return fail(std::move(claimed).error()); }
        if (*claimed) { return reading.finish(work); }
    }
    return Taking::refuse(context_, row, work,
                          Error{Fault::unmapped, "no map of this partner reads a message of this kind", {}});
}

}  // namespace haven::flow
