#include <iomanip>
#include <iostream>

#include "hub/cli/run.h"
#include "hub/flow/dry_run.h"

namespace haven::cli {
namespace {

// "+" more goes than before, "-" less, " " the same.
int print(const flow::DryRun::ByPartner& counted, const char* heading) {
    int differing = 0;
    std::cout << heading << "\n";
    for (const auto& [of, counts] : counted) {
        const bool same = counts.before == counts.after;
        differing += same ? 0 : 1;
        std::cout << (same                           ? "  "
                      : counts.after > counts.before ? "+ "
                                                     : "- ")
                  << std::left << std::setw(24) << of.first << " " << std::setw(56) << of.second << std::right
                  << std::setw(8) << counts.before << std::setw(8) << counts.after << "\n";
    }
    return differing;
}

}  // namespace

int agreement_dry_run(const Call& call) {
    if (call.arguments.size() > 2) { return usage("agreement dry-run"); }
    const SystemClock clock;
    const auto node = open_beside(call, clock);
    const auto by = node == nullptr
                        ? std::nullopt
                        : acting(call, *node, {site::Role::administrator, site::Role::information_governance});
    if (!by) { return exit_failed; }
    const auto& active = node->context();
    const auto old_site = call.arguments.empty() ? active.site : load_site(call.arguments[0]);
    const auto new_site =
        old_site == nullptr ? nullptr : load_site(call.arguments.size() < 2 ? call.site : call.arguments[1]);
    if (new_site == nullptr) { return exit_failed; }
    const auto old_fields = flow::Fields::bind(*old_site->catalogue);
    const auto new_fields = flow::Fields::bind(*new_site->catalogue);
    if (!old_fields || !new_fields) { return failed((old_fields ? new_fields : old_fields).error()); }
    const auto under = [&](const std::shared_ptr<const site::Site>& site, const flow::Fields& fields) {
        return flow::Context{site,   active.writer, active.readers, active.keys, active.secrets,
                             fields, active.ids,    active.clock,   active.node, active.older};
    };
    const auto run = flow::dry_run(under(old_site, *old_fields), under(new_site, *new_fields), *by);
    if (!run) { return failed(run.error()); }
    std::cout << "cases " << run->cases << ", tellings " << run->tellings << "; counts of tellings: before, after\n";
    const int differing =
        print(run->told, "told, by partner and field") + print(run->stopped, "stopped, by partner and reason");
    std::cout << (differing == 0 ? "nothing is different\n" : std::to_string(differing) + " lines differ\n");
    return exit_ok;
}

}  // namespace haven::cli
