#include <algorithm>
#include <iostream>

#include "core/base/code.h"
#include "core/seal/secret_file.h"
#include "hub/cli/run.h"

namespace haven::cli {
namespace {

constexpr std::size_t token_file_bytes_max = 256;

}  // namespace

std::optional<UserId> acting(const Call& call, const Node& node, std::initializer_list<site::Role> may) {
    if (call.token_file.empty()) {
        std::cerr << "haven: say who you are: --token=FILE names the file with your token\n";
        return std::nullopt;
    }
    auto token = read_secret_file(call.token_file, token_file_bytes_max);
    if (!token) {
        std::cerr << "haven: " << call.token_file << ": " << token.error().message() << "\n";
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
    if (role && std::find(may.begin(), may.end(), *role) != may.end()) { return person->id; }
    std::cerr << "haven: this needs one of these roles:";
    for (const auto one : may) { std::cerr << " " << code_text(one); }
    std::cerr << "\n";
    return std::nullopt;
}

}  // namespace haven::cli
