#pragma once
#include <string>
#include <vector>

#include "core/ledger/entry.h"
#include "core/store/cases.h"
#include "hub/flow/context.h"

namespace haven::flow {

/// One ledger entry as the API shows it. No value of anybody's data stands in it, because none stands in the ledger.
struct ShownEntry {
    std::int64_t id = 0;
    std::string json;
};
/// Who looked is in the ledger first.
/// Errors: missing - no such case, or it was erased; broken; unreachable.
Result<std::vector<ShownEntry>> entries_of_case(const Context& context, CaseId id, std::int64_t after,
                                                std::int64_t most, ledger::Actor by);
/// The same of a message; entries of cases that are concealed from `by` are left out.
Result<std::vector<ShownEntry>> entries_of_message(const Context& context, MessageId id, std::int64_t after,
                                                   std::int64_t most, ledger::Actor by);

/// What happened to a case, in one line of time, as a JSON list: its newest 500 entries, oldest first.
Result<std::string> timeline_json(const Context& context, const store::CaseRow& row);

}  // namespace haven::flow
