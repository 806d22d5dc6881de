#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "mapping/format/document.h"

namespace haven {

/// The keys of the objects that are open, so that none stands twice in one object.
class JsonKeys {
public:
    static constexpr std::size_t keys_max = 1024;  ///< in one object

    enum class Added : std::uint8_t { yes, repeated, too_many };

    void open_object() { marks_.push_back({keys_.size(), text_.size()}); }
    void close_object() {
        keys_.resize(marks_.back().keys);
        text_.resize(marks_.back().text);
        marks_.pop_back();
    }
    /// Adds a key to the innermost open object; `name` is its number in the Vocabulary.
    Added add(NameId name, std::string_view key);

    std::size_t text_bytes() const { return text_.size(); }
    std::size_t open_objects() const { return marks_.size(); }
    void close_down_to(std::size_t open) {
        while (marks_.size() > open) { close_object(); }
    }

private:
    struct Key {
        std::size_t hash;  // of a key that is not declared; the number of one that is
        NameId name;
        std::uint32_t text_at, text_size;  // of a key that is not declared
    };
    struct Mark {
        std::size_t keys, text;
    };
    std::vector<Key> keys_;
    std::vector<Mark> marks_;
    std::string text_;
};

}  // namespace haven
