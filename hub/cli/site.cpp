#include <signal.h>

#include <algorithm>
#include <atomic>
#include <iostream>

#include "core/base/code.h"
#include "core/seal/secret_file.h"
#include "hub/cli/run.h"

/// The site as it is served, published and activated.
namespace haven::cli {
namespace {

constexpr std::size_t token_file_bytes_max = 256;
constexpr std::size_t hash_digits_min = 8;  // of a hash that a person types

// Before there are threads: a signal that comes while the hub starts or loads another site waits for its turn.
void hold_signals() {
    sigset_t ends;
    sigemptyset(&ends);
    for (const int one : {SIGINT, SIGQUIT, SIGTERM}) { sigaddset(&ends, one); }
    pthread_sigmask(SIG_BLOCK, &ends, nullptr);
}

/// Who acts, by the token in a file that nobody else can read: an argument or a variable could be read by others.
/// Nothing after it has said why not.
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

std::string who(UserId by) {
    return by ? "user " + id_text(by) : "the hub at its first start";
}

/// The one published site whose hash begins so; empty after it has said that there is none, or several.
std::string published_hash(const Node& node, const std::string& begin) {
    const auto status = flow::site_status(node.context().readers);
    if (!status) {
        failed(status.error());
        return {};
    }
    std::vector<std::string> found;
    for (const auto& site : status->published) {
        if (begin.size() >= hash_digits_min && site.hash.starts_with(begin)) { found.push_back(site.hash); }
    }
    if (found.size() == 1) { return found[0]; }
    std::cerr << "haven: expected at least " << hash_digits_min
              << " digits of one hash that `haven site status` lists\n";
    return {};
}

}  // namespace

int serve(const Call& call) {
    hold_signals();
    const SystemClock clock;
    for (;;) {
        std::atomic<bool> other_site = false;
        NodeOptions options{.site_folder = call.site, .clock = &clock, .port = {}};
        options.on_other_site = [&] {
            other_site = true;
            call.end();
        };
        auto node = Node::start(options);
        if (!node) { return failed(node.error(), call.site); }
        log(LogLevel::info, "serving", {{"port", (*node)->port()}});
        call.wait_for_end();
        if (!other_site) {
            log(LogLevel::info, "stopping");
            return exit_ok;
        }
        log(LogLevel::info, "loading the site that was activated");
    }
}

int site_publish(const Call& call) {
    if (!call.arguments.empty()) { return usage("site publish"); }
    const SystemClock clock;
    const auto node = open_beside(call, clock);
    const auto by =
        node == nullptr
            ? std::nullopt
            : acting(call, *node,
                     {site::Role::administrator, site::Role::integration_engineer, site::Role::information_governance});
    if (!by) { return exit_failed; }
    const auto hash = node->publish_folder(*by);
    if (!hash) { return failed(hash.error(), call.site); }
    std::cout << *hash << "\n";
    return exit_ok;
}

int site_activate(const Call& call) {
    if (call.arguments.size() != 1) { return usage("site activate"); }
    const SystemClock clock;
    const auto node = open_beside(call, clock);
    const auto by = node == nullptr
                        ? std::nullopt
                        : acting(call, *node, {site::Role::administrator, site::Role::information_governance});
    if (!by) { return exit_failed; }
    const auto hash = published_hash(*node, call.arguments[0]);
    if (hash.empty()) { return exit_failed; }
    const auto done = node->activate_site(hash, *by);
    if (!done) { return failed(done.error(), call.site); }
    std::cout << "active: " << hash << "\n";
    return exit_ok;
}

int site_status(const Call& call) {
    if (!call.arguments.empty()) { return usage("site status"); }
    const SystemClock clock;
    const auto node = open_beside(call, clock);
    if (node == nullptr) { return exit_failed; }
    const auto status = flow::site_status(node->context().readers);
    if (!status) { return failed(status.error()); }
    const auto active = status->active ? status->active->hash : "";
    if (status->active) {
        std::cout << "active     " << active << "  since " << iso_text(status->active->at) << ", by "
                  << who(status->active->by) << "\n";
    }
    for (const auto& site : status->published) {
        std::cout << "published  " << site.hash << "  " << iso_text(site.at) << ", by " << who(site.by) << "\n";
    }
    const auto folder = site::SiteFiles::read(call.site);
    const auto hash = folder ? folder->hash() : "";
    std::cout << "folder     " << hash << "  " << (hash == active ? "the active site" : "not the active site") << "\n";
    return exit_ok;
}

}  // namespace haven::cli
