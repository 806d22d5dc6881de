#pragma once
#include <sys/stat.h>

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"

namespace haven::police_import {

/// An open file or folder, closed at its end.
class Descriptor {
public:
    explicit Descriptor(int fd = -1) : fd_(fd) {}
    Descriptor(Descriptor&& other) noexcept : fd_(other.fd_) { other.fd_ = -1; }
    Descriptor& operator=(Descriptor&& other) noexcept;
    ~Descriptor();
    int get() const { return fd_; }
    explicit operator bool() const { return fd_ >= 0; }

private:
    int fd_;
};

/// What makes a file this very file in this very state; a write, a rename or another file in its place changes it.
struct Identity {
    std::uint64_t inode = 0;
    std::int64_t bytes = 0;
    std::int64_t changed_ns = 0;  ///< the system's own mark of the last change, which no program can set

    static Identity of(const struct stat& is);
    bool operator==(const Identity&) const = default;
};

/// A folder, worked on through its descriptor: what is opened or moved is in it, whatever happens to its path.
class Folder {
public:
    /// Errors: missing - no such folder, or it may not be entered.
    static Result<Folder> open(const std::string& path);
    /// Opens a folder in this one; makes it where it is not there.
    ///
    /// Errors: refused - it cannot be made, is a link, or belongs to somebody other than the hub's user or root.
    Result<Folder> inner(const char* name, mode_t rights) const;

    Result<std::vector<std::string>> names() const;  ///< of what lies in it but folders, in order
    /// Opens a file to read: a regular one with no other name, not through a link. Nothing for anything else.
    std::optional<Descriptor> file(const std::string& name) const;
    std::optional<Identity> identity(const std::string& name) const;
    /// Moves a file into `to`; false where `to` has one of that name already, which stays as it is.
    Result<bool> move(const std::string& name, const Folder& to, const std::string& new_name) const;
    /// Writes a whole file in one step, over an older one of the name; on disk when it returns.
    Result<void> write(const std::string& name, std::string_view bytes) const;
    void remove(const std::string& name) const;
    bool writable() const;
    std::uint64_t device() const;  ///< files move only between folders of one device

private:
    explicit Folder(Descriptor fd) : fd_(std::move(fd)) {}
    Descriptor fd_;
};

}  // namespace haven::police_import
