#pragma once
#include "mapping/run/program.h"

namespace haven {

/// Runs a map's frames over one record and fills a document.
class OutwardRun {
public:
    /// Errors: unmapped, malformed at the field.
    Result<void> run(const program::Frame& frame);

private:
    friend class OutwardMap;  // which takes a disclosure and nothing else
    /// `lists`: repeated elements stand in a list, as in JSON, and not beside one another, as in XML.
    OutwardRun(const Record& record, Document& document, bool lists)
        : record_(record), document_(document), lists_(lists) {}

    using Node = Document::Index;

    Result<void> frame(const program::Frame& frame, Node node, InstanceNumber in);
    Result<void> line(const program::Line& line, Node node, InstanceNumber in, std::size_t ordinal);
    Result<void> nested(const program::Frame& frame, Node node, InstanceNumber in);
    Result<void> numbered(const program::Frame& frame, Node node, InstanceNumber in, std::size_t before);
    std::size_t column_of(const program::Line& named, InstanceNumber instance) const;
    Result<void> joined(const program::Frame& frame, Node node, InstanceNumber in, std::size_t ordinal);
    Result<void> convert(const program::Line& line, std::string_view canonical);
    Result<void> put(const program::Line& line, Node node, std::size_t ordinal);
    void value(Node at, program::Written written, std::string_view text);

    Node ensure(Node above, const program::Step& step);
    Node list(Node above, NameId name);
    Node add(Node above, const program::Step& step);
    Node add_repeated(Node above, const program::Step& step);

    const Record& record_;
    Document& document_;
    bool lists_;
    std::vector<std::string> parts_;
};

}  // namespace haven
