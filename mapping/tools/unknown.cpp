#include "mapping/tools/unknown.h"

#include <algorithm>
#include <set>

#include "mapping/language/parse.h"
#include "mapping/tools/places.h"
#include "mapping/tools/shape.h"

namespace haven {
namespace {

// The map's own prefixes: its author is told names as the map would spell them.
Namespaces called_in(std::string_view map_text) {
    Namespaces called;
    for (const auto& space : parse_map(map_text, "").map.namespaces) {
        called.emplace_back(space.prefix.text, space.uri.text);
    }
    return called;
}

Result<Shape> shape_of(const DialectMap& map, std::string_view sample) {
    switch (map.map->format()) {
        case Format::csv: return csv_shape(sample);
        case Format::json: return json_shape(sample);
        case Format::xml: return xml_shape(sample, called_in(map.text));
        case Format::fixed: break;
    }
    return fail(Fault::missing, "every column of fixed width stands in the map");
}

class Unknown {
public:
    Unknown(const Map& map, const Shape& shape) : map_(map), shape_(shape) {
        for (const auto& place : partner_places(map)) {
            if (place.ignored) { ignored_.insert(last_step(place.path)); }
        }
        look(shape.record);
    }

    std::vector<std::string> names() && { return some_known_ ? std::move(unknown_) : std::vector<std::string>{}; }

private:
    static std::string last_step(const std::string& path) {
        const auto end = std::min(path.rfind('['), path.size());
        const auto dot = path.rfind('.', end);
        return path.substr(dot == std::string::npos ? 0 : dot + 1, end - (dot == std::string::npos ? 0 : dot + 1));
    }

    // What stands below a name that is not known, or that is ignored whole, needs no line of its own.
    void look(const ShapePlace& within) {
        for (const auto& place : within.below) {
            if (!place.has_text && place.values.empty() && place.below.empty()) { continue; }
            if (map_.vocabulary().find(key(place.name)) != undeclared) {
                some_known_ = true;
                if (!ignored_.contains(place.name)) { look(place); }
            } else if (std::find(unknown_.begin(), unknown_.end(), quoted_name(place.name)) == unknown_.end()) {
                unknown_.push_back(quoted_name(place.name));
            }
        }
    }

    // As the readers know a name: "nc:Person" is "{uri}Person", "@s:id" is "{uri}@id".
    std::string key(const std::string& name) const {
        if (map_.format() != Format::xml) { return name; }
        const bool attribute = name.starts_with('@');
        const auto plain = std::string_view(name).substr(attribute ? 1 : 0);
        const auto colon = plain.find(':');
        const auto prefix = colon == plain.npos ? (attribute ? "" : "default") : plain.substr(0, colon);
        std::string out;
        for (const auto& [known, uri] : shape_.namespaces) {
            if (known == prefix) { out.append("{").append(uri).append("}"); }
        }
        return out.append(attribute ? "@" : "").append(plain.substr(colon == plain.npos ? 0 : colon + 1));
    }

    const Map& map_;
    const Shape& shape_;
    std::set<std::string> ignored_;  // the last steps of paths, which is enough to tell the author
    bool some_known_ = false;
    std::vector<std::string> unknown_;
};

}  // namespace

std::vector<std::string> unknown_names(const DialectMap& map, std::string_view sample) {
    const auto shape = shape_of(map, sample);
    return shape ? Unknown(*map.map, *shape).names() : std::vector<std::string>{};
}

}  // namespace haven
