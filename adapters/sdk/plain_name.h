#pragma once
#include <optional>
#include <string>
#include <string_view>

namespace haven::sdk {

/// Whether `name` may be a file's name here or at a partner: 1 to 128 letters, digits, hyphens, underscores and dots,
/// and no dot first. Such a name cannot leave its folder, hide, or mean something to a shell or a server.
bool is_plain_name(std::string_view name);

/// Whether `key` may go into a header or an address: 1 to 64 letters, digits and hyphens.
bool is_key(std::string_view key);

/// "text/csv", "application/xml", "application/json" or, of fixed-width text, "text/plain" by the name's ending in
/// either case; nothing for any other.
std::optional<std::string_view> media_type_of(std::string_view name);
/// The other way: ".txt" of "text/plain"; nothing for a media type that no file has.
std::optional<std::string_view> ending_of(std::string_view media_type);
/// Every ending that is known, as people are told it: ".csv, .xml, .json or .txt".
std::string endings_in_words();

/// Whether `name` fits `pattern`: a plain name in which `*` stands for any characters, also none.
bool fits(std::string_view name, std::string_view pattern);

}  // namespace haven::sdk
