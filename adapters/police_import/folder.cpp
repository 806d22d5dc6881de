#include "adapters/police_import/folder.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <utility>

namespace haven::police_import {
namespace {

Result<void> write_all(int fd, std::string_view bytes) {
    while (!bytes.empty()) {
        const auto n = ::write(fd, bytes.data(), bytes.size());
        if (n < 0 && errno == EINTR) { continue; }
        if (n < 0) { return fail(Fault::unreachable, Reason("the folder cannot be written to, errno ", errno)); }
        bytes.remove_prefix(static_cast<std::size_t>(n));
    }
    return {};
}

}  // namespace

Descriptor& Descriptor::operator=(Descriptor&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
}

Descriptor::~Descriptor() {
    if (fd_ >= 0) { ::close(fd_); }
}

Identity Identity::of(const struct stat& is) {
    constexpr std::int64_t ns_per_second = 1'000'000'000;
    return {is.st_ino, is.st_size, is.st_ctim.tv_sec * ns_per_second + is.st_ctim.tv_nsec};
}

Result<Folder> Folder::open(const std::string& path) {
    Descriptor fd(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!fd) { return fail(Fault::missing, Reason("expected a folder that the hub may read, errno ", errno)); }
    return Folder(std::move(fd));
}

Result<Folder> Folder::inner(const char* name, mode_t rights) const {
    if (::mkdirat(fd_.get(), name, rights) != 0 && errno != EEXIST) {
        return fail(Fault::refused, Reason("the folder's inner folders cannot be made, errno ", errno));
    }
    Descriptor fd(::openat(fd_.get(), name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
    struct stat is {};
    if (!fd || ::fstat(fd.get(), &is) != 0) {
        return fail(Fault::refused, Reason("the folder's inner folders cannot be opened, errno ", errno));
    }
    if (is.st_uid != ::geteuid() && is.st_uid != 0) {
        return fail(Fault::refused, "expected inner folders that belong to the hub's user or to root");
    }
    return Folder(std::move(fd));
}

Result<std::vector<std::string>> Folder::names() const {
    const int fd = ::openat(fd_.get(), ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);  // a position of its own to read from
    DIR* dir = fd < 0 ? nullptr : ::fdopendir(fd);
    if (dir == nullptr) {
        if (fd >= 0) { ::close(fd); }
        return fail(Fault::unreachable, Reason("the folder cannot be read, errno ", errno));
    }
    std::vector<std::string> names;
    while (const auto* entry = ::readdir(dir)) {
        if (entry->d_type != DT_DIR) { names.emplace_back(&entry->d_name[0]); }
    }
    ::closedir(dir);
    std::sort(names.begin(), names.end());
    return names;
}

// O_NONBLOCK: a pipe under a file's name must not stop the reader.
std::optional<Descriptor> Folder::file(const std::string& name) const {
    Descriptor fd(::openat(fd_.get(), name.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC | O_NOCTTY));
    struct stat is {};
    if (!fd || ::fstat(fd.get(), &is) != 0 || !S_ISREG(is.st_mode) || is.st_nlink != 1) { return std::nullopt; }
    return fd;
}

std::optional<Identity> Folder::identity(const std::string& name) const {
    struct stat is {};
    if (::fstatat(fd_.get(), name.c_str(), &is, AT_SYMLINK_NOFOLLOW) != 0) { return std::nullopt; }
    return Identity::of(is);
}

Result<bool> Folder::move(const std::string& name, const Folder& to, const std::string& new_name) const {
    if (::renameat2(fd_.get(), name.c_str(), to.fd_.get(), new_name.c_str(), RENAME_NOREPLACE) == 0) { return true; }
    if (errno == EEXIST) { return false; }
    return fail(Fault::unreachable, Reason("the file cannot be moved, errno ", errno));
}

Result<void> Folder::write(const std::string& name, std::string_view bytes) const {
    constexpr mode_t rights = 0640;
    const auto part = name + ".part";
    const Descriptor fd(
        ::openat(fd_.get(), part.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, rights));
    if (!fd) { return fail(Fault::unreachable, Reason("the folder cannot be written to, errno ", errno)); }
    if (auto written = write_all(fd.get(), bytes); !written) { return written; }
    if (::fsync(fd.get()) != 0 || ::renameat(fd_.get(), part.c_str(), fd_.get(), name.c_str()) != 0 ||
        ::fsync(fd_.get()) != 0) {
        return fail(Fault::unreachable, Reason("the file cannot be completed, errno ", errno));
    }
    return {};
}

void Folder::remove(const std::string& name) const {
    ::unlinkat(fd_.get(), name.c_str(), 0);
}

bool Folder::writable() const {
    return ::faccessat(fd_.get(), ".", W_OK | X_OK, AT_EACCESS) == 0;
}

std::uint64_t Folder::device() const {
    struct stat is {};
    return ::fstat(fd_.get(), &is) == 0 ? is.st_dev : 0;
}

}  // namespace haven::police_import
