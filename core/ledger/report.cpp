#include "core/ledger/report.h"

namespace haven::ledger {
namespace {

std::string leaves(const Finding& finding) {
    if (finding.first == finding.last) { return "leaf " + std::to_string(finding.first); }
    return "leaves " + std::to_string(finding.first) + " to " + std::to_string(finding.last);
}

}  // namespace

std::string Finding::text() const {
    const auto n = std::to_string(number);
    switch (kind) {
        case Kind::altered: return leaves(*this) + ": altered";
        case Kind::deleted: return leaves(*this) + ": deleted";
        case Kind::inserted: return "before leaf " + std::to_string(first) + ": entries inserted: " + n;
        case Kind::moved: return leaves(*this) + ": moved before leaf " + n;
        case Kind::range_altered:
            return leaves(*this) +
                   ": not what was signed; leaf hashes were rewritten too, so no narrower place is known";
        case Kind::unproven: return leaves(*this) + ": cannot be checked, because the tree before them is lost";
        case Kind::leaf_hashes_altered:
            return leaves(*this) + ": the entries are what was signed, the leaf hashes kept beside them are not";
        case Kind::bad_checkpoint: return "after " + n + " entries: a checkpoint that the ledger's key did not sign so";
        case Kind::forked: return "forked: two signed checkpoints disagree about the first " + n + " leaves";
        case Kind::truncated:
            return "truncated after " + std::to_string(first) + " leaves: a checkpoint over " + n + " was signed";
        case Kind::unsigned_tail: return leaves(*this) + ": after the last checkpoint, signed by nobody";
        case Kind::miscounted: return "the export says that it has " + n + " entries, and has not";
        case Kind::cut_short: return "the file breaks off after " + n + " entries";
        case Kind::damaged: return "the file is not readable after " + n + " entries";
        case Kind::no_checkpoint: return "no checkpoint of the ledger's key is in the export";
        case Kind::false_countersignature:
            return "beside the checkpoint of " + std::to_string(first) + " leaves: not a signature of witness " + n;
        case Kind::not_countersigned: return leaves(*this) + ": not countersigned by witness " + n + ", who is overdue";
        case Kind::foreign_checkpoint: return "checkpoint " + n + " of those given is not signed by the ledger's key";
    }
    return {};
}

std::string Report::text() const {
    std::string out = std::to_string(entries) + " entries, " + std::to_string(checkpoints) +
                      " checkpoints: " + (good() ? "good" : "NOT GOOD") + "\n";
    for (const auto& finding : findings) { out += finding.text() + "\n"; }
    if (unlisted > 0) { out += "and " + std::to_string(unlisted) + " further differences\n"; }
    return out;
}

}  // namespace haven::ledger
