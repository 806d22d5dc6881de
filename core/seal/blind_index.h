#pragma once
#include <array>
#include <cstdint>
#include <string_view>

#include "core/seal/key.h"
#include "core/seal/octets.h"

namespace haven {

/// What may be looked up by exact value while it is sealed. This list is closed on purpose.
///
/// Never an address or any other locator: an index over few possible values can be counted out by whoever holds the
/// index and the key, and equal entries show without the key which people share a value. That is bearable for what is
/// nearly unique to one person, and not for where she is.
enum class Indexed : std::uint8_t {
    reference = 1,         ///< issuer and its reference: crime number, housing application
    nhs_number,            ///< ten digits
    pupil_number,          ///< UPN
    phone,                 ///< E.164
    email,                 ///< lower case
    name_and_birth_date,   ///< phonetic key of the name, and the date
    name_and_birth_month,  ///< the same where the day may be mistyped
};
inline constexpr std::size_t indexed_kinds = 7;

/// Turns a normalised value into the digest that an index row holds.
///
/// Each kind has its own subkey, so rows of two kinds cannot be joined. The index key is an ordinary key of the site,
/// wrapped by the site keys; a new one means that all rows are made anew.
/// Source: libsodium's crypto_kdf (BLAKE2b).
class BlindIndex {
public:
    explicit BlindIndex(const Key& index_key);
    /// The caller normalises: values that should match must be equal byte for byte.
    Digest16 of(Indexed kind, std::string_view normalised) const;

private:
    std::array<Key, indexed_kinds> subkeys_;
};

}  // namespace haven
