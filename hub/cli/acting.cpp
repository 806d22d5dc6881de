#include <algorithm>
#include <iostream>

#include "core/base/code.h"
#include "core/seal/secret_file.h"
#include "hub/cli/run.h"
#include "hub/flow/concealing.h"

namespace haven::cli {
namespace {

constexpr std::size_t token_file_bytes_max = 256;

}  // namespace

std::optional<ledger::Actor> acting(const Call& call, const Node& node, std::initializer_list<site::Role> may) {
    if (call.token_file.empty()) {
        std::cerr << "haven: say who you are: --token=FILE names the file with your token\n";
        return std::nullopt;
    }
    auto token = read_secret_file(call.token_file, token_file_bytes_max);
    if (!token) {
        // Where there is no such file what was said may be the token itself.
        const bool may_be_it = token.error().fault == Fault::missing;
        std::cerr << "haven: " << (may_be_it ? "--token=FILE names no file that is there" : token.error().message())
                  << "\n";
        return std::nullopt;
    }
    while (!token->empty() && (token->back() == '\n' || token->back() == '\r')) { token->pop_back(); }
    const auto person = node.person_of_token(*token);
    wipe(*token);
    if (!person) {
        failed(person.error());
        return std::nullopt;
    }
    const auto role = code_from<site::Role>(person->role);
    if (role && std::find(may.begin(), may.end(), *role) != may.end()) {
        return ledger::Actor::of_user(person->id, api::kind_of(*role));
    }
    std::cerr << "haven: this needs one of these roles:";
    for (const auto one : may) { std::cerr << " " << code_text(one); }
    std::cerr << "\n";
    return std::nullopt;
}

std::optional<Acting> acting_on(const Call& call, const char* words, std::size_t least, std::size_t most,
                                std::initializer_list<site::Role> may, const Clock& clock) {
    const auto& arguments = call.arguments;
    const bool fits = arguments.size() >= least && arguments.size() <= most;
    const auto id = fits ? id_from_text(arguments.front()) : std::nullopt;
    if (!id) {
        usage(words);
        return std::nullopt;
    }
    auto node = open_beside(call, clock);
    if (node == nullptr) { return std::nullopt; }
    const auto by = acting(call, *node, may);
    if (!by) { return std::nullopt; }
    return Acting{std::move(node), *by, *id};
}

std::optional<Acting> acting_on_case(const Call& call, const char* words, std::size_t least, std::size_t most,
                                     std::initializer_list<site::Role> may, const Clock& clock) {
    auto it = acting_on(call, words, least, most, may, clock);
    if (!it) { return std::nullopt; }
    const auto seen = flow::see_case(it->node->context(), CaseId{it->id}, it->by.user);
    if (!seen) {
        failed(seen.error());
        return std::nullopt;
    }
    it->id = seen->value;
    return it;
}

}  // namespace haven::cli
