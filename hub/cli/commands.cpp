#include <filesystem>
#include <fstream>
#include <iostream>
#include <set>

#include "adapters/sdk/plain_name.h"
#include "core/base/code.h"
#include "core/ledger/proven_entry.h"
#include "core/ledger/verify.h"
#include "hub/cli/run.h"
#include "hub/cli/schemas.h"
#include "hub/flow/concealing.h"
#include "hub/flow/near_misses.h"

namespace haven::cli {
namespace {

constexpr std::size_t import_bytes_max = std::size_t{1} << 30;
constexpr std::int64_t trace_max = 1'000;

/// A file read a piece at a time.
class FileSource : public ByteSource {
public:
    explicit FileSource(const std::string& path) : in_(path, std::ios::binary) {}
    bool is_open() const { return in_.is_open(); }
    Result<std::size_t> read(std::span<char> into) override {
        in_.read(into.data(), static_cast<std::streamsize>(into.size()));
        if (in_.bad()) { return fail(Fault::unreachable, "the file cannot be read"); }
        return static_cast<std::size_t>(in_.gcount());
    }

private:
    std::ifstream in_;
};

bool is_proof(const std::string& path) {
    std::ifstream in(path, std::ios::binary);
    std::string heading(ledger::proof_heading.size(), '\0');
    in.read(heading.data(), static_cast<std::streamsize>(heading.size()));
    return heading == ledger::proof_heading;
}

int verify_proof(const std::string& path, const PublicKey& key) {
    const auto text = read_file(path, ledger::proof_bytes_max);
    if (!text) { return failed(text.error()); }
    const auto proven = ledger::ProvenEntry::parse(*text);
    if (!proven) { return failed(proven.error()); }
    if (!proven->holds({key})) {
        std::cout << "the entry is not in the ledger that this key signed\n";
        return exit_failed;
    }
    const auto entry = ledger::decode(proven->entry);
    std::cout << "leaf " << proven->leaf << " of " << proven->checkpoint.checkpoint().size << ": "
              << iso_text(entry->at) << " " << ledger::name_of(entry->operation) << ", " << entry->action.text()
              << "; the ledger holds it\n";
    return exit_ok;
}

// People and editors end lines as they like; what is signed does not change by that.
std::string as_signed(std::string text) {
    std::erase(text, '\r');
    text.resize(text.find_last_not_of('\n') + 1);
    return text + "\n";
}

// Key lines of witnesses, and files with checkpoints that came another way.
Result<ledger::Trust> trusted(const std::vector<std::string>& words, const PublicKey& log) {
    ledger::Trust trust{.log = {log}, .witnesses = {}, .others = {}};
    for (const auto& word : words) {
        if (auto witness = PublicKey::parse(word)) {
            trust.witnesses.push_back(std::move(*witness));
            continue;
        }
        const auto text = read_file(word, ledger::SignedCheckpoint::note_bytes_max);
        if (!text) { return fail(Fault::missing, "expected a witness's key line, or a file with a checkpoint"); }
        auto note = ledger::SignedCheckpoint::parse(as_signed(*text));
        if (!note) { return fail(std::move(note).error()); }
        trust.others.push_back(std::move(*note));
    }
    return trust;
}

void warn_of_passed_over(const std::string& folder) {
    std::set<std::string> names;
    for (const char* subfolder : site::subfolders) {
        std::error_code none_there;
        for (const auto& entry : std::filesystem::directory_iterator(folder + "/" + subfolder, none_there)) {
            const auto name = entry.path().filename().string();
            if (site::is_passed_over(name)) { names.insert(subfolder + ("/" + name)); }
        }
    }
    for (const auto& name : names) { std::cout << name << ": is passed over\n"; }
}

}  // namespace

int check(const Call& call) {
    if (call.arguments.size() > 1) { return usage("check"); }
    const auto& folder = call.arguments.empty() ? call.site : call.arguments[0];
    const auto site = load_site(folder);
    if (site == nullptr) { return exit_failed; }
    const auto now = SystemClock().now();
    warn_of_passed_over(folder);
    warn_of_dates(*site, now);
    warn_of_nothing_agreed(*site, now);
    warn_of_windows(*site);
    warn_of_unsaid_rules(*site);
    warn_of_flats(*site);
    if (const auto& first = site->contact->first_contact; first.permitted && first.agreed_by.empty()) {
        std::cout
            << "haven.toml: first calls go by the hub's own proposal: agree it, and say with whom in agreed_by of "
               "[contact.first_contact]\n";
    }
    if (!schema_goes_on(*site, now)) { return exit_failed; }
    std::set<std::string> maps;
    for (const auto& [name, partner] : site->partners) { maps.insert(partner.maps.begin(), partner.maps.end()); }
    const auto files = site::SiteFiles::read(folder, maps);
    if (!files) { return failed(files.error(), folder); }
    const auto untested = untested_live_maps(folder, *site, *files);
    for (const auto& problem : untested) { std::cout << text_of(problem) << "\n"; }
    std::cout << site->title << ": partners " << site->partners.size() << ", services " << site->services.size()
              << ", agreements " << site->agreements.size() << "; "
              << (untested.empty() ? "nothing is wrong\n"
                                   : "it cannot be published, nor started for the first time, as it is\n");
    return exit_ok;
}

int import_file(const Call& call) {
    if (call.arguments.size() != 2) { return usage("import"); }
    const SystemClock clock;
    const auto node = open_beside(call, clock);
    const auto by =
        node == nullptr
            ? std::nullopt
            : acting(call, *node,
                     {site::Role::integration_engineer, site::Role::duty_manager, site::Role::practitioner});
    if (!by) { return exit_failed; }
    const auto* partner = find_partner(*node->context().site, call.arguments[0]);
    if (partner == nullptr) { return exit_failed; }
    const auto media_type = sdk::media_type_of(call.arguments[1]);
    if (!media_type) {
        std::cerr << "haven: expected a file that ends in " << sdk::endings_in_words() << "\n";
        return exit_failed;
    }
    FileSource file(call.arguments[1]);
    if (!file.is_open()) { return failed(Error{Fault::missing, "no such file", {}}); }
    flow::Door door(node->context(), [] {});
    const auto accepted =
        door.receive({partner->name, std::string(*media_type), {}, {}, {}, *by}, file, import_bytes_max);
    if (!accepted) { return failed(accepted.error()); }
    const auto id = id_text(accepted->id);
    std::cout << "message " << id << (accepted->repeat ? " came before" : " accepted") << "\n"
              << "its receipt, once a hub has read it: GET /v1/messages/" << id << "\n";
    return exit_ok;
}

// A case by those who may read the ledger of one; a message also by whoever connects its partner.
int trace(const Call& call) {
    using Role = site::Role;
    if (call.arguments.size() != 1) { return usage("trace"); }
    const auto id = id_from_text(call.arguments[0]);
    if (!id) { return usage("trace"); }
    const SystemClock clock;
    const auto node = open_beside(call, clock);
    if (node == nullptr) { return exit_failed; }
    const auto by = acting(call, *node, {Role::duty_manager, Role::information_governance, Role::integration_engineer});
    if (!by) { return exit_failed; }
    const auto& context = node->context();
    const auto seen = flow::see_case(context, CaseId{*id}, by->user);
    if (seen && !acting(call, *node, {Role::duty_manager, Role::information_governance})) { return exit_failed; }
    const auto entries = seen ? flow::entries_of_case(context, *seen, 0, trace_max, *by)
                              : flow::entries_of_message(context, MessageId{*id}, 0, trace_max, *by);
    if (!entries) { return failed(entries.error()); }
    for (const auto& entry : *entries) { std::cout << entry.json << "\n"; }
    if (entries->empty()) { std::cerr << "haven: nothing is known of this id\n"; }
    return entries->empty() ? exit_failed : exit_ok;
}

int near_misses(const Call& call) {
    if (!call.arguments.empty()) { return usage("near-misses"); }
    const SystemClock clock;
    const auto node = open_beside(call, clock);
    const auto by =
        node == nullptr
            ? std::nullopt
            : acting(call, *node,
                     {site::Role::practitioner, site::Role::duty_manager, site::Role::information_governance});
    if (!by) { return exit_failed; }
    for (std::int64_t after = 0;;) {
        const auto rows = flow::near_misses(node->context(), *by, after, trace_max);
        if (!rows) { return failed(rows.error()); }
        for (const auto& row : *rows) { std::cout << row.json << "\n"; }
        if (std::ssize(*rows) < trace_max) { return exit_ok; }
        after = rows->back().id;
    }
}

int ledger_export(const Call& call) {
    if (call.arguments.size() != 1) { return usage("ledger export"); }
    const SystemClock clock;
    const auto node = open_beside(call, clock);
    if (node == nullptr) { return exit_failed; }
    std::ofstream out(call.arguments[0], std::ios::binary);
    const auto done = flow::export_ledger(node->context().readers, [&](std::string_view bytes) -> Result<void> {
        out.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
        if (!out) { return fail(Fault::unreachable, "the file cannot be written"); }
        return {};
    });
    return done ? exit_ok : failed(done.error());
}

int ledger_key(const Call& call) {
    const SystemClock clock;
    const auto node = open_beside(call, clock);
    if (node == nullptr) { return exit_failed; }
    std::cout << node->ledger_key().public_key().text() << "\n";
    return exit_ok;
}

int ledger_prove(const Call& call) {
    const auto id = call.arguments.size() == 1 ? id_from_text(call.arguments[0]) : std::nullopt;
    if (!id) { return usage("ledger prove"); }
    const SystemClock clock;
    const auto node = open_beside(call, clock);
    if (node == nullptr) { return exit_failed; }
    const auto proven = flow::prove_entry(node->context().readers, ledger::EntryId{*id});
    if (!proven) { return failed(proven.error()); }
    std::cout << proven->text();
    return exit_ok;
}

int ledger_verify(const Call& call) {
    if (call.arguments.size() < 2) { return usage("ledger verify"); }
    FileSource file(call.arguments[0]);
    const auto key = PublicKey::parse(call.arguments[1]);
    if (!key) { return failed(key.error()); }
    if (!file.is_open()) { return failed(Error{Fault::missing, "no such file", {}}); }
    if (is_proof(call.arguments[0])) { return verify_proof(call.arguments[0], *key); }
    auto trust = trusted({call.arguments.begin() + 2, call.arguments.end()}, *key);
    if (!trust) { return failed(trust.error()); }
    const auto report = ledger::verify(file, *trust);
    if (!report) { return failed(report.error()); }
    std::cout << report->text();
    for (std::size_t i = 0; i < trust->witnesses.size(); ++i) {
        std::cout << "witness " << i + 1 << ", " << trust->witnesses[i].name() << ": countersigned the first "
                  << report->witnessed[i] << " leaves\n";
    }
    return report->good() ? exit_ok : exit_failed;
}

}  // namespace haven::cli
