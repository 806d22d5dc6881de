#include "adapters/sftp_drop/adapter.h"

#include <algorithm>
#include <array>
#include <deque>
#include <utility>

#include "adapters/transport/sftp_client.h"

namespace haven::sftp_drop {
namespace {

using namespace sdk;
using transport::ListedFile;
using transport::NoReply;
using transport::NothingSent;
using transport::SftpClient;
using transport::SftpEndpoint;

constexpr std::size_t answer_bytes_max = std::size_t{8} * 1024 * 1024;
constexpr const char* part_ending = ".part";
constexpr const char* taken_folder = "/taken";

constexpr std::array settings{
    Setting{"url", SettingKind::url, nullptr, "the partner's server and the folder that messages are dropped into"},
    Setting{"user", SettingKind::text, nullptr, "the hub's account there"},
    Setting{"key", SettingKind::secret, nullptr,
            "the hub's private key: ed25519 or ecdsa, OpenSSH's form, no passphrase"},
    Setting{"host_keys", SettingKind::path, nullptr,
            "the server's keys, checked by telephone, as ssh-keyscan prints them"},
    Setting{"answers", SettingKind::text, "",
            "the absolute folder there that answer files are collected from; none without"},
    Setting{"pattern", SettingKind::text, "*", "which names are answers; * stands for any characters"},
    Setting{"timeout", SettingKind::duration, "20s", "longest wait for one step"},
};

struct Address {
    std::string server;  // sftp://host:port
    std::string folder;  // /absolute/folder
};

Result<Address> address_of(const Settings& given) {
    const auto& url = given.text("url");
    constexpr std::string_view scheme = "sftp://";
    const auto slash = url.find('/', scheme.size());
    if (!url.starts_with(scheme) || slash == std::string::npos || url.ends_with('/')) {
        return fail(
            Error{Fault::malformed, "expected sftp://host/folder without a last slash", {}}.at(given.place("url")));
    }
    return Address{url.substr(0, slash), url.substr(slash)};
}

Result<SftpClient> connect(const Settings& given, const Environment& environment) {
    const auto address = address_of(given);
    if (!address) { return fail(address.error()); }
    auto key = given.secret_file("key");
    if (!key) { return fail(std::move(key).error()); }
    return SftpClient::make(SftpEndpoint{.address = address->server,
                                         .user = given.text("user"),
                                         .key_file = std::move(*key),
                                         .host_keys_file = given.text("host_keys"),
                                         .timeout = given.duration("timeout")},
                            *environment.clock);
}

class DropSink : public Sink {
public:
    DropSink(SftpClient client, std::string folder, const Clock& clock)
        : client_(std::move(client)), folder_(std::move(folder)), clock_(clock) {}

    Delivery send(const Cleared& message, std::string_view /*key*/) override {
        const auto bytes = message.bytes(clock_.now());
        if (!bytes) { return Unreachable{bytes.error().reason}; }
        const auto whole = folder_ + "/" + std::string(message.file_name());
        const auto part = whole + part_ending;

        const auto uploaded = client_.upload(part, message);
        if (const auto* nothing = std::get_if<NothingSent>(&uploaded)) { return Unreachable{nothing->reason}; }
        if (const auto* lost = std::get_if<NoReply>(&uploaded)) { return after_trouble(whole, *bytes, lost->reason); }
        const auto renamed = client_.rename(part, whole);
        if (!renamed) { return after_trouble(whole, *bytes, renamed.error().reason); }
        return Accepted{};
    }

    std::optional<Delivery> ask(std::string_view /*key*/, std::string_view file_name) override {
        const auto name = std::string(file_name);
        for (const auto& path : {folder_ + "/" + name, folder_ + taken_folder + "/" + name}) {
            const auto there = client_.exists(path);
            if (!there) { return Unknown{there.error().reason}; }
            if (*there) { return Accepted{}; }
        }
        if (client_.remove(folder_ + "/" + name + part_ending)) {
            return Unreachable{"the file was never completed; what there was of it is removed"};
        }
        return Unknown{"the partner's folder holds no such file: it never came, or was taken and not kept"};
    }

private:
    // A part that can be removed can no longer become the whole: then, and only then, nothing of this try arrived. The
    // whole may still be there, from an earlier try whose end was not seen.
    Delivery after_trouble(const std::string& whole, std::string_view bytes, const Reason& why) {
        const bool removed = client_.remove(whole + part_ending).has_value();
        const auto there = client_.get(whole, bytes.size());
        if (there && *there == bytes) { return Accepted{}; }
        if (there || there.error().fault == Fault::too_large) {
            return Rejected{"another file has the message's name at the partner"};
        }
        if (removed && there.error().fault == Fault::missing) { return Unreachable{why}; }
        return Unknown{why};
    }

