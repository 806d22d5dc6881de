#include "core/ledger/witness.h"

#include "core/base/encoding.h"
#include "core/ledger/lines.h"
#include "core/ledger/proven_entry.h"

namespace haven::ledger {
namespace {

constexpr std::string_view old_word = "old ";

}  // namespace

std::string Offered::text() const {
    auto out = std::string(old_word) + std::to_string(old_size) + "\n";
    for (const auto& hash : proof) { out += to_base64(hash.view()) + "\n"; }
    return out + "\n" + checkpoint.text();
}

Result<Offered> Offered::parse(std::string_view text) {
    const auto malformed = fail(Fault::malformed, "expected an offered checkpoint: old size, proof and checkpoint");
    if (text.size() > offered_bytes_max) { return fail(Fault::too_large, "an offered checkpoint is too long"); }
    auto rest = text;
    const auto first = take_line(rest);
    if (!first || !first->starts_with(old_word)) { return malformed; }
    const auto old_size = parse_size(first->substr(old_word.size()));
    if (!old_size) { return malformed; }
    Proof proof;
    for (auto line = take_line(rest); line != std::string_view(); line = take_line(rest)) {
        const auto hash = line ? parse_hash(*line) : std::nullopt;
        if (!hash || proof.size() == proof_steps_max) { return malformed; }
        proof.push_back(*hash);
    }
    auto checkpoint = SignedCheckpoint::parse(rest);
    if (!checkpoint) { return fail(std::move(checkpoint).error()); }
    return Offered{*old_size, std::move(proof), std::move(*checkpoint)};
}

Result<SignedCheckpoint> countersigned(const Offered& offered, const std::optional<SignedCheckpoint>& last,
                                       const PublicKey& log, const SigningKey& witness) {
    const auto& next = offered.checkpoint.checkpoint();
    if (next.origin != log.name() || !offered.checkpoint.verified_by(log)) {
        return fail(Fault::refused, "the ledger's key has not signed this checkpoint");
    }
    if (last) {
        const auto& before = last->checkpoint();
        if (before.origin != log.name() || !last->verified_by(witness.public_key())) {
            return fail(Fault::refused, "the checkpoint kept as the last one is not one that this witness signed");
        }
        if (next.size < before.size) {
            return fail(Fault::conflict,
                        Reason("the ledger shrank: it had ", before.size, " leaves and now has ", next.size));
        }
        if (offered.old_size != before.size) {
            return fail(Fault::conflict, Reason("expected a proof from ", before.size, " leaves on"));
        }
        if (!proves_consistency(before.size, before.root, next.size, next.root, offered.proof)) {
            return fail(Fault::conflict, Reason("forked: what is offered does not go on from the checkpoint of ",
                                                before.size, " leaves"));
        }
    }
    auto out = offered.checkpoint;
    if (out.verified_by(witness.public_key())) { return out; }  // the same checkpoint again
    if (auto done = out.countersign(witness); !done) { return fail(std::move(done).error()); }
    return out;
}

}  // namespace haven::ledger
