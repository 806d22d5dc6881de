#include "mapping/tools/places.h"

#include <algorithm>

#include "core/base/problem.h"

namespace haven {
namespace {

using program::Frame;
using program::Index;
using program::Match;

void mark_inward(const Frame& frame, std::size_t first, std::vector<bool>& slots) {
    for (const auto& line : frame.lines) {
        if (line.arrow == ast::Arrow::out) { continue; }
        for (const auto slot : line.slots) { slots[first + slot] = true; }
    }
    for (const auto& below : frame.nested) {
        if (below.is_in_column() && below.arrow != ast::Arrow::out) { slots[first + below.cell.slots[0]] = true; }
        if (!below.is_numbered()) { continue; }
        for (std::size_t n = 0; n < below.numbers(); ++n) {
            mark_inward(below, first + below.first_slot + n * below.slot_count, slots);
        }
    }
}

/// Which slots of a frame are read by lines that go inward.
std::vector<bool> inward_slots(const Frame& frame) {
    std::vector<bool> out(frame.slot_count);
    mark_inward(frame, 0, out);
    return out;
}

class Places {
public:
    explicit Places(const Map& map) : names_(map.vocabulary()) { frame(map.lines(), "", map.lines().at.line); }

    std::vector<PartnerPlace> all;

private:
    void frame(const Frame& frame, const std::string& path, int line) {
        match(frame, inward_slots(frame), 0, path, line);
    }

    void match(const Frame& frame, const std::vector<bool>& inward, Index index, const std::string& path, int line) {
        const auto& here = frame.matches[index];
        if (here.ignored || !here.slots.empty()) {
            const bool read =
                std::any_of(here.slots.begin(), here.slots.end(), [&](Index slot) { return inward[slot]; });
            all.push_back({path.empty() ? "." : path, &here, line, read, here.ignored});
        }
        for (const auto which : here.frames) { this->frame(frame.nested[which], path, frame.nested[which].at.line); }
        for (NameId name = 1; name < here.by_name.size(); ++name) {
            for (const auto& variant : here.by_name[name]) {
                const auto there = below(path, name, variant.conditions);
                const auto before = all.size();
                match(frame, inward, variant.match, there, variant.at.line);
                if (!variant.conditions.empty() && all.size() == before) {
                    all.push_back({there, &frame.matches[variant.match], variant.at.line, true, false});
                }
            }
        }
    }

    std::string below(const std::string& path, NameId name, const std::vector<program::Condition>& conditions) const {
        const auto shown = std::string(names_.shown(name).text());
        auto out = path + (path.empty() || shown.starts_with('@') ? "" : ".") + shown;
        for (const auto& condition : conditions) {
            const auto compared = condition.name == undeclared ? "." : std::string(names_.shown(condition.name).text());
            out += "[" + compared + "=" + condition.value + "]";
        }
        return out;
    }

    const Vocabulary& names_;
};

class Written {
public:
    explicit Written(const Document& document) : document_(document) {}

    void at(const Frame& frame, Index index, Document::Index node) {
        const auto& here = frame.matches[index];
        if (!here.slots.empty() && !document_.text(node).empty()) { all.push_back(&here); }
        for (const auto which : here.frames) { at(frame.nested[which], 0, node); }
        for (auto child = document_.node(node).first_child; child != Document::none;
             child = document_.node(child).next) {
            below(frame, here, document_.node(child).name, child);
        }
    }

    std::vector<const Match*> all;

private:
    void below(const Frame& frame, const Match& here, NameId name, Document::Index node) {
        if (document_.node(node).kind == Document::Kind::list) {
            for (auto item = document_.node(node).first_child; item != Document::none;
                 item = document_.node(item).next) {
                below(frame, here, name, item);
            }
            return;
        }
        if (name >= here.by_name.size()) { return; }
        for (const auto& variant : here.by_name[name]) {
            if (!program::holds(document_, variant.conditions, node)) { continue; }
            if (!variant.conditions.empty()) { all.push_back(&frame.matches[variant.match]); }
            at(frame, variant.match, node);
        }
    }

    const Document& document_;
};

}  // namespace

std::vector<PartnerPlace> partner_places(const Map& map) {
    Places places(map);
    std::stable_sort(places.all.begin(), places.all.end(),
                     [](const PartnerPlace& a, const PartnerPlace& b) { return a.line < b.line; });
    return std::move(places.all);
}

std::vector<const Match*> places_in(const Map& map, const Document& document) {
    Written written(document);
    written.at(map.lines(), 0, Document::root);
    return std::move(written.all);
}

std::string words_of(std::string_view map_text, const program::Line& line) {
    auto text = line_of(map_text, line.at.line);
    text.remove_prefix(std::min(text.size(), static_cast<std::size_t>(line.at.column - 1 + line.at.width)));
    text = text.substr(0, text.find(" # "));
    while (text.ends_with('\r') || text.ends_with(' ')) { text.remove_suffix(1); }
    const auto begin = text.find_first_not_of(' ');
    return begin == std::string_view::npos ? std::string{} : std::string(text.substr(begin));
}

}  // namespace haven
