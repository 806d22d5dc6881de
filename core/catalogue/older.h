#pragma once
#include <span>

#include "core/catalogue/versions.h"

/// Records that were written under a canonical schema which has grown since.
namespace haven {

/// The record that `bytes` are, said in `now`: as `Record::decode`, and where it was written under the schema that one
/// of `older` leads from, with each value at the path where that stands now. Errors: broken - not bytes of a record, of
/// a schema that is not there, or with a value that `now` has no place for.
Result<Record> decode_record(const std::shared_ptr<const Catalogue>& now, std::span<const SharedCorrespondence> older,
                             std::string_view bytes);

}  // namespace haven
