#pragma once
#include <map>
#include <string>

#include "core/ledger/entry.h"
#include "hub/flow/context.h"

namespace haven::flow {

/// What two sites make of the same past: counts, never a value.
struct DryRun {
    struct Counts {
        std::int64_t before = 0;
        std::int64_t after = 0;
    };
    using ByPartner = std::map<std::pair<std::string, std::string>, Counts>;

    std::int64_t cases = 0;
    std::int64_t tellings = 0;  ///< each notice of each offer once, each report of an outcome, each account
    ByPartner told;             ///< partner and field: in how many tellings it would go
    ByPartner stopped;          ///< partner and reason: how many tellings would be stopped
};

/// Decides every telling of the past again, those that were stopped too, by what was known of its case at that moment,
/// under the agreements of two sites that share the store and the schema: of each site those that come last, as if they
/// had been in force then (docs/decisions/0040). Sends nothing. Each case that is looked at is a consultation in the
/// ledger, committed before it is. Errors: conflict - the two are of different schemas; unreachable, broken.
Result<DryRun> dry_run(const Context& before, const Context& after, ledger::Actor by);

}  // namespace haven::flow
