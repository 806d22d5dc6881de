#include "hub/flow/unsettled.h"

namespace haven::flow {
namespace {

// A quarter of what the writer commits at once: who waits at the door has the rest.
constexpr std::size_t under_way_max = 16;

}  // namespace

Unsettled::~Unsettled() {
    settle();
}

void Unsettled::submit(Changes changes, Instant now, After after) {
    if (under_way_.size() >= under_way_max) { settle(); }
    touch(changes);
    under_way_.push_back(std::make_unique<UnderWay>(UnderWay{{}, std::move(after)}));
    auto* const mine = under_way_.back().get();
    writer_.submit([changes = std::make_shared<const Changes>(std::move(changes)),
                    now](store::Sql& sql) { return apply(sql, *changes, now); },
                   [this, mine](Result<void> done) {
                       const std::lock_guard lock(mutex_);
                       mine->done = std::move(done);
                       if (++answered_ == awaited_) { told_.notify_one(); }
                   });
}

void Unsettled::settle() {
    while (!under_way_.empty()) {
        {
            std::unique_lock lock(mutex_);
            awaited_ = under_way_.size();
            told_.wait(lock, [&] { return answered_ == awaited_; });
            answered_ = awaited_ = 0;
        }
        const auto settled = std::move(under_way_);
        under_way_.clear();
        cases_.clear();
        digests_.clear();
        for (const auto& one : settled) { one->after(std::move(one->done)); }
    }
}

void Unsettled::settle_if(CaseId id) {
    if (cases_.contains(id)) { settle(); }
}

void Unsettled::settle_if(const Digest16& digest) {
    if (digests_.contains(digest)) { settle(); }
}

void Unsettled::touch(const Changes& changes) {
    for (const auto& row : changes.new_cases) { cases_.insert(row.id); }
    for (const auto& row : changes.changed_cases) { cases_.insert(row.id); }
    for (const auto& [key, id] : changes.blind_keys) { digests_.insert(key.digest); }
    for (const auto& [row, item] : changes.held) {
        if (item.awaits) { digests_.insert(*item.awaits); }
    }
    for (const auto& seen : changes.seen) { digests_.insert(seen.digest); }
}

}  // namespace haven::flow
