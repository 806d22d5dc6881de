#include "hub/flow/map_choice.h"

namespace haven::flow {
namespace {

bool fits(Format format, std::string_view media_type) {
    switch (format) {
        case Format::csv: return media_type == "text/csv";
        case Format::json: return media_type == "application/json";
        case Format::xml: return media_type == "application/xml" || media_type == "text/xml";
        case Format::fixed: return media_type == "text/plain";
    }
    return false;
}

enum class Claim : std::uint8_t { yes, no, unreadable };

// A record that breaks its format or its schema may be of another map, whose format it keeps.
Claim claim_of(StoredMessage& message, const Map& map) {
    auto claim = Claim::unreadable;
    message.rewind();
    (void)map.reader()->read(message, [&](const ReadRecord& read) -> Result<void> {
        if (read.document) { claim = map.claims(**read.document) ? Claim::yes : Claim::no; }
        return fail(Fault::conflict, "the first record is enough");
    });
    message.rewind();
    return claim;
}

}  // namespace

std::shared_ptr<const Map> map_for(const Context& context, StoredMessage& message) {
    const auto* partner = context.site->partner(message.row().partner.text());
    if (partner == nullptr) { return nullptr; }
    auto maps = partner->in;
    std::erase_if(maps, [&](const auto& map) { return !fits(map->format(), message.row().media_type); });
    if (maps.size() == 1) { return maps[0]; }
    std::shared_ptr<const Map> unreadable;
    for (const auto& map : maps) {
        const auto claim = claim_of(message, *map);
        if (claim == Claim::yes) { return map; }
        if (claim == Claim::unreadable && unreadable == nullptr) { unreadable = map; }
    }
    return unreadable;
}

bool is_of_message(const Error& error) {
    return error.fault == Fault::malformed || error.fault == Fault::too_large;
}

}  // namespace haven::flow
