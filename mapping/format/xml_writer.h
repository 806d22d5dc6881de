#pragma once
#include <optional>
#include <string>
#include <vector>

#include "core/base/result.h"
#include "mapping/format/document.h"

namespace haven {

enum class XmlLayout : std::uint8_t { compact, indented };  ///< indented by two spaces

/// How one dialect's XML is written.
struct XmlForm {
    struct Prefix {
        std::string prefix;  ///< empty: the namespace of names without a prefix
        std::string space;
    };
    /// The elements from the root down to the record's own, as in `XmlShape`. Empty: the document's root is the root.
    std::vector<NameId> record_path = {};
    std::vector<Prefix> prefixes = {};  ///< of all namespaces that the vocabulary uses; declared on the root element
    XmlLayout layout = XmlLayout::compact;
};

/// Writes a document as one XML message in UTF-8: children in their order, attributes before them, a list as elements
/// one after the other under the list's name, a null as xsi:nil.
///
/// Reading what was written gives the document again, with texts for numbers and booleans and without lists.
/// Source: XML 1.0, fifth edition; Namespaces in XML 1.0.
class XmlWriter {
public:
    /// `names` must outlive the writer.
    XmlWriter(const Vocabulary& names, XmlForm form);

    /// Adds the message. Indented, it ends with a line end.
    ///
    /// Errors: malformed - a character that XML 1.0 cannot carry, at its field; unmapped - a field without a declared
    ///         name, a namespace without a prefix, the same attribute twice, an attribute or a list where it cannot
    ///         stand; too_large - deeper than `limits::depth_max`. `out` is then as it was.
    Result<void> write(const Document& document, std::string& out);

private:
    using Index = Document::Index;
    struct Tag {
        std::string name;  // with its prefix; empty where it has none that XML allows
        bool is_attribute = false;
    };
    Tag tag_of(std::string_view key) const;
    bool open(NameId name, std::size_t depth);
    void close(NameId name);
    bool element(Index at, NameId name, std::size_t depth);
    bool has_elements(Index at) const;
    bool attributes(Index at);
    bool elements(Index at, std::size_t depth);
    bool text(Index at, bool in_attribute);
    void new_line(std::size_t depth);
    bool refuse(Fault fault, Reason reason, NameId name);

    const Vocabulary& names_;
    XmlForm form_;
    std::vector<Tag> tags_;  // by NameId
    std::string declarations_;
    const Document* document_ = nullptr;
    std::string* out_ = nullptr;
    std::optional<Error> error_;
};

}  // namespace haven
