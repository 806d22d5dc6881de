#include "core/store/engine/group.h"

#include <algorithm>

#include "core/base/crash_point.h"

namespace haven::store {
namespace {

Result<void> run_body(Session& session, const Writer::Body& body) {
    try {
        return body(session);
    } catch (const SqlFailure& failure) {
        return fail(failure.error);
    } catch (...) {  // a body is our own code; one that throws must not end the writer of all others
        return fail(Fault::broken, "a transaction body threw");
    }
}

void run_bodies(Session& session, std::span<const Submission> group, std::vector<Result<void>>& answers) {
    const bool alone = group.size() == 1;  // then the transaction itself is what is undone
    for (std::size_t i = 0; i < group.size(); ++i) {
        if (!alone) { session.next_body(); }
        answers[i] = run_body(session, group[i].body);
        if (answers[i]) { continue; }
        // A full disk or a lost connection ends the transaction and with it the bodies before this one.
        if (!session.in_transaction()) { throw SqlFailure(answers[i].error()); }
        if (!alone) { session.undo_body(); }
    }
}

}  // namespace

void GroupOutcome::fail_all(const Error& error) {
    for (auto& answer : answers) {
        if (answer) { answer = fail(error); }
    }
}

GroupOutcome commit_group(Session& session, std::span<const Submission> group) {
    GroupOutcome out{std::vector<Result<void>>(group.size())};
    try {
        session.begin_write();
        out.begun = true;
        run_bodies(session, group, out.answers);
        if (std::none_of(out.answers.begin(), out.answers.end(), [](const auto& a) { return a.has_value(); })) {
            session.rollback();
            return out;
        }
        crash_point("commit-before");
        session.commit();
        crash_point("commit-after");
        out.committed = true;
    } catch (const CommitUnknown&) { out.unknown = true; } catch (const SqlFailure& failure) {
        session.rollback();
        out.fail_all(failure.error);
    }
    return out;
}

}  // namespace haven::store
