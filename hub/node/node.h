#pragma once
#include <memory>
#include <string>

#include "core/base/problem.h"
#include "hub/api/api.h"
#include "hub/flow/dispatch.h"
#include "hub/flow/people.h"
#include "hub/flow/publishing.h"
#include "hub/flow/sequencer.h"
#include "hub/flow/sources.h"
#include "hub/flow/timekeeper.h"

namespace haven {

/// Every adapter that a site may name: the built-in ones, and those of its folder of plug-ins, which stay loaded.
/// Errors: those of `load_plugins`, told at the site's key `plugins`.
tl::expected<std::vector<const sdk::Declaration*>, Problems> adapters_of(const std::string& site_folder);

/// What a node is started with.
struct NodeOptions {
    std::string site_folder;
    const Clock* clock = nullptr;       ///< outlives the node
    std::uint32_t number = 0;           ///< 0 to 1023, another for each node of one store
    std::optional<std::uint16_t> port;  ///< instead of the site's; 0: the system chooses
    bool serves = true;                 ///< false: the store alone, for commands that work beside a running hub
    /// What keeps a site from going live: asked of the folder where no site is active in the store yet, and of each
    /// that is activated.
    std::function<Problems(const site::Site& site, const site::SiteFiles& files)> against_going_live{};
    /// Called once, from a thread of the node, when another site than the node's was activated: the node sends nothing
    /// any more, and is to be started anew.
    std::function<void()> on_other_site{};
};

/// One running hub: the site, its store and keys, the flow and the HTTP edge, started in order and stopped in reverse.
///
/// The site is the one that is active in the store, whatever the folder holds by now; of the folder only what is of the
/// machine counts. The first start of an empty store publishes and activates the folder, unless
/// `against_going_live` has something against it.
class Node {
public:
    /// Errors are for the operator: every problem of the site at once, or the one thing that stopped the start.
    static tl::expected<std::unique_ptr<Node>, Problems> start(const NodeOptions& options);
    Node(const Node&) = delete;
    Node& operator=(const Node&) = delete;
    ~Node();

    const flow::Context& context() const { return *context_; }
    flow::Door& door() { return *door_; }
    std::uint16_t port() const { return server_->port(); }
    const http::Routes& routes() const { return server_->routes(); }
    const SigningKey& ledger_key() const { return *ledger_key_; }
    void wake();
    /// Looks at every timer that is due by now: for a clock that was turned by hand. Errors: unreachable.
    Result<void> let_time_pass();

    /// As `flow::make_token` and `flow::revoke_tokens`: good and refused at once here, by a hub beside within a second.
    Result<std::string> new_token(const store::TokenOwner& owner, ledger::Actor by);
    Result<void> revoke_tokens(const store::TokenOwner& owner, ledger::Actor by);
    /// Checks the site's folder whole and publishes it. Answers its hash.
    /// Errors: every problem of the folder at once.
    tl::expected<std::string, Problems> publish_folder(UserId by);
    /// Checks a published site whole on this machine, by `against_going_live` too, and activates it.
    /// Errors: those of `flow::activate_site`; every problem of it.
    tl::expected<void, Problems> activate_site(const std::string& hash, UserId by);
    /// Whose token this is, where it is a person's and was not revoked. Errors: refused.
    Result<store::Person> person_of_token(std::string_view token) const;
    /// A user of this name, or nothing.
    Result<std::optional<store::Person>> find_person(const std::string& name) const;

private:
    Node() = default;
    tl::expected<void, Problems> open_site(const NodeOptions& options);
    Result<void> load_older();
    flow::SiteStore site_store(const Clock& clock) { return {*writer_, *readers_, *ids_, clock}; }
    Result<void> open_store(const Clock& clock);
    Result<void> open_keys();
    Result<void> open_ids(std::uint32_t number);
    Result<void> note_first_keys(Instant now);
    Result<void> note_machine(std::uint32_t number, Instant now);
    Result<void> open_context(std::uint32_t number, const Clock& clock);
    Result<void> start_flow(const NodeOptions& options);
    Result<void> start_server(const NodeOptions& options);
    Result<void> first_run();

    site::Machine machine_;
    std::vector<const sdk::Declaration*> adapters_;
    std::shared_ptr<const site::Site> site_;
    std::function<Problems(const site::Site& site, const site::SiteFiles& files)> against_going_live_;
    std::vector<SharedCorrespondence> older_;  ///< from schemas of the sites before
    std::optional<SiteKeys> keys_;
    std::optional<SigningKey> ledger_key_;
    std::unique_ptr<store::Writer> writer_;
    std::unique_ptr<store::Readers> readers_;
    std::optional<flow::SiteSecrets> secrets_;
    std::optional<flow::Fields> fields_;
    std::optional<IdSource> ids_;
    std::optional<flow::Context> context_;
    std::unique_ptr<flow::Door> door_;
    std::unique_ptr<flow::Dispatch> dispatch_;
    std::unique_ptr<flow::Timekeeper> timekeeper_;
    std::unique_ptr<flow::Sequencer> sequencer_;
    std::unique_ptr<flow::Sources> sources_;
    std::unique_ptr<api::Callers> callers_;
    std::unique_ptr<api::Metrics> metrics_;
    std::unique_ptr<api::Pool> pool_;
    std::unique_ptr<api::Parts> parts_;
    std::unique_ptr<http::Server> server_;
};

}  // namespace haven
