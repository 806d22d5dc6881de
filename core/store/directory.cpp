#include "core/store/directory.h"

#include <tuple>

namespace haven::store {
namespace {

using Number = std::optional<std::int64_t>;

}  // namespace

void put_directory_entry(Sql& sql, const DirectoryRow& row) {
    sql.run(
        "INSERT INTO directory_entry (directory, entry, name, provider, status, age_min, age_max, areas, languages,"
        " times, as_of_us, fictional) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)"
        " ON CONFLICT (directory, entry) DO UPDATE SET name = $3, provider = $4, status = $5, age_min = $6,"
        " age_max = $7, areas = $8, languages = $9, times = $10, as_of_us = $11, fictional = $12"
        " WHERE directory_entry.as_of_us <= $11 OR directory_entry.fictional <> $12",
        row.directory.text(), row.entry, row.name, row.provider, row.status, row.age_min, row.age_max, row.areas,
        row.languages, row.times, row.as_of, row.fictional);
}

std::optional<DirectoryRow> directory_entry(Sql& sql, Name directory, std::string_view entry) {
    const auto found = sql.one<std::string, std::string, std::string, Number, Number, std::string, std::string,
                               std::string, Instant, bool>(
        "SELECT name, provider, status, age_min, age_max, areas, languages, times, as_of_us, fictional"
        " FROM directory_entry WHERE directory = $1 AND entry = $2",
        directory.text(), entry);
    if (!found) { return std::nullopt; }
    return std::apply(
        [&](const auto&... columns) {
            return DirectoryRow{directory, std::string(entry), columns...};
        },
        *found);
}

void each_directory_entry(Sql& sql, const std::function<void(const DirectoryRow&)>& take) {
    sql.each<std::string, std::string, std::string, std::string, std::string, Number, Number, std::string, std::string,
             std::string, Instant, bool>(
        [&](const std::string& directory, const auto&... columns) {
            take(DirectoryRow{Name::declare(directory), columns...});
        },
        "SELECT directory, entry, name, provider, status, age_min, age_max, areas, languages, times, as_of_us, "
        "fictional FROM directory_entry ORDER BY directory, entry");
}

}  // namespace haven::store
