#include <iostream>

#include "hub/cli/run.h"
#include "hub/flow/told.h"

/// What the victim of a case, and those who answer to her, may ask for.
namespace haven::cli {

int told(const Call& call) {
    const auto id = call.arguments.size() == 1 ? id_from_text(call.arguments[0]) : std::nullopt;
    if (!id) { return usage("told"); }
    const SystemClock clock;
    const auto node = open_beside(call, clock);
    if (node == nullptr) { return exit_failed; }
    const auto items = flow::show_told(node->context(), CaseId{*id}, ledger::Actor::of_hub("operator"));
    if (!items) { return failed(items.error()); }
    for (const auto& item : *items) { std::cout << item << "\n"; }
    return exit_ok;
}

}  // namespace haven::cli
