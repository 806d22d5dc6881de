#pragma once
#include <chrono>
#include <memory>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "adapters/transport/exchange.h"
#include "core/base/cleared.h"
#include "core/base/result.h"

namespace haven::transport {

/// How one partner's SFTP server is reached, and how each side knows the other.
struct SftpEndpoint {
    std::string address;         ///< sftp://host[:port], nothing after it
    std::string user;            ///< plain name of the account at the partner
    std::string key_file;        ///< the hub's private key: ed25519 or ecdsa, OpenSSH's form, no passphrase
    std::string host_keys_file;  ///< the partner's keys as ssh-keyscan prints them; without one nothing connects
    std::chrono::milliseconds timeout{20'000};  ///< longest one operation
};

/// A whole file stands at the partner.
struct Uploaded {};
using Upload = std::variant<Uploaded, NothingSent, NoReply>;

/// A file as the partner lists it.
struct ListedFile {
    std::string name;
    std::size_t bytes = 0;
};

/// SFTP to one partner under one identity: its own connection, kept alive between calls, shared with nobody.
///
/// Logs in by public key only. The server's key must be one of the pinned ones before anything is said. Paths are
/// absolute and made of plain names (`sdk::is_plain_name`); any other is refused here. One thread at a time; a call
/// takes at most `timeout`. Where the pins are all of one kind, that kind is asked for; where they are of several, pin
/// every key that the server offers.
class SftpClient {
public:
    /// Errors: refused - an address of another form, a user's name that is not plain, a private key that cannot be
    /// used; malformed or missing - the file of host keys.
    static Result<SftpClient> make(SftpEndpoint endpoint, const Clock& clock);
    SftpClient(SftpClient&&) noexcept;
    SftpClient& operator=(SftpClient&&) noexcept;
    ~SftpClient();

    /// Writes the message to `path`, over what is there. The message is asked for its bytes before connecting, again
    /// when the connection stands, and again at the first byte: a refusal at any of these is NothingSent.
    Upload upload(const std::string& path, const Cleared& message);

    /// Of all below. Errors: missing - no such file or folder; refused - the partner does not allow it; too_large; and
    /// unreachable - anything else, which for `rename` and `remove` also means that it may have been done.
    Result<std::vector<ListedFile>> list(const std::string& folder);  ///< plain files, by name, which may be an odd one
    Result<std::string> get(const std::string& path, std::size_t bytes_max);
    Result<bool> exists(const std::string& path);
    /// Never onto a name that is taken: `from` then stays. Source: draft-ietf-secsh-filexfer-02, section 6.5.
    Result<void> rename(const std::string& from, const std::string& to);
    Result<void> remove(const std::string& path);
    /// Makes a folder if it is not there.
    Result<void> make_folder(const std::string& path);

private:
    struct State;
    explicit SftpClient(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
};

}  // namespace haven::transport
