#pragma once
#include <condition_variable>
#include <mutex>
#include <string>
#include <thread>

#include "core/base/byte_source.h"
#include "core/ledger/proven_entry.h"
#include "core/ledger/tree.h"
#include "core/seal/signing.h"
#include "hub/flow/context.h"

namespace haven::flow {

/// Gives the ledger's entries their numbers and signs a checkpoint, each second while there are new ones. One of
/// several nodes does it, by lease.
class Sequencer {
public:
    Sequencer(const Context& context, const SigningKey& key);
    Sequencer(const Sequencer&) = delete;
    Sequencer& operator=(const Sequencer&) = delete;
    ~Sequencer();

    /// Numbers and signs what waits now; answers how many entries that were.
    Result<std::size_t> run_once();

private:
    void serve();
    const Context& context_;
    const SigningKey& key_;
    std::mutex mutex_;
    std::condition_variable woken_;
    bool stopping_ = false;
    std::thread thread_;
};

/// The entry of this id with the proof that the newest checkpoint covers it. Reads the hashes of the whole ledger.
/// Errors: missing - no such entry, or it is not numbered yet; broken - the ledger does not fit its checkpoint.
Result<ledger::ProvenEntry> prove_entry(store::Readers& readers, ledger::EntryId id);

/// The whole ledger as an export file (core/ledger/export.h), handed on a piece at a time.
Result<void> export_ledger(store::Readers& readers, const std::function<Result<void>(std::string_view)>& take);

}  // namespace haven::flow
