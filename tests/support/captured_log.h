#pragma once
#include <fcntl.h>
#include <unistd.h>

#include <filesystem>
#include <string>

#include "tests/peers/peer.h"

namespace haven::test {

/// Everything that this process writes to standard error, from here to the end of this object.
class CapturedLog {
public:
    CapturedLog() : before_(::dup(STDERR_FILENO)) {
        const int file = ::open(path().c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
        ::dup2(file, STDERR_FILENO);
        ::close(file);
    }
    CapturedLog(const CapturedLog&) = delete;
    CapturedLog& operator=(const CapturedLog&) = delete;
    ~CapturedLog() {
        ::dup2(before_, STDERR_FILENO);
        ::close(before_);
    }
    std::string text() const { return peers::file_text(path()); }

private:
    std::string path() const { return folder_ / "log"; }
    peers::TemporaryFolder folder_;
    int before_;
};

}  // namespace haven::test
