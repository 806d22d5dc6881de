#pragma once
#include <optional>
#include <span>
#include <vector>

#include "core/store/engine/session.h"
#include "core/store/engine/submissions.h"

namespace haven::store {

/// How the bodies of one transaction ended, in their order.
struct GroupOutcome {
    std::vector<Result<void>> answers;
    bool begun = false;  ///< bodies were run
    bool committed = false;
    bool unknown = false;  ///< the commit was sent and not answered: `answers` hold if it arrived

    /// Gives every body that had ended well this failure.
    void fail_all(const Error& error);
};

/// Runs the bodies in one transaction, each in a savepoint of its own, and commits once.
GroupOutcome commit_group(Session& session, std::span<const Submission> group);

}  // namespace haven::store
