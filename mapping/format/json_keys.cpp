#include "mapping/format/json_keys.h"

#include <algorithm>

namespace haven {

JsonKeys::Added JsonKeys::add(NameId name, std::string_view key) {
    const auto first = marks_.back().keys;
    if (keys_.size() - first >= keys_max) { return Added::too_many; }
    const auto hash = name == undeclared ? std::hash<std::string_view>{}(key) : name;
    const auto repeats = [&](const Key& other) {
        if (other.hash != hash || other.name != name) { return false; }
        return name != undeclared || std::string_view(text_).substr(other.text_at, other.text_size) == key;
    };
    if (std::any_of(keys_.begin() + static_cast<std::ptrdiff_t>(first), keys_.end(), repeats)) {
        return Added::repeated;
    }
    Key added{hash, name, 0, 0};
    if (name == undeclared) {
        added.text_at = static_cast<std::uint32_t>(text_.size());
        added.text_size = static_cast<std::uint32_t>(key.size());
        text_ += key;
    }
    keys_.push_back(added);
    return Added::yes;
}

}  // namespace haven
