#include "core/ledger/export.h"

#include <algorithm>

#include "core/base/encoding.h"
#include "core/ledger/entry.h"

namespace haven::ledger {
namespace {

constexpr std::string_view first_line = "haven-ledger-export 1\n";
constexpr char entry_letter = 'e';
constexpr char checkpoint_letter = 'c';
constexpr char end_letter = 'z';
constexpr std::size_t read_bytes = std::size_t{64} * 1024;  // at once
constexpr std::size_t head_bytes = 1 + sizeof(std::uint32_t);
constexpr std::size_t tree_bytes_max = sizeof(std::uint64_t) + 64 * Digest32::size;
constexpr std::size_t checkpoint_bytes_max = 3 * sizeof(std::uint32_t) + SignedCheckpoint::note_bytes_max +
                                             tree_bytes_max + leaves_per_checkpoint_max * Digest32::size;

void put_frame(std::string& out, char letter, std::string_view bytes) {
    out += letter;
    put_bytes(out, bytes);
}

struct Known {
    Frame::Kind kind = Frame::Kind::damaged;
    std::size_t bytes_max = 0;
};

Known known(char letter) {
    switch (letter) {
        case entry_letter: return {Frame::Kind::entry, entry_bytes_max};
        case checkpoint_letter: return {Frame::Kind::checkpoint, checkpoint_bytes_max};
        case end_letter: return {Frame::Kind::end, sizeof(std::uint64_t)};
        default: return {};
    }
}

}  // namespace

void export_start(std::string& out) {
    out += first_line;
}

void export_entry(std::string& out, std::string_view entry) {
    put_frame(out, entry_letter, entry);
}

void export_checkpoint(std::string& out, const SignedCheckpoint& checkpoint, const Tree* tree,
                       std::span<const Digest32> leaf_hashes) {
    std::string bytes;
    std::string hashes;
    hashes.reserve(leaf_hashes.size() * Digest32::size);
    for (const auto& hash : leaf_hashes) { hashes += hash.view(); }
    put_bytes(bytes, checkpoint.text());
    put_bytes(bytes, tree == nullptr ? std::string() : tree->encode());
    put_bytes(bytes, hashes);
    put_frame(out, checkpoint_letter, bytes);
}

void export_end(std::string& out, std::uint64_t entries) {
    std::string bytes;
    put_u64(bytes, entries);
    put_frame(out, end_letter, bytes);
}

Result<bool> ExportReader::have(std::size_t n) {
    if (buffer_.size() - at_ >= n) { return true; }
    buffer_.erase(0, at_);
    at_ = 0;
    while (buffer_.size() < n) {
        const auto old = buffer_.size();
        buffer_.resize(std::max(n, old + read_bytes));
        const auto got = source_.read(std::span(buffer_).subspan(old));
        buffer_.resize(old + got.value_or(0));
        if (!got) { return fail(got.error()); }
        if (*got == 0) { return false; }
    }
    return true;
}

Result<bool> ExportReader::at_end() {
    const auto more = have(1);
    if (!more) { return fail(more.error()); }
    return !*more;
}

Result<Frame> ExportReader::next() {
    if (!started_) {
        const auto first = have(first_line.size());
        if (!first) { return fail(first.error()); }
        if (!*first || peek(first_line.size()) != first_line) { return Frame{}; }
        at_ += first_line.size();
        started_ = true;
    }
    const auto head = have(head_bytes);
    if (!head) { return fail(head.error()); }
    if (!*head) { return Frame{Frame::Kind::cut_short, {}}; }
    const auto [kind, bytes_max] = known(peek(1).front());
    const std::size_t size = BytesReader(peek(head_bytes).substr(1)).u32();
    if (size > bytes_max) { return Frame{}; }
    const auto whole = have(head_bytes + size);
    if (!whole) { return fail(whole.error()); }
    if (!*whole) { return Frame{Frame::Kind::cut_short, {}}; }
    const Frame frame{kind, peek(head_bytes + size).substr(head_bytes)};
    at_ += head_bytes + size;
    return frame;
}

}  // namespace haven::ledger
