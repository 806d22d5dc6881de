#pragma once
#include <functional>
#include <string>
#include <string_view>

#include "mapping/map.h"
#include "mapping/outward.h"

/// A map run over a sample, and what came of it told as text. Samples are fictional: values are shown.
namespace haven {

/// Takes what one record of a message made: records, or why it is held. `read` holds the document for the trace.
using OnRecords = std::function<void(const ReadRecord& read, const Result<std::vector<Record>>& made)>;

/// Reads a message of a partner as intake does: a wrong count holds it whole.
///
/// Errors: of the message as a whole; records before it were handed over.
Result<void> read_message(const Map& map, std::string_view message, const OnRecords& handler, Trace* trace = nullptr);

/// What comes out of a message, as a case says it: each record as canonical JSON, or why it is held.
std::string told_inward(const Map& map, std::string_view message);
/// "record 3: malformed: line 4: VicDOB: expected a date dd/MM/yyyy".
std::string told_error(std::int64_t record, const Error& error);

/// A record as a case file of it alone has it: instances that say the same are one.
Record folded(const Record& record);
/// Everything of a record in the partner's own format, as one whom everything may be told would get it.
Result<std::string> write_whole(const Map& map, const Record& record);
/// What comes out of a record in canonical JSON, as a case says it: the partner's message (JSON indented), or why not.
std::string told_outward(const Map& map, std::string_view json);
/// The same of a record.
std::string told_outward(const Map& map, const Record& record);

}  // namespace haven
