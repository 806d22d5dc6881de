#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "core/base/name.h"

namespace haven {

/// The number of a partner's name within one Vocabulary. 0 is every name that the dialect does not declare.
using NameId = std::uint32_t;
inline constexpr NameId undeclared = 0;

/// The names that one dialect declares (columns, elements, keys), numbered, so that a Document carries numbers and a
/// name from a message can never reach an error.
///
/// Keys: CSV the column; JSON the key; XML "local" or "{namespace}local", attributes with '@' before the local name.
class Vocabulary {
public:
    /// Numbers a key; `shown` is its spelling for people ("nc:Person"). Adding a key again gives its number.
    NameId add(std::string_view key, Name shown);
    NameId find(std::string_view key) const;
    std::string_view key(NameId id) const { return entries_[id].key; }
    Name shown(NameId id) const { return entries_[id].shown; }
    std::size_t size() const { return entries_.size(); }

private:
    struct Entry {
        std::string key;
        Name shown;
    };
    struct Hash {
        using is_transparent = void;
        std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
    };
    std::vector<Entry> entries_{{}};  // entry 0 is `undeclared`
    std::unordered_map<std::string, NameId, Hash, std::equal_to<>> ids_;
};

/// One message, or one record of a file, read into a format-neutral tree of text.
///
/// A CSV row is a root with a text child a column; an XML element has its attributes, then its elements, as children,
/// and its own character data as text; a JSON object has a child a key. A JSON array is one `list` node under its key
/// whose children have no name. A JSON value that is no object is a root of its own kind. Reused from record to
/// record: `clear` keeps the memory.
class Document {
public:
    enum class Kind : std::uint8_t { branch, list, text, number, boolean, null };
    using Index = std::uint32_t;
    static constexpr Index none = ~Index{0};
    static constexpr std::size_t nodes_max = std::size_t{1} << 17;  ///< readers refuse a record with more

    struct Node {
        NameId name = undeclared;
        Kind kind = Kind::branch;
        Index parent = none;
        Index first_child = none;
        Index last_child = none;
        Index next = none;
        std::uint32_t text_at = 0;
        std::uint32_t text_size = 0;
        std::uint32_t line = 0;  ///< of the message, from 1; 0 where unknown
    };

    Document() { clear(); }
    /// Empties it to a root of kind branch.
    void clear();

    static constexpr Index root = 0;
    Index add(Index parent, NameId name, Kind kind, std::uint32_t line = 0) {
        return link({.name = name, .kind = kind, .parent = parent, .line = line});
    }
    /// Adds to the end of the node's text. Only the node that was given text last may be given more.
    void append_text(Index node, std::string_view text);
    /// Keeps bytes that are no node's text yet and says where; `add_slice` then makes nodes of parts of them. So a
    /// reader of rows copies a row once, not once a cell.
    std::uint32_t keep(std::string_view bytes);
    Index add_slice(Index parent, NameId name, std::uint32_t text_at, std::uint32_t text_size, std::uint32_t line) {
        return link({.name = name,
                     .kind = Kind::text,
                     .parent = parent,
                     .text_at = text_at,
                     .text_size = text_size,
                     .line = line});
    }
    void set_kind(Index node, Kind kind) { nodes_[node].kind = kind; }
    void set_name(Index node, NameId name) { nodes_[node].name = name; }

    const Node& node(Index i) const { return nodes_[i]; }
    std::string_view text(Index i) const { return {text_.data() + nodes_[i].text_at, nodes_[i].text_size}; }
    /// The line of a node, else of what it stands in, else of the record's first field; 0 where none is known.
    std::uint32_t line_of(Index i) const;
    std::size_t size() const { return nodes_.size(); }
    std::size_t text_bytes() const { return text_.size(); }
    /// The first child of that name, or `none`.
    Index child(Index parent, NameId name) const;

private:
    Index link(const Node& added) {
        const auto index = static_cast<Index>(nodes_.size());
        nodes_.push_back(added);
        auto& above = nodes_[added.parent];
        if (above.first_child == none) {
            above.first_child = index;
        } else {
            nodes_[above.last_child].next = index;
        }
        above.last_child = index;
        return index;
    }

    std::vector<Node> nodes_;
    std::string text_;
};

}  // namespace haven
