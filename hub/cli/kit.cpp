#include <filesystem>
#include <fstream>
#include <iostream>
#include <map>
#include <set>

#include "core/agreement/print.h"
#include "hub/cli/run.h"
#include "hub/cli/schemas.h"
#include "hub/site/stand_in.h"
#include "mapping/identity.h"

/// What a partner's analyst needs, in one folder.
namespace haven::cli {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view guide = R"(# Kit for PARTNER

Everything here is fictional or agreed text; no person's data is in it. Keep it so: never test with real people.

| folder | holds |
|---|---|
| `agreements` | the agreements between you and the hub, every field written out |
| `dialects` | how your messages look: what each is (README), its schema where there is one, the maps, samples |
| `stand-in` | a small hub of your own to test against, with you as its only partner |

At first, and at the stand-in always, you are in *rehearsal*: what you send becomes fictional cases, and only fictional cases are
put to you. You become live when your file in the site says so; one person at the hub publishes that and another activates it.

## The stand-in

    haven --site=stand-in check
    haven --site=stand-in serve                                    on http://127.0.0.1:8460

    admin=--token=stand-in/var/keys/first-administrator-token      in a second terminal, once
    haven --site=stand-in $admin partner token PARTNER > partner.token
    haven --site=stand-in $admin user add tester practitioner > tester.token

It writes to `stand-in/var` only. Delete that folder to begin anew.

## Send a message

    POST /v1/partners/PARTNER/messages
    Authorization: Bearer TOKEN
    Content-Type: text/csv | application/json | application/xml | text/plain
    Idempotency-Key: anything of yours     (optional)

`text/plain` is fixed-width text. A file that the hub fetches, or that is put into a folder for it, says the same by its ending:
.csv, .json, .xml or .txt; one with another ending lies there unread.

202 means that the hub has it for good. 200 means that the same message came before; you get its number again. Then ask what
became of each record, with place and reason and never with a value:

    GET /v1/messages/NUMBER

`malformed`: the message breaks its own format. `unmapped`: a code or field that no line of the map knows.

## Be asked, and answer

A tester opens a fictional case that needs your help, and you see what you would be told:

    POST /v1/cases?fictional=yes           with the tester's token, a contact in the hub's own JSON
    GET  /v1/referrals                     with yours: the offers to you
    POST /v1/referrals/REFERENCE/answers   in the hub's own JSON, or an answer in your own format as a message

Errors are problems as of RFC 9457. The hub at work accepts the same calls over TLS, at the address that it tells you.
)";

bool write(const fs::path& path, const std::string& text) {
    std::error_code failed;
    fs::create_directories(path.parent_path(), failed);
    std::ofstream out(path, std::ios::binary);
    out << text;
    out.close();
    if (!out) { std::cerr << "haven: cannot write " << path.string() << "\n"; }
    return static_cast<bool>(out);
}

std::string for_partner(std::string text, const std::string& name) {
    constexpr std::string_view word = "PARTNER";
    for (auto at = text.find(word); at != std::string::npos; at = text.find(word, at + name.size())) {
        text.replace(at, word.size(), name);
    }
    return text;
}

bool write_agreements(const site::Site& site, const site::SiteFiles& files, const std::string& partner,
                      const fs::path& folder) {
    for (const auto& name : site::agreements_of(files, partner)) {
        std::vector<std::shared_ptr<const Agreement>> records;
        for (const auto& agreement : site.agreements) {
            if (agreement->terms().name == name) { records.push_back(agreement); }
        }
        if (!write(folder / (name + ".txt"), agreement_text(records, *site.zone))) { return false; }
    }
    return true;
}

bool copy_to(const fs::path& from, const fs::path& to) {
    std::error_code failed;
    fs::create_directories(to.parent_path(), failed);
    fs::copy(from, to, fs::copy_options::recursive, failed);
    if (failed) { std::cerr << "haven: cannot copy " << from.string() << "\n"; }
    return !failed;
}

// Of the canonical schema only what the partner speaks: the XSD of each record type and of what all share, its map and
// its samples.
bool write_canonical(const std::string& schemas, const site::Site& site, const std::set<std::string>& maps,
                     const fs::path& folder) {
    const auto files = read_dialect(schemas, "haven", site.versions);
    if (!files) {
        std::cerr << "haven: no dialect haven in " << schemas << "/dialects\n";
        return false;
    }
    bool good = copy_to(fs::path(schemas) / "dialects/haven/README.md", folder / "README.md");
    for (const auto& name : maps) {
        const auto named = canonical_type("haven/" + name, site.versions);
        if (!named) { continue; }  // load_site has refused it
        const auto version = fs::path(schemas) / "canonical" / std::to_string(named->catalogue->version());
        const auto type = std::string(named->catalogue->record_type(named->type).name.text());
        const auto xsd = folder / version.filename();
        good = good && (fs::exists(xsd / "types.xsd") || copy_to(version / "types.xsd", xsd / "types.xsd")) &&
               copy_to(version / (type + ".xsd"), xsd / (type + ".xsd")) &&
               write(folder / (name + ".map"), identity_map(*named->catalogue, named->type, false));
    }
    for (const auto& [file, text] : files->samples) {
        const auto sample = file.ends_with(".case") ? parse_sample(text, file) : tl::unexpected(Problem{});
        if (!sample || !maps.contains(sample->map)) { continue; }
        good = good && write(folder / "samples" / file, text);
        const auto beside = files->samples.find(sample->file);
        if (beside != files->samples.end()) {
            good = good && write(folder / "samples" / beside->first, beside->second);
        }
    }
    return good;
}

// The whole folder of each dialect: the partner sees how its messages look as the hub's people do.
bool write_dialects(const std::string& schemas, const site::Site& site, const site::SiteFiles& files,
                    const std::string& partner, const fs::path& folder) {
    std::map<std::string, std::set<std::string>> dialects;
    for (const auto& name : site::maps_of(files, partner)) {
        const auto slash = name.find('/');
        dialects[name.substr(0, slash)].insert(name.substr(slash + 1));
    }
    bool good = true;
    for (const auto& [name, maps] : dialects) {
        good = good && (name == "haven" ? write_canonical(schemas, site, maps, folder / name)
                                        : copy_to(fs::path(schemas) / "dialects" / name, folder / name));
    }
    return good;
}

}  // namespace

int partner_kit(const Call& call) {
    if (call.arguments.size() != 1) { return usage("partner kit"); }
    const auto site = load_site(call.site);
    const auto* partner = site == nullptr ? nullptr : find_partner(*site, call.arguments[0]);
    if (partner == nullptr) { return exit_failed; }
    const std::string name(partner->name.text());
    const fs::path out = call.out.empty() ? fs::path(name + "-kit") : fs::path(call.out);
    if (fs::exists(out)) {
        std::cerr << "haven: " << out.string() << " is there already; nothing was written\n";
        return exit_failed;
    }
    const auto files = site::SiteFiles::read(call.site);
    if (!files) { return failed(files.error(), call.site); }
    bool good = write(out / "README.md", for_partner(std::string(guide), name)) &&
                write_agreements(*site, *files, name, out / "agreements") &&
                write_dialects(schema_folder(call.site), *site, *files, name, out / "dialects");
    for (const auto& [path, text] : site::stand_in(*files, name).texts) {
        good = good && write(out / "stand-in" / path, text);
    }
    if (good) { std::cout << out.string() << ": written\n"; }
    return good ? exit_ok : exit_failed;
}

}  // namespace haven::cli
