#pragma once
#include "mapping/format/encoding.h"
#include "mapping/format/fixed_layout.h"
#include "mapping/format/reader.h"

namespace haven {

/// Reads fixed-width text: a line is a record, a column that holds something is a text child of the root, without the
/// spaces at its end. Empty lines are skipped and not counted.
///
/// What stands between the declared columns is delivered as `undeclared`. A line may lack spaces at its end, unless it
/// is the last one and has no line end: such a line may have been cut.
///
/// Errors of the message: too_large - a line over `limits::record_bytes_max`.
/// Errors of a record: malformed - a line of another length, bytes that are not text in the declared encoding, NUL.
class FixedReader : public FormatReader {
public:
    FixedReader(FixedLayout layout, Encoding encoding) : layout_(std::move(layout)), encoding_(encoding) {}
    Result<void> read(ByteSource& message, const RecordHandler& handler) override;

private:
    FixedLayout layout_;
    Encoding encoding_;
};

}  // namespace haven
