#pragma once
#include <cstddef>

/// Limits that more than one part must agree on. A limit that one file alone keeps stands in that file, with a name.
namespace haven::limits {

inline constexpr std::size_t name_chars_max = 128;                      ///< of a declared name (field, path, partner)
inline constexpr std::size_t depth_max = 64;                            ///< nesting of any document, outside or inside
inline constexpr std::size_t fields_max = 1024;                         ///< paths in one catalogue
inline constexpr std::size_t instances_max = 4096;                      ///< repeated groups in one record
inline constexpr std::size_t value_bytes_max = std::size_t{64} * 1024;  ///< one value of one field, UTF-8
inline constexpr std::size_t record_bytes_max = 1 << 20;                ///< all values of one record
inline constexpr std::size_t chunk_bytes = std::size_t{256} * 1024;     ///< a stored piece of a message

}  // namespace haven::limits
