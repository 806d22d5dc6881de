#pragma once
#include <string>
#include <string_view>

#include "core/seal/seal.h"

/// Inside core/seal only: what `seal` and `wrap` have in common.
namespace haven {

/// The bytes that bind a value to its cell.
std::string associated_data(const Cell& cell);

/// Appends version, nonce, ciphertext and tag to `out`.
void encrypt(const Key& key, std::string_view associated, std::string_view plaintext, std::string& out);

/// Writes `sealed.size() - sealed_overhead` bytes to `out`; false, and nothing of use written, where any byte differs.
bool decrypt(const Key& key, std::string_view associated, std::string_view sealed, unsigned char* out);

}  // namespace haven
