#include <map>
#include <set>

#include "tests/mapping/shipped_maps.h"

namespace haven {
namespace {

/// Why no shipped map says some paths of the canonical schema.
struct Unsaid {
    std::string_view why;
    std::vector<std::string_view> paths;
};

const std::vector<Unsaid>& unsaid() {
    static const std::vector<Unsaid> all{
        {"the hub's own people write it, in the hub's own JSON (haven/contact-result)",
         {"contact/channel", "contact/at", "contact/outcome", "contact/help", "contact/number", "contact/note",
          "consent/to-chosen-authority"}},
        {"a refuge has no format of its own for answers: it answers in the hub's own JSON (haven/referral-answer)",
         {"answer/place/unit", "answer/place/building", "answer/place/street", "answer/place/locality",
          "answer/place/town", "answer/place/county", "answer/place/postcode", "answer/place/uprn",
          "answer/place/as-entered", "answer/arrive-by", "answer/ask-for"}},
        {"who tells of an arrival does so in the hub's own JSON (haven/arrival)", {"arrival/kind", "arrival/at"}},
        {"no partner tells the hub so: what arrived, an adapter knows from the answer to its sending",
         {"acknowledgement/reference", "acknowledgement/at"}},
        {"a new home is nobody's to learn from an outcome; every map of the lettings return ignores it",
         {"outcome/place/unit", "outcome/place/building", "outcome/place/street", "outcome/place/locality",
          "outcome/place/town", "outcome/place/county", "outcome/place/postcode", "outcome/place/uprn",
          "outcome/place/as-entered"}},
        {"names in two parts are what the shipped formats have of these people",
         {"victim/name/full", "perpetrator/name/full", "child/name/title", "child/name/middle", "child/name/full",
          "person/name/title", "person/name/middle", "person/name/full"}},
        {"a directory's text is of any length, and the directory shows it", {"service/description"}},
        {"the hub writes down in which role somebody decided, and no partner", {"consent/override-role"}},
        {"a partner need not learn who asked for the end of a request", {"withdrawal/by-victim"}},
    };
    return all;
}

// A path that is new in the canonical schema gets a line in a map, or a reason above.
TEST(ShippedMaps, SayEachCanonicalPathOrAReasonStandsHere) {
    FieldSet said;
    for (const auto& map : test::shipped_maps()) {
        said |= map->writes();
        said |= map->reads();
    }
    std::set<std::string_view> in_no_map;
    for (std::uint16_t f = 0; f < test::catalogue()->field_count(); ++f) {
        if (!said.has({f})) { in_no_map.insert(test::catalogue()->field({f}).path.text()); }
    }
    std::set<std::string_view> stated;
    for (const auto& group : unsaid()) {
        for (const auto path : group.paths) { EXPECT_TRUE(stated.insert(path).second) << path << " stands here twice"; }
    }
    for (const auto path : in_no_map) {
        EXPECT_TRUE(stated.contains(path)) << path << " is in no shipped map, and no reason says why";
    }
    for (const auto path : stated) {
        EXPECT_TRUE(in_no_map.contains(path)) << path << " is in a map, or is no path: strike it from the list";
    }
}

}  // namespace
}  // namespace haven
