#include "hub/node/node.h"

#include <sys/stat.h>

#include <filesystem>

#include "adapters/builtin.h"
#include "core/base/code.h"
#include "core/seal/secret_file.h"
#include "core/seal/token.h"
#include "core/store/store.h"
#include "hub/flow/chronicle.h"
#include "hub/flow/daily_receipts.h"
#include "hub/flow/erasing.h"
#include "hub/flow/erasure_journal.h"
#include "hub/flow/witnessing.h"
#include "hub/plugins/plugins.h"
#include "mapping/identity.h"

namespace haven {
namespace {

namespace fs = std::filesystem;

constexpr unsigned api_threads = 4;
constexpr std::size_t api_waiting_max = 256;
constexpr std::chrono::seconds stop_within{8};
constexpr int ticks_max = 1'000;
constexpr const char* ledger_key_file = "ledger-signing-key";
constexpr const char* erasures_file = "erasures";
constexpr const char* first_token_file = "first-administrator-token";
constexpr std::size_t token_file_bytes_max = 200;

Problems problem(const std::string& folder, const Error& error) {
    return {{folder, 0, 0, 1, error.message()}};
}

std::string database_of(const site::Machine& machine) {
    constexpr std::string_view sqlite = "sqlite:";
    if (!machine.database.starts_with(sqlite)) { return machine.database; }
    const fs::path path(machine.database.substr(sqlite.size()));
    return std::string(sqlite) + (path.is_absolute() ? path : fs::path(machine.folder) / path).string();
}

fs::path erasures_file_of(const site::Machine& machine) {
    return fs::path(machine.key_folder) / erasures_file;
}

// What lies there is for the hub's user alone, also the token that only people read.
Result<void> is_kept_secret(const fs::path& folder, const fs::path& token) {
    struct stat is {};
    if (::stat(folder.c_str(), &is) == 0 && (is.st_mode & (S_IWGRP | S_IWOTH)) != 0) {
        return fail(Error{Fault::refused, "group or others may write to the key folder: chmod it to 0700", {}}.at(
            place_of(folder)));
    }
    auto text = read_secret_file(token, token_file_bytes_max);
    if (!text) { return text.error().fault == Fault::missing ? Result<void>{} : fail(std::move(text).error()); }
    wipe(*text);
    return {};
}

// The file comes first: what it holds is of nobody until the administrator is there. Where a start ended between the
// two, the next one goes on with what it left; a file that was not written to its end is made anew.
Result<std::string> first_token(const std::filesystem::path& file) {
    const auto token = new_token();
    auto written = write_new_secret_file(file, token + "\n");
    if (!written && written.error().fault == Fault::conflict) {
        auto left = read_secret_file(file, token.size() + 1);
        if (left && left->size() == token.size() + 1) { return left->substr(0, token.size()); }
        if (!left && left.error().fault != Fault::too_large) { return left; }
        if (auto gone = destroy_secret_file(file); !gone) { return fail(std::move(gone).error()); }
        written = write_new_secret_file(file, token + "\n");
    }
    if (!written) { return fail(std::move(written).error()); }
    return token;
}

// An empty file is what a crash left of one that was being written.
Result<void> make_missing_keys(const fs::path& folder, Name hub) {
    std::error_code error;
    for (fs::directory_iterator at(folder, error), end; !error && at != end; at.increment(error)) {
        std::error_code ignored;
        if (at->is_regular_file(ignored) && at->file_size(ignored) == 0) { fs::remove(at->path(), ignored); }
    }
    const auto keys = SiteKeys::load(folder);
    const bool lacks_site_key = !keys && keys.error().fault == Fault::missing;
    const bool lacks_ledger_key = !fs::exists(folder / ledger_key_file, error);
    if (lacks_site_key) {
        if (auto made = SiteKeys::make(folder, SiteKeyId{1}); !made) { return made; }
    }
    if (lacks_ledger_key) {
        auto signing = SigningKey::random(std::string(hub.text()) + "/ledger");
        if (!signing) { return fail(std::move(signing).error()); }
        if (auto saved = signing->save(folder / ledger_key_file); !saved) { return saved; }
    }
    if (lacks_site_key || lacks_ledger_key) { log(LogLevel::info, "first run: keys made in the site's key folder"); }
    return {};
}

Result<std::shared_ptr<const Map>> canonical_map(const site::Site& site, std::string_view type, int version) {
    const auto catalogue = site.versions.find(version);
    auto map = Map::compile(identity_map(*catalogue, *catalogue->find_record_type(type), true), type, site.versions);
    if (!map) { return fail(Fault::broken, "the canonical map does not compile"); }
    return *map;
}

}  // namespace

tl::expected<std::vector<const sdk::Declaration*>, Problems> adapters_of(const std::string& site_folder) {
    const auto builtin = builtin_adapters();
    std::vector<const sdk::Declaration*> all(builtin.begin(), builtin.end());
    const auto folder = site::plugins_of(site_folder);
    if (folder.empty()) { return all; }
    const auto loaded = load_plugins(folder, builtin);
    if (!loaded) { return tl::unexpected(Problems{{"haven.toml", 0, 0, 1, "plugins: " + loaded.error().message()}}); }
    all.insert(all.end(), loaded->begin(), loaded->end());
    return all;
}

tl::expected<std::unique_ptr<Node>, Problems> Node::start(const NodeOptions& options) {
    std::unique_ptr<Node> node(new Node());
    auto machine = site::Machine::read(options.site_folder);
    if (!machine) { return tl::unexpected(std::move(machine).error()); }
    node->machine_ = std::move(*machine);
    auto adapters = adapters_of(options.site_folder);
    if (!adapters) { return tl::unexpected(std::move(adapters).error()); }
    node->adapters_ = std::move(*adapters);
    node->against_going_live_ = options.against_going_live;
    const auto failed = [&](const Error& error) { return tl::unexpected(problem(options.site_folder, error)); };
    if (auto done = node->open_store(*options.clock); !done) { return failed(done.error()); }
    if (auto done = node->open_ids(options.number); !done) { return failed(done.error()); }
    if (auto done = node->open_site(options); !done) { return tl::unexpected(std::move(done).error()); }
    if (auto done = node->open_keys(); !done) { return failed(done.error()); }
    if (auto done = node->open_context(options.number, *options.clock); !done) { return failed(done.error()); }
    if (auto done = node->first_run(); !done) { return failed(done.error()); }
    if (!options.serves) { return node; }
    if (auto done = node->start_flow(options); !done) { return failed(done.error()); }
    if (auto done = node->start_server(options); !done) { return failed(done.error()); }
    return node;
}

Node::~Node() {
    if (server_) { server_->stop(stop_within); }
}

Result<void> Node::open_store(const Clock& clock) {
    auto database = store::Database::parse(database_of(machine_));
    if (!database) { return fail(std::move(database).error()); }
    if (database->engine == store::Engine::sqlite) {
        std::error_code ignored;
        fs::create_directories(fs::path(database->where).parent_path(), ignored);
    }
    auto migrated = store::migrate(*database, store::migrations(), clock.now());
    if (!migrated) { return fail(std::move(migrated).error()); }
    auto writer = store::Writer::open(*database);
    if (!writer) { return fail(std::move(writer).error()); }
    writer_ = std::move(*writer);
    auto readers = store::Readers::open(*database);
    if (!readers) { return fail(std::move(readers).error()); }
    readers_ = std::move(*readers);
    return {};
}

// The first run makes the site's keys, and what a first run that was cut short left unmade; a store that was used
// before is not served without its own, because a new key opens nothing of it.
Result<void> Node::open_keys() {
    const fs::path folder = secrets_folder(machine_.key_folder);
    auto used = readers_->read([](store::Sql& sql) -> Result<bool> { return store::has_site_secrets(sql); });
    if (!used) { return fail(std::move(used).error()); }
    std::error_code ignored;
    if (!fs::exists(folder, ignored)) {
        if (*used) { return fail(Fault::missing, "the site has a store and no keys to it: put the key folder back"); }
        fs::create_directories(folder, ignored);
        ::chmod(folder.c_str(), S_IRWXU);
    }
    if (!*used) {
        if (auto made = make_missing_keys(folder, site_->hub); !made) { return made; }
    }
    auto keys = SiteKeys::load(folder);
    if (!keys) { return fail(std::move(keys).error()); }
    keys_ = std::move(*keys);
    auto signing = SigningKey::load(folder / ledger_key_file);
    if (!signing) { return fail(std::move(signing).error()); }
    ledger_key_.emplace(std::move(*signing));
    return {};
}

Result<void> Node::open_ids(std::uint32_t number) {
    auto highest = readers_->read([](store::Sql& sql) -> Result<std::int64_t> { return store::highest_id(sql); });
    if (!highest) { return fail(std::move(highest).error()); }
    // A backup that was put back knows less ids than were made: none of a case that was erased since is made again.
    const auto erased = flow::ErasureJournal(erasures_file_of(machine_)).read();
    if (!erased) { return fail(erased.error()); }
    if (!erased->empty()) { *highest = std::max(*highest, *erased->rbegin()); }
    ids_.emplace(number, *highest);
    return {};
}

// The keys of a new store, before anything is kept under them.
Result<void> Node::note_first_keys(Instant now) {
    const auto used = readers_->read([](store::Sql& sql) -> Result<bool> { return store::has_site_secrets(sql); });
    if (!used) { return fail(used.error()); }
    if (*used) { return {}; }
    const flow::Chronicle chronicle(*ids_, now);
    const auto by = ledger::Actor::of_hub("first start");
    const auto of_site = flow::Chronicle::row(chronicle.entry(ledger::Operation::configuration, "site key made", by));
    const auto of_ledger =
        flow::Chronicle::row(chronicle.entry(ledger::Operation::configuration, "ledger key made", by));
    return writer_->submit_and_wait([&](store::Sql& sql) -> Result<void> {
        store::insert_ledger_entry(sql, of_site);
        store::insert_ledger_entry(sql, of_ledger);
        return {};
    });
}

Result<void> Node::open_context(std::uint32_t number, const Clock& clock) {
    if (auto noted = note_first_keys(clock.now()); !noted) { return noted; }
    if (auto noted = note_machine(number, clock.now()); !noted) { return noted; }
    auto secrets = flow::SiteSecrets::load(*writer_, *readers_, *keys_);
    if (!secrets) { return fail(std::move(secrets).error()); }
    secrets_.emplace(std::move(*secrets));
    auto fields = flow::Fields::bind(*site_->catalogue);
    if (!fields) { return fail(std::move(fields).error()); }
    fields_ = *fields;
    context_.emplace(flow::Context{site_, *writer_, *readers_, *keys_, *secrets_, *fields_, *ids_, clock, number,
                                   older_, erasures_file_of(machine_)});
    return flow::keep_erased(*context_);
}

Result<void> Node::start_flow(const NodeOptions& options) {
    door_ = std::make_unique<flow::Door>(*context_, [this] { wake(); });
    if (auto cleared = door_->clear_half_received(); !cleared) { return cleared; }
    if (auto done = flow::let_go_unwitnessed(*context_); !done) { return done; }
    auto dispatch = flow::Dispatch::start(*context_, options.on_other_site);
    if (!dispatch) { return fail(std::move(dispatch).error()); }
    dispatch_ = std::move(*dispatch);
    const auto now = context_->clock.now();
    auto kept = writer_->submit_and_wait([&](store::Sql& sql) -> Result<void> {
        store::put_timer_later(sql, store::TimerKind::keeping, 0, now);
        flow::begin_daily_receipts(sql, *context_, now);
        return {};
    });
    if (!kept) { return kept; }
    timekeeper_ = std::make_unique<flow::Timekeeper>(*context_, [this] { wake(); });
    sequencer_ = std::make_unique<flow::Sequencer>(*context_, *ledger_key_);
    auto sources = flow::Sources::start(*context_, *door_);
    if (!sources) { return fail(std::move(sources).error()); }
    sources_ = std::move(*sources);
    return {};
}

Result<void> Node::start_server(const NodeOptions& options) {
    auto callers = api::Callers::start(*context_);
    if (!callers) { return fail(std::move(callers).error()); }
    callers_ = std::move(*callers);
    metrics_ = std::make_unique<api::Metrics>();
    pool_ = std::make_unique<api::Pool>(api_threads, api_waiting_max);
    const auto own = site_->catalogue->version();
    auto case_map = canonical_map(*site_, "case-file", own);
    auto account_map = canonical_map(*site_, "incident-report", own);
    if (!case_map) { return fail(std::move(case_map).error()); }
    if (!account_map) { return fail(std::move(account_map).error()); }
    flow::MapByVersion referral_maps;
    for (const auto version : site_->versions.numbers()) {
        auto map = canonical_map(*site_, "referral", version);
        if (!map) { return fail(std::move(map).error()); }
        referral_maps.emplace(version, std::move(*map));
    }
    parts_ = std::make_unique<api::Parts>(
        api::Parts{*context_, *door_, *pool_, *metrics_, *case_map, std::move(referral_maps), *account_map,
                   [this] { wake(); }, [this](const std::string& hash, UserId by) { return activate_site(hash, by); }});
    auto routes = api::routes(*parts_);
    if (!routes) { return fail(std::move(routes).error()); }
    http::ServerOptions http;
    http.address = machine_.http.address;
    http.port = options.port.value_or(machine_.http.port);
    http.node = options.number;
    if (!machine_.http.certificate.empty()) {
        http.tls = http::TlsFiles{machine_.http.certificate, machine_.http.key, machine_.http.client_ca};
    }
    auto server = http::Server::start(
        std::move(http), std::move(*routes),
        [this](const http::Route& route, const http::Request& request) { return callers_->authorise(route, request); },
        [this](const http::Served& served) {
            metrics_->served(served.route, served.status, served.took);
            api::log_call(served);
        });
    if (!server) { return fail(std::move(server).error()); }
    server_ = std::move(*server);
    return {};
}

// No default password exists: a start where nobody is known makes an administrator, and says where the token is.
Result<void> Node::first_run() {
    const auto folder = secrets_folder(machine_.key_folder);
    if (auto kept = is_kept_secret(folder, folder / first_token_file); !kept) { return kept; }
    auto people =
        readers_->read([](store::Sql& sql) -> Result<std::vector<store::Person>> { return store::list_people(sql); });
    if (!people) { return fail(std::move(people).error()); }
    if (!people->empty()) { return {}; }
    const auto token = first_token(folder / first_token_file);
    if (!token) { return fail(token.error()); }
    auto made = flow::make_administrator(*context_, *token, ledger::Actor::of_hub("first start"));
    if (!made) { return made; }
    log(LogLevel::info,
        "first run: the administrator's token is in the file first-administrator-token of the key folder");
    return {};
}

Result<std::string> Node::new_token(const store::TokenOwner& owner, ledger::Actor by) {
    auto token = flow::make_token(*context_, owner, by);
    if (token && callers_) { (void)callers_->refresh(); }
    return token;
}

Result<void> Node::revoke_tokens(const store::TokenOwner& owner, ledger::Actor by) {
    auto done = flow::revoke_tokens(*context_, owner, by);
    if (done && callers_) { return callers_->refresh(); }
    return done;
}

Result<std::optional<store::Person>> Node::find_person(const std::string& name) const {
    return readers_->read(
        [&](store::Sql& sql) -> Result<std::optional<store::Person>> { return store::find_person(sql, name); });
}

Result<void> Node::let_time_pass() {
    Result<int> looked = 1;
    for (int round = 0; round < ticks_max && looked && *looked > 0; ++round) { looked = timekeeper_->tick(); }
    wake();
    if (!looked) { return fail(std::move(looked).error()); }
    return {};
}

void Node::wake() {
    if (dispatch_) { dispatch_->wake(); }
    if (sources_) { sources_->wake(); }
}

}  // namespace haven
