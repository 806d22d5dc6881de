#pragma once
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/id.h"
#include "core/seal/seal.h"

namespace haven {

using SiteKeyId = Id<struct SiteKeyTag>;

/// The keys that wrap every other key of a site: the current one and older ones that something still needs.
///
/// Each is a file `site-key-ID` that holds one line, "haven-site-key 1 ID BASE64". Ids rise, and the highest is
/// current. To rotate: make a new one, load again, re-wrap whatever `wrapped_by` an older one, then destroy that file:
/// backups older than that no longer open. Constant after loading, so threads may share it.
class SiteKeys {
public:
    /// Loads every file of `folder` whose name begins with "site-key".
    ///
    /// Errors: missing   - no such folder or no such file in it.
    ///         refused   - see `read_secret_file`.
    ///         malformed - a file that is no key line, or two files with one id.
    static Result<SiteKeys> load(const std::filesystem::path& folder);

    /// Makes a new random key in `folder`, which becomes the current one at the next `load`.
    /// Errors: conflict - a key there has this id or a higher one; others as `load` and `write_new_secret_file`.
    static Result<void> make(const std::filesystem::path& folder, SiteKeyId id);

    SiteKeyId current() const { return keys_.back().id; }
    bool holds(SiteKeyId id) const;

    /// Wraps a key under the current site key, for its cell. 81 bytes, of which the first eight name the site key.
    std::string wrap(const Cell& cell, const Key& key) const;

    /// Errors: missing - wrapped by a site key that is not here; broken - another cell or changed bytes.
    Result<Key> unwrap(const Cell& cell, std::string_view wrapped) const;

    /// Which site key wrapped it, read without opening it, so that rotation finds what is left.
    /// Errors: broken - not what `wrap` makes.
    static Result<SiteKeyId> wrapped_by(std::string_view wrapped);

private:
    struct SiteKey {
        SiteKeyId id;
        Key key;
    };
    explicit SiteKeys(std::vector<SiteKey> keys) : keys_(std::move(keys)) {}
    static Result<std::vector<SiteKey>> read_all(const std::filesystem::path& folder);
    std::vector<SiteKey> keys_;  // ids rising; never empty
};

/// The length of every wrapped key.
inline constexpr std::size_t wrapped_key_bytes = sizeof(std::uint64_t) + sealed_overhead + Key::size;

}  // namespace haven
