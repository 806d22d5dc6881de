#pragma once
#include <filesystem>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/id.h"
#include "core/base/instant.h"
#include "core/seal/seal.h"

namespace haven {

using SiteKeyId = Id<struct SiteKeyTag>;

/// The keys that wrap every other key of a site: the current one and older ones that something still needs.
///
/// Each is a file `site-key-ID` that holds one line, "haven-site-key 1 ID BASE64". Ids rise, and the highest is
/// current. To rotate: `make_next`, re-wrap whatever is `wrapped_by` an older one, later `destroy` that: backups older
/// than that no longer open. Ids of keys that `make_next` makes are their times of making in UTC microseconds.
///
/// Threads may share it, and processes the folder: whoever meets a wrapped key of a site key that it does not hold
/// reads the folder again. What an older key wrapped opens as long as that key is there, so nothing waits meanwhile.
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

    SiteKeyId current() const;
    bool holds(SiteKeyId id) const;
    std::vector<SiteKeyId> ids() const;  ///< rising; the last is current

    /// Makes the next key in the folder and uses it from now on. Errors: as `make`.
    Result<void> make_next(Instant now) const;
    /// Reads the folder again: for keys that another process made or destroyed. Errors: as `load`; the keys stay then.
    Result<void> refresh() const;
    /// Overwrites the file of an old key and removes it. Whatever it wraps is lost.
    /// Errors: refused - it is the current one; missing; unreachable - the folder cannot be written.
    Result<void> destroy(SiteKeyId id) const;

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
    using Keys = std::vector<SiteKey>;  // ids rising; never empty
    struct Ring {
        std::mutex mutex;
        std::shared_ptr<const Keys> keys;  // swapped whole
    };
    SiteKeys(std::filesystem::path folder, Keys keys);
    static Result<Keys> read_all(const std::filesystem::path& folder);
    std::shared_ptr<const Keys> keys() const;
    std::filesystem::path folder_;
    std::unique_ptr<Ring> ring_;
};

/// The length of every wrapped key.
inline constexpr std::size_t wrapped_key_bytes = sizeof(std::uint64_t) + sealed_overhead + Key::size;

}  // namespace haven
