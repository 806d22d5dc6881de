#pragma once
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "core/base/byte_source.h"
#include "core/ledger/checkpoint.h"
#include "core/ledger/tree.h"

/// The file that carries a ledger to whoever checks it, without a database:
///
///     the line "haven-ledger-export 1"
///     then frames, each a letter, a length (u32, big-endian) and as many bytes:
///       e  one entry as `encode` made it, in leaf order
///       c  a checkpoint over all entries so far: its note, the tree's state or nothing, the leaf hashes of the entries
///          since the checkpoint before or nothing; each after its u32 length
///       z  the end: the number of entries (u64). A file without it was cut short
///
/// Leaf hashes are kept apart from the entries, so that a checkpoint says which of its entries was touched. A tree's
/// state lets the verifier go on after a range that is beyond proof; it may stand beside some checkpoints only. An
/// exporter may leave out checkpoints in between; the next one then brings the leaf hashes of all that it covers.
namespace haven::ledger {

/// A sequencer signs at the latest after so many new leaves; an exporter writes a checkpoint at the latest after them.
inline constexpr std::size_t leaves_per_checkpoint_max = std::size_t{1} << 18;

void export_start(std::string& out);
void export_entry(std::string& out, std::string_view entry);
/// `tree` may be null.
void export_checkpoint(std::string& out, const SignedCheckpoint& checkpoint, const Tree* tree,
                       std::span<const Digest32> leaf_hashes);
void export_end(std::string& out, std::uint64_t entries);

/// A piece of an export. Its bytes are gone when the next one is read.
struct Frame {
    enum class Kind : std::uint8_t {
        entry,
        checkpoint,
        end,
        cut_short,  ///< the file stops before its end frame
        damaged,    ///< no frame begins here, or one over the limits
    };
    Kind kind = Kind::damaged;
    std::string_view bytes;
};

/// Reads an export a piece at a time; memory stays under the largest frame and a buffer.
class ExportReader {
public:
    explicit ExportReader(ByteSource& source) : source_(source) {}

    /// The next frame; after `end`, `cut_short` or `damaged` there is none.
    /// Errors: those of the source.
    Result<Frame> next();

    /// Whether the file ends here.
    Result<bool> at_end();

private:
    Result<bool> have(std::size_t n);  ///< whether n bytes are at hand, after reading where needed
    std::string_view peek(std::size_t n) const { return std::string_view(buffer_).substr(at_, n); }
    ByteSource& source_;
    std::string buffer_;
    std::size_t at_ = 0;
    bool started_ = false;
};

}  // namespace haven::ledger
