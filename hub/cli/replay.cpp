#include "hub/flow/replaying.h"

#include <iostream>

#include "hub/cli/run.h"

/// What is held, taken up again.
namespace haven::cli {
namespace {

/// Nothing where the words are not one of the three.
std::optional<flow::ReplayScope> scope_of(const Call& call) {
    const int said = (call.cause.empty() ? 0 : 1) + (call.message.empty() ? 0 : 1) + (call.all ? 1 : 0);
    const auto& word = call.cause.empty() ? call.message : call.cause;
    const auto id = id_from_text(word);
    if (said != 1 || !call.arguments.empty() || (!call.all && !id)) { return std::nullopt; }
    if (call.all) { return flow::ReplayScope{}; }
    return call.cause.empty() ? flow::ReplayScope{{}, MessageId{*id}} : flow::ReplayScope{HeldId{*id}, {}};
}

void print_line(const store::HeldRow& line) {
    std::cout << id_text(line.id) << " " << line.partner.text() << ": " << line.fault << ": "
              << (line.place.empty() ? "" : line.place + ": ") << line.reason << ": " << std::flush;
}

}  // namespace

int replay(const Call& call) {
    const auto scope = scope_of(call);
    if (!scope) { return usage("replay"); }
    const SystemClock clock;
    const auto node = open_beside(call, clock);
    using Role = site::Role;
    const auto by = node == nullptr ? std::nullopt
                                    : acting(call, *node,
                                             {Role::integration_engineer, Role::information_governance,
                                              Role::duty_manager, Role::practitioner});
    if (!by) { return exit_failed; }
    const auto lines = flow::lines_to_replay(node->context(), *scope, *by);
    if (!lines) { return failed(lines.error()); }
    flow::Replayed sum;
    for (const auto& line : *lines) {
        print_line(line);
        const auto replayed = call.dry_run ? flow::rehearse_replay(node->context(), line, *scope, *by)
                                           : flow::replay_now(node->context(), line, *scope, *by);
        if (!replayed) {
            std::cout << "\n";
            return failed(replayed.error());
        }
        std::cout << replayed->taken << (call.dry_run ? " would be taken, " : " taken, ") << replayed->held
                  << (call.dry_run ? " held still\n" : " held again\n");
        for (const auto& why : replayed->why) { std::cout << "  " << why.message() << "\n"; }
        sum.taken += replayed->taken;
        sum.held += replayed->held;
    }
    if (lines->empty()) { std::cout << "nothing is held that could be read again\n"; }
    return sum.held == 0 ? exit_ok : exit_failed;
}

}  // namespace haven::cli
