#include <signal.h>

#include <atomic>
#include <iostream>

#include "core/base/code.h"
#include "hub/cli/run.h"
#include "hub/cli/schemas.h"

/// The site as it is served, published and activated.
namespace haven::cli {
namespace {

constexpr std::size_t hash_digits_min = 8;  // of a hash that a person types

// Before there are threads: a signal that comes while the hub starts or loads another site waits for its turn.
void hold_signals() {
    sigset_t ends;
    sigemptyset(&ends);
    for (const int one : {SIGINT, SIGQUIT, SIGTERM}) { sigaddset(&ends, one); }
    pthread_sigmask(SIG_BLOCK, &ends, nullptr);
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

/// No untested map goes live. False after it has said which.
bool may_go_live(const Call& call) {
    const auto site = load_site(call.site);
    const auto files = site::SiteFiles::read(call.site);
    if (site == nullptr || !files) { return false; }
    const auto problems = against_going_live(call.site, *site, *files, SystemClock().now());
    if (!problems.empty()) { failed(problems, call.site); }
    return problems.empty();
}

}  // namespace

int serve(const Call& call) {
    hold_signals();
    const SystemClock clock;
    for (;;) {
        std::atomic<bool> other_site = false;
        auto options = node_options(call, clock);
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
    if (!by || !may_go_live(call)) { return exit_failed; }
    const auto hash = node->publish_folder(by->user);
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
    const auto done = node->activate_site(hash, by->user);
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
