#pragma once
#include <string>
#include <vector>

#include "core/store/engine/sql.h"

/// Keys that stand wrapped in the store, for re-wrapping under another site key. Their first eight bytes name it.
namespace haven::store {

/// The tables that hold wrapped keys.
enum class WrappedIn : std::uint8_t { cases, message };

struct WrappedKey {
    std::int64_t row = 0;
    std::string wrapped;
};
/// Keys behind row `after` that another site key than `current` (its eight bytes) wraps, by row.
std::vector<WrappedKey> keys_to_wrap(Sql& sql, WrappedIn table, std::int64_t after, std::string_view current,
                                     std::int64_t most);
/// Puts `fresh` in place of `old`; false where it is not `old` any more: destroyed, or wrapped by another node.
bool put_wrapped(Sql& sql, WrappedIn table, std::int64_t row, std::string_view old, std::string_view fresh);

/// Keys of the whole site, by name.
struct WrappedSecret {
    std::string name;
    std::string wrapped;
};
std::vector<WrappedSecret> site_secrets(Sql& sql);
bool put_wrapped_secret(Sql& sql, std::string_view name, std::string_view old, std::string_view fresh);

/// How many keys each site key wraps, by its eight bytes.
struct WrappedCount {
    std::string by;
    std::int64_t keys = 0;
};
std::vector<WrappedCount> count_wrapped(Sql& sql);

}  // namespace haven::store
