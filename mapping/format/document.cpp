#include "mapping/format/document.h"

namespace haven {

NameId Vocabulary::add(std::string_view key, Name shown) {
    if (const auto known = find(key); known != undeclared) { return known; }
    const auto id = static_cast<NameId>(entries_.size());
    entries_.push_back({std::string(key), shown});
    ids_.emplace(key, id);
    return id;
}

NameId Vocabulary::find(std::string_view key) const {
    const auto found = ids_.find(key);
    return found == ids_.end() ? undeclared : found->second;
}

void Document::clear() {
    nodes_.clear();
    nodes_.emplace_back();
    text_.clear();
}

void Document::append_text(Index node, std::string_view text) {
    auto& mine = nodes_[node];
    if (mine.text_size == 0) { mine.text_at = static_cast<std::uint32_t>(text_.size()); }
    text_ += text;
    mine.text_size += static_cast<std::uint32_t>(text.size());
}

std::uint32_t Document::keep(std::string_view bytes) {
    const auto at = static_cast<std::uint32_t>(text_.size());
    text_ += bytes;
    return at;
}

Document::Index Document::child(Index parent, NameId name) const {
    for (auto at = nodes_[parent].first_child; at != none; at = nodes_[at].next) {
        if (nodes_[at].name == name) { return at; }
    }
    return none;
}

std::uint32_t Document::line_of(Index i) const {
    for (; i != none; i = nodes_[i].parent) {
        if (nodes_[i].line > 0) { return nodes_[i].line; }
    }
    const auto first = nodes_[root].first_child;
    return first == none ? 0 : nodes_[first].line;
}

}  // namespace haven
