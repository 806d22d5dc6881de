#include "mapping/run/references.h"

#include <algorithm>

namespace haven {

// An item of a list has the list's name.
NameId References::element_name(Node node) const {
    const auto& read = document_.node(node);
    if (read.name != undeclared || read.parent == Document::none) { return read.name; }
    const auto& above = document_.node(read.parent);
    return above.kind == Document::Kind::list ? above.name : undeclared;
}

Result<void> References::collect() {
    by_key_.assign(follows_.size(), {});
    for (Node node = 0; node < document_.size(); ++node) {
        const auto name = element_name(node);
        if (name == undeclared) { continue; }
        for (std::size_t f = 0; f < follows_.size(); ++f) {
            if (follows_[f].to != name) { continue; }
            const auto key = document_.child(node, follows_[f].to_key);
            if (key == Document::none || document_.text(key).empty()) { continue; }
            if (!by_key_[f].emplace(document_.text(key), node).second) {
                return fail(Error{Fault::malformed, "two elements with the same key", {}}.at(
                    Place::line(document_.node(node).line)));
            }
            targets_.insert(node);
        }
    }
    return {};
}

Result<References::Node> References::target(Node node) {
    const auto name = element_name(node);
    for (std::size_t f = 0; f < follows_.size(); ++f) {
        if (follows_[f].from != name) { continue; }
        const auto key = document_.child(node, follows_[f].from_key);
        if (key == Document::none || document_.text(key).empty()) { continue; }
        const auto found = by_key_[f].find(document_.text(key));
        if (found == by_key_[f].end()) {
            return fail(Error{Fault::malformed, "a reference to nothing in this record", {}}.at(
                Place::line(document_.node(node).line)));
        }
        reached_.insert(found->second);
        return found->second;
    }
    return Document::none;
}

void References::ignore(Node node) {
    if (!ignored_.insert(node).second) { return; }
    if (const auto found = target(node); found && *found != Document::none) { ignore(*found); }
    for (auto at = document_.node(node).first_child; at != Document::none; at = document_.node(at).next) { ignore(at); }
}

bool References::is_key(Node node) const {
    const auto& read = document_.node(node);
    if (read.parent == Document::none) { return false; }
    const auto above = element_name(read.parent);
    return std::any_of(follows_.begin(), follows_.end(), [&](const program::Follow& f) {
        return (f.from == above && f.from_key == read.name) || (f.to == above && f.to_key == read.name);
    });
}

References::Node References::never_reached() const {
    const auto found =
        std::find_if(expected_.begin(), expected_.end(), [&](Node node) { return !reached_.contains(node); });
    return found == expected_.end() ? Document::none : *found;
}

}  // namespace haven
