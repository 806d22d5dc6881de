#pragma once
#include "tests/mapping/format/reading.h"

namespace haven::test {

/// A document as one line that tells every node apart: name, kind, text, children. "?" is what is not declared.
inline std::string shown_nodes(const Document& document, const Vocabulary& names, Document::Index at = Document::root) {
    static constexpr std::string_view kinds[] = {"", "[]", "", "#", "!", "null"};
    const auto& node = document.node(at);
    std::string out = node.name == undeclared ? "?" : std::string(names.key(node.name));
    out += kinds[static_cast<std::size_t>(node.kind)];
    if (node.kind == Document::Kind::text || node.text_size > 0) { out += "=" + json_string(document.text(at)); }
    const bool encloses = node.kind == Document::Kind::branch || node.first_child != Document::none;
    if (!encloses) { return out; }
    out += "{";
    for (auto child = node.first_child; child != Document::none; child = document.node(child).next) {
        out += (child == node.first_child ? "" : " ") + shown_nodes(document, names, child);
    }
    return out + "}";
}

/// As `read_all`, with records as `shown_nodes`.
inline Read read_nodes(FormatReader& reader, std::string_view message, const Vocabulary& names,
                       std::size_t piece = std::size_t{64} * 1024) {
    PieceSource source(message, piece);
    Read all;
    const auto done = reader.read(source, [&](const ReadRecord& record) -> Result<void> {
        EXPECT_EQ(record.number, static_cast<std::int64_t>(all.records.size()) + 1);
        all.records.push_back(record.document ? shown_nodes(**record.document, names)
                                              : "! " + record.document.error().message());
        all.lines.push_back(record.line);
        return {};
    });
    if (!done) { all.error = done.error().message(); }
    return all;
}

}  // namespace haven::test
