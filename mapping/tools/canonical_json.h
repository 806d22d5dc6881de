#pragma once
#include <string>
#include <string_view>

#include "core/catalogue/record.h"

namespace haven {

/// A record as canonical JSON, as the map `haven/RECORD-TYPE` writes it, indented, with a line end. For people who
/// write maps: it shows every value, so the record must be a sample's.
std::string canonical_json(const Record& record);

/// A record from canonical JSON. It is a part: what the record type requires may be missing.
///
/// Errors: a text for the author of the sample: no JSON, no such path, a value that does not fit.
tl::expected<Record, std::string> record_of_json(const std::shared_ptr<const Catalogue>& catalogue,
                                                 RecordTypeNumber type, std::string_view json);

/// Every value of a record as a line "victim/phone[2]/number = +447700900123", in the order of the schema; instances
/// of a group count from 1.
std::vector<std::string> value_lines(const Record& record);

}  // namespace haven
