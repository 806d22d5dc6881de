#include "core/seal/secret_file.h"

#include <fcntl.h>
#include <sodium.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <utility>

namespace haven {
namespace {

constexpr mode_t owner_may_read = 0400;
constexpr mode_t rights_of_others = 0077;

class File {
public:
    explicit File(int descriptor) : descriptor_(descriptor) {}
    File(const File&) = delete;
    File& operator=(const File&) = delete;
    ~File() {
        if (descriptor_ >= 0) { ::close(descriptor_); }
    }
    int descriptor() const { return descriptor_; }

private:
    int descriptor_;
};

tl::unexpected<Error> fail_at(const std::filesystem::path& path, Fault fault, Reason reason) {
    return fail(Error{fault, reason, {}}.at(place_of(path)));
}

tl::unexpected<Error> fail_to_open(const std::filesystem::path& path, int why) {
    switch (why) {
        case ENOENT:
        case ENOTDIR: return fail_at(path, Fault::missing, "there is no such secret file");
        case ELOOP:
        case ENXIO: return fail_at(path, Fault::refused, "the secret must be a regular file");
        case EACCES:
        case EPERM: return fail_at(path, Fault::refused, "this user may not open the secret file");
        default: return fail_at(path, Fault::unreachable, "the secret file cannot be opened");
    }
}

bool write_all(int descriptor, std::string_view bytes) {
    while (!bytes.empty()) {
        const auto written = ::write(descriptor, bytes.data(), bytes.size());
        if (written < 0 && errno == EINTR) { continue; }
        if (written <= 0) { return false; }
        bytes.remove_prefix(static_cast<std::size_t>(written));
    }
    return true;
}

bool sync_folder(const std::filesystem::path& path) {
    const auto folder = path.has_parent_path() ? path.parent_path() : std::filesystem::path(".");
    const File file(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    return file.descriptor() >= 0 && ::fsync(file.descriptor()) == 0;
}

Result<std::string> read_up_to(const File& file, const std::filesystem::path& path, std::size_t bytes_max) {
    std::string text(bytes_max + 1, '\0');  // one more, so that a file that grew meanwhile is seen
    std::size_t have = 0;
    while (have < text.size()) {
        const auto got = ::read(file.descriptor(), text.data() + have, text.size() - have);
        if (got < 0 && errno == EINTR) { continue; }
        if (got < 0) {
            wipe(text);
            return fail_at(path, Fault::unreachable, "the secret file cannot be read");
        }
        if (got == 0) { break; }
        have += static_cast<std::size_t>(got);
    }
    if (have > bytes_max) {
        wipe(text);
        return fail_at(path, Fault::too_large, Reason("expected at most ", bytes_max, " bytes in the secret file"));
    }
    text.resize(have);
    return text;
}

}  // namespace

std::filesystem::path secrets_folder(const std::filesystem::path& otherwise) {
    const char* const given = std::getenv("CREDENTIALS_DIRECTORY");  // NOLINT(concurrency-mt-unsafe): read at start
    return given != nullptr && *given != '\0' ? std::filesystem::path(given) : otherwise;
}

Result<std::string> read_secret_file(const std::filesystem::path& path, std::size_t bytes_max) {
    // O_NONBLOCK: a pipe put in the file's place must not hold the start.
    const File file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK));
    if (file.descriptor() < 0) { return fail_to_open(path, errno); }
    struct stat status {};
    if (::fstat(file.descriptor(), &status) != 0) {
        return fail_at(path, Fault::unreachable, "the secret file cannot be examined");
    }
    if (!S_ISREG(status.st_mode)) { return fail_at(path, Fault::refused, "the secret must be a regular file"); }
    if ((status.st_mode & rights_of_others) != 0) {
        return fail_at(path, Fault::refused, "group or others may use the secret file: chmod it to 0400");
    }
    if (status.st_uid != ::geteuid() && status.st_uid != 0) {
        return fail_at(path, Fault::refused, "the secret file belongs to another user");
    }
    return read_up_to(file, path, bytes_max);
}

Result<void> write_new_secret_file(const std::filesystem::path& path, std::string_view text) {
    const File file(::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, owner_may_read));
    if (file.descriptor() < 0) {
        if (errno == EEXIST) { return fail_at(path, Fault::conflict, "the secret file exists already"); }
        return fail_at(path, Fault::unreachable, "the secret file cannot be made");
    }
    if (!write_all(file.descriptor(), text) || ::fsync(file.descriptor()) != 0 || !sync_folder(path)) {
        ::unlink(path.c_str());
        return fail_at(path, Fault::unreachable, "the secret file cannot be written");
    }
    return {};
}

Result<void> destroy_secret_file(const std::filesystem::path& path) {
    const auto missing = [&] { return fail_at(path, Fault::missing, "no such secret file"); };
    (void)::chmod(path.c_str(), S_IRUSR | S_IWUSR);
    const File file(::open(path.c_str(), O_WRONLY | O_NOFOLLOW | O_CLOEXEC));
    if (file.descriptor() < 0 && errno == ENOENT) { return missing(); }
    struct stat status {};
    const bool known = file.descriptor() >= 0 && ::fstat(file.descriptor(), &status) == 0;
    const bool zeroed = known &&
                        write_all(file.descriptor(), std::string(static_cast<std::size_t>(status.st_size), '\0')) &&
                        ::fsync(file.descriptor()) == 0;
    const int unlinked = zeroed ? ::unlink(path.c_str()) : 0;
    if (unlinked != 0 && errno == ENOENT) { return missing(); }  // another was faster
    if (!zeroed || unlinked != 0 || !sync_folder(path)) {
        return fail_at(path, Fault::unreachable, "the secret file cannot be destroyed");
    }
    return {};
}

Place place_of(const std::filesystem::path& file) {
    return Place::file(Name::declare(file.filename().native()));
}

void wipe(std::string& secret) {
    sodium_memzero(secret.data(), secret.size());
    secret.clear();
}

}  // namespace haven
