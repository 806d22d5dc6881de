#include "core/ledger/proven_entry.h"

#include <algorithm>

#include "core/base/encoding.h"
#include "core/ledger/lines.h"
#include "core/ledger/tree.h"

namespace haven::ledger {
namespace {

// The rest of the next line behind a word; nothing where the next line begins otherwise.
std::optional<std::string_view> take(std::string_view& rest, std::string_view word) {
    if (!rest.starts_with(word)) { return std::nullopt; }
    auto line = take_line(rest);
    if (line) { line->remove_prefix(word.size()); }
    return line;
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
    if (!leaf_text || !entry_text) { return malformed; }
    const auto leaf = parse_size(*leaf_text);
    auto entry = strict_base64(*entry_text);
    if (!leaf || !entry) { return malformed; }
    Proof proof;
    while (const auto line = take(rest, "hash ")) {
        const auto hash = parse_hash(*line);
        if (!hash || proof.size() == proof_steps_max) { return malformed; }
        proof.push_back(*hash);
    }
    if (!rest.starts_with("\n")) { return malformed; }
    auto checkpoint = SignedCheckpoint::parse(rest.substr(1));
    if (!checkpoint) { return fail(std::move(checkpoint).error()); }
    return ProvenEntry{*leaf, std::move(*entry), std::move(proof), std::move(*checkpoint)};
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
