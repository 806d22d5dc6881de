#pragma once
#include "core/agreement/facts.h"
#include "hub/flow/snapshot.h"

namespace haven::flow {

/// Adds to `facts` the numbers, mailboxes and homes that no partner is given as hers, for the hub would not use them
/// itself: what any record of the case bars, also one that tells nothing, or of a case that may be hers; what contacts
/// have shown of numbers; and all of hers in what is `drawn` to be told where she asked not to be contacted.
void bar(Facts& facts, const Fields& fields, const SafetyFields& safety, const CaseSnapshot& snapshot,
         const Record& drawn, Instant now);

}  // namespace haven::flow
