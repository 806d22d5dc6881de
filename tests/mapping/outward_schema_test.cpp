#include "tests/mapping/both_ways.h"
#include "tests/mapping/writable.h"

namespace haven {
namespace {

/// "": the dialect's schema allows the message.
std::string against_schema(const Map& map, const std::string& message) {
    MemorySource source(message);
    std::string out;
    const auto done = map.reader()->read(source, [&](const ReadRecord& read) -> Result<void> {
        if (!read.document) { out = read.document.error().message(); }
        return {};
    });
    return done ? out : done.error().message();
}

/// What the canonical schema leaves freer than a partner's schema does, and why the hub tells nothing else.
const std::map<std::string, std::string>& spelled() {
    static const std::map<std::string, std::string> all{
        {"request/reference", "7ba77e09d6f603c8"},  // the hub's own: it makes sixteen hexadecimal digits
        {"recall/reference", "7ba77e09d6f603c8"},   // likewise
        {"withdrawal/reason", "not-needed"},        // the hub's own words for it
        {"victim/phone/safe", "yes"},               // no number is told to a partner under another rule
        {"victim/language", "en-GB"},  // a tag of BCP 47, which an XSD can hold a value to and ours does not
    };
    return all;
}

/// What a partner's schema refuses of what the canonical one allows, by map.
const std::map<std::string, std::string>& refused() {
    static const std::map<std::string, std::string> all{
        // A conference hears of nobody whose risk has no grade; a record need not have one.
        {"marac-referral-xml/referral", "Risk: expected an attribute that the schema requires"},
    };
    return all;
}

// The maps write as they are, under their schemas; those turned both ways tell only which codes their tables know.
TEST(ShippedMaps, WriteNothingThatTheirSchemaRefuses) {
    constexpr int records = 500;
    int maps = 0;
    for (const auto& both : test::maps_both_ways()) {
        if (both.name.starts_with("lawful/")) { continue; }
        const auto map = test::shipped_map(both.name);
        if (!map->has_schema() || map->reads().empty()) { continue; }
        SCOPED_TRACE(both.name);
        ++maps;
        test::WritableRecords all(*both.map, map->reads(), spelled());
        int good = 0;
        for (int i = 0; i < records && !HasFailure(); ++i) {
            const auto message = test::written(*map, all.next());
            if (!message) { continue; }
            const auto why = against_schema(*map, *message);
            if (const auto may = refused().find(both.name); may != refused().end() && why.ends_with(may->second)) {
                continue;
            }
            ++good;
            EXPECT_EQ(why, "") << *message;
        }
        EXPECT_GT(good, records / 4) << "too few could be written";
    }
    EXPECT_EQ(maps, 15) << "charity-xml 7, eastford-housing 7, marac-referral-xml 1";
}

}  // namespace
}  // namespace haven
