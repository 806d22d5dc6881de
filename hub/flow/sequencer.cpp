#include "hub/flow/sequencer.h"

#include <functional>

#include "core/base/log.h"
#include "core/ledger/checkpoint.h"
#include "core/ledger/export.h"
#include "core/store/ledger_rows.h"
#include "core/store/timers.h"

namespace haven::flow {
namespace {

constexpr std::chrono::seconds merge_delay{1};
constexpr std::chrono::seconds sequencer_lease{5};
constexpr std::int64_t entries_at_once = 1'024;  // one body: who waits at the door waits for it
constexpr std::int64_t export_at_once = 2'000;

}  // namespace

Sequencer::Sequencer(const Context& context, const SigningKey& key) : context_(context), key_(key) {
    thread_ = std::thread([this] { serve(); });
}

Sequencer::~Sequencer() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    woken_.notify_all();
    thread_.join();
    (void)run_once();
}

void Sequencer::serve() {
    std::unique_lock lock(mutex_);
    while (!stopping_) {
        lock.unlock();
        const auto numbered = run_once();
        if (!numbered && numbered.error().fault != Fault::conflict) {
            log(LogLevel::alarm, "ledger not sequenced", {{"why", numbered.error()}});
        }
        lock.lock();
        const bool more = numbered && *numbered == static_cast<std::size_t>(entries_at_once);
        if (!more) {
            woken_.wait_for(lock, merge_delay, [&] { return stopping_; });
        }
    }
}

Result<std::size_t> Sequencer::run_once() {
    const auto now = context_.clock.now();
    std::size_t numbered = 0;
    auto done = context_.writer.submit_and_wait([&](store::Sql& sql) -> Result<void> {
        if (!store::take_lease(sql, "sequencer", context_.node, now, sequencer_lease)) {
            return fail(Fault::conflict, "another node numbers the ledger");
        }
        const auto last = store::last_checkpoint(sql);
        auto tree = last ? ledger::Tree::decode(last->tree) : ledger::Tree{};
        if (!tree) { return fail(std::move(tree).error()); }
        const auto entries = store::unnumbered_entries(sql, entries_at_once);
        if (entries.empty()) { return {}; }
        for (const auto& entry : entries) {
            store::number_entry(sql, entry.id, static_cast<std::int64_t>(tree->size()));
            tree->append(ledger::leaf_hash(entry.body));
        }
        const auto signed_one = ledger::SignedCheckpoint::sign(tree->size(), tree->root(), key_);
        store::insert_checkpoint(sql,
                                 {static_cast<std::int64_t>(tree->size()), now, signed_one.text(), tree->encode()});
        numbered = entries.size();
        return {};
    });
    if (!done) { return fail(std::move(done).error()); }
    return numbered;
}

Result<ledger::ProvenEntry> prove_entry(store::Readers& readers, ledger::EntryId id) {
    return readers.read_snapshot([&](store::Sql& sql) -> Result<ledger::ProvenEntry> {
        const auto row = store::find_entry(sql, id.value);
        const auto last = store::last_checkpoint(sql);
        if (!row || !row->leaf || !last || *row->leaf >= last->size) {
            return fail(Fault::missing, "the ledger has no numbered entry of this id");
        }
        std::vector<Digest32> hashes;
        while (static_cast<std::int64_t>(hashes.size()) < last->size) {
            const auto at = static_cast<std::int64_t>(hashes.size());
            const auto entries = store::entries_from_leaf(sql, at, std::min(export_at_once, last->size - at));
            if (entries.empty()) { return fail(Fault::broken, "an entry of the ledger is missing"); }
            for (const auto& entry : entries) { hashes.push_back(ledger::leaf_hash(entry.body)); }
        }
        auto checkpoint = ledger::SignedCheckpoint::parse(last->note);
        if (!checkpoint) { return fail(Fault::broken, "a checkpoint of the ledger does not read"); }
        const auto leaf = static_cast<std::uint64_t>(*row->leaf);
        auto proof = ledger::inclusion_proof(leaf, hashes.size(), ledger::subtrees_of(hashes));
        if (!proof) { return fail(std::move(proof).error()); }
        return ledger::ProvenEntry{leaf, row->body, std::move(*proof), std::move(*checkpoint)};
    });
}

Result<void> export_ledger(store::Readers& readers, const std::function<Result<void>(std::string_view)>& take) {
    return readers.read_snapshot([&](store::Sql& sql) -> Result<void> {
        std::string out;
        ledger::export_start(out);
        std::int64_t at = 0;
        std::vector<Digest32> hashes;
        for (bool more = true; more;) {
            const auto checkpoints = store::checkpoints_after(sql, at, 1);
            more = !checkpoints.empty();
            while (more && at < checkpoints[0].size) {
                const auto most = std::min(export_at_once, checkpoints[0].size - at);
                const auto entries = store::entries_from_leaf(sql, at, most);
                if (entries.empty()) { return fail(Fault::broken, "an entry of the ledger is missing"); }
                for (const auto& entry : entries) {
                    ledger::export_entry(out, entry.body);
                    hashes.push_back(ledger::leaf_hash(entry.body));
                }
                at += static_cast<std::int64_t>(entries.size());
            }
            if (more) {
                auto note = ledger::SignedCheckpoint::parse(checkpoints[0].note);
                auto tree = ledger::Tree::decode(checkpoints[0].tree);
                if (!note || !tree) { return fail(Fault::broken, "a checkpoint of the ledger does not read"); }
                ledger::export_checkpoint(out, *note, &*tree, hashes);
                hashes.clear();
            } else {
                ledger::export_end(out, static_cast<std::uint64_t>(at));
            }
            if (auto taken = take(out); !taken) { return taken; }
            out.clear();
        }
        return {};
    });
}

}  // namespace haven::flow
