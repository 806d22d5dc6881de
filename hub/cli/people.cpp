#include <iostream>

#include "core/base/code.h"
#include "hub/cli/run.h"

/// Who may call the hub: its own people and its partners.
namespace haven::cli {
namespace {

int print_new_token(Node& node, const store::TokenOwner& owner) {
    const auto token = node.new_token(owner);
    if (!token) { return failed(token.error()); }
    std::cout << *token << "\n";
    return exit_ok;
}

}  // namespace

int user_add(const Call& call) {
    const auto role = call.arguments.size() == 2 ? code_from<site::Role>(call.arguments[1]) : std::nullopt;
    if (!role) { return usage("user add"); }
    const SystemClock clock;
    const auto node = open_beside(call, clock);
    if (node == nullptr) { return exit_failed; }
    const auto person = node->new_person(call.arguments[0], *role);
    if (!person) { return failed(person.error()); }
    return print_new_token(*node, {{}, *person});
}

int user_revoke(const Call& call) {
    if (call.arguments.size() != 1) { return usage("user revoke"); }
    const SystemClock clock;
    const auto node = open_beside(call, clock);
    if (node == nullptr) { return exit_failed; }
    const auto person = node->find_person(call.arguments[0]);
    if (!person) { return failed(person.error()); }
    if (!*person) {
        std::cerr << "haven: there is no user of this name\n";
        return exit_failed;
    }
    const auto done = node->revoke_tokens({{}, (*person)->id});
    return done ? exit_ok : failed(done.error());
}

int partner_token(const Call& call) {
    if (call.arguments.size() != 1) { return usage("partner token"); }
    const SystemClock clock;
    const auto node = open_beside(call, clock);
    const auto* partner = node == nullptr ? nullptr : find_partner(*node->context().site, call.arguments[0]);
    return partner == nullptr ? exit_failed : print_new_token(*node, {partner->name, {}});
}

int partner_revoke(const Call& call) {
    if (call.arguments.size() != 1) { return usage("partner revoke"); }
    const SystemClock clock;
    const auto node = open_beside(call, clock);
    const auto* partner = node == nullptr ? nullptr : find_partner(*node->context().site, call.arguments[0]);
    if (partner == nullptr) { return exit_failed; }
    const auto done = node->revoke_tokens({partner->name, {}});
    return done ? exit_ok : failed(done.error());
}

}  // namespace haven::cli
