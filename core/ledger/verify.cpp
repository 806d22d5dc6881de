#include "core/ledger/verify.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "core/base/encoding.h"
#include "core/ledger/differences.h"
#include "core/ledger/entry.h"
#include "core/ledger/export.h"
#include "core/ledger/tree.h"
#include "core/ledger/witness.h"

namespace haven::ledger {
namespace {

using Kind = Finding::Kind;
using Hashes = std::vector<Digest32>;

// Checkpoints may be missing, so a range may hold more leaves than one checkpoint may cover: up to 64 MB of hashes.
constexpr std::size_t range_leaves_max = 4 * leaves_per_checkpoint_max;

struct CheckpointFrame {
    std::string_view note;
    std::string_view tree;
    std::string_view hashes;
    bool well_formed = false;
};

CheckpointFrame read_checkpoint(std::string_view bytes) {
    BytesReader in(bytes);
    CheckpointFrame frame{in.bytes(), in.bytes(), in.bytes()};
    frame.well_formed = in.ok() && in.at_end() && frame.hashes.size() % Digest32::size == 0;
    return frame;
}

Tree grown(Tree tree, const Hashes& leaves) {
    for (const auto& leaf : leaves) { tree.append(leaf); }
    return tree;
}

class Verification {
public:
    explicit Verification(const Trust& trust) : trust_(trust) {
        report_.witnessed.resize(trust.witnesses.size());
        missing_since_.resize(trust.witnesses.size());
    }

    Result<Report> run(ByteSource& source) {
        take_others();
        ExportReader reader(source);
        for (;;) {
            const auto frame = reader.next();
            if (!frame) { return fail(frame.error()); }
            if (frame->kind == Frame::Kind::entry && found_.size() < range_leaves_max) {
                ++report_.entries;
                found_.push_back(leaf_hash(frame->bytes));
                if (const auto at = time_of(frame->bytes)) { newest_found_ = std::max(newest_found_, *at); }
            } else if (frame->kind == Frame::Kind::checkpoint && listed_.size() < range_leaves_max) {
                on_checkpoint(read_checkpoint(frame->bytes));
            } else {
                judge_end(*frame);
                const auto at_end = reader.at_end();
                if (!at_end) { return fail(at_end.error()); }
                if (frame->kind == Frame::Kind::end && !*at_end) { add({Kind::damaged, 0, 0, report_.entries}); }
                conclude();
                return std::move(report_);
            }
        }
    }

private:
    void add(Finding finding) {
        if (report_.findings.size() < Report::findings_max) {
            report_.findings.push_back(finding);
        } else {
            ++report_.unlisted;
        }
    }

    bool signed_by_log(const SignedCheckpoint& checkpoint) const {
        return std::any_of(trust_.log.begin(), trust_.log.end(), [&checkpoint](const PublicKey& key) {
            return checkpoint.checkpoint().origin == key.name() && checkpoint.verified_by(key);
        });
    }

    void note_witnesses(const SignedCheckpoint& checkpoint) {
        for (std::size_t i = 0; i < trust_.witnesses.size(); ++i) {
            const auto& witness = trust_.witnesses[i];
            const auto size = checkpoint.checkpoint().size;
            if (checkpoint.verified_by(witness)) {
                report_.witnessed[i] = std::max(report_.witnessed[i], size);
                missing_since_[i].reset();
                continue;
            }
            if (checkpoint.bears_name_of(witness)) { add({Kind::false_countersignature, size, size, i + 1}); }
            if (!missing_since_[i]) { missing_since_[i] = newest_; }
        }
    }

    // The end of an export is never countersigned yet; what is older than the grace should be.
    void judge_witnesses() {
        for (std::size_t i = 0; report_.last && i < trust_.witnesses.size(); ++i) {
            if (!missing_since_[i] || newest_ - *missing_since_[i] <= witness_grace) { continue; }
            add({Kind::not_countersigned, report_.witnessed[i], report_.last->checkpoint().size - 1, i + 1});
        }
    }

    void take_others() {
        for (std::size_t i = 0; i < trust_.others.size(); ++i) {
            if (signed_by_log(trust_.others[i])) {
                others_.push_back(trust_.others[i].checkpoint());
            } else {
                add({Kind::foreign_checkpoint, 0, 0, i + 1});
            }
        }
        const auto by_size = [](const Checkpoint& a, const Checkpoint& b) { return a.size < b.size; };
        std::stable_sort(others_.begin(), others_.end(), by_size);
        compare_others();
    }

    // Compares the others that are as large as the tree is now; those that are smaller fell into a range without proof.
    void compare_others() {
        for (; next_other_ < others_.size() && others_[next_other_].size <= tree_.size(); ++next_other_) {
            const auto& other = others_[next_other_];
            if (other.size == tree_.size() && other.root != tree_.root()) { add({Kind::forked, 0, 0, other.size}); }
        }
    }

