#pragma once
#include <functional>
#include <memory>

#include "core/base/byte_source.h"
#include "mapping/format/document.h"

namespace haven {

/// One record of a message on its way in: the tree, or why this record could not be read.
///
/// `number` counts records from 1, those with an error too. After an error the reader goes on with the next record
/// where the format lets it. The error already names its row or record and its line: whoever passes it on adds neither.
struct ReadRecord {
    std::int64_t number;
    std::int64_t line;                 ///< where the record starts in the message, from 1
    Result<const Document*> document;  ///< valid until the handler returns
};

/// Takes one record. An error ends the reading and is what `read` answers.
using RecordHandler = std::function<Result<void>(const ReadRecord&)>;

/// Reads one message, a record at a time; memory does not grow with the message.
class FormatReader {
public:
    FormatReader() = default;
    FormatReader(const FormatReader&) = delete;
    FormatReader& operator=(const FormatReader&) = delete;
    virtual ~FormatReader() = default;
    /// Errors: malformed, too_large - of the message as a whole, at a line; records before it were handed over.
    virtual Result<void> read(ByteSource& message, const RecordHandler& handler) = 0;
};

}  // namespace haven
