#pragma once
#include <optional>
#include <string>
#include <vector>

#include "core/base/result.h"
#include "mapping/format/document.h"

namespace haven {

enum class JsonLayout : std::uint8_t { compact, indented };  ///< indented by two spaces

/// Writes documents as JSON in UTF-8: the kind of a node decides how it looks, and its name is its key.
class JsonWriter {
public:
    /// `names` must outlive the writer.
    JsonWriter(const Vocabulary& names, JsonLayout layout);

    /// Adds the document. Indented, it ends with a line end.
    ///
    /// Errors: unmapped - a field without a declared name, the same key twice, text where members stand, a number or a
    ///         boolean that JSON does not know; too_large - deeper than `limits::depth_max`. `out` is then as it was.
    Result<void> write(const Document& document, std::string& out);

private:
    using Index = Document::Index;
    bool value(Index at, std::size_t depth);
    bool members(Index at, std::size_t depth);
    bool items(Index at, std::size_t depth);
    bool once_each(Index at);
    void new_line(std::size_t depth);
    bool refuse(Fault fault, Reason reason, Index at);

    const Vocabulary& names_;
    JsonLayout layout_;
    std::vector<std::string> keys_;    // by NameId: quoted, with the colon
    std::vector<std::uint64_t> seen_;  // by NameId: the last object that held it
    std::uint64_t objects_ = 0;
    const Document* document_ = nullptr;
    std::string* out_ = nullptr;
    std::optional<Error> error_;
};

}  // namespace haven
