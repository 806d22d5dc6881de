#include "adapters/transport/sftp_client.h"

#include <algorithm>
#include <charconv>
#include <fstream>
#include <optional>
#include <sstream>

#include "adapters/sdk/plain_name.h"
#include "adapters/transport/easy.h"
#include "adapters/transport/outgoing.h"
#include "adapters/transport/ssh_key.h"

namespace haven::transport {

struct SftpClient::State {
    SftpEndpoint endpoint;
    const Clock* clock;
    std::vector<HostKey> host_keys;
    bool one_kind;  // of host keys
    Easy easy;

    void begin(const std::string& path);
    Result<void> ask_for(const std::vector<std::string>& commands);
    Result<std::string> fetch(const std::string& path, std::size_t bytes_max, const char* range);
};

namespace {

constexpr std::size_t listing_bytes_max = std::size_t{4} * 1024 * 1024;
constexpr long file_rights = 0640;

int judge_host_key(void* pinned, int /*kind*/, const char* bytes, std::size_t size) {
    const auto& keys = *static_cast<const std::vector<HostKey>*>(pinned);
    const std::string_view shown(bytes, size);
    const bool known = std::any_of(keys.begin(), keys.end(), [&](const HostKey& key) { return key.bytes == shown; });
    return known ? CURLKHMATCH_OK : CURLKHMATCH_MISMATCH;
}

int before_upload(void* outgoing, char* /*address*/, char* /*local*/, int /*port*/, int /*local_port*/) {
    return static_cast<Outgoing*>(outgoing)->clear() ? CURL_PREREQFUNC_OK : CURL_PREREQFUNC_ABORT;
}

struct Taking {
    std::string bytes;
    std::size_t bytes_max;
};

std::size_t take_bytes(char* bytes, std::size_t size, std::size_t count, void* self) {
    auto& taking = *static_cast<Taking*>(self);
    const auto n = size * count;
    if (taking.bytes.size() + n > taking.bytes_max) { return 0; }
    taking.bytes.append(bytes, n);
    return n;
}

// "/drop/inbox": names of partners never stand in it, and a name cannot be "~", which libcurl would expand.
bool is_plain_path(std::string_view path) {
    if (!path.starts_with('/')) { return false; }
    while (!path.empty()) {
        path.remove_prefix(1);
        const auto end = std::min(path.find('/'), path.size());
        if (!sdk::is_plain_name(path.substr(0, end))) { return false; }
        path.remove_prefix(end);
    }
    return true;
}

Error failure(CURLcode code) {
    const auto fault = code == CURLE_REMOTE_FILE_NOT_FOUND      ? Fault::missing
                       : code == CURLE_REMOTE_ACCESS_DENIED     ? Fault::refused
                       : code == CURLE_PEER_FAILED_VERIFICATION ? Fault::refused
                       : code == CURLE_WRITE_ERROR              ? Fault::too_large
                                                                : Fault::unreachable;
    return Error{fault, reason_of(code), {}};
}

tl::unexpected<Error> odd_path() {
    return fail(Fault::refused, "expected an absolute path of plain names");
}

// One line of a listing as `ls -l` writes it: rights, links, owner, group, bytes, three words of a date, name.
std::optional<ListedFile> listed_file(const std::string& line) {
    std::istringstream words(line);
    std::string rights;
    std::string skip;
    std::string bytes;
    ListedFile file;
    words >> rights >> skip >> skip >> skip >> bytes >> skip >> skip >> skip;
    std::getline(words.ignore(), file.name);
    const auto [end, error] = std::from_chars(bytes.data(), bytes.data() + bytes.size(), file.bytes);
    const bool whole = error == std::errc{} && end == bytes.data() + bytes.size();
    if (!words || !rights.starts_with('-') || !whole) { return std::nullopt; }
    return file;
}

}  // namespace

Result<SftpClient> SftpClient::make(SftpEndpoint endpoint, const Clock& clock) {
    if (!endpoint.address.starts_with("sftp://")) { return fail(Fault::refused, "expected an sftp address"); }
    if (!sdk::is_plain_name(endpoint.user)) { return fail(Fault::refused, "expected a user's name of plain letters"); }
    const auto text_of = [](const std::string& path) {
        std::ifstream file(path);
        return std::string(std::istreambuf_iterator<char>(file), {});
    };
    if (auto usable = check_private_key(text_of(endpoint.key_file)); !usable) { return fail(usable.error()); }
    auto keys = host_keys_from(text_of(endpoint.host_keys_file));
    if (!keys) { return fail(keys.error()); }
    const bool one_kind =
        std::all_of(keys->begin(), keys->end(), [&](const HostKey& k) { return k.kind == keys->front().kind; });
    return SftpClient(
        std::unique_ptr<State>(new State{std::move(endpoint), &clock, std::move(*keys), one_kind, Easy{}}));
}

// A judge of host keys is always set: without one, libcurl would talk to anybody. The file of known hosts is set as
// well, for one thing only: libcurl then asks the server for a key of the kind that stands in it.
void SftpClient::State::begin(const std::string& path) {
    easy.begin("sftp", endpoint.timeout);
    easy.set(CURLOPT_SSH_AUTH_TYPES, static_cast<long>(CURLSSH_AUTH_PUBLICKEY));
    easy.set(CURLOPT_SSH_HOSTKEYFUNCTION, judge_host_key);
    easy.set(CURLOPT_SSH_HOSTKEYDATA, &host_keys);
    if (one_kind) { easy.set(CURLOPT_SSH_KNOWNHOSTS, endpoint.host_keys_file.c_str()); }
    easy.set(CURLOPT_SSH_PRIVATE_KEYFILE, endpoint.key_file.c_str());
    easy.set(CURLOPT_USERNAME, endpoint.user.c_str());
    easy.set(CURLOPT_URL, (endpoint.address + path).c_str());
}

Result<void> SftpClient::State::ask_for(const std::vector<std::string>& commands) {
    begin("/");
    CurlList list;
    for (const auto& command : commands) { append(list, command); }
    easy.set(CURLOPT_QUOTE, list.get());
    easy.set(CURLOPT_NOBODY, 1L);
    const auto code = easy.perform();
    if (code != CURLE_OK) { return fail(failure(code)); }
    return {};
}

Result<std::string> SftpClient::State::fetch(const std::string& path, std::size_t bytes_max, const char* range) {
    Taking taking{{}, bytes_max};
    begin(path);
    if (range != nullptr) { easy.set(CURLOPT_RANGE, range); }
    easy.set(CURLOPT_WRITEFUNCTION, take_bytes);
    easy.set(CURLOPT_WRITEDATA, &taking);
    const auto code = easy.perform();
    if (code != CURLE_OK) { return fail(failure(code)); }
    return std::move(taking.bytes);
}

SftpClient::SftpClient(std::unique_ptr<State> state) : state_(std::move(state)) {}
SftpClient::SftpClient(SftpClient&&) noexcept = default;
SftpClient& SftpClient::operator=(SftpClient&&) noexcept = default;
SftpClient::~SftpClient() = default;

Upload SftpClient::upload(const std::string& path, const Cleared& message) {
    if (!is_plain_path(path)) { return NothingSent{odd_path().value().reason}; }
    Outgoing outgoing(message, *state_->clock);
    if (!outgoing.clear()) { return NothingSent{*outgoing.refusal()}; }

    auto& easy = state_->easy;
    state_->begin(path);
    easy.set(CURLOPT_UPLOAD, 1L);
    easy.set(CURLOPT_INFILESIZE_LARGE, static_cast<curl_off_t>(outgoing.bytes()));
    easy.set(CURLOPT_NEW_FILE_PERMS, file_rights);
    easy.set(CURLOPT_PREREQFUNCTION, before_upload);
    easy.set(CURLOPT_PREREQDATA, &outgoing);
    easy.set(CURLOPT_READFUNCTION, &Outgoing::give);
    easy.set(CURLOPT_READDATA, &outgoing);
    const auto code = easy.perform();
    if (code == CURLE_OK) { return Uploaded{}; }
    if (outgoing.left()) { return NoReply{reason_of(code)}; }
    return NothingSent{outgoing.refusal().value_or(reason_of(code))};
}

Result<std::vector<ListedFile>> SftpClient::list(const std::string& folder) {
    if (!is_plain_path(folder)) { return odd_path(); }
    auto text = state_->fetch(folder + "/", listing_bytes_max, nullptr);
    if (!text) { return fail(std::move(text).error()); }
    std::vector<ListedFile> files;
    std::istringstream lines(*text);
    for (std::string line; std::getline(lines, line);) {
        if (auto file = listed_file(line)) { files.push_back(std::move(*file)); }
    }
    std::sort(files.begin(), files.end(), [](const ListedFile& a, const ListedFile& b) { return a.name < b.name; });
    return files;
}

Result<std::string> SftpClient::get(const std::string& path, std::size_t bytes_max) {
    if (!is_plain_path(path)) { return odd_path(); }
    return state_->fetch(path, bytes_max, nullptr);
}

Result<bool> SftpClient::exists(const std::string& path) {
    if (!is_plain_path(path)) { return odd_path(); }
    const auto first = state_->fetch(path, 1, "0-0");
    if (first) { return true; }
    if (first.error().fault == Fault::missing) { return false; }
    return fail(first.error());
}

Result<void> SftpClient::rename(const std::string& from, const std::string& to) {
    if (!is_plain_path(from) || !is_plain_path(to)) { return odd_path(); }
    return state_->ask_for({"rename " + from + " " + to});
}

Result<void> SftpClient::remove(const std::string& path) {
    if (!is_plain_path(path)) { return odd_path(); }
    return state_->ask_for({"rm " + path});
}

Result<void> SftpClient::make_folder(const std::string& path) {
    if (!is_plain_path(path)) { return odd_path(); }
    return state_->ask_for({"*mkdir " + path});  // the star: that it is there already is no error
}

}  // namespace haven::transport
