#pragma once
#include <filesystem>
#include <functional>
#include <set>
#include <string>
#include <vector>

#include "core/base/id.h"
#include "core/base/result.h"
#include "core/seal/octets.h"

namespace haven::flow {

/// The ids of the cases that were erased and of their records, and the keyed digests of the references that these came
/// under, kept beside the site's keys and apart from the store: a store that is put back from an older backup does not
/// bring them back, nor takes them in anew. A file of lines, only ever added to; neither says anything of anybody.
class ErasureJournal {
public:
    explicit ErasureJournal(std::filesystem::path file) : file_(std::move(file)) {}

    /// Every id in it; none where there is no file yet. A line that a crash cut short counts for nothing.
    /// Errors: unreachable - the file cannot be read.
    Result<std::set<std::int64_t>> read() const;
    /// Every digest of a reference in it. Errors: as `read`.
    Result<std::set<Digest16>> references() const;
    /// Adds ids and digests, durably. Errors: unreachable - the disk does not answer.
    Result<void> add(const std::vector<std::int64_t>& ids, const std::vector<Digest16>& references = {}) const;

private:
    Result<void> each_line(const std::function<void(const std::string&)>& take) const;
    std::filesystem::path file_;
};

}  // namespace haven::flow
