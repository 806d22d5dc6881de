#pragma once
#include <condition_variable>
#include <functional>
#include <mutex>
#include <set>
#include <vector>

#include "core/seal/digest.h"
#include "core/store/engine/writer.h"
#include "hub/flow/changes.h"

namespace haven::flow {

/// Commits of one thread that are under way while it decides the next thing. What they change is not yet in the store,
/// so whoever decides asks first whether it touches that, and waits then.
class Unsettled {
public:
    /// Told on the deciding thread, when it settles, what became of a commit.
    using After = std::function<void(Result<void>)>;

    explicit Unsettled(store::Writer& writer) : writer_(writer) {}
    Unsettled(const Unsettled&) = delete;
    Unsettled& operator=(const Unsettled&) = delete;
    ~Unsettled();

    /// Hands the changes to the writer and returns; settles first where as many as may are under way.
    void submit(Changes changes, Instant now, After after);
    /// Waits for all that is under way. An `after` may submit again: that is waited for too.
    void settle();
    /// Settles if something under way changes this case, or what is found by this digest.
    void settle_if(CaseId id);
    void settle_if(const Digest16& digest);

private:
    struct UnderWay {
        Result<void> done;
        After after;
    };
    void touch(const Changes& changes);

    store::Writer& writer_;
    std::mutex mutex_;
    std::condition_variable told_;
    std::size_t answered_ = 0;
    std::size_t awaited_ = 0;                           ///< while it waits
    std::vector<std::unique_ptr<UnderWay>> under_way_;  ///< of this thread alone, but for `done`
    std::set<CaseId> cases_;
    std::set<Digest16> digests_;
};

}  // namespace haven::flow
