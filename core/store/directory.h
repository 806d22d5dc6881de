#pragma once
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "core/base/instant.h"
#include "core/base/name.h"
#include "core/store/engine/sql.h"

namespace haven::store {

/// An entry of a service directory, as a partner gave it last. It is public and holds no person, so it stands in clear.
struct DirectoryRow {
    Name directory;     ///< the partner who gave it
    std::string entry;  ///< the directory's own number
    std::string name;
    std::string provider;  ///< who provides it, as the directory says
    std::string status;
    std::optional<std::int64_t> age_min{};
    std::optional<std::int64_t> age_max{};
    std::string areas;      ///< a line each
    std::string languages;  ///< a line each
    std::string times;      ///< a line each: "MO,TU 09:00:00-17:00:00 2026-01-01/2026-12-31"
    Instant as_of{};
    bool fictional = false;  ///< given in rehearsal
};
/// A later word replaces an earlier one; an earlier one that comes late changes nothing.
void put_directory_entry(Sql& sql, const DirectoryRow& row);
std::optional<DirectoryRow> directory_entry(Sql& sql, Name directory, std::string_view entry);
/// Every entry, by directory and number, without keeping them: a directory may be as long as it likes.
void each_directory_entry(Sql& sql, const std::function<void(const DirectoryRow&)>& take);

}  // namespace haven::store
