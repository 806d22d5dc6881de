#include "core/ledger/checkpoint.h"

#include <algorithm>
#include <optional>

#include "core/base/encoding.h"
#include "core/ledger/lines.h"

namespace haven::ledger {
namespace {

constexpr std::string_view signature_lead = "\xe2\x80\x94 ";  // an em dash and a space
constexpr std::size_t key_id_bytes = 4;

std::optional<Checkpoint> parse_body(std::string_view& rest) {
    const auto origin = take_line(rest);
    const auto size_text = take_line(rest);
    const auto root_text = take_line(rest);
    const auto blank = take_line(rest);
    if (!blank || !blank->empty() || !is_key_name(*origin)) { return std::nullopt; }
    const auto size = parse_size(*size_text);
    const auto root = parse_hash(*root_text);
    if (!size || !root) { return std::nullopt; }
    return Checkpoint{std::string(*origin), *size, *root};
}

}  // namespace

std::string Checkpoint::text() const {
    return origin + "\n" + std::to_string(size) + "\n" + to_base64(root.view()) + "\n";
}

SignedCheckpoint SignedCheckpoint::sign(std::uint64_t size, const Digest32& root, const SigningKey& key) {
    SignedCheckpoint out;
    const auto& name = key.public_key().name();
    out.checkpoint_ = {name, size, root};
    out.lines_.push_back({name, key.public_key().id(), key.sign(out.checkpoint_.text())});
    return out;
}

Result<SignedCheckpoint::Line> SignedCheckpoint::parse_line(std::string_view line) {
    const auto malformed = fail(Fault::malformed, "expected a signature line: a dash, a key's name and base 64");
    if (!line.starts_with(signature_lead)) { return malformed; }
    line.remove_prefix(signature_lead.size());
    const auto space = line.find(' ');
    if (space == std::string_view::npos || !is_key_name(line.substr(0, space))) { return malformed; }
    const auto coded = strict_base64(line.substr(space + 1));
    if (!coded || coded->size() != key_id_bytes + Signature::size) { return malformed; }
    BytesReader in(*coded);
    const auto key_id = in.u32();
    return Line{std::string(line.substr(0, space)), key_id, *Signature::from(in.take(Signature::size))};
}

Result<SignedCheckpoint> SignedCheckpoint::parse(std::string_view text) {
    if (text.size() > note_bytes_max) { return fail(Fault::too_large, "a checkpoint is too long"); }
    auto rest = text;
    auto body = parse_body(rest);
    if (!body) { return fail(Fault::malformed, "expected a checkpoint: origin, size, root and a blank line"); }
    SignedCheckpoint out;
    out.checkpoint_ = std::move(*body);
    while (!rest.empty()) {
        const auto one = take_line(rest);
        if (!one) { return fail(Fault::malformed, "expected a newline at the end of a checkpoint"); }
        auto line = parse_line(*one);
        if (!line) { return fail(std::move(line).error()); }
        if (out.has_line_of(line->name, line->key_id)) {
            return fail(Fault::malformed, "a checkpoint has two signatures of one key");
        }
        if (out.lines_.size() == signatures_max) { return fail(Fault::too_large, "too many signatures"); }
        out.lines_.push_back(std::move(*line));
    }
    if (out.lines_.empty()) { return fail(Fault::malformed, "a checkpoint has no signature"); }
    return out;
}

bool SignedCheckpoint::has_line_of(const std::string& name, std::uint32_t key_id) const {
    return std::any_of(lines_.begin(), lines_.end(),
                       [&](const Line& line) { return line.name == name && line.key_id == key_id; });
}

Result<void> SignedCheckpoint::countersign(const SigningKey& key) {
    const auto& public_key = key.public_key();
    if (has_line_of(public_key.name(), public_key.id())) {
        return fail(Fault::conflict, "this key has signed the checkpoint already");
    }
    if (lines_.size() == signatures_max) { return fail(Fault::too_large, "too many signatures"); }
    lines_.push_back({public_key.name(), public_key.id(), key.sign(checkpoint_.text())});
    return {};
}

Result<void> SignedCheckpoint::take_signature(const SignedCheckpoint& other, const PublicKey& key) {
    if (other.checkpoint_ != checkpoint_) { return fail(Fault::conflict, "it is another checkpoint"); }
    if (!other.verified_by(key)) { return fail(Fault::refused, "this key has not signed the checkpoint"); }
    if (bears_name_of(key)) { return fail(Fault::conflict, "this key has signed the checkpoint already"); }
    if (lines_.size() == signatures_max) { return fail(Fault::too_large, "too many signatures"); }
    lines_.push_back(*std::find_if(other.lines_.begin(), other.lines_.end(), [&key](const Line& line) {
        return line.name == key.name() && line.key_id == key.id();
    }));
    return {};
}

bool SignedCheckpoint::bears_name_of(const PublicKey& key) const {
    return has_line_of(key.name(), key.id());
}

bool SignedCheckpoint::verified_by(const PublicKey& key) const {
    const auto line = std::find_if(lines_.begin(), lines_.end(), [&key](const Line& candidate) {
        return candidate.name == key.name() && candidate.key_id == key.id();
    });
    return line != lines_.end() && key.verifies(checkpoint_.text(), line->signature);
}

std::string SignedCheckpoint::text() const {
    std::string out = checkpoint_.text() + "\n";
    for (const auto& [name, key_id, signature] : lines_) {
        std::string coded;
        put_u32(coded, key_id);
        coded += signature.view();
        out.append(signature_lead).append(name).append(" ").append(to_base64(coded)).append("\n");
    }
    return out;
}

}  // namespace haven::ledger
