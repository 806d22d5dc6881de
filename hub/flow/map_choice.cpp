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

}  // namespace

std::vector<std::shared_ptr<const Map>> maps_for(const Context& context, const store::MessageRow& row) {
    const auto* partner = context.site->partner(row.partner.text());
    std::vector<std::shared_ptr<const Map>> maps = partner == nullptr ? decltype(partner->in){} : partner->in;
    std::erase_if(maps, [&](const auto& map) { return !fits(map->format(), row.media_type); });
    return maps;
}

bool claims(StoredMessage& message, const Map& map) {
    bool claimed = true;
    message.rewind();
    (void)map.reader()->read(message, [&](const ReadRecord& read) -> Result<void> {
        claimed = !read.document || map.claims(**read.document);
        return fail(Fault::conflict, "the first record is enough");
    });
    return claimed;
}

bool is_of_message(const Error& error) {
    return error.fault == Fault::malformed || error.fault == Fault::too_large;
}

}  // namespace haven::flow
