#pragma once
#include "mapping/run/trace.h"

namespace haven {

/// Runs a map's frames over one document and fills a record.
///
/// `victim`: which of the elements that split the document this record is about; `none` where nothing splits it.
/// `trace`, where there is one, is told what is read.
/// Errors: unmapped, malformed at line and field.
Result<void> run_inward(const program::Frame& frame, const Vocabulary& vocabulary,
                        const std::vector<program::Follow>& follows, const Document& document, RecordBuilder& builder,
                        Document::Index victim, Trace* trace);

}  // namespace haven
