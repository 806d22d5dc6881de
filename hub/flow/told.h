#pragma once
#include <string>
#include <vector>

#include "core/ledger/entry.h"
#include "core/store/work.h"
#include "hub/flow/context.h"

/// Who was told what, from the ledger: recipients, field paths and times; never a value.
namespace haven::flow {

/// Whether an entry says that a partner was told something of a person. What the hub's own team was shown is not.
bool is_telling(const ledger::Entry& entry, Name team);

/// One telling as a JSON object without its closing brace: recipient, agreement, basis, purpose, stage, fields, maps.
/// Fields of a schema that is no longer loaded have numbers that mean nothing here; then their count stands alone.
std::string telling_json(const ledger::Entry& entry, const Catalogue& catalogue);

/// Every telling of a case, oldest first, as JSON objects, each with what became of the sending.
/// Errors: missing - no such case, or it was erased; broken; unreachable.
Result<std::vector<std::string>> told_of_case(const Context& context, CaseId id);

/// The same for somebody who asks: that they asked is in the ledger before this returns.
Result<std::vector<std::string>> show_told(const Context& context, CaseId id, ledger::Actor by);

/// Which tellings and readings a breach report is about.
struct BreachQuestion {
    std::string partner;  ///< who was told, who looked or who gave it; empty: anybody
    UserId user{};        ///< who looked, whose override let it go, or who took the file in; none: anybody
    std::string map;      ///< by which it was told or came in: "name", or "name" and the first digits of its digest
    Instant from{};
    Instant to{};  ///< the first moment after it
};
/// Everything of persons that was told or read then (and, where a map is named, what came in by it) of which all that
/// is asked holds, from the ledger alone, oldest first, as JSON objects; with the case where it was not erased, and
/// without those of cases that are concealed from who asks. That it was asked is in
/// the ledger, and of each case that it names that it does. Errors: malformed - over 10,000 of them: ask for less time;
/// broken; unreachable.
Result<std::vector<std::string>> breach_report(const Context& context, const BreachQuestion& question,
                                               ledger::Actor by);

}  // namespace haven::flow