    void on_checkpoint(const CheckpointFrame& frame) {
        auto checkpoint = frame.well_formed ? SignedCheckpoint::parse(frame.note) : SignedCheckpoint::parse("");
        for (auto rest = frame.hashes; frame.well_formed && !rest.empty(); rest.remove_prefix(Digest32::size)) {
            listed_.push_back(Digest32::from(rest.substr(0, Digest32::size)).value_or(Digest32{}));
        }
        // Of a checkpoint that is none, the leaf hashes stay: the next good one says whether they are right.
        if (!checkpoint || !signed_by_log(*checkpoint) || checkpoint->checkpoint().size < size_) {
            add({Kind::bad_checkpoint, 0, 0, report_.entries});
            return;
        }
        settle(checkpoint->checkpoint(), frame.tree);
        ++report_.checkpoints;
        note_witnesses(*checkpoint);
        report_.last = std::move(*checkpoint);
        found_.clear();
        listed_.clear();
        newest_found_ = {};
    }

    // Judges the leaves since the last checkpoint by this one.
    void settle(const Checkpoint& checkpoint, std::string_view tree_state) {
        const auto first = std::exchange(size_, checkpoint.size);
        const auto count = checkpoint.size - first;
        const auto last = count == 0 ? first : checkpoint.size - 1;
        if (lost_from_) {
            resume(checkpoint, tree_state);
        } else if (count == 0 && tree_.root() != checkpoint.root) {
            add({Kind::forked, 0, 0, checkpoint.size});
        } else if (listed_.size() == count && accept(listed_, checkpoint.root)) {
            if (found_ == listed_) {
                newest_ = std::max(newest_, newest_found_);
            } else {
                differences_.add(first, listed_, found_);
            }
            if (!tree_state.empty() && tree_state != tree_.encode()) { add({Kind::leaf_hashes_altered, first, last}); }
        } else if (found_.size() == count && accept(found_, checkpoint.root)) {
            add({Kind::leaf_hashes_altered, first, last});
        } else {
            add({Kind::range_altered, first, last});
            lost_from_ = checkpoint.size;
            resume(checkpoint, tree_state);
        }
    }

    // Makes `leaves` part of the tree if that gives `root`.
    bool accept(const Hashes& leaves, const Digest32& root) {
        auto next = grown(tree_, leaves);
        if (next.root() != root) { return false; }
        if (next_other_ == others_.size() || others_[next_other_].size > next.size()) {
            tree_ = std::move(next);
            return true;
        }
        for (const auto& leaf : leaves) {
            tree_.append(leaf);
            compare_others();
        }
        return true;
    }

    // After a range without proof: goes on from the tree's state beside a checkpoint, where that is the signed one.
    void resume(const Checkpoint& checkpoint, std::string_view tree_state) {
        auto tree = Tree::decode(tree_state);
        if (!tree || tree->size() != checkpoint.size || tree->root() != checkpoint.root) { return; }
        tree_ = std::move(*tree);
        end_unproven();
        compare_others();
    }

    void end_unproven() {
        if (lost_from_ && *lost_from_ < size_) { add({Kind::unproven, *lost_from_, size_ - 1}); }
        lost_from_.reset();
    }

    void judge_end(const Frame& frame) {
        if (frame.kind == Frame::Kind::cut_short) {
            add({Kind::cut_short, 0, 0, report_.entries});
        } else if (frame.kind != Frame::Kind::end) {
            add({Kind::damaged, 0, 0, report_.entries});
        } else if (const auto claimed = BytesReader(frame.bytes).u64(); claimed != report_.entries) {
            add({Kind::miscounted, 0, 0, claimed});
        }
    }

    void conclude() {
        if (!report_.last) { add({Kind::no_checkpoint}); }
        judge_tail();
        end_unproven();
        judge_witnesses();
        differences_.name_in(report_);
        std::stable_sort(report_.findings.begin(), report_.findings.end(),
                         [](const Finding& a, const Finding& b) { return a.first < b.first; });
    }

    // What stands after the last checkpoint, and what other checkpoints say should.
    void judge_tail() {
        std::size_t proven = 0;
        auto tree = tree_;
        for (; next_other_ < others_.size(); ++next_other_) {
            const auto& other = others_[next_other_];
            if (other.size <= size_) { continue; }  // in a range without proof
            if (other.size - size_ > found_.size()) {
                add({Kind::truncated, size_ + found_.size(), size_ + found_.size(), other.size});
                break;
            }
            for (; proven < other.size - size_; ++proven) { tree.append(found_[proven]); }
            if (tree.root() != other.root) { add({Kind::range_altered, size_, other.size - 1}); }
        }
        if (proven < found_.size()) { add({Kind::unsigned_tail, size_ + proven, size_ + found_.size() - 1}); }
    }

    const Trust& trust_;
    Report report_;
    Differences differences_;
    std::vector<Checkpoint> others_;  // signed by the log, rising
    std::size_t next_other_ = 0;
    Instant newest_found_{};                             // of the entries since the last good checkpoint
    Instant newest_{};                                   // of the entries that are what was signed
    std::vector<std::optional<Instant>> missing_since_;  // for each witness: the first checkpoint that it left unsigned
    Tree tree_;                                          // over what is proven
    std::uint64_t size_ = 0;                             // that the last good checkpoint signs
    std::optional<std::uint64_t> lost_from_;             // first leaf after which the tree is not known
    Hashes found_;                                       // since the last good checkpoint: hashes of the entries
    Hashes listed_;                                      // and the leaf hashes that were kept beside
};

}  // namespace

Result<Report> verify(ByteSource& source, const Trust& trust) {
    return Verification(trust).run(source);
}

}  // namespace haven::ledger
