#include <iostream>

#include "core/base/code.h"
#include "hub/cli/run.h"

/// Who may call the hub: its own people and its partners. All but `user recover` is an administrator's.
namespace haven::cli {
namespace {

int print_token(const Result<std::string>& token) {
    if (!token) { return failed(token.error()); }
    std::cout << *token << "\n";
    return exit_ok;
}

struct Administering {
    std::unique_ptr<Node> node;
    ledger::Actor by;
};
/// The store, and the administrator whose token it is; nothing after it has said why not.
std::optional<Administering> administering(const Call& call, const Clock& clock) {
    auto node = open_beside(call, clock);
    const auto by = node == nullptr ? std::nullopt : acting(call, *node, {site::Role::administrator});
    if (!by) { return std::nullopt; }
    return Administering{std::move(node), *by};
}

/// The user whom the first argument names; nobody after it has said why not.
std::optional<UserId> named_user(const Call& call, const Node& node) {
    const auto person = node.find_person(call.arguments[0]);
    if (!person) {
        failed(person.error());
        return std::nullopt;
    }
    if (*person) { return (*person)->id; }
    std::vector<std::string> names;
    if (const auto people = flow::people_with_tokens(node.context())) {
        for (const auto& known : *people) { names.push_back(known.first.name); }
    }
    no_such("user", call.arguments[0], names);
    return std::nullopt;
}

/// Has `act` done to the tokens of a user or partner.
template <class Act>
int with_user(const Call& call, const char* words, Act act) {
    if (call.arguments.size() != 1) { return usage(words); }
    const SystemClock clock;
    const auto it = administering(call, clock);
    const auto person = it ? named_user(call, *it->node) : std::nullopt;
    return person ? act(*it->node, store::TokenOwner{{}, *person}, it->by) : exit_failed;
}

template <class Act>
int with_partner(const Call& call, const char* words, Act act) {
    if (call.arguments.size() != 1) { return usage(words); }
    const SystemClock clock;
    const auto it = administering(call, clock);
    const auto* partner = it ? find_partner(*it->node->context().site, call.arguments[0]) : nullptr;
    return partner != nullptr ? act(*it->node, store::TokenOwner{partner->name, {}}, it->by) : exit_failed;
}

int print_new_token(Node& node, const store::TokenOwner& owner, ledger::Actor by) {
    return print_token(node.new_token(owner, by));
}

int revoke(Node& node, const store::TokenOwner& owner, ledger::Actor by) {
    const auto done = node.revoke_tokens(owner, by);
    return done ? exit_ok : failed(done.error());
}

std::optional<site::Role> named_role(const Call& call) {
    return call.arguments.size() == 2 ? code_from<site::Role>(call.arguments[1]) : std::nullopt;
}

}  // namespace

int user_add(const Call& call) {
    const auto role = named_role(call);
    if (!role) { return usage("user add"); }
    const SystemClock clock;
    const auto it = administering(call, clock);
    if (!it) { return exit_failed; }
    const auto person = flow::add_person(it->node->context(), call.arguments[0], *role, it->by);
    return person ? print_new_token(*it->node, {{}, *person}, it->by) : failed(person.error());
}

int user_role(const Call& call) {
    const auto role = named_role(call);
    if (!role) { return usage("user role"); }
    const SystemClock clock;
    const auto it = administering(call, clock);
    const auto person = it ? named_user(call, *it->node) : std::nullopt;
    if (!person) { return exit_failed; }
    const auto done = flow::change_role(it->node->context(), *person, *role, it->by);
    return done ? exit_ok : failed(done.error());
}

int user_token(const Call& call) {
    return with_user(call, "user token", print_new_token);
}

int user_revoke(const Call& call) {
    return with_user(call, "user revoke", revoke);
}

int user_list(const Call& call) {
    if (!call.arguments.empty()) { return usage("user list"); }
    const SystemClock clock;
    const auto it = administering(call, clock);
    if (!it) { return exit_failed; }
    const auto people = flow::people_with_tokens(it->node->context());
    if (!people) { return failed(people.error()); }
    for (const auto& [person, tokens] : *people) {
        std::cout << id_text(person.id) << "  " << person.role << "  " << person.name
                  << (tokens > 0 ? "" : "  (every token revoked)") << "\n";
    }
    return exit_ok;
}

int user_recover(const Call& call) {
    if (!call.arguments.empty()) { return usage("user recover"); }
    const SystemClock clock;
    const auto node = open_beside(call, clock);
    if (node == nullptr) { return exit_failed; }
    return print_token(flow::recover_administrator(node->context(), ledger::Actor::of_hub("operator")));
}

int partner_token(const Call& call) {
    return with_partner(call, "partner token", print_new_token);
}

int partner_revoke(const Call& call) {
    return with_partner(call, "partner revoke", revoke);
}

}  // namespace haven::cli
