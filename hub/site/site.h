#pragma once
#include <array>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "adapters/sdk/adapter.h"
#include "core/agreement/agreement.h"
#include "core/base/problem.h"
#include "core/calendar/opening_hours.h"
#include "core/casework/case.h"
#include "core/casework/contact.h"
#include "core/referral/referral.h"
#include "core/seal/signing.h"
#include "hub/site/canonical.h"
#include "hub/site/files.h"
#include "mapping/map.h"

namespace haven::site {

/// Whether what a partner exchanges is about real people. It is live only once two people said so, as its file is
/// published by one and activated by another.
enum class PartnerState : std::uint8_t { rehearsal, live };
constexpr std::array<std::string_view, 2> code_names(PartnerState) {
    return {"rehearsal", "live"};
}
/// The person at a partner who alone may be told of a case in which the partner has a conflict of interest, and the way
/// to that person past the partner's own system.
struct Handler {
    std::string name;  ///< a role or a person, for the hub's people to read
    const sdk::Declaration* adapter = nullptr;
    std::optional<sdk::Settings> settings;
};

/// Where a directory of services says more of a provider, as `[provider.listed]` of its file declares it.
struct Listed {
    Name directory;     ///< the partner who gives the directory
    std::string entry;  ///< the directory's own number of the service
};

/// An organisation that the hub exchanges with, as its file `partners/NAME.toml` declares it.
struct Partner {
    Name name;
    std::string title;
    std::string kind;  ///< "police", "council", "refuge", "charity", "other"
    PartnerState state = PartnerState::rehearsal;
    const sdk::Declaration* adapter = nullptr;
    std::optional<sdk::Settings> settings;
    std::vector<std::string> maps;               ///< "dialect/map", as its file names them: those in, then those out
    std::vector<std::shared_ptr<const Map>> in;  ///< tried in this order
    std::map<RecordTypeNumber, std::shared_ptr<const Map>> out;
    std::optional<Handler> handler;
    std::optional<Provider> provider;
    std::optional<Listed> listed;
    std::vector<std::string> certificate_names;  ///< DNS names that its client certificate may carry
};

/// Help that is brokered, as `services/NAME.toml` declares it.
struct Service {
    Name name;
    std::string title;
    std::string purpose;     ///< the purpose of the agreements that it is shared under
    ReferralRules rules;     ///< without providers: those are judged for each case
    bool on_report = false;  ///< referred as soon as a report says that she agrees, without a call first
};

/// Who the hub's own people are, by role.
enum class Role : std::uint8_t {
    administrator,
    practitioner,
    duty_manager,
    integration_engineer,
    information_governance,
    witness,  ///< outside the hub: countersigns the ledger and may do nothing else
};
constexpr std::array<std::string_view, 6> code_names(Role) {
    return {"administrator",        "practitioner",           "duty-manager",
            "integration-engineer", "information-governance", "witness"};
}

struct HttpSettings {
    std::string address = "127.0.0.1";
    std::uint16_t port = 8460;
    std::string certificate;  ///< PEM files; empty: plain HTTP, on loopback only
    std::string key;
    std::string client_ca;
};

/// How long things are kept, as `[keeping]` of haven.toml says. No figure is ours: what a site leaves out is not done.
struct Keeping {
    std::optional<std::chrono::microseconds> bodies{};          ///< of messages whose records are all settled
    std::optional<std::chrono::microseconds> backups{};         ///< and an old site key
    std::optional<std::chrono::microseconds> acknowledge{};     ///< in which a recall must be acknowledged
    std::optional<std::chrono::microseconds> privacy_notice{};  ///< in which somebody sees to it (UK GDPR article 14)
};

/// What a site's haven.toml says of the machine that it runs on: where things lie and where it listens. It is no part
/// of what is published, so that it can differ from machine to machine and change without anybody's consent.
struct Machine {
    std::string folder;
    std::string schemas;     ///< the folder
    std::string database;    ///< "sqlite:var/haven.db"
    std::string key_folder;  ///< of the site keys
    std::string plugins;     ///< the folder of its own adapters; empty: none
    HttpSettings http;

    /// Those keys of haven.toml.
    static constexpr std::array<std::string_view, 5> keys{"schemas", "database", "keys", "plugins", "http"};
    /// Errors: the file is not there or is no TOML; a key is missing or of another kind.
    static tl::expected<Machine, Problems> read(const std::string& folder);
};

/// One deployment: everything that people declared, read from its files, checked whole. Constant.
struct Site {
    Name hub;   ///< the hub as a party of agreements
    Name team;  ///< its own people as a party
    std::string title;
    Machine machine;
    Keeping keeping;
    std::optional<Zone> zone;
    std::optional<ContactRules> contact;         ///< how and when victims may be called
    std::map<CaseClock, ClockRule> case_clocks;  ///< promises of a case; one that is not declared is not kept
    std::optional<ClockRule> override_review;    ///< by when an override is reviewed; there is always one
    std::shared_ptr<const Catalogue> catalogue;
    Versions versions;  ///< the canonical versions that are exchanged; `catalogue` is the newest
    std::vector<SchemaVersion> schema_versions;  ///< how long each of them is
    std::optional<PublicKey> witness;            ///< who countersigns the ledger; none: nobody is asked to
    std::map<std::string, Partner, std::less<>> partners;
    std::map<std::string, Service, std::less<>> services;
    std::vector<std::shared_ptr<const Agreement>> agreements;
    std::string hash;  ///< SiteFiles::hash: what it is published and activated under

    const Partner* partner(std::string_view name) const;
    const Service* service(std::string_view name) const;
    /// The agreement under which the hub tells a recipient this kind of record for a purpose: the one that is in force
    /// at `now`, which is one at most; where none is, that which ends last, so that whoever asks hears that it is not.
    std::shared_ptr<const Agreement> agreement_to(Name recipient, std::string_view purpose, RecordTypeNumber type,
                                                  Instant now) const;
    /// The agreement under which a partner tells the hub this kind of record, chosen in the same way.
    std::shared_ptr<const Agreement> agreement_from(Name partner, RecordTypeNumber type, Instant now) const;

    /// Reads and checks a site's folder. Every problem is told at once, with file, line and the nearest name.
    static tl::expected<std::shared_ptr<const Site>, Problems> load(const std::string& folder,
                                                                    std::span<const sdk::Declaration* const> adapters);
    /// The same of files that were published, on this machine.
    static tl::expected<std::shared_ptr<const Site>, Problems> load(const SiteFiles& files, const Machine& machine,
                                                                    std::span<const sdk::Declaration* const> adapters);
};

/// The folder of plug-ins that a site's haven.toml names; empty where it names none or cannot be read. Adapters must be
/// there before the site that uses them is read.
std::string plugins_of(const std::string& folder);
/// The folder of schemas that a site's haven.toml names; empty where it names none or cannot be read. For those who
/// write the maps of a site that is not whole yet.
std::string schemas_of(const std::string& folder);

}  // namespace haven::site
