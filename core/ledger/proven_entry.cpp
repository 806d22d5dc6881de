#include "core/ledger/proven_entry.h"

#include <algorithm>
#include <charconv>

#include "core/base/encoding.h"
#include "core/ledger/tree.h"

namespace haven::ledger {
namespace {

// The rest of the next line behind a word; nothing where the next line begins otherwise.
std::optional<std::string_view> take(std::string_view& rest, std::string_view word) {
    if (!rest.starts_with(word)) { return std::nullopt; }
    const auto end = rest.find('\n');
    if (end == std::string_view::npos) { return std::nullopt; }
    const auto line = rest.substr(word.size(), end - word.size());
    rest.remove_prefix(end + 1);
    return line;
}

std::optional<std::string> octets_in(std::string_view text) {
    auto bytes = from_base64(text);
    if (!bytes || to_base64(*bytes) != text) { return std::nullopt; }  // one text for one value
    return bytes;
}

}  // namespace

std::string ProvenEntry::text() const {
    auto out = std::string(proof_heading) + "leaf " + std::to_string(leaf) + "\nentry " + to_base64(entry) + "\n";
    for (const auto& hash : proof) { out += "hash " + to_base64(hash.view()) + "\n"; }
    return out + "\n" + checkpoint.text();
}

Result<ProvenEntry> ProvenEntry::parse(std::string_view text) {
    const auto malformed = fail(Fault::malformed, "expected a proof: leaf, entry, hashes and a checkpoint");
    if (text.size() > proof_bytes_max) { return fail(Fault::too_large, "a proof is too long"); }
    auto rest = text;
    if (!take(rest, proof_heading.substr(0, proof_heading.size() - 1))) { return malformed; }
    const auto leaf_text = take(rest, "leaf ");
    const auto entry_text = take(rest, "entry ");
    std::uint64_t leaf = 0;
    if (!leaf_text || !entry_text) { return malformed; }
    const auto* end = leaf_text->data() + leaf_text->size();
    if (std::from_chars(leaf_text->data(), end, leaf).ptr != end || std::to_string(leaf) != *leaf_text) {
        return malformed;
    }
    auto entry = octets_in(*entry_text);
    if (!entry) { return malformed; }
    Proof proof;
    while (const auto line = take(rest, "hash ")) {
        const auto bytes = octets_in(*line);
        const auto hash = bytes ? Digest32::from(*bytes) : std::nullopt;
        if (!hash || proof.size() == proof_steps_max) { return malformed; }
        proof.push_back(*hash);
    }
    if (!rest.starts_with("\n")) { return malformed; }
    auto checkpoint = SignedCheckpoint::parse(rest.substr(1));
    if (!checkpoint) { return fail(std::move(checkpoint).error()); }
    return ProvenEntry{leaf, std::move(*entry), std::move(proof), std::move(*checkpoint)};
}

bool ProvenEntry::holds(const std::vector<PublicKey>& log) const {
    const bool is_signed = std::any_of(log.begin(), log.end(), [&](const PublicKey& key) {
        return key.name() == checkpoint.checkpoint().origin && checkpoint.verified_by(key);
    });
    const auto& tree = checkpoint.checkpoint();
    return is_signed && decode(entry) && leaf < tree.size &&
           proves_inclusion(leaf_hash(entry), leaf, tree.size, proof, tree.root);
}

}  // namespace haven::ledger