    SftpClient client_;
    std::string folder_;
    const Clock& clock_;
};

class DropSource : public Source {
public:
    DropSource(SftpClient client, std::string folder, std::string pattern, const Environment& environment)
        : client_(std::move(client)),
          folder_(std::move(folder)),
          pattern_(std::move(pattern)),
          environment_(environment) {}

    Result<std::optional<Arrival>> read() override {
        if (waiting_.empty()) {
            if (auto seen = look(); !seen) { return fail(std::move(seen).error()); }
        }
        for (; !waiting_.empty(); waiting_.pop_front()) {
            const auto& file = waiting_.front();
            auto bytes = client_.get(folder_ + "/" + file.name, answer_bytes_max);
            if (!bytes && bytes.error().fault == Fault::unreachable) { return fail(std::move(bytes).error()); }
            // Gone, grown or shrunk since it was listed: the partner is at it, and the next look will find it.
            if (!bytes || bytes->size() != file.bytes) { continue; }
            return Arrival{file.name, std::string(media_type_of(file.name).value_or("")),
                           std::make_unique<OwnedSource>(std::move(*bytes))};
        }
        return std::nullopt;
    }

    std::int64_t passed_over() const override { return passed_over_; }

    Result<void> acknowledge(std::string_view token) override {
        if (!is_plain_name(token)) { return fail(Fault::refused, "expected a token of this adapter"); }
        const std::string name(token);
        const auto taken = folder_ + taken_folder;
        if (!has_taken_folder_) {
            if (auto made = client_.make_folder(taken); !made) { return made; }
            has_taken_folder_ = true;
        }
        waiting_.erase(std::remove_if(waiting_.begin(), waiting_.end(), [&](const auto& f) { return f.name == name; }),
                       waiting_.end());
        const auto first = client_.rename(folder_ + "/" + name, taken + "/" + name);
        if (first) { return {}; }
        const auto still_there = client_.exists(folder_ + "/" + name);
        if (!still_there) { return fail(still_there.error()); }
        if (!*still_there) { return {}; }  // an earlier acknowledgement did it
        const auto other = name + "." + std::to_string(to_us(environment_.clock->now()));
        return client_.rename(folder_ + "/" + name, taken + "/" + other);
    }

private:
    Result<void> look() {
        auto files = client_.list(folder_);
        if (!files) { return fail(std::move(files).error()); }
        passed_over_ = 0;
        for (auto& file : *files) {
            const bool is_hidden = file.name.starts_with('.');
            if (is_hidden || !fits(file.name, pattern_) || file.name.ends_with(part_ending)) { continue; }
            if (is_plain_name(file.name) && media_type_of(file.name) && file.bytes <= answer_bytes_max) {
                waiting_.push_back(std::move(file));
            } else {
                ++passed_over_;
            }
        }
        return {};
    }

    SftpClient client_;
    std::string folder_;
    std::string pattern_;
    Environment environment_;
    std::deque<ListedFile> waiting_;  // seen at the last look and not yet acknowledged, by name
    bool has_taken_folder_ = false;
    std::int64_t passed_over_ = 0;
};

Result<std::unique_ptr<Sink>> make_sink(const Settings& given, const Environment& environment) {
    auto client = connect(given, environment);
    if (!client) { return fail(std::move(client).error()); }
    return std::make_unique<DropSink>(std::move(*client), address_of(given)->folder, *environment.clock);
}

Result<std::unique_ptr<Source>> make_source(const Settings& given, const Environment& environment) {
    if (given.text("answers").empty()) { return nullptr; }
    auto client = connect(given, environment);
    if (!client) { return fail(std::move(client).error()); }
    return std::make_unique<DropSource>(std::move(*client), given.text("answers"), given.text("pattern"), environment);
}

// Lists both folders: the server's key, the hub's key and the folders are all tried by it.
Result<void> self_test(const Settings& given, const Environment& environment) {
    auto client = connect(given, environment);
    if (!client) { return fail(std::move(client).error()); }
    auto listed = client->list(address_of(given)->folder);
    if (!listed) { return fail(std::move(listed).error().at(given.place("url"))); }
    if (given.text("answers").empty()) { return {}; }
    listed = client->list(given.text("answers"));
    if (!listed) { return fail(std::move(listed).error().at(given.place("answers"))); }
    return {};
}

}  // namespace

const Declaration declaration{
    .name = "sftp_drop",
    .summary = "Drops messages as files into a partner's SFTP folder, and collects its answer files.",
    .settings = settings,
    .posture = Posture::hardened,
    .in_flight = 1,
    .make_sink = make_sink,
    .make_source = make_source,
    .self_test = self_test,
};

}  // namespace haven::sftp_drop
