#include <algorithm>
#include <set>

#include "mapping/check/compile.h"

namespace haven {

using program::Frame;
using program::Match;

namespace {

const Match& place_of(const MapPoint& point) {
    return point.frame->matches[point.match];
}

// The lines of an each begin where the each does.
void add(const Frame& frame, program::Index match, std::vector<MapPoint>& to) {
    to.push_back({&frame, match});
    for (const auto which : frame.matches[match].frames) { add(frame.nested[which], 0, to); }
}

bool compares(const std::vector<MapPoint>& points, NameId name) {
    return std::any_of(points.begin(), points.end(), [&](const MapPoint& point) {
        const auto& compared = place_of(point).compared;
        return std::find(compared.begin(), compared.end(), name) != compared.end();
    });
}

bool reads_text(const std::vector<MapPoint>& points) {
    return std::any_of(points.begin(), points.end(), [](const MapPoint& point) {
        return !place_of(point).slots.empty() || place_of(point).compares_itself;
    });
}

/// What the map says of one name below its points.
struct Below {
    std::vector<MapPoint> points{};
    bool is_named = false;  ///< a line leads there, were it one that ignores
};

Below said_of(NameId name, const std::vector<MapPoint>& points) {
    Below out;
    for (const auto& point : points) {
        const auto& by_name = place_of(point).by_name;
        if (name >= by_name.size()) { continue; }
        for (const auto& variant : by_name[name]) {
            out.is_named = true;
            if (!point.frame->matches[variant.match].ignored) { add(*point.frame, variant.match, out.points); }
        }
    }
    return out;
}

// Of the kinds of one name some are ignored, which predicates tell from the others.
bool ignores_some(NameId name, const std::vector<MapPoint>& points) {
    return name != undeclared && std::any_of(points.begin(), points.end(), [&](const MapPoint& point) {
               const auto& by_name = place_of(point).by_name;
               if (name >= by_name.size()) { return false; }
               return std::any_of(by_name[name].begin(), by_name[name].end(),
                                  [&](const auto& variant) { return point.frame->matches[variant.match].ignored; });
           });
}

// The last line that speaks of a neighbour: the one that is missing belongs below it.
ast::Span last_line(const std::vector<MapPoint>& points, const ast::Span& otherwise) {
    auto out = otherwise;
    for (const auto& point : points) {
        for (const auto& variants : place_of(point).by_name) {
            for (const auto& variant : variants) {
                if (variant.at.line > out.line) { out = variant.at; }
            }
        }
    }
    return out;
}

}  // namespace

// A field that the schema has and messages of this map do not: no line reads it, so a record that has it is held.
void MapCompiler::hold_line(const ast::IgnoreLine& line) {
    if (!places_) {
        return problem(line.partner.span,
                       "hold is for what a schema declares; a field without a line holds a record anyway");
    }
    known(line.partner);
    std::string path;
    int within = 0;
    for (const char c : joined(around_, spelled(line.partner))) {
        within += c == '[' ? 1 : 0;
        if (within == 0) { path += c; }
        within -= c == ']' ? 1 : 0;
    }
    held_.emplace(std::move(path), line.partner.span);
}

// The schema against the map: what a message may hold and no line speaks of would hold every record that has it.
void MapCompiler::all_places() {
    if (!places_ || !problems_.empty() || made_->writes_.empty()) { return; }
    std::vector<MapPoint> points;
    add(made_->frame_, 0, points);
    covered(places_->declared(here_), points, {});
}

void MapCompiler::covered(const SchemaPlace& place, const std::vector<MapPoint>& points, const std::string& way) {
    auto keys = places_->keys(place);
    std::sort(keys.begin(), keys.end());
    keys.erase(std::unique(keys.begin(), keys.end()), keys.end());
    for (const auto& key : keys) {
        const auto full = joined(way, shown_key(key));
        const auto name = made_->vocabulary_.find(key);
        const bool known = name != undeclared;
        if (known && (compares(points, name) || is_reference(name, place))) { continue; }
        const auto said = known ? said_of(name, points) : Below{};
        auto there = without_ignored(place, key, points);
        const auto held = held_.find(full);
        if (held != held_.end() && said.is_named) {
            problem(held->second, "a line reads or ignores this field; it cannot be held too");
        }
        if (!said.is_named) {
            std::set<std::uint32_t> seen;
            if (held == held_.end() && declares_text(there, seen)) { uncovered(points, full); }
            continue;
        }
        if (said.points.empty()) { continue; }  // all of it is ignored
        for (const auto& follow : made_->follows_) {
            if (follow.from == name) {
                there.add(places_->declared(places_->named(made_->vocabulary_.key(follow.to))));
            }
        }
        if (is_only_text(there) && !reads_text(said.points)) { uncovered(points, full); }
        covered(there, said.points, full);
    }
}

// What stands below a name; of several kinds that a predicate tells apart, those that are not ignored whole.
SchemaPlace MapCompiler::without_ignored(const SchemaPlace& place, std::string_view key,
                                         const std::vector<MapPoint>& points) {
    auto all = places_->declared(places_->below(place, key, {}));
    const auto name = made_->vocabulary_.find(key);
    if (!ignores_some(name, points)) { return all; }
    SchemaPlace ignored;
    SchemaPlace read;
    for (const auto& point : points) {
        const auto& by_name = place_of(point).by_name;
        if (name >= by_name.size()) { continue; }
        for (const auto& variant : by_name[name]) {
            std::vector<ast::Predicate> holds;
            for (const auto& condition : variant.conditions) {
                holds.push_back({{std::string(made_->vocabulary_.key(condition.name)), {}}, {condition.value, {}}});
            }
            const auto kind = places_->declared(places_->below(place, key, holds));
            (point.frame->matches[variant.match].ignored ? ignored : read).add(kind);
        }
    }
    if (ignored.as.size() >= all.as.size()) { return all; }
    SchemaPlace out{all.anything};
    const auto has = [](const SchemaPlace& in, auto one) {
        return std::find(in.as.begin(), in.as.end(), one) != in.as.end();
    };
    for (const auto one : all.as) {
        if (!has(ignored, one) || has(read, one)) { out.add(one); }
    }
    return out;
}

void MapCompiler::uncovered(const std::vector<MapPoint>& around, const std::string& path) {
    problem(last_line(around, ast_.record.span),
            "the schema has " + path + ", which is neither mapped nor ignored with a reason");
}

// Keys of references, and the elements that are referred to: these are read where they are followed from.
bool MapCompiler::is_reference(NameId name, const SchemaPlace& place) {
    const auto stands_in = [&](NameId element) {
        const auto types = places_->named(made_->vocabulary_.key(element)).as;
        return std::any_of(types.begin(), types.end(), [&](auto type) {
            return std::find(place.as.begin(), place.as.end(), type) != place.as.end();
        });
    };
    return std::any_of(made_->follows_.begin(), made_->follows_.end(), [&](const program::Follow& follow) {
        return name == follow.to || (name == follow.from_key && stands_in(follow.from)) ||
               (name == follow.to_key && stands_in(follow.to));
    });
}

// Whether a text that the schema declares may stand there or below; of what it leaves open nothing is asked.
bool MapCompiler::declares_text(const SchemaPlace& place, std::set<std::uint32_t>& seen) {
    SchemaPlace fresh;
    for (const auto one : place.as) {
        if (seen.insert(one).second) { fresh.add(one); }
    }
    if (!fresh.exists()) { return false; }
    if (places_->has_text(fresh)) { return true; }
    const auto keys = places_->keys(fresh);
    return std::any_of(keys.begin(), keys.end(), [&](const auto& key) {
        return declares_text(places_->declared(places_->below(fresh, key, {})), seen);
    });
}

// A text with attributes at most. Beside elements or keys it is one of two ways to say something, or stands between.
bool MapCompiler::is_only_text(const SchemaPlace& place) {
    const auto keys = places_->keys(place);
    return !place.anything && places_->has_text(place) && !places_->leaves_open(place) &&
           std::all_of(keys.begin(), keys.end(), [](const auto& key) {
               return key.substr(key.starts_with('{') ? key.find('}') + 1 : 0).starts_with('@');
           });
}

}  // namespace haven
