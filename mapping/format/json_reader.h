#pragma once
#include <vector>

#include "mapping/format/json_schema.h"
#include "mapping/format/reader.h"

namespace haven {

/// How one dialect's JSON looks.
struct JsonShape {
    /// The keys down to the array whose items are the records. Empty: the items of a top-level array are the records,
    /// and any other message is one record.
    std::vector<NameId> record_path;
    bool lines = false;  ///< JSON Lines: each line is one record; there is no record path
};

/// Reads JSON in UTF-8, a record at a time, however long the array of records is.
///
/// A number keeps its text exactly as written. What stands outside the array of records is kept apart, see `outside`.
///
/// Errors of the message: malformed - not JSON, no array under `record_path`; too_large - nesting over
///         `limits::depth_max`, more outside the records than one record may hold.
/// Errors of a record: malformed - not as the schema says, where there is one; a key that stands twice in one object,
/// an integer that does not fit 64 bits, a number
///         that is not finite, \u0000; too_large - a value over `limits::value_bytes_max`, a record over
///         `limits::record_bytes_max` or `Document::nodes_max`. Its neighbours go on. Of JSON Lines also a line that is
///         not JSON.
/// Source: RFC 8259; JSON Lines is jsonlines.org.
class JsonReader : public FormatReader {
public:
    /// `names` must outlive the reader.
    /// `rules`, where there are any, must outlive it too: a record that does not keep them is malformed.
    JsonReader(const Vocabulary& names, JsonShape shape, const JsonRules* rules = nullptr)
        : names_(names), shape_(std::move(shape)), rules_(rules) {}
    Result<void> read(ByteSource& message, const RecordHandler& handler) override;
    /// What the message read last holds outside the array of records: complete once `read` has answered.
    const Document& outside() const { return outside_; }

private:
    const Vocabulary& names_;
    JsonShape shape_;
    const JsonRules* rules_;
    Document outside_;
};

}  // namespace haven
