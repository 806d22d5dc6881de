#include "hub/flow/erasure_journal.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fstream>

#include "core/base/encoding.h"

namespace haven::flow {
namespace {

constexpr Reason not_written("the journal of erasures cannot be written");
// However short a crash cuts such a line, it is no id.
constexpr std::string_view reference_word = "reference ";
constexpr Reason not_read("the journal of erasures cannot be read");

}  // namespace

Result<void> ErasureJournal::each_line(const std::function<void(const std::string&)>& take) const {
    std::error_code unknown;
    if (!std::filesystem::exists(file_, unknown) && !unknown) { return {}; }
    std::ifstream in(file_);
    if (!in) { return fail(Fault::unreachable, not_read); }
    for (std::string line; std::getline(in, line);) { take(line); }
    if (in.bad()) { return fail(Fault::unreachable, not_read); }
    return {};
}

Result<std::set<std::int64_t>> ErasureJournal::read() const {
    std::set<std::int64_t> out;
    const auto whole = id_text(std::int64_t{0}).size();
    auto done = each_line([&](const std::string& line) {
        const auto id = line.size() == whole ? id_from_text(line) : std::nullopt;
        if (id) { out.insert(*id); }
    });
    if (!done) { return fail(std::move(done).error()); }
    return out;
}

Result<std::set<Digest16>> ErasureJournal::references() const {
    std::set<Digest16> out;
    auto done = each_line([&](const std::string& line) {
        if (!line.starts_with(reference_word)) { return; }
        const auto bytes = from_hex(std::string_view(line).substr(reference_word.size()));
        if (const auto digest = bytes ? Digest16::from(*bytes) : std::nullopt) { out.insert(*digest); }
    });
    if (!done) { return fail(std::move(done).error()); }
    return out;
}

// Begins with the end of a line: whatever a crash left there before stands alone.
Result<void> ErasureJournal::add(const std::vector<std::int64_t>& ids, const std::vector<Digest16>& references) const {
    if (ids.empty() && references.empty()) { return {}; }
    std::error_code ignored;  // where systemd gives the keys there may be no folder of them
    std::filesystem::create_directories(file_.parent_path(), ignored);
    std::string lines = "\n";
    for (const auto id : ids) { lines += id_text(id) + "\n"; }
    for (const auto& digest : references) { lines += std::string(reference_word) + to_hex(digest.view()) + "\n"; }
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
