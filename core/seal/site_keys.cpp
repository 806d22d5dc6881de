#include "core/seal/site_keys.h"

#include <algorithm>
#include <system_error>
#include <utility>

#include "core/base/encoding.h"
#include "core/seal/aead.h"
#include "core/seal/key_access.h"
#include "core/seal/key_line.h"
#include "core/seal/secret_file.h"

namespace haven {
namespace {

constexpr std::string_view file_prefix = "site-key";
constexpr std::size_t keys_max = 64;  // one a rotation; more means that old ones are never destroyed
constexpr Literal kind = "haven-site-key";

// The id that follows the cell also tells a wrapped key from a sealed value: neither passes for the other.
std::string bound_to(const Cell& cell, SiteKeyId id) {
    auto associated = associated_data(cell);
    put_u64(associated, static_cast<std::uint64_t>(id.value));
    return associated;
}

std::string file_name(SiteKeyId id) {
    return std::string(file_prefix) + "-" + id_text(id);
}

tl::unexpected<Error> fail_at(const std::filesystem::path& path, Error error) {
    return fail(std::move(error).at(place_of(path)));
}

Result<std::vector<std::filesystem::path>> key_files(const std::filesystem::path& folder) {
    std::vector<std::filesystem::path> files;
    std::error_code error;
    for (std::filesystem::directory_iterator at(folder, error), end; !error && at != end; at.increment(error)) {
        if (!at->path().filename().native().starts_with(file_prefix)) { continue; }
        files.push_back(at->path());
        if (files.size() > keys_max) { return fail(Fault::too_large, Reason("more than ", keys_max, " site keys")); }
    }
    if (error) { return fail(Fault::missing, "the folder of the site keys cannot be listed"); }
    return files;
}

}  // namespace

Result<std::vector<SiteKeys::SiteKey>> SiteKeys::read_all(const std::filesystem::path& folder) {
    auto files = key_files(folder);
    if (!files) { return fail(std::move(files).error()); }
    std::vector<SiteKey> keys;
    for (const auto& path : *files) {
        auto text = read_secret_file(path, key_line_chars_max);
        if (!text && text.error().fault == Fault::missing) { continue; }  // destroyed just now
        if (!text) { return fail(std::move(text).error()); }
        if (text->find_first_not_of('\0') == std::string::npos) { continue; }  // and its file is not gone yet
        auto line = parse_key_line(kind, *text);
        wipe(*text);
        if (!line) { return fail_at(path, std::move(line).error()); }
        const auto id = id_from_text(line->label);
        if (!id || *id <= 0) { return fail_at(path, Error{Fault::malformed, "expected the id of a site key", {}}); }
        keys.push_back({SiteKeyId{*id}, std::move(line->key)});
    }
    std::sort(keys.begin(), keys.end(), [](const SiteKey& a, const SiteKey& b) { return a.id < b.id; });
    const auto twice =
        std::adjacent_find(keys.begin(), keys.end(), [](const SiteKey& a, const SiteKey& b) { return a.id == b.id; });
    if (twice != keys.end()) { return fail(Fault::malformed, "two site keys have one id"); }
    return keys;
}

Result<SiteKeys> SiteKeys::load(const std::filesystem::path& folder) {
    auto keys = read_all(folder);
    if (!keys) { return fail(std::move(keys).error()); }
    if (keys->empty()) { return fail(Fault::missing, "there is no site key in its folder"); }
    return SiteKeys(folder, std::move(*keys));
}

SiteKeys::SiteKeys(std::filesystem::path folder, Keys keys)
    : folder_(std::move(folder)), ring_(std::make_unique<Ring>()) {
    ring_->keys = std::make_shared<const Keys>(std::move(keys));
}

std::shared_ptr<const SiteKeys::Keys> SiteKeys::keys() const {
    const std::lock_guard lock(ring_->mutex);
    return ring_->keys;
}

Result<void> SiteKeys::refresh() const {
    auto keys = read_all(folder_);
    if (!keys) { return fail(std::move(keys).error()); }
    if (keys->empty()) { return fail(Fault::missing, "there is no site key in its folder"); }
    auto fresh = std::make_shared<const Keys>(std::move(*keys));
    const std::lock_guard lock(ring_->mutex);
    ring_->keys = std::move(fresh);
    return {};
}

Result<void> SiteKeys::make_next(Instant now) const {
    if (auto made = make(folder_, SiteKeyId{to_us(now)}); !made) { return made; }
    return refresh();
}

Result<void> SiteKeys::destroy(SiteKeyId id) const {
    if (id == current()) { return fail(Fault::refused, "the current site key is in use"); }
    if (auto done = destroy_secret_file(folder_ / file_name(id)); !done) { return done; }
    return refresh();
}

SiteKeyId SiteKeys::current() const {
    return keys()->back().id;
}

std::vector<SiteKeyId> SiteKeys::ids() const {
    std::vector<SiteKeyId> out;
    for (const auto& key : *keys()) { out.push_back(key.id); }
    return out;
}

Result<void> SiteKeys::make(const std::filesystem::path& folder, SiteKeyId id) {
    const auto keys = read_all(folder);
    if (!keys) { return fail(keys.error()); }
    if (!keys->empty() && keys->back().id >= id) {
        return fail(Fault::conflict, "a site key with this id or a higher one exists: is the clock right?");
    }
    auto line = key_line(kind, id_text(id), Key::random());
    auto written = write_new_secret_file(folder / file_name(id), line);
    wipe(line);
    return written;
}

bool SiteKeys::holds(SiteKeyId id) const {
    const auto all = keys();
    return std::any_of(all->begin(), all->end(), [id](const SiteKey& key) { return key.id == id; });
}

std::string SiteKeys::wrap(const Cell& cell, const Key& key) const {
    const auto all = keys();
    const auto& [id, site_key] = all->back();
    std::string out;
    out.reserve(wrapped_key_bytes);
    put_u64(out, static_cast<std::uint64_t>(id.value));
    encrypt(site_key, bound_to(cell, id), KeyAccess::view(key), out);
    return out;
}

Result<SiteKeyId> SiteKeys::wrapped_by(std::string_view wrapped) {
    if (wrapped.size() != wrapped_key_bytes) { return fail(Fault::broken, "a wrapped key has another length"); }
    return SiteKeyId{static_cast<std::int64_t>(BytesReader(wrapped).u64())};
}

Result<Key> SiteKeys::unwrap(const Cell& cell, std::string_view wrapped) const {
    const auto id = wrapped_by(wrapped);
    if (!id) { return fail(id.error()); }
    if (!holds(*id)) { (void)refresh(); }  // another process may have made it since
    const auto all = keys();
    const auto with = std::find_if(all->begin(), all->end(), [&id](const SiteKey& key) { return key.id == *id; });
    if (with == all->end()) { return fail(Fault::missing, "wrapped by a site key that is not here"); }
    Key key = KeyAccess::blank();
    if (!decrypt(with->key, bound_to(cell, *id), wrapped.substr(sizeof(std::uint64_t)), KeyAccess::bytes(key))) {
        return fail(Fault::broken, "a wrapped key does not open: another cell or changed bytes");
    }
    return key;
}

}  // namespace haven
