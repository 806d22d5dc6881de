#pragma once
#include <optional>
#include <string>
#include <vector>

#include "core/xml/reader.h"
#include "mapping/format/document.h"

namespace haven {

/// Builds one Document out of the elements that a reader hands over.
///
/// An element is `text`, or `branch` where it holds elements, or `null` where xsi:nil says so. Its own text is kept
/// byte for byte where it holds no elements; otherwise white space around it is layout and goes.
class XmlBuilder {
public:
    /// `names` must outlive the builder.
    explicit XmlBuilder(const Vocabulary& names) : names_(names) {}

    /// Starts over: the next element is the root of `document`.
    void begin(Document& document);
    void start(const xml::Element& element);
    /// The open element holds an element that is built elsewhere.
    void pass_over() { levels_[open_ - 1].has_elements = true; }
    void text(std::string_view piece);
    void end();

    /// What the open element is called, where the dialect declares it.
    Name open_name() const;

    /// The first thing that one record may not hold; from then on nothing is added.
    const std::optional<Error>& error() const { return error_; }

    /// The name of an element, without a builder that is open; after `begin`.
    NameId name_of(const xml::Element& element) { return name(element.space, "", element.name); }

private:
    struct Level {  // an element that is open
        Document::Index node = Document::root;
        std::int64_t line = 0;
        bool nil = false;
        bool has_elements = false;
        std::string text;
    };
    NameId name(std::string_view space, std::string_view mark, std::string_view local);
    NameId find(std::string_view space, std::string_view mark, std::string_view local);
    void set_text(Document::Index node, std::string_view text);
    void refuse(Fault fault, Reason reason, Document::Index node);

    const Vocabulary& names_;
    Document* document_ = nullptr;
    std::vector<Level> levels_;  // only the first `open_` are open; the others keep their memory
    std::size_t open_ = 0;
    std::string key_;
    NameId last_ = undeclared;   // the name met last
    std::vector<NameId> after_;  // by name: the one that last came after it
    std::optional<Error> error_;
};

}  // namespace haven
