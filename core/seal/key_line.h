#pragma once
#include <string>
#include <string_view>

#include "core/seal/key.h"

/// Inside core/seal only: the text that a key file holds, one line that a person can carry.
///
///     haven-site-key 1 06f3k2m9q1abc pmX0...48 characters...
///
/// The last word is base 64 of the key and of a four-byte check over all of the line, so a slip in copying is told from
/// a wrong key.
namespace haven {

inline constexpr std::size_t key_line_chars_max = 256;

struct KeyLine {
    std::string label;  ///< the second last word: whose key, or which
    Key key;
};

std::string key_line(Literal kind, std::string_view label, const Key& key);

/// Errors: malformed - another kind or version, another size, or a check that does not agree.
Result<KeyLine> parse_key_line(Literal kind, std::string_view text);

}  // namespace haven
