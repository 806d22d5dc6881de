#pragma once
#include <pwd.h>
#include <unistd.h>

#include <string>

#include "tests/peers/peer.h"

namespace haven::peers {

/// A partner's SFTP server, tests/peers/sftp_server, running as the user who runs the test.
class SftpPartner {
public:
    SftpPartner() : peer_("sftp_server", {keys_.path()}) {}
    int port() const { return peer_.port(); }
    std::string user() const { return ::getpwuid(::geteuid())->pw_name; }
    std::string keys(const std::string& name) const { return keys_ / name; }
    /// An empty folder on the server, by its absolute path there, which is its path here.
    std::string new_folder() {
        auto path = files_ / ("drop-" + std::to_string(++folders_));
        std::filesystem::create_directory(path);
        return path;
    }

private:
    TemporaryFolder keys_;
    TemporaryFolder files_;
    int folders_ = 0;
    Peer peer_;
};

}  // namespace haven::peers
