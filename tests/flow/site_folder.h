#pragma once
#include <filesystem>
#include <string>

#include "tests/peers/council.h"
#include "tests/peers/sftp_partner.h"

/// A copy of the reference site whose partners are real processes of this test.
namespace haven::test {

class SiteFolder {
public:
    SiteFolder() {
        namespace fs = std::filesystem;
        fs::copy(HAVEN_SOURCE_DIR "/deploy/beacon", site(), fs::copy_options::recursive);
        fs::remove_all(site() / "var");
        replace("haven.toml", "../../schemas", fs::relative(HAVEN_SOURCE_DIR "/schemas", site()).string());
        fs::create_directories(site() / "var/northshire");
        replace("partners/eastford-council.toml", "https://localhost:8471/referrals", council_.url());
        for (const char* file : {"hub.crt", "hub.key", "authority.crt"}) {
            replace("partners/eastford-council.toml", std::string("var/certificates/") + file,
                    (peers::certificates().path() / file).string());
        }
        for (const char* charity : {"steadfast", "kindred"}) {
            const auto file = std::string("partners/") + charity + ".toml";
            const auto in = sftp_.new_folder();
            const auto answers = sftp_.new_folder();
            replace(file, std::string("sftp://127.0.0.1:8472/in/") + charity,
                    "sftp://127.0.0.1:" + std::to_string(sftp_.port()) + in);
            replace(file, std::string("/answers/") + charity, answers);
            replace(file, "\"tester\"", "\"" + sftp_.user() + "\"");
            replace(file, "var/ssh/hub_key", sftp_.keys("client"));
            replace(file, "var/ssh/host_keys", sftp_.keys("host_keys"));
            folders_[charity] = {in, answers};
        }
    }
    std::filesystem::path site() const { return folder_.path() / "site"; }
    peers::Council& council() { return council_; }
    const std::string& drop(const std::string& charity) { return folders_.at(charity).first; }
    const std::string& answers(const std::string& charity) { return folders_.at(charity).second; }
    /// Drops an export as the force does: written beside, then renamed.
    void export_csv(const std::string& name, const std::string& bytes) const {
        peers::put_file(site() / "var/northshire" / name, bytes);
    }
    /// The one file whose name ends so, once it is there; "" if it never comes.
    static std::string dropped(const std::string& folder, const std::string& part) {
        std::string found;
        peers::eventually([&] {
            for (const auto& entry : std::filesystem::directory_iterator(folder)) {
                const auto name = entry.path().filename().string();
                if (name.find(part) != std::string::npos && !name.ends_with(".part")) { found = entry.path(); }
            }
            return !found.empty();
        });
        return found.empty() ? "" : peers::file_text(found);
    }
    /// A folder of the SFTP server that belongs to nobody yet.
    std::string new_drop() { return sftp_.new_folder(); }
    /// The lines of a partner's file that name a handler with a folder as the way to her.
    std::string handler_by_sftp(const std::string& folder) const {
        return "\n[handler]\nname = \"the safeguarding lead\"\n[handler.adapter]\nkind = \"sftp_drop\"\nurl = "
               "\"sftp://127.0.0.1:" +
               std::to_string(sftp_.port()) + folder + "\"\nuser = \"" + sftp_.user() + "\"\nkey = \"" +
               sftp_.keys("client") + "\"\nhost_keys = \"" + sftp_.keys("host_keys") + "\"\n";
    }
    /// Adds lines at the end of a file of the site, before the hub starts.
    void add(const std::string& file, const std::string& lines) const {
        peers::put_file(site() / file, peers::file_text(site() / file) + lines);
    }
    /// From now on the site has schemas of its own, which a test may spoil and mend. Before the hub starts.
    std::filesystem::path own_schemas() {
        namespace fs = std::filesystem;
        auto own = folder_.path() / "schemas";
        fs::copy(HAVEN_SOURCE_DIR "/schemas", own, fs::copy_options::recursive);
        replace("haven.toml", fs::relative(HAVEN_SOURCE_DIR "/schemas", site()).string(), own.string());
        return own;
    }
    /// Changes a file of the site, before the hub starts.
    void replace(const std::string& file, const std::string& from, const std::string& to) const {
        auto text = peers::file_text(site() / file);
        for (auto at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size())) {
            text.replace(at, from.size(), to);
        }
        peers::put_file(site() / file, text);
    }

private:
    peers::TemporaryFolder folder_;
    peers::Council council_;
    peers::SftpPartner sftp_;
    std::map<std::string, std::pair<std::string, std::string>> folders_;
};

}  // namespace haven::test
