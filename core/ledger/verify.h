#pragma once
#include <vector>

#include "core/base/byte_source.h"
#include "core/ledger/checkpoint.h"
#include "core/ledger/report.h"

namespace haven::ledger {

/// What whoever verifies believes beforehand.
struct Trust {
    std::vector<PublicKey> log;            ///< the ledger's keys, should it have changed them; a checkpoint needs one
    std::vector<PublicKey> witnesses;      ///< who must have countersigned all but the last `witness_grace`
    std::vector<SignedCheckpoint> others;  ///< checkpoints that came another way: receipts, a witness, an older export
};

/// Checks an export against what was signed. Needs no database and no network, reads the export once, and holds the
/// hashes of one range between checkpoints at a time.
///
/// Says which leaf was altered, deleted, inserted or moved, where the leaf hashes kept beside a checkpoint are the
/// signed ones; else the narrowest range between checkpoints. An export that was cut back to an earlier checkpoint is
/// whole in itself: that, and a second history, show against `others` only.
///
/// Of each witness: false signatures, and the leaves that no countersigned checkpoint covers although the ledger went
/// on for more than `witness_grace` after them.
///
/// Errors: those of the source. Whatever is wrong with the export itself is in the report.
Result<Report> verify(ByteSource& source, const Trust& trust);

}  // namespace haven::ledger
