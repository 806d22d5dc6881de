#include "hub/flow/erasure_journal.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fstream>
#include <string>

namespace haven::flow {
namespace {

constexpr Reason not_written("the journal of erasures cannot be written");
constexpr Reason not_read("the journal of erasures cannot be read");

}  // namespace

Result<std::set<std::int64_t>> ErasureJournal::read() const {
    std::set<std::int64_t> out;
    std::error_code unknown;
    if (!std::filesystem::exists(file_, unknown) && !unknown) { return out; }
    std::ifstream in(file_);
    if (!in) { return fail(Fault::unreachable, not_read); }
    const auto whole = id_text(std::int64_t{0}).size();
    for (std::string line; std::getline(in, line);) {
        const auto id = line.size() == whole ? id_from_text(line) : std::nullopt;
        if (id) { out.insert(*id); }
    }
    if (in.bad()) { return fail(Fault::unreachable, not_read); }
    return out;
}

// Begins with the end of a line: whatever a crash left there before stands alone.
Result<void> ErasureJournal::add(const std::vector<std::int64_t>& ids) const {
    if (ids.empty()) { return {}; }
    std::error_code ignored;  // where systemd gives the keys there may be no folder of them
    std::filesystem::create_directories(file_.parent_path(), ignored);
    std::string lines = "\n";
    for (const auto id : ids) { lines += id_text(id) + "\n"; }
    const int file = ::open(file_.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_NOFOLLOW | O_CLOEXEC, S_IRUSR | S_IWUSR);
    if (file < 0) { return fail(Fault::unreachable, not_written); }
    const bool written =
        ::write(file, lines.data(), lines.size()) == static_cast<ssize_t>(lines.size()) && ::fsync(file) == 0;
    ::close(file);
    if (!written) { return fail(Fault::unreachable, not_written); }
    const int folder = ::open(file_.parent_path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    const bool synced = folder >= 0 && ::fsync(folder) == 0;
    if (folder >= 0) { ::close(folder); }
    if (!synced) { return fail(Fault::unreachable, not_written); }
    return {};
}

}  // namespace haven::flow
