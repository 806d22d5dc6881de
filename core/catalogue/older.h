#pragma once
#include <span>
#include <string>
#include <vector>

#include "core/catalogue/record.h"

/// Records that were written under a canonical schema which has grown since.
namespace haven {

/// The record that `bytes` are, said in `now`: as `Record::decode`, and where it was written under one of `older`, with
/// each value at the path where it stood.
/// Errors: broken - not bytes of a record, of a schema that is not there, or with a value that `now` has no place for.
Result<Record> decode_record(const std::shared_ptr<const Catalogue>& now,
                             std::span<const std::shared_ptr<const Catalogue>> older, std::string_view bytes);

/// The first path or record type of `before` that `after` has not; "" where it has all.
std::string lost_path(const Catalogue& before, const Catalogue& after);

}  // namespace haven
