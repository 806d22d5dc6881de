#pragma once
#include <filesystem>
#include <set>
#include <vector>

#include "core/base/id.h"
#include "core/base/result.h"

namespace haven::flow {

/// The ids of the cases that were erased and of their records, kept beside the site's keys and apart from the store: a
/// store that is put back from an older backup does not bring them back. A file of lines, only ever added to; an id
/// says nothing of anybody.
class ErasureJournal {
public:
    explicit ErasureJournal(std::filesystem::path file) : file_(std::move(file)) {}

    /// Every id in it; none where there is no file yet. A line that a crash cut short counts for nothing.
    /// Errors: unreachable - the file cannot be read.
    Result<std::set<std::int64_t>> read() const;
    /// Adds ids, durably. Errors: unreachable - the disk does not answer.
    Result<void> add(const std::vector<std::int64_t>& ids) const;

private:
    std::filesystem::path file_;
};

}  // namespace haven::flow
