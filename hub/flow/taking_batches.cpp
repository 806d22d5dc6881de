#include <utility>

#include "hub/flow/holding.h"
#include "hub/flow/taking.h"

// How what was taken is committed: batch by batch, the next decided while the last is written.
namespace haven::flow {

Changes Taking::batch() {
    for (const auto& [id, snapshot] : cases_) {
        auto& rows = is_new_.at(id) ? changes_.new_cases : changes_.changed_cases;
        rows.push_back(snapshot.row);
        rows.back().changed_at = now_;
    }
    changes_.advance = counts_;
    changes_.under = under_;
    held_before_ += counts_.held;
    cases_.clear();
    is_new_.clear();
    keys_.clear();
    seen_.clear();
    counts_.taken = counts_.held = counts_.repeated = 0;
    return std::exchange(changes_, {});
}

Result<void> Taking::settled() {
    if (!last_) { return {}; }
    unsettled_.settle();
    return *last_;
}

Result<void> Taking::commit() {
    if (auto done = settled(); !done) { return done; }
    last_ = std::make_shared<Result<void>>();
    unsettled_.submit(batch(), now_, [last = last_](Result<void> done) { *last = std::move(done); });
    return {};
}

Result<void> Taking::finish(Unsettled::After after) {
    counts_.state = state_now();
    return end({under_.id, under_.attempts}, std::move(after));
}

Result<void> Taking::give_way(Unsettled::After after) {
    return end({under_.id, under_.attempts, Changes::EndedWork::How::gives_way, context_.clock.now()},
               std::move(after));
}

Result<void> Taking::end(Changes::EndedWork ended, Unsettled::After after) {
    if (auto done = settled(); !done) { return done; }
    changes_.ended_work.push_back(ended);
    unsettled_.submit(batch(), now_, std::move(after));
    return {};
}

Result<void> Taking::finish() {
    counts_.state = state_now();
    if (auto done = commit(); !done) { return done; }
    return settled();
}

store::MessageState Taking::state_now() const {
    return held_before_ + counts_.held > 0 ? store::MessageState::held : store::MessageState::taken;
}

Result<void> Taking::refuse(const Context& context, const store::MessageRow& message, const store::Work& work,
                            const Error& error) {
    const auto now = context.clock.now();
    auto changes = held_whole(context, message, error);
    changes.ended_work.push_back({work.id, work.attempts});
    return context.writer.submit_and_wait([&](store::Sql& sql) { return apply(sql, changes, now); });
}

}  // namespace haven::flow
