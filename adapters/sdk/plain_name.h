#pragma once
#include <optional>
#include <string_view>

namespace haven::sdk {

/// Whether `name` may be a file's name here or at a partner: 1 to 128 letters, digits, hyphens, underscores and dots,
/// and no dot first. Such a name cannot leave its folder, hide, or mean something to a shell or a server.
bool is_plain_name(std::string_view name);

/// Whether `key` may go into a header or an address: 1 to 64 letters, digits and hyphens.
bool is_key(std::string_view key);

/// "text/csv", "application/xml" or "application/json" by the name's ending in either case; nothing for any other.
std::optional<std::string_view> media_type_of(std::string_view name);

/// Whether `name` fits `pattern`: a plain name in which `*` stands for any characters, also none.
bool fits(std::string_view name, std::string_view pattern);

}  // namespace haven::sdk
