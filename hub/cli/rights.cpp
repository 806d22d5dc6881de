#include <iostream>

#include "core/base/code.h"
#include "core/catalogue/value.h"
#include "hub/cli/run.h"
#include "hub/flow/access.h"
#include "hub/flow/recalling.h"
#include "hub/flow/rotation.h"
#include "hub/flow/told.h"
#include "mapping/identity.h"

/// What the victim of a case, and those who answer to her, may ask for; and the keys that seal it.
namespace haven::cli {
namespace {

using site::Role;

int print(const Result<std::vector<std::string>>& items) {
    if (!items) { return failed(items.error()); }
    for (const auto& item : *items) { std::cout << item << "\n"; }
    return exit_ok;
}

Result<std::shared_ptr<const Map>> own_map(const Node& node, std::string_view type) {
    const auto& catalogue = node.context().site->catalogue;
    auto map = Map::compile(identity_map(*catalogue, *catalogue->find_record_type(type), true), type, catalogue);
    if (!map) { return fail(Fault::broken, "the canonical map does not compile"); }
    return std::move(*map);
}

int print_access(const Node& node, store::AccessId id, ledger::Actor by) {
    const auto of_case = own_map(node, "case-file");
    const auto of_account = own_map(node, "incident-report");
    if (!of_case || !of_account) { return failed(of_case ? of_account.error() : of_case.error()); }
    const auto access = flow::show_access(node.context(), id, {**of_case, **of_account}, by);
    if (!access) { return failed(access.error()); }
    if (!access->is_signed) {
        std::cerr << "haven: a draft: it may be given to nobody until another person has signed it; kept back: "
                  << access->redacted << "\n";
    }
    std::cout << access->json << "\n";
    return exit_ok;
}

}  // namespace

int told(const Call& call) {
    const SystemClock clock;
    const auto it = acting_on_case(call, "told", 1, 1,
                                   {Role::practitioner, Role::duty_manager, Role::information_governance}, clock);
    return it ? print(flow::show_told(it->node->context(), CaseId{it->id}, it->by)) : exit_failed;
}

int copies(const Call& call) {
    const SystemClock clock;
    const auto it = acting_on_case(call, "copies", 1, 1,
                                   {Role::practitioner, Role::duty_manager, Role::information_governance}, clock);
    return it ? print(flow::show_copies(it->node->context(), CaseId{it->id}, it->by)) : exit_failed;
}

int access(const Call& call) {
    const auto subject = code_from<store::Subject>(call.role);
    if (!call.role.empty() && !subject) { return usage("access"); }
    const SystemClock clock;
    const std::initializer_list<Role> may{Role::duty_manager, Role::information_governance};
    const auto it =
        subject ? acting_on_case(call, "access", 1, 1, may, clock) : acting_on(call, "access", 1, 1, may, clock);
    if (!it) { return exit_failed; }
    if (!subject) { return print_access(*it->node, store::AccessId{it->id}, it->by); }
    const auto request = flow::prepare_access(it->node->context(), CaseId{it->id}, *subject, it->by.user);
    if (!request) { return failed(request.error()); }
    std::cerr << "haven: request " << id_text(*request) << "\n";
    return print_access(*it->node, *request, it->by);
}

int breach(const Call& call) {
    flow::BreachQuestion question;
    question.to = SystemClock().now();
    for (const auto& argument : call.arguments) {
        const auto at = argument.find('=');
        const auto key = argument.substr(0, at);
        const auto value = at == std::string::npos ? "" : argument.substr(at + 1);
        const auto time = parse_instant(value);
        const auto user = id_from_text(value);
        if (key == "partner") {
            question.partner = value;
        } else if (key == "map") {
            question.map = value;
        } else if (key == "user" && user) {
            question.user = UserId{*user};
        } else if (key == "from" && time) {
            question.from = *time;
        } else if (key == "to" && time) {
            question.to = *time;
        } else {
            return usage("breach");
        }
    }
    const SystemClock clock;
    const auto node = open_beside(call, clock);
    if (node == nullptr) { return exit_failed; }
    const auto by = acting(call, *node, {Role::information_governance});
    // One that has left the site was told things all the same.
    if (by && !question.partner.empty()) { find_partner(*node->context().site, question.partner); }
    return by ? print(flow::breach_report(node->context(), question, *by)) : exit_failed;
}

int key_rotate(const Call& call) {
    if (!call.arguments.empty()) { return usage("key rotate"); }
    const SystemClock clock;
    const auto node = open_beside(call, clock);
    if (node == nullptr) { return exit_failed; }
    const auto by = acting(call, *node, {Role::administrator});
    if (!by) { return exit_failed; }
    const auto rotated = flow::rotate_keys(node->context(), *by);
    if (!rotated) { return failed(rotated.error()); }
    std::cout << "site key " << id_text(rotated->current) << " is current; " << rotated->wrapped
              << " keys were wrapped under it\n";
    return exit_ok;
}

int key_list(const Call& call) {
    if (!call.arguments.empty()) { return usage("key list"); }
    const SystemClock clock;
    const auto node = open_beside(call, clock);
    if (node == nullptr || !acting(call, *node, {Role::administrator, Role::information_governance})) {
        return exit_failed;
    }
    const auto states = flow::key_states(node->context());
    if (!states) { return failed(states.error()); }
    for (const auto& state : *states) {
        std::cout << "site-key-" << id_text(state.id) << ": wraps " << state.keys << " keys, "
                  << (state.current      ? "current"
                      : state.destroy_at ? "to be destroyed at " + iso_text(*state.destroy_at)
                                         : "kept: haven.toml names no backups in [keeping]")
                  << "\n";
    }
    return exit_ok;
}

}  // namespace haven::cli
